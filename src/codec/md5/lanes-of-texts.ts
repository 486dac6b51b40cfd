// Short texts, as partition keys are: many of them are encoded by one call, eight of them digested by one.

import { platform } from "../platform.ts";
import { encodeUtf8 } from "../utf8.ts";
import type { SeveralDigests } from "./engine.ts";
import { BLOCK, LANES, type LaneMemory, POINTERS, STATES, stateOf, WINDOWS } from "./lane-memory.ts";
import { INITIAL_STATE } from "./portable.ts";

/** In one block, with its padding. */
const MOST_CHARACTERS = 55;
const TEXTS_AT_ONCE = 128;
/** Behind a block for each lane, and what is zeroed behind the last: their lengths, and the texts. */
const LENGTHS = WINDOWS + (LANES + 1) * BLOCK;
const ENCODED = LENGTHS + TEXTS_AT_ONCE;

export function lanesOfTexts(
  { bytes, lay, run, words }: LaneMemory,
  digestArrays: SeveralDigests["digestArrays"],
): SeveralDigests["digestTexts"] {
  const encoded = bytes.subarray(ENCODED);
  const encoder = new platform.TextEncoder();
  const blocks = Int32Array.from({ length: LANES }, (_, lane) => WINDOWS + lane * BLOCK);
  const initialStates = Int32Array.from({ length: 4 * LANES }, (_, i) => INITIAL_STATE[(i >> 2) & 3]!); // of four

  return (texts, take) => {
    for (let first = 0; first < texts.length; first += TEXTS_AT_ONCE) {
      const end = Math.min(first + TEXTS_AT_ONCE, texts.length);
      let longest = 0;
      let joined = "";
      for (let index = first; index < end; index++) {
        const text = texts[index]!; // index < length
        bytes[LENGTHS + index - first] = text.length;
        longest = Math.max(longest, text.length);
        joined += text;
      }
      if (longest > MOST_CHARACTERS || encoder.encodeInto(joined, encoded).written !== joined.length) {
        const arrays = texts.slice(first, end).map(encodeUtf8);
        digestArrays(arrays, 0, 0, (index, from, at) => take(first + index, from, at));
        continue;
      }
      words.set(blocks, POINTERS);
      let at = ENCODED;
      for (let index = first; index < end; index += LANES) {
        words.set(initialStates, STATES);
        at = lay(at, LENGTHS + index - first);
        run(0, BLOCK);
        for (let lane = 0; lane < LANES && index + lane < end; lane++) take(index + lane, words, stateOf(lane));
      }
    }
  };
}
