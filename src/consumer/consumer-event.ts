// What a consumer tells of itself: one closed union, for logs, metrics and tests.

import type { MalformedReason, Position } from "../codec/index.ts";
import type { KinesisFailure } from "../kinesis/index.ts";

/** Of Kinesis, of the checkpoint store, or the user's own code. */
export type ConsumerOperation =
  | "ListShards"
  | "GetShardIterator"
  | "GetRecords"
  | "SubscribeToShard"
  | "DescribeStreamSummary"
  | "DescribeStreamConsumer"
  | "RegisterStreamConsumer";

interface OfShard {
  readonly shardId: string;
}

export type ConsumerEvent =
  /** All shards of the stream, as listed. */
  | { readonly type: "shards-listed"; readonly shardIds: readonly string[] }
  /** Its parents are finished, and it is read from this position on. */
  | (OfShard & { readonly type: "shard-started"; readonly position: Position })
  /** All of it is finished. Without children it was deleted, or trimmed away. */
  | (OfShard & { readonly type: "shard-ended"; readonly childShardIds: readonly string[] })
  /** One answer of GetRecords, or one event of a subscription. `durationMs`: of the call, or of the wait for the event. */
  | (OfShard & {
      readonly type: "page-retrieved";
      readonly kinesisRecords: number;
      readonly bytes: number;
      readonly millisBehindLatest: number;
      readonly durationMs: number;
    })
  /** The user's code is done with a batch, or in the record form with a page. */
  | (OfShard & {
      readonly type: "batch-processed";
      readonly userRecords: number;
      readonly bytes: number;
      readonly millisBehindLatest: number;
      readonly durationMs: number;
    })
  /** A call failed. `retryInMs` undefined: it is not made again as it was; reading goes on by another, or ends. */
  | {
      readonly type: "call-failed";
      readonly operation: ConsumerOperation;
      readonly shardId?: string | undefined;
      readonly failure: KinesisFailure;
      readonly error: unknown;
      /** In a row, this one included. */
      readonly failures: number;
      readonly retryInMs: number | undefined;
    }
  /** It could be used for five minutes. A new one is taken after the last record that was fetched. */
  | (OfShard & { readonly type: "iterator-expired" })
  /** The service says that a shard ends, and not with which children, or the other way round: it is asked again. */
  | (OfShard & { readonly type: "shard-end-unconfirmed"; readonly childShardIds: readonly string[] })
  | (OfShard & { readonly type: "subscription-started" })
  /** `silent`: nothing came for 35 s, not even an empty event. */
  | (OfShard & { readonly type: "subscription-ended"; readonly reason: "ended" | "silent" | "failed" })
  /**
   * Retention has overtaken the stored position: what lay between it and the first record left cannot be read any more.
   * `missingMs`: at most so much of the stream's time, where the stored position tells its own.
   */
  | (OfShard & {
      readonly type: "position-trimmed";
      readonly position: Position;
      readonly missingMs: number | undefined;
    })
  /** The service does not take the stored position, as after the stream was made anew: the shard is read from its beginning. */
  | (OfShard & { readonly type: "position-refused"; readonly position: Position; readonly error: unknown })
  /** Members outside the shard's range that a `rangeFilter` drops, or a malformed record that `onMalformed` skips. */
  | (OfShard & {
      readonly type: "records-dropped";
      readonly sequenceNumber: string | undefined;
      readonly userRecords: number;
      readonly reason: "outside-range" | MalformedReason;
    })
  | (OfShard & { readonly type: "checkpointed"; readonly position: Position; readonly durationMs: number })
  /** `retryInMs` undefined: it is not tried again. */
  | (OfShard & {
      readonly type: "checkpoint-failed";
      readonly position: Position;
      readonly error: unknown;
      readonly failures: number;
      readonly retryInMs: number | undefined;
    })
  /** The user's code threw. `retryInMs` undefined: `onFailure` decides. */
  | (OfShard & {
      readonly type: "processing-failed";
      /** Of the record, or of the first record of the batch. */
      readonly position: Position;
      readonly error: unknown;
      readonly failures: number;
      readonly retryInMs: number | undefined;
    })
  /** Failed for good, and given up because `onFailure` says so, or taken over by it. */
  | (OfShard & { readonly type: "record-given-up"; readonly position: Position; readonly how: "skipped" | "diverted" })
  /** It was still being processed when `shutdownTimeout` was over. It comes again. */
  | (OfShard & { readonly type: "abandoned"; readonly userRecords: number });

export type OnConsumerEvent = (event: ConsumerEvent) => void;
