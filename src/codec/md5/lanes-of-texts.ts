// Short texts, as partition keys are: many of them are encoded by one call, eight of them digested by one.

import { platform } from "../platform.ts";
import { encodeUtf8 } from "../utf8.ts";
import type { SeveralDigests } from "./engine.ts";
import { BLOCK, LANES, type LaneMemory, POINTERS, STATES, stateOf, WINDOWS } from "./lane-memory.ts";
import { INITIAL_STATE } from "./portable.ts";

/** In one block, with its padding. */
const MOST_CHARACTERS = 55;
const TEXTS_AT_ONCE = 128;
/** Where they lie encoded, behind a block for each lane. */
const ENCODED = WINDOWS + LANES * BLOCK;

export function lanesOfTexts(
  { bytes, run, words }: LaneMemory,
  digestArrays: SeveralDigests["digestArrays"],
): SeveralDigests["digestTexts"] {
  const encoded = bytes.subarray(ENCODED);
  const unaligned = new DataView(bytes.buffer);
  const encoder = new platform.TextEncoder();
  const blocks = Int32Array.from({ length: LANES }, (_, lane) => WINDOWS + lane * BLOCK);
  const initialStates = Int32Array.from({ length: 4 * LANES }, (_, i) => INITIAL_STATE[(i >> 2) & 3]!); // of four

  return (texts, take) => {
    for (let first = 0; first < texts.length; first += TEXTS_AT_ONCE) {
      const end = Math.min(first + TEXTS_AT_ONCE, texts.length);
      let longest = 0;
      let joined = "";
      for (let index = first; index < end; index++) {
        const text = texts[index]!;
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
        const busy = Math.min(LANES, end - index);
        words.set(initialStates, STATES);
        bytes.fill(0, WINDOWS, ENCODED);
        for (let lane = 0; lane < busy; lane++) {
          const { length } = texts[index + lane]!;
          const block = blocks[lane]!;
          // Word by word, since a call to copy so few bytes takes longer. Of the last, what follows is the next text.
          let word = block / 4;
          for (const last = word + (length >> 2); word < last; at += 4) words[word++] = unaligned.getInt32(at, true);
          const bits = (length & 3) * 8;
          words[word] = (unaligned.getInt32(at, true) & ((1 << bits) - 1)) | (0x80 << bits);
          words[block / 4 + 14] = length * 8;
          at += length & 3;
        }
        run(0, BLOCK);
        for (let lane = 0; lane < busy; lane++) take(index + lane, words, stateOf(lane));
      }
    }
  };
}
