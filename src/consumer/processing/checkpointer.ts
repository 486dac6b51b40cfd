// One shard's checkpoints on their way to the store: one write after the other, never an older position after a newer one,
// and of those that wait only the newest.

import { comparePositions, KplKitError } from "../../codec/index.ts";
import { type Clock, fullJitter } from "../../kinesis/index.ts";
import { type Checkpoint, type CheckpointStore, positionOf } from "../checkpoint.ts";
import type { OnConsumerEvent } from "../consumer-event.ts";
import { CheckpointFailedError } from "../errors.ts";

export interface CheckpointerContext {
  readonly store: CheckpointStore;
  readonly streamName: string;
  /** Between two writes of positions that are only noted, in milliseconds. */
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onEvent: OnConsumerEvent;
}

interface Waiter {
  readonly checkpoint: Checkpoint;
  resolve(): void;
  reject(error: unknown): void;
}

const MOST_FAILURES = 5;
const BACKOFF = { baseMs: 100, capMs: 5_000 };

export class Checkpointer {
  readonly #context: CheckpointerContext;
  readonly #shardId: string;
  /** The store's, as far as we know. */
  #stored: Checkpoint;
  /** The newest that the store was asked for. It may have it, whatever it answered: nothing older may follow. */
  #asked: Checkpoint | undefined;
  #noted: Checkpoint | undefined;
  #waiters: Waiter[] = [];
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;
  readonly #closing: AbortController = new AbortController();

  constructor(shardId: string, start: Checkpoint, context: CheckpointerContext) {
    this.#shardId = shardId;
    this.#stored = start;
    this.#context = context;
  }

  get stored(): Checkpoint {
    return this.#stored;
  }

  /**
   * Resolves once the position, or one beyond it, is stored; at once if one is already.
   * @throws `KPL_KIT_CHECKPOINT_FAILED`
   */
  save(checkpoint: Checkpoint): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this.#closing;
      if (signal.aborted) throw new CheckpointFailedError(this.#shardId, checkpoint, signal.reason);
      this.#waiters.push({ checkpoint, resolve, reject });
      this.#write();
    });
  }

  /** Stored at the latest an interval from now. What fails then is told as an event, and noted again. */
  note(checkpoint: Checkpoint): void {
    this.#noted = checkpoint;
    if (this.#closing.signal.aborted) return;
    const { clock, intervalMs } = this.#context;
    this.#cancelTimer ??= clock.timer(
      intervalMs,
      () => {
        this.#cancelTimer = undefined;
        // Told as an event.
        this.flush().catch(() => this.#noted && this.note(this.#noted));
      },
      { unref: true },
    );
  }

  /** Stores what was noted. @throws `KPL_KIT_CHECKPOINT_FAILED` */
  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const noted = this.#noted;
    this.#noted = undefined;
    if (!noted) return;
    try {
      await this.save(noted);
    } catch (error) {
      // A quiet shard may never note another one.
      if (!this.#noted || comparePositions(noted, this.#noted) > 0) this.#noted = noted;
      throw error;
    }
  }

  /** Resolves when nothing is being written. Never rejects. */
  async written(): Promise<void> {
    while (this.#isWriting) await this.#writing;
  }

  /** Nothing is stored from now on, and nothing is tried again: another reader may have taken over. */
  close(why: Error): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(why);
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    // The store may never answer.
    this.#rejectAll(why);
  }

  #write(): void {
    if (this.#isWriting) return;
    this.#settle();
    const newest = this.#newest();
    if (!newest) return;
    this.#asked = newest;
    this.#isWriting = true;
    this.#writing = this.#store(newest).then(
      () => {
        this.#stored = newest;
        this.#isWriting = false;
        this.#write();
      },
      (cause: unknown) => {
        this.#isWriting = false;
        this.#rejectAll(cause);
      },
    );
  }

  #rejectAll(cause: unknown): void {
    for (const waiter of this.#waiters.splice(0))
      waiter.reject(new CheckpointFailedError(this.#shardId, waiter.checkpoint, cause));
  }

  /** Those that the store already covers. */
  #settle(): void {
    const left: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (comparePositions(waiter.checkpoint, this.#stored) <= 0) waiter.resolve();
      else left.push(waiter);
    }
    this.#waiters = left;
  }

  /** Undefined: nobody waits. */
  #newest(): Checkpoint | undefined {
    let newest = this.#waiters.length > 0 ? this.#asked : undefined;
    for (const { checkpoint } of this.#waiters)
      if (!newest || comparePositions(checkpoint, newest) > 0) newest = checkpoint;
    return newest;
  }

  async #store(checkpoint: Checkpoint): Promise<void> {
    const { clock, onEvent, random, store, streamName } = this.#context;
    const backoff = fullJitter({ ...BACKOFF, random });
    const position = positionOf(checkpoint);
    for (let failures = 1; ; failures++) {
      const startedMs = clock.monotonicMs();
      try {
        await store.save(streamName, this.#shardId, checkpoint);
        const durationMs = clock.monotonicMs() - startedMs;
        onEvent({ type: "checkpointed", shardId: this.#shardId, position, durationMs });
        return;
      } catch (error) {
        const isFinal = failures >= MOST_FAILURES || (error instanceof KplKitError && !error.retryable);
        const retryInMs = isFinal ? undefined : backoff(failures);
        onEvent({ type: "checkpoint-failed", shardId: this.#shardId, position, error, failures, retryInMs });
        if (retryInMs === undefined) throw error;
        await clock.sleep(retryInMs, this.#closing.signal);
      }
    }
  }
}
