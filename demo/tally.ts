// What came back of this run, and how much of others.

import type { SentRecord } from "./input.ts";
import type { ShardLineage } from "./lineage.ts";
import type { KinesisRecord, Ownership } from "./ownership.ts";

export interface ReadShard extends ShardLineage {
  readonly kinesisRecords: number;
  readonly userRecords: number;
}

export interface ReadBack {
  /** In the order of reading. */
  readonly records: readonly SentRecord[];
  /** As listed afterwards. */
  readonly shards: readonly ReadShard[];
  /** User records that a KCL would have dropped, and those that were no sound aggregate. */
  readonly dropped: number;
  readonly malformed: number;
  /** Kinesis records that lie in the stream again, after an answer that never came. */
  readonly explainedDuplicates: number;
  /** Kinesis records of other writers. */
  readonly foreign: number;
}

export class Tally {
  readonly #ownership: Ownership;
  readonly #records: SentRecord[] = [];
  readonly #shards = new Map<string, { kinesisRecords: number; userRecords: number }>();
  readonly #counts = { dropped: 0, malformed: 0, explainedDuplicates: 0, foreign: 0 };

  constructor(ownership: Ownership) {
    this.#ownership = ownership;
  }

  /** Returns how many user records of it are this run's. */
  add({ userRecords = [], ...place }: KinesisRecord): number {
    if (!this.#isOwn({ ...place, userRecords })) return 0;
    for (const { data, malformed, partitionKey = "" } of userRecords) {
      if (malformed !== undefined) this.#counts.malformed++;
      this.#records.push({ partitionKey, data });
    }
    this.#count(place.shardId, userRecords.length);
    return userRecords.length;
  }

  drop(place: Omit<KinesisRecord, "userRecords">, userRecords: number): void {
    if (!this.#isOwn({ ...place, userRecords: undefined })) return;
    this.#counts.dropped += userRecords;
    this.#count(place.shardId, 0);
  }

  of(shards: readonly ShardLineage[]): ReadBack {
    const nothing = { kinesisRecords: 0, userRecords: 0 };
    return {
      records: this.#records,
      shards: shards.map((shard) => ({ ...shard, ...(this.#shards.get(shard.shardId) ?? nothing) })),
      ...this.#counts,
    };
  }

  #isOwn(record: KinesisRecord): boolean {
    const owner = this.#ownership.ownerOf(record);
    if (owner === "again") this.#counts.explainedDuplicates++;
    if (owner === "others") this.#counts.foreign++;
    return owner === "own";
  }

  #count(shardId: string, userRecords: number): void {
    const counted = this.#shards.get(shardId) ?? { kinesisRecords: 0, userRecords: 0 };
    counted.kinesisRecords++;
    counted.userRecords += userRecords;
    this.#shards.set(shardId, counted);
  }
}
