// A real browser: no `process`, no node:crypto, and the byte order, text and bigint of another engine's build.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumFlags, findChromium } from "../../bench/chromium.ts";
import * as codec from "../../src/codec/index.ts";
import { codecBundle } from "./codec-bundle.ts";
import { roundTrip } from "./round-trip.js";

const TIMEOUT_MS = 60_000;

const PAGE = `<!doctype html><meta charset="utf-8"><title>codec</title><pre id="result">pending</pre>
<script type="module">
  const result = document.getElementById("result");
  try {
    const { roundTrip } = await import("./round-trip.js");
    const codec = await import("./codec.js");
    result.textContent = roundTrip(codec) + "\\nprocess " + typeof process;
  } catch (error) {
    result.textContent = String(error?.stack ?? error);
  }
</script>`;

const chromium = findChromium();

describe.skipIf(chromium === undefined)(`the codec in ${chromium ?? "Chromium (skipped: none in PATH)"}`, () => {
  const served = new Map<string, readonly [type: string, body: string]>();
  let server: Server;
  let profile: string;

  beforeAll(async () => {
    served.set("/", ["text/html", PAGE]);
    served.set("/codec.js", ["text/javascript", codecBundle()]);
    served.set("/round-trip.js", ["text/javascript", readFileSync(new URL("round-trip.js", import.meta.url), "utf8")]);
    profile = mkdtempSync(join(tmpdir(), "kpl-kit-chromium-"));
    server = createServer(({ url = "/" }, response) => {
      const [type, body] = served.get(url) ?? ["text/plain", ""];
      response.writeHead(body === "" ? 404 : 200, { "content-type": `${type}; charset=utf-8` }).end(body);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });

  afterAll(async () => {
    await new Promise((closed) => server.close(closed));
    rmSync(profile, { recursive: true, force: true });
  });

  it("packs, unpacks and hashes as in Node", { timeout: TIMEOUT_MS }, async () => {
    const { port } = server.address() as AddressInfo;
    const { stdout } = await promisify(execFile)(
      chromium as string,
      [
        ...chromiumFlags(profile),
        // Virtual time: the page is dumped when nothing is left to load or run.
        "--virtual-time-budget=20000",
        "--dump-dom",
        `http://127.0.0.1:${port}/`,
      ],
      { timeout: TIMEOUT_MS - 5_000, maxBuffer: 16 * 1_048_576 },
    );
    const result = /<pre id="result">(.*?)<\/pre>/s.exec(stdout)?.[1];
    expect(result).toBe(`${roundTrip(codec)}\nprocess undefined`);
  });
});
