// A call to Kinesis that is made until it is answered: what can pass is waited out, with backoff; what cannot is the
// caller's to decide.

import {
  type Backoff,
  type Clock,
  classifyError,
  fullJitter,
  type KinesisFailure,
  type KinesisFailureKind,
} from "../kinesis/index.ts";
import type { ConsumerOperation, OnConsumerEvent } from "./consumer-event.ts";

export interface ServiceCallContext {
  readonly clock: Clock;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly onEvent: OnConsumerEvent;
  /** Ends the waiting and the call itself. */
  readonly signal: AbortSignal;
}

export interface ServiceCallOptions<Output> {
  readonly operation: ConsumerOperation;
  readonly shardId?: string | undefined;
  readonly call: (signal: AbortSignal) => Promise<Output>;
  /** KCL: `PollingConfig`, the request timeout. @defaultValue 30,000 */
  readonly timeoutMs?: number;
  /** Between two attempts, as of a call that is allowed once a second. @defaultValue 0 */
  readonly leastPauseMs?: number;
  /** Failures in a row after which even what can pass is given up. @defaultValue Infinity */
  readonly mostFailures?: number;
}

export type Answered<Output> =
  | { readonly ok: true; readonly output: Output; readonly durationMs: number }
  | { readonly ok: false; readonly failure: KinesisFailure; readonly error: unknown };

const TIMEOUT_MS = 30_000;
/** Of "in-use": what is being changed, or was subscribed to a moment ago, is so for a second at least. */
const IN_USE_MS = 1_000;
const BACKOFF = { baseMs: 100, capMs: 10_000 };
const WAITED_OUT: readonly KinesisFailureKind[] = ["throttled", "transient", "credentials", "in-use"];

/** @throws the signal's reason */
export async function callUntilAnswered<Output>(
  { clock, onEvent, random, signal }: ServiceCallContext,
  {
    call,
    leastPauseMs = 0,
    mostFailures = Number.POSITIVE_INFINITY,
    operation,
    shardId,
    timeoutMs = TIMEOUT_MS,
  }: ServiceCallOptions<Output>,
): Promise<Answered<Output>> {
  const backoff = fullJitter({ ...BACKOFF, random });
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted();
    const startedMs = clock.monotonicMs();
    try {
      const output = await withDeadline(clock, signal, timeoutMs, call);
      return { ok: true, output, durationMs: clock.monotonicMs() - startedMs };
    } catch (error) {
      signal.throwIfAborted();
      const failure = classifyError(error, { signal });
      const isOver = !WAITED_OUT.includes(failure.kind) || failures >= mostFailures;
      const retryInMs = isOver ? undefined : pauseMs(failure, backoff, failures, leastPauseMs);
      onEvent({ type: "call-failed", operation, shardId, failure, error, failures, retryInMs });
      if (retryInMs === undefined) return { ok: false, failure, error };
      await clock.sleep(retryInMs, signal);
    }
  }
}

function pauseMs({ kind }: KinesisFailure, backoff: Backoff, failures: number, leastMs: number): number {
  // What is in use becomes free at a time of its own: to wait longer and longer for it would only miss that.
  return kind === "in-use" ? Math.max(leastMs, IN_USE_MS) + backoff(1) : leastMs + backoff(failures);
}

/** A call that is not answered in time is broken off: a connection can be dead without telling, and so can a client. */
function withDeadline<Output>(
  clock: Clock,
  signal: AbortSignal,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<Output>,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const breakOff = (reason: Error): void => {
      controller.abort(reason);
      settle(() => reject(reason));
    };
    const onAbort = (): void => breakOff(signal.reason as Error);
    const cancel = clock.timer(timeoutMs, () => breakOff(new CallTimeoutError(timeoutMs)));
    const settle = (how: () => void): void => {
      cancel();
      signal.removeEventListener("abort", onAbort);
      how();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    call(controller.signal).then(
      (output) => settle(() => resolve(output)),
      (error: unknown) => settle(() => reject(error as Error)),
    );
  });
}

class CallTimeoutError extends Error {
  override readonly name = "TimeoutError";

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}
