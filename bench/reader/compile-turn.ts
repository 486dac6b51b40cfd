// turn.ts in one file that Node runs by itself: a compiler in the process would take 40 MiB, and none of it is the reader's.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const TURN = fileURLToPath(new URL("turn.ts", import.meta.url));
const COMPILED = fileURLToPath(new URL("../../.cache/bench-reader/turn.mjs", import.meta.url));

export async function compileTurn(): Promise<string> {
  await build({
    entryPoints: [TURN],
    outfile: COMPILED,
    bundle: true,
    format: "esm",
    packages: "external",
    platform: "node",
    logLevel: "error",
  });
  return COMPILED;
}
