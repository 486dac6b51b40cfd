// Time that stands still until a test moves it. What runs on it is the same in every run: one timer after the other, each
// with all that it starts, whatever the machine is doing meanwhile.

import { setImmediate } from "node:timers";
import { InvalidOptionError } from "../codec/index.ts";
import type { Clock } from "../kinesis/index.ts";
import { VirtualClockBusyError, VirtualClockLimitError, VirtualClockStuckError } from "./errors.ts";
import { type Timer, TimerQueue } from "./timer-queue.ts";

export interface VirtualClockOptions {
  /**
   * Wall time at the start, milliseconds since the epoch.
   * @defaultValue midnight UTC, 1 January 2026
   */
  readonly startMs?: number;
}

export interface VirtualTimeLimit {
  /**
   * How far virtual time may go, in milliseconds; Infinity for as far as there are timers.
   * @defaultValue a day: what arms itself again for ever would else run for ever
   */
  readonly limitMs?: number;
}

const DAY_MS = 86_400_000;

// Taken now: a test framework's fake timers replace it, the module's own included.
const onNextTurn = setImmediate;

/** Promises chained to any length have run before the next turn begins; real I/O has not. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    onNextTurn(resolve);
  });
}

/**
 * A `Clock` for tests. Timers run by due time, then by order of creation, at exactly their due time, and each with the
 * promises that it settles, however long their chain, before the next. No real I/O under virtual time: nothing waits for
 * it, and what it brings comes at no particular instant.
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const slept = clock.sleep(3_600_000);
 * await clock.runUntil(slept); // an hour later, at once
 * ```
 */
export class VirtualClock implements Clock {
  readonly #timers: TimerQueue = new TimerQueue();
  #monotonicMs = 0;
  #wallAheadMs: number;
  #isRunning = false;

  /** @throws `KPL_KIT_INVALID_OPTION` */
  constructor({ startMs = Date.UTC(2026, 0, 1) }: VirtualClockOptions = {}) {
    this.#wallAheadMs = finite("startMs", startMs);
  }

  /** Whole milliseconds, as `Date.now()`. */
  now(): number {
    return Math.floor(this.#wallAheadMs + this.#monotonicMs);
  }

  /** Since the clock was made. */
  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /**
   * Resolves when a test has moved the time by `ms`; never, if that is Infinity.
   * @throws the signal's reason; `KPL_KIT_INVALID_OPTION` for NaN
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.timer(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /**
   * Runs once a test has moved the time by `ms`, never before it is moved, though `ms` be 0 or past. `runAll` does not
   * wait for an unref'ed one.
   * @throws `KPL_KIT_INVALID_OPTION` for NaN, which the machine's clock would take as 0: a test should see it
   */
  timer(ms: number, run: () => void, { unref = false }: { readonly unref?: boolean } = {}): () => void {
    if (typeof ms !== "number" || Number.isNaN(ms)) throw new InvalidOptionError("ms", ms, "a number");
    const timer = this.#timers.add(this.#monotonicMs + Math.max(0, ms), run, unref);
    return () => this.#timers.remove(timer);
  }

  /** Timers that have neither run nor been cancelled, unref'ed and endless ones included. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the next of them is due, by `monotonicMs`. */
  get nextDueMs(): number | undefined {
    return this.#timers.first?.dueMs;
  }

  /**
   * Lets `ms` pass, 0 or more: runs what falls due within, the end included, and ends there exactly.
   * @throws what a timer throws, at that timer's time: the rest then waits for the next call. `KPL_KIT_INVALID_OPTION`,
   * `KPL_KIT_VIRTUAL_CLOCK_BUSY`
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + notNegative("ms", finite("ms", ms));
    await this.#run(
      "advance",
      ({ dueMs }) => dueMs <= endMs,
      () => {
        this.#monotonicMs = endMs;
      },
    );
  }

  /**
   * Lets time pass until the promise settles, and gives its outcome. Unref'ed timers run like the others: what waits in a
   * process keeps that process alive.
   * @throws what the promise rejects with, or a timer throws; `KPL_KIT_VIRTUAL_CLOCK_STUCK` when no timer is left,
   * `KPL_KIT_VIRTUAL_CLOCK_LIMIT`, `KPL_KIT_VIRTUAL_CLOCK_BUSY`, `KPL_KIT_INVALID_OPTION`
   */
  async runUntil<T>(promise: PromiseLike<T>, { limitMs = DAY_MS }: VirtualTimeLimit = {}): Promise<T> {
    const endMs = this.#monotonicMs + notNegative("limitMs", limitMs);
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    const outcome = Promise.resolve(promise);
    outcome.then(settle, settle);
    return this.#run(
      "runUntil",
      (next) => !isSettled && isWithin(next, endMs),
      (left) => {
        if (isSettled) return outcome;
        if (!left || left.dueMs === Number.POSITIVE_INFINITY) throw new VirtualClockStuckError(this.now());
        this.#monotonicMs = endMs;
        throw new VirtualClockLimitError("the promise has not settled", limitMs, this);
      },
    );
  }

  /**
   * Lets time pass until no timer is left but unref'ed and endless ones. A heartbeat that arms itself for ever must be
   * unref'ed, as in a process that shall end.
   * @throws what a timer throws; `KPL_KIT_VIRTUAL_CLOCK_LIMIT`, `KPL_KIT_VIRTUAL_CLOCK_BUSY`, `KPL_KIT_INVALID_OPTION`
   */
  async runAll({ limitMs = DAY_MS }: VirtualTimeLimit = {}): Promise<void> {
    const endMs = this.#monotonicMs + notNegative("limitMs", limitMs);
    await this.#run(
      "runAll",
      (next) => this.#timers.awaited > 0 && isWithin(next, endMs),
      () => {
        if (this.#timers.awaited === 0) return;
        this.#monotonicMs = endMs;
        throw new VirtualClockLimitError("the timers have not come to an end", limitMs, this);
      },
    );
  }

  /**
   * Moves the wall clock alone, forward or back, as a step of NTP or the wake-up of a suspended machine does. Timers and
   * `monotonicMs` know nothing of it.
   * @throws `KPL_KIT_INVALID_OPTION`
   */
  jump(ms: number): void {
    this.#wallAheadMs += finite("ms", ms);
  }

  /** Runs the first timer as long as it may; `atEnd` is told of the one that may not. */
  async #run<T>(
    method: string,
    mayRun: (next: Timer) => boolean,
    atEnd: (left: Timer | undefined) => T | PromiseLike<T>,
  ): Promise<T> {
    if (this.#isRunning) throw new VirtualClockBusyError(method);
    this.#isRunning = true;
    try {
      // What the test has just started arms its timers from the present time.
      await nextTurn();
      let next = this.#timers.first;
      for (; next && mayRun(next); next = this.#timers.first) {
        this.#timers.remove(next);
        this.#monotonicMs = next.dueMs;
        try {
          next.run();
        } finally {
          await nextTurn();
        }
      }
      return await atEnd(next);
    } finally {
      this.#isRunning = false;
    }
  }
}

function isWithin({ dueMs }: Timer, endMs: number): boolean {
  return dueMs <= endMs && dueMs < Number.POSITIVE_INFINITY;
}

function finite(option: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new InvalidOptionError(option, value, "a finite number of milliseconds");
}

function notNegative(option: string, value: number): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new InvalidOptionError(option, value, "0 or more milliseconds");
}
