// Messages of any length, through a window for each lane.

import type { SeveralDigests } from "./engine.ts";
import { BLOCK, LANES, type LaneMemory, POINTERS, stateOf, WINDOWS } from "./lane-memory.ts";
import { INITIAL_STATE } from "./portable.ts";

/** A longer message comes piece by piece. Eight windows are at home in the cache of a core. */
const WINDOW = 16_384;
/** With room for the padding. */
const STRIDE = WINDOW + BLOCK;

/** Of what a lane has had of its message. */
const NONE = -2;
const ALL = -1;

export function lanesOfArrays({ bytes, run, words }: LaneMemory): SeveralDigests["digestArrays"] {
  return (arrays, start, short, take) => {
    // Of each lane: its array, how much of that has been in the window, and when the window will have been read.
    const indexes: number[] = [];
    const written = new Array<number>(LANES).fill(NONE);
    const ends = new Array<number>(LANES).fill(0);
    let next = 0;
    let left = arrays.length;
    /** Bytes that every lane has read. */
    let clock = 0;
    for (;;) {
      let soonest = Number.POSITIVE_INFINITY;
      for (let lane = 0; lane < LANES; lane++) {
        if (ends[lane] === clock) {
          const state = stateOf(lane);
          if (written[lane] === ALL) {
            take(indexes[lane]!, words, state);
            written[lane] = NONE;
            left--;
          }
          if (written[lane] === NONE && next < arrays.length) {
            for (let i = 0; i < 4; i++) words[state + 4 * i] = INITIAL_STATE[i]!;
            indexes[lane] = next++;
            written[lane] = 0;
          }
          const window = WINDOWS + lane * STRIDE;
          words[POINTERS + lane] = window - clock;
          let size = STRIDE; // a lane without a message reads whatever lies there
          const from = written[lane]!;
          if (from !== NONE) {
            const array = arrays[indexes[lane]!]!;
            const length = array.length - start - short;
            size = Math.min(WINDOW, length - from);
            bytes.set(array.subarray(start + from, start + from + size), window);
            written[lane] = from + size;
            if (size < WINDOW) {
              // RFC 1321, 3.1 and 3.2: a bit, zeros, and the length in bits.
              const end = window + size;
              size = (size + 8 + BLOCK) & -BLOCK;
              bytes.fill(0, end, window + size);
              bytes[end] = 0x80;
              words[(window + size) / 4 - 2] = length * 8;
              words[(window + size) / 4 - 1] = length / 2 ** 29;
              written[lane] = ALL;
            }
          }
          ends[lane] = clock + size;
        }
        soonest = Math.min(soonest, ends[lane]!);
      }
      if (left === 0) return;
      run(clock, soonest);
      clock = soonest;
    }
  };
}
