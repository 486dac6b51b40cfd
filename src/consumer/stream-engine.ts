// Reads all shards of a stream, parents before children, each through a delivery of its own, until it is stopped or one of
// them fails. How the user's code is called is not its business.

import type { KinesisCalls } from "../kinesis/index.ts";
import { type Checkpoint, positionOf } from "./checkpoint.ts";
import { CheckpointFailedError, ReaderStoppedError } from "./errors.ts";
import {
  BatchWatch,
  Checkpointer,
  type RetryContext,
  SHARD_END,
  type ShardDelivery,
  ShardLoop,
} from "./processing/index.ts";
import {
  fanOutPages,
  type OpenShardPages,
  PrefetchBudget,
  PrefetchedPages,
  pollingPages,
  registerConsumer,
} from "./retrieval/index.ts";
import type { ServiceCallContext } from "./service-call.ts";
import type { ShardStatus } from "./shard-status.ts";
import { type KnownShard, Lineage, listAllShards, type ReadableShard, startingPositions } from "./shards/index.ts";
import type { ReaderSettings } from "./stream-reader-options.ts";

/** What a form of reading is given of a shard. */
export interface ShardToDeliver extends RetryContext {
  readonly shard: KnownShard;
  readonly start: Checkpoint;
  readonly checkpointer: Checkpointer;
  readonly watch: BatchWatch;
  /** Reads no more of it, and nothing of its children. */
  readonly stopShard: () => void;
}

export type MakeDelivery = (shard: ShardToDeliver) => ShardDelivery;

interface Running {
  readonly checkpointer: Checkpointer;
  readonly delivery: ShardDelivery;
  readonly ended: Promise<void>;
  millisBehindLatest: number | undefined;
}

/** At the start a stream that is not there, or a wrong endpoint, should show; later everything that can pass is waited out. */
const MOST_FAILURES_AT_START = 10;
/** Until a listing shows a shard that has just come to be. */
const LISTING_MS = 1_000;
/** Longer than any listing is stale. */
const MOST_STALE_LISTINGS = 60;
/** Of LATEST: clocks differ, and what comes twice does no harm. */
const CLOCK_SKEW_MS = 5_000;

export class StreamEngine {
  readonly #settings: ReaderSettings;
  readonly #calls: KinesisCalls;
  readonly #makeDelivery: MakeDelivery;
  readonly #stopping: AbortController = new AbortController();
  readonly #budget: PrefetchBudget;
  readonly #running = new Map<string, Running>();
  /** Of every shard that was begun: whoever is late may store as long as the reader reads, and not after. */
  readonly #checkpointers = new Set<Checkpointer>();
  #lineage: Lineage = new Lineage();
  #openPages: OpenShardPages | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isListing = false;
  #allEnded: () => void = () => undefined;

  constructor(settings: ReaderSettings, calls: KinesisCalls, makeDelivery: MakeDelivery) {
    this.#settings = settings;
    this.#calls = calls;
    this.#makeDelivery = makeDelivery;
    this.#budget = new PrefetchBudget(settings.prefetch);
  }

