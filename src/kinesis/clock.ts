// All time comes from here. Nothing else in src/ reads a clock or sets a timer, so that every state machine also runs
// in virtual time.

export interface Clock {
  /** Wall time, milliseconds since the epoch. It may jump. */
  now(): number;
  /** Milliseconds that never go back. */
  monotonicMs(): number;
  /** Resolves after `ms`, which may be Infinity. Rejects with the signal's reason once that is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs once after `ms`; returns what cancels it. A real clock's timer may be unref'ed. */
  timer(ms: number, run: () => void, options?: { readonly unref?: boolean }): () => void;
}

/** Node fires a timer beyond this at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What is past is due at once, and so is NaN, of which Node warns from 22 on. */
function delayOf(ms: number): number {
  return ms > 0 ? ms : 0;
}

/**
 * The machine's own time.
 * @example
 * ```ts
 * const cancel = systemClock.timer(1_000, () => console.log("a second later"));
 * await systemClock.sleep(10);
 * cancel();
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  // Not by node:timers/promises: it rejects with an AbortError that only has the reason as its cause, and holds no delay
  // beyond Node's longest either.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = systemClock.timer(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
  timer: (ms, run, { unref = false } = {}) => {
    let handle: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      const beyond = leftMs - MAX_TIMER_MS;
      handle = beyond > 0 ? setTimeout(arm, MAX_TIMER_MS, beyond) : setTimeout(run, leftMs);
      if (unref) handle.unref();
    };
    arm(delayOf(ms));
    return () => clearTimeout(handle);
  },
};
