// The consumer of one process: every shard of a stream, without coordination with anybody else.

import type { UserRecord } from "../codec/index.ts";
import { InvalidOptionError } from "../codec/index.ts";
import { createKinesisClient, kinesisCalls } from "../kinesis/index.ts";
import { ReaderBusyError } from "./errors.ts";
import {
  type Batch,
  BatchExchange,
  type Concurrency,
  LoopDelivery,
  type OnRecordFailure,
  ProcessorDelivery,
  RecordDelivery,
  RecordProcessing,
  resolveConcurrency,
  type ShardProcessor,
  Slots,
} from "./processing/index.ts";
import { IteratedShard, type ShardBatches } from "./shard-batches.ts";
import type { ShardStatus } from "./shard-status.ts";
import { type MakeDelivery, StreamEngine } from "./stream-engine.ts";
import { type ReaderSettings, resolveReaderOptions, type StreamReaderOptions } from "./stream-reader-options.ts";

export type MakeShardProcessor = (shard: { readonly shardId: string }) => ShardProcessor;

export interface RecordHandler {
  /** Called once a record, and again if it throws, as `retry` says. What it returns is waited for. */
  readonly record: (record: UserRecord) => Promise<void> | void;
  /** In what order, and how many at once. @defaultValue one record of each shard at a time */
  readonly concurrency?: Partial<Concurrency>;
  /**
   * What becomes of a record that failed as often as `retry` allows. "stop": `run` ends with `KPL_KIT_PROCESSING_FAILED`,
   * and nothing after the record is stored. "skip": it counts as finished. A function takes it over, say to a dead letter
   * queue, and may throw like the handler.
   * @defaultValue "stop"
   */
  readonly onFailure?: OnRecordFailure;
}

/**
 * Reads every shard of a stream, parents before children, deaggregated, resumable inside an aggregate. Every record at least
 * once, in order in its shard and key. One process; nothing is shared with other workers.
 * @example
 * ```ts
 * const reader = new StreamReader({ streamName: "orders", checkpointStore: new FileCheckpointStore("orders.json") });
 * for await (const batch of reader) {
 *   for (const { partitionKey, data } of batch.records) console.log(partitionKey, data.length);
 *   await batch.checkpoint();
 * }
 * ```
 */
export class StreamReader implements AsyncIterable<Batch>, AsyncDisposable {
  readonly #settings: ReaderSettings;
  #engine: StreamEngine | undefined;
  /** Of the one run that a reader has; never rejects. */
  #ended: Promise<void> = Promise.resolve();
  #isStopped = false;

  /** @throws `KPL_KIT_INVALID_OPTION` */
  constructor(options: StreamReaderOptions) {
    this.#settings = resolveReaderOptions(options);
  }

