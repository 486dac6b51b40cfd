// How far a shard has been processed, and where that is kept.

import type { Position } from "../codec/index.ts";

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
