// The codec in a global scope of its own, whose WebAssembly a test may change or watch: a process compiles the lanes
// once, and this one may have done so already.

import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { buildSync } from "esbuild";
import type * as codec from "../../src/codec/index.ts";
import type * as md5 from "../../src/codec/md5/index.ts";

export interface CodecInContext {
  readonly codec: typeof codec & Pick<typeof md5, "lanesEngine">;
  /** Of a script, in that scope. */
  readonly evaluate: (script: string) => unknown;
}

let bundle: string | undefined;

/** Evaluates the codec after `before`, a script. */
export function codecInContext(before = "", compiling: "allowed" | "refused" = "allowed"): CodecInContext {
  bundle ??= bundled();
  const context = createContext({ TextEncoder, TextDecoder }, { codeGeneration: { wasm: compiling === "allowed" } });
  const evaluate = (script: string): unknown => runInContext(script, context);
  evaluate(before);
  return { codec: evaluate(`${bundle}; codec`) as CodecInContext["codec"], evaluate };
}

function bundled(): string {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `export * from "./index.ts"; export { lanesEngine } from "./md5/index.ts";`,
      resolveDir: fileURLToPath(new URL("../../src/codec", import.meta.url)),
    },
    bundle: true,
    write: false,
    platform: "neutral",
    format: "iife",
    globalName: "codec",
    logLevel: "silent", // what it has to say, it throws
  });
  return outputFiles[0]!.text; // of one entry
}
