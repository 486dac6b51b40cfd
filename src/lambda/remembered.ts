// User records that were done when their batch failed, for a function instance that gets the batch again. A convenience, not a
// promise: another instance knows nothing of it. Whatever must happen once wants a store, with the record's id as its key.

import { compare } from "./batch-response.ts";
import type { LambdaUserRecord } from "./user-records.ts";

/** Of a hundred bytes or so each. */
const MOST_IDS = 20_000;

/** Of one batch: the one that failed last. */
export class Remembered {
  #shard = "";
  #ids: ReadonlySet<string> = new Set();

  has(record: LambdaUserRecord): boolean {
    return this.#ids.has(record.id) && this.#shard === shardOf(record);
  }

  /**
   * What was done of a batch, behind the place that was reported or from it. Nothing where all was done: what a mapping made
   * anew brings later is not to be passed over.
   */
  keep(done: readonly LambdaUserRecord[], reported: string | undefined): void {
    const shard = done[0] ? shardOf(done[0]) : "";
    if (reported === undefined && shard !== this.#shard) return;
    this.#shard = shard;
    const again = done.filter((record) => reported && compare(record, { sequenceNumber: reported }) >= 0);
    this.#ids = new Set(again.slice(0, MOST_IDS).map(({ id }) => id));
  }
}

function shardOf({ eventSourceARN, shardId }: LambdaUserRecord): string {
  return eventSourceARN + shardId;
}