  /** Resolves once it was stopped, or every shard has ended. @throws what made it end */
  async run(): Promise<void> {
    const { signal } = this.#settings;
    const stop = (): void => this.stop();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    const waiting = new AbortController();
    // A store that never answers must not hold a stop either.
    await Promise.race([this.#readAll(), this.#shutdownTimeout(waiting.signal)]);
    waiting.abort();
    signal?.removeEventListener("abort", stop);
    this.#close();
    if (this.#failure) throw this.#failure.error;
  }

  /** Nothing new is begun; `run` resolves when what runs has finished, or `shutdownTimeout` is over. */
  stop(): void {
    if (!this.#stopping.signal.aborted) this.#stopping.abort(new ReaderStoppedError());
    this.#allEnded();
  }

  status(): ShardStatus[] {
    return [...this.#running].map(([shardId, { checkpointer, millisBehindLatest }]) => {
      return { shardId, position: positionOf(checkpointer.stored), millisBehindLatest };
    });
  }

  get #context(): ServiceCallContext {
    const { clock, onEvent, random } = this.#settings;
    return { clock, onEvent, random, signal: this.#stopping.signal };
  }

  /** Never rejects. */
  async #readAll(): Promise<void> {
    const allEnded = new Promise<void>((resolve) => {
      this.#allEnded = resolve;
    });
    try {
      await this.#begin();
    } catch (error) {
      if (!this.#isOwnAbort(error)) this.#fail(error);
    }
    if (!this.#stopping.signal.aborted) await allEnded;
    await Promise.all([...this.#running.values()].map((shard) => shard.ended));
    // Those that nobody waited for.
    await Promise.all([...this.#checkpointers].map((checkpointer) => checkpointer.written()));
  }

  /** Resolves so long after the stop; never, if `over` comes before. */
  #shutdownTimeout(over: AbortSignal): Promise<void> {
    const { clock, shutdownTimeout } = this.#settings;
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      const wait = (): void => {
        // Aborted: nobody waits for it any more.
        clock.sleep(shutdownTimeout, over).then(resolve, () => undefined);
      };
      if (signal.aborted) return wait();
      signal.addEventListener("abort", wait, { once: true });
      over.addEventListener("abort", () => signal.removeEventListener("abort", wait), { once: true });
    });
  }

  async #begin(): Promise<void> {
    const { checkpointStore, clock, initialPosition, onEvent, stream } = this.#settings;
    this.#stopping.signal.throwIfAborted();
    const nowMs = clock.now() - CLOCK_SKEW_MS;
    const stored = await checkpointStore.load(stream.name);
    this.#openPages = await this.#retrieval();
    const listed = await listAllShards({ ...this.#context, calls: this.#calls, stream }, MOST_FAILURES_AT_START);
    onEvent({ type: "shards-listed", shardIds: listed.map(({ shardId }) => shardId) });
    const { starts, toStore } = startingPositions({ listed, stored, initialPosition, nowMs });
    for (const [shardId, checkpoint] of toStore) {
      this.#stopping.signal.throwIfAborted();
      await this.#store(shardId, checkpoint);
    }
    this.#lineage = new Lineage(stored);
    this.#lineage.addListed(listed, starts);
    this.#stopping.signal.throwIfAborted();
    this.#readOn();
  }

  async #store(shardId: string, checkpoint: Checkpoint): Promise<void> {
    const { checkpointStore, stream } = this.#settings;
    try {
      await checkpointStore.save(stream.name, shardId, checkpoint);
    } catch (cause) {
      throw new CheckpointFailedError(shardId, checkpoint, cause);
    }
  }

  async #retrieval(): Promise<OpenShardPages> {
    const { idleTimeBetweenReads, maxRecords, respectReadLimits, retrieval, stream } = this.#settings;
    const context = { ...this.#context, calls: this.#calls, stream };
    if (retrieval === "polling")
      return pollingPages({ ...context, idleTimeBetweenReads, maxRecords, respectReadLimits });
    const { consumerName } = retrieval;
    const consumer = { streamName: stream.name, streamARN: stream.arn, consumerName };
    return fanOutPages({ ...context, streamName: stream.name, consumerARN: await registerConsumer(context, consumer) });
  }

  #readOn(): void {
    if (this.#stopping.signal.aborted) return;
    for (const readable of this.#lineage.takeReadable()) this.#read(readable);
    if (this.#lineage.needsListing)
      void this.#list(); // it handles its errors
    // What still waits then waits for a shard whose own loop was left.
    else if (this.#running.size === 0) this.#allEnded();
  }

  #read({ shard, start }: ReadableShard): void {
    const { batchBytes, clock, onEvent, onMalformed, rangeFilter, random, retry, reusePages } = this.#settings;
    const stopping = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, stopping.signal]);
    const stopShard = (): void => stopping.abort(new ReaderStoppedError());
    const { shardId } = shard;
    onEvent({ type: "shard-started", shardId, position: positionOf(start) });
    const checkpointer = new Checkpointer(shardId, start, {
      ...this.#context,
      store: this.#settings.checkpointStore,
      streamName: this.#settings.stream.name,
      intervalMs: this.#settings.checkpointInterval,
    });
    this.#checkpointers.add(checkpointer);
    const watch = new BatchWatch({ clock, onEvent });
    const delivery = this.#makeDelivery({ shard, start, checkpointer, watch, clock, random, retry, signal, stopShard });
    const loop = new ShardLoop({
      shard,
      start,
      delivery,
      onEvent,
      onMalformed,
      rangeFilter,
      batchBytes,
      reusePages,
      signal,
      nowMs: () => clock.now(),
      onMillisBehindLatest: (millisBehindLatest) => {
        running.millisBehindLatest = millisBehindLatest;
      },
    });
    const source = this.#openPages!(shard, start, {
      signal,
      onPositionRefused: (error) => loop.onPositionRefused(error),
    });
    const pages = new PrefetchedPages(source, this.#budget, signal);
    const ended = loop
      .run(pages)
      .then((children) => {
        if (children) this.#end(shardId, children);
        else this.#leave(shardId);
      })
      // Also of what the user's code throws when a child begins.
      .catch((error: unknown) => this.#fail(error));
    const running: Running = { checkpointer, delivery, ended, millisBehindLatest: undefined };
    this.#running.set(shardId, running);
  }

  #end(shardId: string, children: readonly KnownShard[]): void {
    this.#running.delete(shardId);
    this.#lineage.finish(shardId, children);
    this.#readOn();
  }

  /** The reader stops, or somebody has left the shard's own loop. When all are left, nothing ever comes again. */
  #leave(shardId: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#running.delete(shardId);
    this.#readOn();
  }

  /** A listing that shows the child tells whether a parent that was never seen is still there. */
  async #list(): Promise<void> {
    if (this.#isListing) return;
    this.#isListing = true;
    try {
      for (let listings = 1; this.#lineage.needsListing; listings++) {
        const { clock, onEvent, stream } = this.#settings;
        const listed = await listAllShards({ ...this.#context, calls: this.#calls, stream });
        onEvent({ type: "shards-listed", shardIds: listed.map(({ shardId }) => shardId) });
        this.#lineage.addListed(listed);
        if (listings % MOST_STALE_LISTINGS === 0) this.#reopen();
        if (this.#lineage.needsListing) await clock.sleep(LISTING_MS, this.#stopping.signal);
      }
      this.#isListing = false;
      this.#readOn();
    } catch (error) {
      this.#isListing = false;
      if (!this.#isOwnAbort(error)) this.#fail(error);
    }
  }

  #reopen(): void {
    const position = { sequenceNumber: SHARD_END.sequenceNumber };
    for (const { shardId } of this.#lineage.reopen()) {
      const error = new Error(`${shardId} was finished, and is open: it is of another stream`);
      this.#settings.onEvent({ type: "position-refused", shardId, position, error });
    }
  }

  #isOwnAbort(error: unknown): boolean {
    const { signal } = this.#stopping;
    return signal.aborted && error === signal.reason;
  }

  /** The first failure is the one that is told; all shards stop for it. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  #close(): void {
    this.stop();
    // Of those that have finished, it finds nothing.
    for (const { delivery } of this.#running.values()) delivery.abandon();
    // Another reader may go on from what is stored now: nothing may turn it back.
    for (const checkpointer of this.#checkpointers) checkpointer.close(new ReaderStoppedError());
  }
}
