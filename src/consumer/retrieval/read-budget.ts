// What one shard gives to all who poll it: 5 calls and 2 MiB a second (KINESIS_LIMITS). We keep to it ourselves: a refused
// call costs as much as an answered one, and throttles the shard's other readers too.

import { type Clock, KINESIS_LIMITS } from "../../kinesis/index.ts";

const SECOND_MS = 1_000;
const { readBytesPerSecond: BYTES_PER_SECOND, readCallsPerSecond: CALLS_PER_SECOND } = KINESIS_LIMITS;

export class ReadBudget {
  readonly #clock: Clock;
  /** Starts of the last calls, oldest first, as many as a second admits. By these no second has more, wherever it begins. */
  readonly #startsMs: number[] = [];
  /** When all bytes that were served are paid for, at so many a second. */
  #paidMs = 0;
  /** Until when the shard is in debt. */
  #shutMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until a call may be made; 0 means now. */
  msUntilCall(): number {
    const [oldestMs] = this.#startsMs;
    const isFull = oldestMs !== undefined && this.#startsMs.length >= CALLS_PER_SECOND;
    const openMs = isFull ? Math.max(this.#shutMs, oldestMs + SECOND_MS) : this.#shutMs;
    return Math.max(0, Math.ceil(openMs - this.#clock.monotonicMs()));
  }

  /** Each attempt is a call, whatever becomes of it. */
  takeCall(): void {
    const ms = this.msUntilCall();
    if (ms > 0) throw new Error(`bug: took a call ${ms} ms too early`);
    this.#startsMs.push(this.#clock.monotonicMs());
    if (this.#startsMs.length > CALLS_PER_SECOND) this.#startsMs.shift();
  }

  /**
   * What the answer held, data and partition keys. More than a second's worth shuts the shard until all of it is paid: for
   * 5 s after a page of 10 MiB, as the service does (GetRecords).
   */
  settle(bytes: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#paidMs = Math.max(this.#paidMs, nowMs) + (bytes * SECOND_MS) / BYTES_PER_SECOND;
    if (this.#shutMs > nowMs || this.#paidMs - nowMs >= SECOND_MS) this.#shutMs = this.#paidMs;
  }
}

export interface SharedReadBudget {
  readonly budget: ReadBudget;
  /** Any number of times. */
  release(): void;
}

interface Entry {
  readonly budget: ReadBudget;
  holders: number;
}

/** By stream and shard. Of a clock: what runs in virtual time shares nothing with what does not. */
const registry = new WeakMap<Clock, Map<string, Entry>>();

/** One budget for all who read the shard in this process at a time. Nothing is left once all of them have released it. */
export function sharedReadBudget(clock: Clock, streamName: string, shardId: string): SharedReadBudget {
  const entries = registry.get(clock) ?? new Map<string, Entry>();
  registry.set(clock, entries);
  const key = `${streamName}/${shardId}`;
  const entry = entries.get(key) ?? { budget: new ReadBudget(clock), holders: 0 };
  entries.set(key, entry);
  entry.holders++;
  let isHeld = true;
  return {
    budget: entry.budget,
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      entry.holders--;
      if (entry.holders === 0) entries.delete(key);
    },
  };
}
