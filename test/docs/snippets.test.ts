// Every piece of code in the README and the guides: it compiles as strictly as our own, runs, and prints what the page
// shows behind it. What talks to Kinesis talks to one in this process.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { format } from "node:util";
import { transformSync } from "esbuild";
import { aggregate } from "kpl-kit";
import { LocalKinesis } from "kpl-kit/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clientFor } from "../../demo/client.ts";
import { createStream, untilActive } from "../../demo/stream.ts";
import type { handler } from "../../examples/lambda-consumer.ts";
import { makeKinesisEvent } from "../../src/testing/index.ts";
import { awsEnv } from "../demo/run-program.ts";
import { type Snippet, snippets } from "./markdown.ts";
import { pages, readme, root } from "./pages.ts";

const SECOND = 1_000;
/** As the snippets call it. */
const STREAMS = ["orders", "parcels"];
const SHARDS = 2;

const require = createRequire(import.meta.url);
const all = pages.flatMap(({ path, text }) => snippets(text).map((snippet) => ({ ...snippet, page: path })));
let folder = "";
const local = new LocalKinesis();
let endpoint: string;

beforeAll(async () => {
  // In the tree, so that they find the packages; in a folder that git ignores.
  const cache = join(root, ".cache");
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "docs-"));
  for (const snippet of all) writeFileSync(fileOf(snippet), snippet.code);
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  ({ endpoint } = await local.listen());
  const kinesis = clientFor({ endpoint, region: "us-east-1" });
  for (const name of STREAMS) {
    const stream = { kinesis, name, signal: new AbortController().signal };
    await createStream(stream, SHARDS);
    await untilActive(stream);
  }
  kinesis.destroy();
}, 30 * SECOND);

afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
  await local.close();
});

describe.each(pages)("$path", ({ path, text }) => {
  const here = snippets(text).map((snippet) => ({ ...snippet, page: path }));

  it("has code that compiles", { timeout: 60 * SECOND }, () => {
    const files = here.filter(({ language }) => language === "ts").map(fileOf);
    expect(files.length).toBeGreaterThan(0);
    expect(diagnosticsOf(files)).toBe("");
  });

  it.each(here)("line $line runs, and prints what is shown", { timeout: 30 * SECOND }, async (snippet) => {
    expect(await printedBy(snippet)).toBe(snippet.prints);
  });
});

describe("README.md", () => {
  it("has a quick start that plain node takes", () => {
    const [first] = snippets(readme.text);
    expect(() => transformSync(first?.code ?? "nothing to read", { loader: "js" })).not.toThrow();
  });

  it("has a Lambda function that names the first Kinesis record to fail, and touches nothing behind it", async () => {
    const snippet = all.find(({ code, page }) => page === "README.md" && code.includes("batchItemFailures"));
    const lambda = (await import(fileOf(snippet!))) as { handler: typeof handler }; // else there is nothing to test
    const sound = { partitionKey: "a", data: "{}" };
    const packed = (...records: (typeof sound)[]) => aggregate(records, { groupBy: "none" });
    const event = makeKinesisEvent([
      ...packed(sound, sound),
      ...packed(sound, { partitionKey: "b", data: "no JSON" }),
      ...packed(sound),
    ]);
    const log = vi.spyOn(console, "log").mockReturnValue();
    const error = vi.spyOn(console, "error").mockReturnValue();
    const answers = [await lambda.handler(event), await lambda.handler({ Records: event.Records.slice(0, 1) })];
    const handled = log.mock.calls.length;
    log.mockRestore();
    error.mockRestore();
    const { sequenceNumber } = event.Records[1]!.kinesis; // there are three
    expect(answers).toEqual([{ batchItemFailures: [{ itemIdentifier: sequenceNumber }] }, { batchItemFailures: [] }]);
    expect(handled, "three before the failure, two of the second event").toBe(5);
  });
});

/** CommonJS for `js`: what `aws-kinesis-agg` is written for. */
function fileOf({ language, line, page }: Snippet & { readonly page: string }): string {
  return join(folder, `${page.replaceAll("/", "-")}-${line}.${language === "ts" ? "ts" : "cjs"}`);
}

async function printedBy(snippet: Snippet & { readonly page: string }): Promise<string> {
  for (const [name, value] of Object.entries(awsEnv(endpoint))) vi.stubEnv(name, value);
  const log = vi.spyOn(console, "log").mockReturnValue();
  try {
    if (snippet.language === "js") require(fileOf(snippet));
    else await import(fileOf(snippet));
    return log.mock.calls.map((values) => `${format(...values)}\n`).join("");
  } finally {
    log.mockRestore();
  }
}

function diagnosticsOf(files: readonly string[]): string {
  const config = join(folder, `tsconfig-${files.length}.json`);
  const compilerOptions = { declaration: false, isolatedDeclarations: false };
  writeFileSync(config, JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, files, include: [] }));
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
  const { error, stdout } = spawnSync(process.execPath, [tsc, "-p", config], { cwd: folder, encoding: "utf8" });
  if (error) throw error;
  return stdout;
}
