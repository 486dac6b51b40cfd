// What every side of the comparison does. Each keeps its own loops: shared ones would see the objects of all sides, and
// V8 would make none of them fast.

import type { BenchRecord, Load } from "./corpus.ts";
import type { Shape } from "./shapes.ts";

export type Direction = "encode" | "decode";

export interface Codec {
  readonly name: string;
  /** Why it takes no part in a row, if so. */
  refuses(direction: Direction, shape: Shape): string | undefined;
  encoder(load: Load): Job<PackedAnswer>;
  /** `frames` are the load's aggregates, packed. */
  decoder(load: Load, frames: readonly Uint8Array[]): Job<UnpackedAnswer>;
}

export interface Job<Answer> {
  /** One pass over the load. Returns a tally of all that it read: nothing of it can be optimized away. */
  run(): number;
  /** What `run` must return, told from the corpus. */
  readonly expected: number;
  /** The same work's results, to be compared before anything is timed. */
  answers(): Answer[];
}

/** A Kinesis record to put. `ExplicitHashKey` is `undefined` where the rival's API gives none. */
export interface PackedAnswer {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
}

export interface UnpackedAnswer {
  readonly partitionKey: string | undefined;
  readonly explicitHashKey: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly subSequenceNumber: number;
  readonly data: Buffer;
}

export const SEQUENCE_NUMBER = "49645115243942839483948394839483948394839483948394839483";

/** The tally of a decoder whose data are bytes: length, first and last unit of every key and of all data. */
export function tallyOfBytes(records: readonly BenchRecord[]): number {
  let tally = 0;
  for (const { partitionKey, data } of records) {
    tally += partitionKey.length + partitionKey.charCodeAt(0) + data.length + data[0]! + data.at(-1)!; // none is empty
  }
  return tally;
}

/** The tally of an encoder. */
export function tallyOfEntries(entries: readonly PackedAnswer[]): number {
  let tally = 0;
  for (const { data, partitionKey } of entries) tally += data.length + data.at(-1)! + partitionKey.length; // nor this
  return tally;
}
