// A browser for one page: started, told what to measure, and ended when the page has replied.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { browserBundle, chromiumFlags } from "../../chromium.ts";
import type { PageReply, PageSettings } from "./page.ts";

const TIMEOUT_MS = 60_000;

const PAGE = `<!doctype html><meta charset="utf-8"><title>bench:md5</title><script type="module" src="/page.js"></script>`;

export async function versionOf(chromium: string): Promise<string> {
  const { stdout } = await promisify(execFile)(chromium, ["--version"], { timeout: TIMEOUT_MS });
  return stdout.trim();
}

/** @throws where no reply came in time, or the page failed. */
export async function replyOf(
  chromium: string,
  settings: PageSettings,
): Promise<Exclude<PageReply, { error: string }>> {
  let settle!: (reply: Promise<PageReply>) => void;
  const replied = new Promise<PageReply>((resolve) => {
    settle = resolve;
  });
  const server = await serve(settings, (body) => settle(body.then((json) => JSON.parse(json) as PageReply)));
  const profile = mkdtempSync(join(tmpdir(), "kpl-kit-chromium-"));
  const browser = start(chromium, profile, (server.address() as AddressInfo).port);
  const ended = once(browser, "exit");
  const done = new AbortController();
  try {
    const reply = await Promise.race([
      replied,
      ended.then(() => failed(`${chromium} ended without a reply`)),
      setTimeout(TIMEOUT_MS, undefined, { signal: done.signal }).then(() => failed(`no reply in ${TIMEOUT_MS} ms`)),
    ]);
    return "error" in reply ? failed(reply.error) : reply;
  } finally {
    done.abort();
    killAll(browser);
    await ended.catch(() => {}); // it never began, and that was thrown
    server.close();
    server.closeAllConnections();
    // Its other processes may still be writing their last.
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function failed(complaint: string): never {
  throw new Error(complaint);
}

async function serve(settings: PageSettings, post: (body: Promise<string>) => void): Promise<Server> {
  const served = new Map<string, readonly [type: string, body: string]>([
    ["/", ["text/html", PAGE]],
    ["/page.js", ["text/javascript", browserBundle(new URL("page.ts", import.meta.url))]],
    ["/settings", ["application/json", JSON.stringify(settings)]],
  ]);
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      post(text(request));
      response.writeHead(204).end();
      return;
    }
    const [type, body] = served.get(request.url ?? "/") ?? ["text/plain", ""];
    response.writeHead(body === "" ? 404 : 200, { "content-type": `${type}; charset=utf-8` }).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

function start(chromium: string, profile: string, port: number): ChildProcess {
  return spawn(
    chromium,
    // No virtual time: that stops the clock by which the page measures.
    [...chromiumFlags(profile), `http://127.0.0.1:${port}/`],
    // A group of its own, with the processes that it starts.
    { stdio: "ignore", detached: true },
  );
}

/** The others too: one that still writes its profile would keep that from being removed. */
function killAll(browser: ChildProcess): void {
  if (browser.pid === undefined) return; // it never began
  try {
    process.kill(-browser.pid, "SIGKILL");
  } catch {
    browser.kill("SIGKILL"); // no groups here, or it has ended
  }
}
