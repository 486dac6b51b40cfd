// What both ways of retrieval give: the pages of a shard, one after the other, to its end.

import type { KinesisRecordInput } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { KnownShard } from "../shards/index.ts";

export interface Page {
  /** As they stand in the shard; there may be none. */
  readonly records: readonly KinesisRecordInput[];
  /** Of the records' data. */
  readonly bytes: number;
  /** 0: at the tip of the shard. */
  readonly millisBehindLatest: number;
  /** Set on the last page of a shard: what it was split or merged into. Empty only where the shard is gone. */
  readonly childShards?: readonly KnownShard[] | undefined;
}

/** Read from a position on. Whatever can pass is waited out inside, and told as an event. */
export interface ShardPages {
  /**
   * The next page, as soon as the service and its limits give one. One call at a time, none after the last page.
   * @throws the signal's reason; `KPL_KIT_READ_FAILED` for what waiting does not change
   */
  next(): Promise<Page>;
}

export interface ShardPagesContext {
  /** Ends all waiting and all connections. */
  readonly signal: AbortSignal;
  /** The service refuses the stored position, as of another stream, or trimmed: reading begins at TRIM_HORIZON. */
  readonly onPositionRefused: (error: unknown) => void;
}

/**
 * A start at a sequence number reads that Kinesis record again, so that the rest of a half-processed aggregate comes; what
 * is finished of it is dropped later.
 */
export type OpenShardPages = (shard: KnownShard, start: Checkpoint, context: ShardPagesContext) => ShardPages;
