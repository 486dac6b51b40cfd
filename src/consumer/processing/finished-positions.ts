// How far a shard is finished, when its records finish in any order. What was delivered last, or finished last, is no
// checkpoint: a record before it may still run, and a restart from there would lose it (apache/pulsar#8192,
// snowplow/enrich#652).

import type { UserRecord } from "../../codec/index.ts";
import { type Checkpoint, checkpointAt } from "../checkpoint.ts";
import type { UnpackedPage } from "./unpacked-page.ts";

/** What is to be finished: the page's records, and with the last of them its end. */
export type PositionedPage = Pick<UnpackedPage, "records" | "end">;

/** Changed by `FinishedPositions` alone. */
export interface FinishingPage {
  readonly page: PositionedPage;
  /** A byte a record, so that a page costs one allocation, whatever it holds. */
  readonly finished: Uint8Array;
  /** How many records are not finished. 0: nobody needs the page any more, though one before it be open. */
  open: number;
  /** How many of the first records the watermark has passed. */
  passed: number;
}

export class FinishedPositions {
  /** From the first with an open record on. */
  readonly #pages: FinishingPage[] = [];
  #open = 0;
  #watermark: Checkpoint | undefined;
  /** Where the watermark stands, if that is a record whose checkpoint nobody has asked for yet. */
  #passed: UserRecord | undefined;

  /** Records of all pages that are not finished. */
  get open(): number {
    return this.#open;
  }

  /** Pages that the watermark has not passed: the first with an open record, and all after it. */
  get pagesAhead(): number {
    return this.#pages.length;
  }

  /** All up to and with it is finished. It never goes back, and is another object whenever it has moved. */
  get watermark(): Checkpoint | undefined {
    if (this.#passed) {
      this.#watermark = checkpointAt(this.#passed) ?? this.#watermark;
      this.#passed = undefined;
    }
    return this.#watermark;
  }

  /** In the order of the shard. An empty page, too, takes the watermark to its end once all before it is finished. */
  add(page: PositionedPage): FinishingPage {
    const open = page.records.length;
    const added: FinishingPage = { page, finished: new Uint8Array(open), open, passed: 0 };
    this.#pages.push(added);
    this.#open += open;
    if (added === this.#pages[0]) this.#pass();
    return added;
  }

  finish(page: FinishingPage, index: number): void {
    const { finished, passed } = page;
    if (finished[index] !== 0) throw new Error(`bug: record ${index} of ${finished.length} was finished before`);
    finished[index] = 1;
    page.open--;
    this.#open--;
    if (index === passed && page === this.#pages[0]) this.#pass();
  }

  /** Takes the watermark over all that is finished now; no record is looked at twice. */
  #pass(): void {
    for (let first = this.#pages[0]; first; first = this.#pages[0]) {
      const { finished, page } = first;
      while (finished[first.passed] === 1) first.passed++;
      if (first.passed > 0) this.#passed = page.records[first.passed - 1];
      if (first.open > 0) return;
      this.#pages.shift();
      if (!page.end) continue;
      this.#watermark = page.end;
      this.#passed = undefined;
    }
  }
}
