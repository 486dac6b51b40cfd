// How far a shard has been processed, and where that is kept.

import type { Position, UserRecord } from "../codec/index.ts";

export interface Checkpoint extends Position {
  /**
   * With AT_TIMESTAMP, where to start. With a sequence number, when that record arrived, if known: it tells how much is
   * missing once retention has overtaken it.
   */
  readonly timestamp?: Date | undefined;
}

/** Where a reader keeps its checkpoints. A shard is written by one reader at a time, one write after the other. */
export interface CheckpointStore {
  /** By shard id; empty for a stream that nobody has read. */
  load(streamName: string): Promise<ReadonlyMap<string, Checkpoint>>;
  /** Resolves once it would survive what the store survives. */
  save(streamName: string, shardId: string, checkpoint: Checkpoint): Promise<void>;
}

/** Where it is, without when. */
export function positionOf({ sequenceNumber, subSequenceNumber }: Position): Position {
  return { sequenceNumber, subSequenceNumber };
}

/** Up to and with the record. Kinesis numbers every record; one without a number is no place to go on from. */
export function checkpointAt(record: UserRecord): Checkpoint | undefined {
  const { approximateArrivalTimestamp: timestamp, sequenceNumber, subSequenceNumber } = record;
  if (sequenceNumber === undefined) return undefined;
  return { sequenceNumber, subSequenceNumber, ...(timestamp ? { timestamp } : {}) };
}

/** Kinesis numbers every record; one without a number lies before all that have one. */
export function positionOfRecord({ sequenceNumber = "TRIM_HORIZON", subSequenceNumber }: UserRecord): Position {
  return { sequenceNumber, subSequenceNumber };
}
