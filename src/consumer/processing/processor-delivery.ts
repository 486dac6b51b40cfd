// For `run(processor)`, as the KCL calls its processors: initialize, processRecords batch by batch, then shardEnded or
// shutdownRequested. Unlike the KCL, a batch whose processing threw is tried again, and never skipped.

import type { Position } from "../../codec/index.ts";
import { type Checkpoint, positionOf, positionOfRecord } from "../checkpoint.ts";
import type { OnConsumerEvent } from "../consumer-event.ts";
import { ProcessingFailedError } from "../errors.ts";
import { type Batch, DeliveredBatch, SHARD_END } from "./batch.ts";
import type { BatchWatch } from "./batch-watch.ts";
import type { Checkpointer } from "./checkpointer.ts";
import { type RetryContext, runWithRetries } from "./retry-policy.ts";
import type { DeliveredPage, PackedPage, ShardDelivery } from "./shard-delivery.ts";

/** KCL: `ShardRecordProcessor`. One for each shard; its methods are never called at the same time. */
export interface ShardProcessor {
  initialize?(shard: { readonly shardId: string; readonly position: Position }): Promise<void> | void;
  /** One batch at a time, in order. If it throws it is called again with the same batch, as `retry` says; then the reader stops. */
  processRecords(batch: Batch): Promise<void>;
  /** All of the shard is processed. Its checkpoint stores SHARD_END. */
  shardEnded?(batch: Pick<Batch, "shardId" | "checkpoint">): Promise<void> | void;
  /** Another worker has taken the shard over; a StreamReader, which shares with nobody, never calls it. */
  leaseLost?(shard: { readonly shardId: string }): Promise<void> | void;
  /** The reader stops: the last moment to checkpoint what was processed. */
  shutdownRequested?(batch: Pick<Batch, "shardId" | "checkpoint">): Promise<void> | void;
}

export interface ProcessorDeliveryOptions extends RetryContext {
  readonly shardId: string;
  readonly start: Checkpoint;
  readonly processor: ShardProcessor;
  readonly checkpointer: Checkpointer;
  readonly watch: BatchWatch;
  readonly onEvent: OnConsumerEvent;
}

export class ProcessorDelivery implements ShardDelivery {
  readonly takesWholePages: boolean = false;
  readonly #options: ProcessorDeliveryOptions;
  /** The end of what was processed last. */
  #last: Checkpoint | undefined;
  #processing = 0;

  constructor(options: ProcessorDeliveryOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    const { processor, shardId, start } = this.#options;
    const position = positionOf(start);
    await this.#retried(position, () => processor.initialize?.({ shardId, position }));
  }

  async deliver(packed: PackedPage): Promise<void> {
    try {
      for (let page = packed.unpackNext(); page; page = packed.unpackNext()) await this.#process(page);
    } finally {
      packed.release();
    }
  }

  async end(): Promise<void> {
    const { processor } = this.#options;
    await this.#retried(SHARD_END, () => processor.shardEnded?.(this.#checkpointable(SHARD_END)));
  }

  async stop(): Promise<void> {
    const { onEvent, processor, shardId, start } = this.#options;
    const position = this.#last ?? start;
    try {
      await processor.shutdownRequested?.(this.#checkpointable(this.#last));
    } catch (error) {
      onEvent({ type: "processing-failed", shardId, position, error, failures: 1, retryInMs: undefined });
      throw new ProcessingFailedError(shardId, position, 1, error);
    }
  }

  abandon(): void {
    const { onEvent, shardId } = this.#options;
    if (this.#processing > 0) onEvent({ type: "abandoned", shardId, userRecords: this.#processing });
  }

  async #process(page: DeliveredPage): Promise<void> {
    const { checkpointer, processor, signal, watch } = this.#options;
    try {
      const [first] = page.records;
      if (first) {
        signal.throwIfAborted();
        const batch = new DeliveredBatch(page, page.end, checkpointer);
        const done = watch.begin(page);
        this.#processing = page.records.length;
        await this.#retried(positionOfRecord(first), () => processor.processRecords(batch));
        done();
      }
      this.#last = page.end ?? this.#last;
    } finally {
      this.#processing = 0;
      page.release();
    }
  }

  #checkpointable(end: Checkpoint | undefined): Pick<Batch, "shardId" | "checkpoint"> {
    const { checkpointer, shardId } = this.#options;
    const page = { shardId, records: [], bytes: 0, millisBehindLatest: 0, release: () => undefined };
    return new DeliveredBatch({ ...page, isShardEnd: end === SHARD_END }, end, checkpointer);
  }

  /** @throws `KPL_KIT_PROCESSING_FAILED`; the signal's reason, if the reader stops before it has succeeded */
  async #retried(position: Position, attempt: () => unknown): Promise<void> {
    const { onEvent, shardId, signal } = this.#options;
    const outcome = await runWithRetries(this.#options, attempt, (failed) =>
      onEvent({ type: "processing-failed", shardId, position, ...failed }),
    );
    if (outcome.kind === "abandoned") throw signal.reason;
    if (outcome.kind === "failed") throw new ProcessingFailedError(shardId, position, outcome.failures, outcome.error);
  }
}
