// Digests are verified several times as fast side by side, and a part of a page holds one aggregate or two: so those of the
// parts behind it are verified with it.

import { verifyDigests } from "../../codec/index.ts";
import type { PagePart } from "./page-parts.ts";

/** Enough for all lanes to be busy; and no more, or whoever else has the thread waits for it. */
const AHEAD_BYTES = 1_048_576;

export class DigestsAhead {
  readonly #parts: readonly PagePart[];
  readonly #sound: boolean[][] = [];

  constructor(parts: readonly PagePart[]) {
    this.#parts = parts;
  }

  /** Of each Kinesis record of the part, whether it is an aggregate with a sound digest. */
  of(part: number): readonly boolean[] {
    if (this.#sound.length <= part) this.#verifyFrom(part);
    return this.#sound[part] ?? [];
  }

  #verifyFrom(first: number): void {
    let end = first;
    for (let bytes = 0; end < this.#parts.length && bytes < AHEAD_BYTES; end++) bytes += this.#parts[end]!.bytes; // end < length
    const parts = this.#parts.slice(first, end);
    const sound = verifyDigests(parts.flatMap(({ records }) => records));
    let from = 0;
    for (const { records } of parts) {
      this.#sound.push(sound.slice(from, from + records.length));
      from += records.length;
    }
  }
}
