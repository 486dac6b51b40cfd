// User code that throws is called again, later and later, so that a dependency which is down for a moment costs nothing
// but time. What comes after the last attempt is the caller's decision.

import { InvalidOptionError } from "../../codec/index.ts";
import { type Clock, fullJitter } from "../../kinesis/index.ts";

export interface RetryPolicy {
  /** Calls in all, from 1; Infinity: until it succeeds. @defaultValue 3 */
  readonly attempts: number;
  /** The longest wait after the first failure, in whole milliseconds from 1; it doubles with each. @defaultValue 200 */
  readonly baseMs: number;
  /** The longest wait of all, in whole milliseconds from `baseMs`. @defaultValue 10,000 */
  readonly capMs: number;
}

export interface RetryContext {
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Ends the waiting: there is no attempt after it. One that runs may still succeed. */
  readonly signal: AbortSignal;
}

/** As the event `processing-failed` tells it. */
export interface FailedAttempt {
  readonly error: unknown;
  /** In a row, this one included. */
  readonly failures: number;
  /** undefined: that was the last attempt. */
  readonly retryInMs: number | undefined;
}

export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: unknown; readonly failures: number }
  /** The signal came before an attempt had succeeded. */
  | { readonly kind: "abandoned" };

const DONE: Outcome = { kind: "done" };
const ABANDONED: Outcome = { kind: "abandoned" };

/** @throws `KPL_KIT_INVALID_OPTION` */
export function resolveRetryPolicy({
  attempts = 3,
  baseMs = 200,
  capMs = 10_000,
}: Partial<RetryPolicy> = {}): RetryPolicy {
  if (attempts !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(attempts) && attempts >= 1)) {
    throw new InvalidOptionError("retry.attempts", attempts, "a whole number from 1, or Infinity");
  }
  checkMilliseconds("retry.baseMs", baseMs, 1);
  checkMilliseconds("retry.capMs", capMs, baseMs);
  return { attempts, baseMs, capMs };
}

/** `attempt` may throw, reject with anything, or return what is no promise. Never rejects. */
export async function runWithRetries(
  context: RetryContext,
  attempt: () => unknown,
  onFailed: (failed: FailedAttempt) => void,
): Promise<Outcome> {
  try {
    await attempt();
    return DONE;
  } catch (error) {
    return retryAfter(error, context, attempt, onFailed);
  }
}

/** What is left to do once the caller has made the first attempt itself, and it failed. Never rejects. */
export async function retryAfter(
  firstError: unknown,
  { clock, random, retry, signal }: RetryContext,
  attempt: () => unknown,
  onFailed: (failed: FailedAttempt) => void,
): Promise<Outcome> {
  const backoff = fullJitter({ baseMs: retry.baseMs, capMs: retry.capMs, random });
  let error = firstError;
  for (let failures = 1; ; failures++) {
    const retryInMs = failures < retry.attempts ? backoff(failures) : undefined;
    onFailed({ error, failures, retryInMs });
    if (retryInMs === undefined) return { kind: "failed", error, failures };
    try {
      await clock.sleep(retryInMs, signal);
    } catch (reason) {
      if (signal.aborted) return ABANDONED;
      throw reason;
    }
    // It may have come between the end of the wait and now.
    if (signal.aborted) return ABANDONED;
    try {
      await attempt();
      return DONE;
    } catch (next) {
      error = next;
    }
  }
}

function checkMilliseconds(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new InvalidOptionError(option, value, `whole milliseconds from ${least}`);
}
