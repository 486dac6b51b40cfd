// User records that were done when their batch failed, for a function instance that gets the batch again. A convenience, not a
// promise: another instance knows nothing of it. Whatever must happen once wants a store, with the record's id as its key.

import { compare } from "./sequence-number.ts";
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
    const [first] = done;
    if (!first) return;
    const shard = shardOf(first);
    const isSame = shard === this.#shard;
    if (!(reported || isSame)) return;
    // What was done the time before, and was not come to this time, is done still.
    const ids = new Set([...done.map(({ id }) => id), ...(isSame ? this.#ids : [])]);
    const again = [...ids].filter((id) => reported && compare(id.split(":")[1]!, reported) >= 0); // shard:number:sub
    this.#shard = shard;
    this.#ids = new Set(again.slice(0, MOST_IDS));
  }
}

function shardOf({ eventSourceARN, shardId }: LambdaUserRecord): string {
  return eventSourceARN + shardId;
}
