// What each side adds to a bundle, measured as size-limit measures us: esbuild, minified, gzipped.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, buildSync } from "esbuild";

/** In bytes. */
export interface BundleSizes {
  readonly kplKit: number;
  /** Its static code for our three messages, with the runtime that it needs. */
  readonly protobufjs: number;
  readonly awsKinesisAgg: number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export function bundleSizes(): BundleSizes {
  return {
    kplKit: gzippedSize({ entryPoints: ["src/codec/index.ts"], format: "esm", platform: "browser" }),
    protobufjs: gzippedSize({ entryPoints: ["bench/codec/rivals/kpl-static.js"], format: "esm", platform: "browser" }),
    awsKinesisAgg: gzippedSize({
      stdin: { contents: 'module.exports = require("aws-kinesis-agg");', resolveDir: root },
      format: "cjs",
      platform: "node",
    }),
  };
}

function gzippedSize(options: BuildOptions): number {
  const { outputFiles } = buildSync({
    ...options,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    logLevel: "silent", // what it has to say, it throws
  });
  const [bundle] = outputFiles ?? [];
  if (!bundle) throw new Error("esbuild left no bundle");
  return gzipSync(bundle.contents).length;
}
