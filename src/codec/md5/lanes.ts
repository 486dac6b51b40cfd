// Eight MD5s at once: a step of one waits for the step before it, and a processor has room for those of seven others
// meanwhile. WebAssembly, so alike in a browser, on an edge runtime and in Node.

import { type DigestEngine, writeDigest } from "./engine.ts";
import { laneMemory } from "./lane-memory.ts";
import { lanesOfArrays } from "./lanes-of-arrays.ts";
import { lanesOfTexts } from "./lanes-of-texts.ts";

/** Its first word. */
const MD5_OF_NOTHING = 0xd98c1dd4 | 0;

let probed: DigestEngine | false | undefined;

/** `undefined` where there is no WebAssembly with SIMD, or compiling is refused, as by a Content-Security-Policy. */
export function lanesEngine(): DigestEngine | undefined {
  // Compiled on first use, and tried once.
  probed ??= compile() ?? false;
  return probed || undefined;
}

function compile(): DigestEngine | undefined {
  try {
    const memory = laneMemory();
    const digestArrays = lanesOfArrays(memory);
    const digestTexts = lanesOfTexts(memory, digestArrays);
    let isSound = false;
    // Typed arrays may be big-endian, unlike WebAssembly's memory: then something else comes out, or nothing.
    digestTexts([""], (_, words, at) => {
      isSound = words[at] === MD5_OF_NOTHING;
    });
    if (!isSound) return undefined;
    return {
      name: "lanes",
      digest: (bytes, start, end, into, at) =>
        digestArrays([bytes.subarray(start, end)], 0, 0, (_, words, from) => writeDigest(words, from, into, at)),
      several: { digestArrays, digestTexts },
    };
  } catch {
    return undefined; // the probe's whole answer
  }
}
