import { describe, expect, it } from "vitest";
import {
  type RetryContext,
  type RetryPolicy,
  resolveRetryPolicy,
  runWithRetries,
} from "../../../src/consumer/processing/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";

type FailedAttempt = Parameters<Parameters<typeof runWithRetries>[2]>[0];

const stop = new AbortController();

function contextOf(clock: VirtualClock, options: Partial<RetryPolicy> = {}, signal = stop.signal): RetryContext {
  return { retry: resolveRetryPolicy(options), clock, random: () => 0.5, signal };
}

/** Fails so many times, in that way, then returns. */
function failing(times: number, fail: () => unknown): () => unknown {
  let attempts = 0;
  return () => (++attempts <= times ? fail() : undefined);
}

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

describe("RetryPolicy", () => {
  it("is three attempts, 200 ms and 10 s, unless told otherwise", () => {
    expect(resolveRetryPolicy()).toEqual({ attempts: 3, baseMs: 200, capMs: 10_000 });
    expect(resolveRetryPolicy({ attempts: Number.POSITIVE_INFINITY, baseMs: 1, capMs: 1 })).toEqual({
      attempts: Number.POSITIVE_INFINITY,
      baseMs: 1,
      capMs: 1,
    });
  });

  it.each<[string, Partial<RetryPolicy>]>([
    ["retry.attempts", { attempts: 0 }],
    ["retry.attempts", { attempts: 1.5 }],
    ["retry.attempts", { attempts: Number.NaN }],
    ["retry.attempts", { attempts: "3" as unknown as number }],
    ["retry.baseMs", { baseMs: 0 }],
    ["retry.baseMs", { baseMs: 0.5 }],
    ["retry.capMs", { baseMs: 200, capMs: 199 }],
    ["retry.capMs", { capMs: Number.POSITIVE_INFINITY }],
  ])("refuses a %s of %j", (field, options) => {
    expect(() => resolveRetryPolicy(options)).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", field }),
    );
  });
});

describe("runWithRetries", () => {
  it.each([
    ["returns nothing", () => undefined],
    ["returns what is no promise", () => 0],
    ["resolves", () => Promise.resolve()],
  ])("is done at once with code that %s", async (_, attempt) => {
    const clock = new VirtualClock();
    const failed: FailedAttempt[] = [];
    expect(await runWithRetries(contextOf(clock), attempt, (failure) => failed.push(failure))).toEqual({
      kind: "done",
    });
    expect(failed).toEqual([]);
    expect(clock.monotonicMs()).toBe(0);
  });

  const error = new Error("table is locked");
  it.each<[string, unknown, () => unknown]>([
    ["throws", error, thrower(error)],
    ["rejects", error, () => Promise.reject(error)],
    ["rejects with undefined", undefined, async () => thrower(undefined)()],
    ["throws a string", "locked", thrower("locked")],
  ])("waits longer and longer for code that %s", async (_, error, fail) => {
    const clock = new VirtualClock();
    const failed: FailedAttempt[] = [];
    const run = runWithRetries(contextOf(clock), failing(2, fail), (failure) => failed.push(failure));
    expect(await clock.runUntil(run)).toEqual({ kind: "done" });
    expect(failed).toEqual([
      { error, failures: 1, retryInMs: 100 },
      { error, failures: 2, retryInMs: 200 },
    ]);
    expect(clock.monotonicMs()).toBe(300);
  });

  it("fails with the last error after the last attempt, and tells that there is no other", async () => {
    const clock = new VirtualClock();
    const failed: FailedAttempt[] = [];
    let attempts = 0;
    const attempt = async (): Promise<never> => thrower(++attempts)();
    const run = runWithRetries(contextOf(clock), attempt, (failure) => failed.push(failure));
    expect(await clock.runUntil(run)).toEqual({ kind: "failed", error: 3, failures: 3 });
    expect(failed.map(({ retryInMs }) => retryInMs)).toEqual([100, 200, undefined]);
    expect(attempts).toBe(3);
  });

  it("tries for ever if there is no last attempt, never waiting longer than capMs", async () => {
    const clock = new VirtualClock();
    const waits: (number | undefined)[] = [];
    const context = contextOf(clock, { attempts: Number.POSITIVE_INFINITY });
    const run = runWithRetries(context, failing(2_000, thrower(error)), ({ retryInMs }) => waits.push(retryInMs));
    expect(await clock.runUntil(run)).toEqual({ kind: "done" });
    expect(waits.slice(0, 8)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it("a stop ends the waiting at once: abandoned, no attempt more, no timer left", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    let attempts = 0;
    const attempt = (): never => {
      attempts++;
      throw error;
    };
    const run = runWithRetries(contextOf(clock, {}, controller.signal), attempt, () => undefined);
    await clock.advance(50);
    controller.abort();
    expect(await run).toEqual({ kind: "abandoned" });
    expect([attempts, clock.pending]).toEqual([1, 0]);
  });

  it("a stop in the very moment that the wait ends is a stop", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    // As a timer that fires, and a stop before the promise that waits for it has gone on.
    const sleep = async (): Promise<void> => controller.abort();
    const context = { ...contextOf(clock, {}, controller.signal), clock: Object.assign(clock, { sleep }) };
    let attempts = 0;
    const attempt = (): never => thrower(++attempts)();
    expect(await runWithRetries(context, attempt, () => undefined)).toEqual({ kind: "abandoned" });
    expect(attempts).toBe(1);
  });

  it("what runs at the stop may still succeed; if it fails, it is not tried again", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const context = contextOf(clock, {}, controller.signal);
    const slow = (fail: boolean) => async (): Promise<void> => {
      await clock.sleep(1_000);
      if (fail) throw error;
    };
    const runs = [true, false].map((fail) => runWithRetries(context, slow(fail), () => undefined));
    controller.abort();
    expect(await clock.runUntil(Promise.all(runs))).toEqual([{ kind: "abandoned" }, { kind: "done" }]);
    expect(clock.monotonicMs()).toBe(1_000);
  });

  it("the last attempt failed is a failure, stop or not: the record is dealt with as the user said", async () => {
    const clock = new VirtualClock();
    const context = contextOf(clock, { attempts: 1 }, AbortSignal.abort());
    expect(await runWithRetries(context, thrower(error), () => undefined)).toEqual({
      kind: "failed",
      error,
      failures: 1,
    });
  });
});
