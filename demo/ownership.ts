// Which Kinesis records are this run's. Others may write to the stream too, and what was sent again after a lost answer may
// lie there twice.

import { comparePositions, deaggregate, type UserRecord } from "../src/codec/index.ts";
import type { StoredEntry } from "./produce.ts";

/** Unpacked. */
export interface KinesisRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Undefined where a KCL would have dropped them: nobody has seen them. */
  readonly userRecords: readonly UserRecord[] | undefined;
}

/** "again": sent twice, and counted where it was acknowledged. "earlier": from before this run put anything into the shard. */
export type Owner = "own" | "again" | "others" | "earlier";

export class Ownership {
  readonly #acknowledged: ReadonlySet<string>;
  readonly #sentTwice: readonly (readonly UserRecord[])[];
  readonly #firstOf: ReadonlyMap<string, StoredEntry>;
  readonly #shared: boolean;

  constructor(stored: readonly StoredEntry[], shared: boolean) {
    this.#acknowledged = new Set(stored.map(placeOf));
    this.#sentTwice = stored.filter(({ sentTwice }) => sentTwice).map(({ entry }) => deaggregate(entry));
    // The first of each shard overwrites those behind it.
    this.#firstOf = new Map(
      [...stored]
        .sort(comparePositions)
        .reverse()
        .map((entry) => [entry.shardId, entry]),
    );
    this.#shared = shared;
  }

  ownerOf(record: KinesisRecord): Owner {
    if (this.#acknowledged.has(placeOf(record))) return "own";
    if (this.#shared && !this.#isFromThisRunOn(record)) return "earlier";
    const { userRecords } = record;
    if (userRecords && this.#sentTwice.some((sent) => isEqual(sent, userRecords))) return "again";
    // On a stream of its own, what nobody acknowledged still counts: the verdict has to meet it.
    return this.#shared ? "others" : "own";
  }

  #isFromThisRunOn(record: KinesisRecord): boolean {
    const first = this.#firstOf.get(record.shardId);
    return first !== undefined && comparePositions(first, record) <= 0;
  }
}

function placeOf({ sequenceNumber, shardId }: Pick<KinesisRecord, "sequenceNumber" | "shardId">): string {
  return `${shardId}/${sequenceNumber}`;
}

function isEqual(sent: readonly UserRecord[], came: readonly UserRecord[]): boolean {
  return (
    sent.length === came.length &&
    sent.every(({ data, partitionKey }, index) => {
      const other = came[index];
      return other !== undefined && other.partitionKey === partitionKey && Buffer.compare(data, other.data) === 0;
    })
  );
}
