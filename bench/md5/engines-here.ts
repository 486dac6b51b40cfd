// The engines to compare. Without one of them there is nothing to show.

import { type DigestEngine, lanesEngine, nativeEngine } from "../../src/codec/md5/index.ts";

export const native: DigestEngine = there(nativeEngine(), "no node:crypto with MD5");

export const lanes: NonNullable<DigestEngine["several"]> = there(
  lanesEngine()?.several,
  "no lanes: they need WebAssembly with SIMD",
);

function there<Thing>(thing: Thing | undefined, complaint: string): Thing {
  if (thing === undefined) throw new Error(complaint);
  return thing;
}
