// The codec as a web page loads it: one module, for a platform that has no `node:` to import.

import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

export function codecBundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("../../src/codec/index.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent", // what it has to say, it throws
  });
  return outputFiles[0]?.text ?? "";
}
