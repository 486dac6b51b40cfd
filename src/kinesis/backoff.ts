// How long to wait before a call is made again: "full jitter", sleep = random(0, min(cap, base * 2 ** attempt)). Many who
// were refused at once would come back at once; spread over the whole of the interval they finish with the fewest calls.
// M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015:
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

import { InvalidOptionError } from "../codec/index.ts";

/** The machine's own dice. Nothing else in src/ rolls any, so that a history can be replayed. */
export const systemRandom: () => number = () => Math.random();

export interface BackoffOptions {
  /** The longest wait after the first failure, in whole milliseconds from 1; it doubles with each failure. */
  readonly baseMs: number;
  /** The longest wait of all, in whole milliseconds from `baseMs`. */
  readonly capMs: number;
  /** From 0 up to, not including, 1. @defaultValue `Math.random` */
  readonly random?: () => number;
}

/** Whole milliseconds to wait, by the count of failures so far: 1 after the first. */
export type Backoff = (failures: number) => number;

/**
 * Each whole number of milliseconds below min(`capMs`, `baseMs` * 2^(failures - 1)) is as likely as any other.
 * @throws `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * const backoff = fullJitter({ baseMs: 50, capMs: 5_000 });
 * await systemClock.sleep(backoff(1)); // below 50 ms
 * await systemClock.sleep(backoff(2)); // below 100 ms
 * ```
 */
export function fullJitter({ baseMs, capMs, random = systemRandom }: BackoffOptions): Backoff {
  checkMilliseconds("baseMs", baseMs, 1);
  checkMilliseconds("capMs", capMs, baseMs);
  return (failures) => {
    // A power beyond all numbers is Infinity, and the cap is less. Nobody fails less than once, nor NaN times: that would
    // be a wait of NaN, which is none.
    const boundMs = failures > 1 ? Math.min(capMs, baseMs * 2 ** (failures - 1)) : baseMs;
    return Math.floor(random() * boundMs);
  };
}

function checkMilliseconds(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new InvalidOptionError(option, value, `whole milliseconds from ${least}`);
}