  /**
   * One iteration at a time; leaving the loop stops reading. A batch counts as done when the next one is asked for.
   * @throws `KPL_KIT_READER_BUSY`; from `next()`: `KPL_KIT_READ_FAILED`, `KPL_KIT_CHECKPOINT_FAILED`
   */
  [Symbol.asyncIterator](): AsyncIterator<Batch, undefined> {
    const exchange = new BatchExchange<Batch>();
    return this.#iterate(exchange, ({ checkpointer, signal, watch }) => {
      return new LoopDelivery({ exchange, checkpointer, watch, signal });
    });
  }

  /**
   * The same shard by shard: each is an iterable of its own batches, as soon as its parents are read to their end. Those
   * that nobody iterates are not read.
   * @throws `KPL_KIT_READER_BUSY`; from `next()`: `KPL_KIT_READ_FAILED`, `KPL_KIT_CHECKPOINT_FAILED`
   */
  shards(): AsyncIterableIterator<ShardBatches, undefined> {
    const exchange = new BatchExchange<ShardBatches>();
    const open = new Set<IteratedShard>();
    const iterator = this.#iterate(
      exchange,
      ({ shard, ...context }) => {
        const batches = new IteratedShard(shard, context);
        open.add(batches);
        // Offered once; it goes on by itself. A stop that comes first tells the loop.
        exchange.offer(() => batches, context.signal).catch(() => undefined);
        return batches;
      },
      (end) => {
        for (const batches of open) batches.close(end);
      },
    );
    const iterable: AsyncIterableIterator<ShardBatches, undefined> = {
      ...iterator,
      [Symbol.asyncIterator]: () => iterable,
    };
    return iterable;
  }

  /**
   * With a function: one processor for each shard, called as the KCL calls its own. With `record`: one call a record,
   * checkpointed by itself as they finish. Resolves at the end of `stop()`.
   * @throws `KPL_KIT_READER_BUSY`, `KPL_KIT_READ_FAILED`, `KPL_KIT_PROCESSING_FAILED`, `KPL_KIT_CHECKPOINT_FAILED`,
   * `KPL_KIT_MALFORMED_AGGREGATE` where `onMalformed` says so
   */
  async run(form: MakeShardProcessor | RecordHandler): Promise<void> {
    const makeDelivery = typeof form === "function" ? this.#byProcessor(form) : this.#byRecord(form);
    await this.#start(makeDelivery);
  }

  /** Of every shard that is being read. */
  status(): readonly ShardStatus[] {
    return this.#engine?.status() ?? [];
  }

  /** Nothing new is begun. Resolves when what runs has finished, or `shutdownTimeout` is over. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#engine?.stop();
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #byProcessor(make: MakeShardProcessor): MakeDelivery {
    const { onEvent } = this.#settings;
    return ({ shard, ...context }) => {
      const { shardId } = shard;
      return new ProcessorDelivery({ ...context, shardId, onEvent, processor: make({ shardId }) });
    };
  }

  #byRecord({ concurrency, onFailure = "stop", record: handler }: RecordHandler): MakeDelivery {
    if (typeof handler !== "function") throw new InvalidOptionError("record", handler, "a function");
    if (onFailure !== "stop" && onFailure !== "skip" && typeof onFailure !== "function")
      throw new InvalidOptionError("onFailure", onFailure, "stop, skip, or a function");
    const { onEvent } = this.#settings;
    const { limit, per } = resolveConcurrency(concurrency);
    const slots = new Slots(limit);
    return ({ checkpointer, shard, ...context }) => {
      const onProgress = checkpointer.note.bind(checkpointer);
      const { shardId } = shard;
      const processing = new RecordProcessing({
        ...context,
        shardId,
        handler,
        onFailure,
        slots,
        per,
        onEvent,
        onProgress,
      });
      const { signal, stopShard } = context;
      return new RecordDelivery({ processing, checkpointer, per, signal, stopShard });
    };
  }

  #iterate<Item>(
    exchange: BatchExchange<Item>,
    makeDelivery: MakeDelivery,
    onEnd: (end: { readonly error?: unknown }) => void = () => undefined,
  ): AsyncIterator<Item, undefined> {
    const close = (end: { readonly error?: unknown }): void => {
      onEnd(end);
      exchange.close(end);
    };
    this.#start(makeDelivery).then(
      () => close({}),
      (error: unknown) => close({ error }),
    );
    return {
      next: () => exchange.next(),
      return: async () => {
        exchange.release();
        await this.stop();
        return { done: true, value: undefined };
      },
    };
  }

  /** @throws `KPL_KIT_READER_BUSY` */
  #start(makeDelivery: MakeDelivery): Promise<void> {
    if (this.#isStopped || this.#engine) throw new ReaderBusyError(this.#isStopped ? "stopped" : "reading");
    const own = this.#settings.kinesis ? undefined : createKinesisClient({ retries: "none" });
    const calls = kinesisCalls(this.#settings.kinesis ?? own!);
    this.#engine = new StreamEngine(this.#settings, calls, makeDelivery);
    const running = this.#engine.run().finally(() => {
      this.#isStopped = true;
      own?.destroy();
    });
    this.#ended = running.then(
      () => undefined,
      () => undefined,
    );
    return running;
  }
}
