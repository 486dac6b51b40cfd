import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { KplKitError } from "../../src/codec/index.ts";
import { VirtualClock } from "../../src/testing/index.ts";

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** What the clock rejects with, once it has told that it is one of ours. */
async function refusal(run: () => unknown): Promise<KplKitError> {
  const error: unknown = await Promise.resolve()
    .then(run)
    .then(
      (value) => expect.fail(`it gave ${String(value)}`),
      (reason: unknown) => reason,
    );
  expect(error).toMatchObject({ retryable: false, code: expect.stringMatching(/^KPL_KIT_[A-Z]+(_[A-Z]+)*$/) });
  return error as KplKitError;
}

/** A chain of `length` promises before `last`. */
async function chain(length: number, last: () => void): Promise<void> {
  for (let i = 0; i < length; i++) await Promise.resolve();
  last();
}

afterEach(() => {
  vi.useRealTimers();
});

describe("time", () => {
  it("begins at midnight UTC, 1 January 2026, or where it is told to, and stands still", async () => {
    const clock = new VirtualClock();
    expect([clock.now(), clock.monotonicMs()]).toEqual([START_MS, 0]);
    await nextTurn();
    expect([clock.now(), clock.monotonicMs()]).toEqual([START_MS, 0]);
    expect(new VirtualClock({ startMs: 0 }).now()).toBe(0);
  });

  it("ends exactly where advance was to go, timers or none", async () => {
    const clock = new VirtualClock({ startMs: 1_000 });
    clock.timer(7, () => undefined);
    await clock.advance(10);
    expect([clock.now(), clock.monotonicMs()]).toEqual([1_010, 10]);
    await clock.advance(0.25);
    expect(clock.monotonicMs()).toBe(10.25);
    expect(clock.now(), "whole milliseconds, as Date.now()").toBe(1_010);
  });

  it.each([3_600_000, -3_600_000, 0.5])("a jump of %d ms moves the wall clock and nothing else", async (ms) => {
    const clock = new VirtualClock();
    const run = vi.fn();
    clock.timer(10, run);
    clock.jump(ms);
    expect(clock.now()).toBe(Math.floor(START_MS + ms));
    expect([clock.monotonicMs(), clock.pending, clock.nextDueMs]).toEqual([0, 1, 10]);
    await clock.advance(9);
    expect(run).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(run).toHaveBeenCalledOnce();
    expect(clock.now()).toBe(Math.floor(START_MS + ms + 10));
  });
});

describe("timers", () => {
  it("run by due time, then by order of creation, each at its due time", async () => {
    const clock = new VirtualClock();
    const ran: [string, number][] = [];
    for (const [name, ms] of Object.entries({ c: 20, a: 10, d: 20, b: 10, e: 30 }))
      clock.timer(ms, () => ran.push([name, clock.now() - START_MS]));
    await clock.advance(29);
    const expected = [["a", 10], ["b", 10], ["c", 20], ["d", 20]]; // biome-ignore format: a row a line says no more
    expect(ran).toEqual(expected);
    expect(clock.monotonicMs()).toBe(29);
    expect([clock.pending, clock.nextDueMs]).toEqual([1, 30]);
  });

  it.each([0, -1, Number.NEGATIVE_INFINITY])("of %d ms wait for the time to be moved, if by nothing", async (ms) => {
    const clock = new VirtualClock();
    const run = vi.fn();
    clock.timer(ms, run);
    await nextTurn();
    expect(run).not.toHaveBeenCalled();
    await clock.advance(0);
    expect(run).toHaveBeenCalledOnce();
    expect(clock.monotonicMs()).toBe(0);
  });

  it("once cancelled never run, be it by another timer of the same instant", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    const cancels = [1, 2, 3].map((ms) => clock.timer(ms, run));
    clock.timer(1, () => cancels[1]?.());
    cancels[2]?.();
    cancels[2]?.();
    await clock.advance(10);
    expect(run).toHaveBeenCalledOnce();
    cancels[0]?.();
    expect(clock.pending).toBe(0);
  });

  it("cancelling one that has run takes no other's place", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    const cancel = clock.timer(1, () => undefined);
    await clock.advance(1);
    clock.timer(1, run);
    cancel();
    await clock.advance(1);
    expect(run).toHaveBeenCalledOnce();
  });

  it("armed by a timer within the time that passes run in it", async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.monotonicMs());
      clock.timer(3, again);
    };
    again();
    await clock.advance(10);
    expect(ran).toEqual([0, 3, 6, 9]);
    expect(clock.nextDueMs).toBe(12);
  });

  it("of endless delay are pending and never run", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    const cancel = clock.timer(Number.POSITIVE_INFINITY, run);
    await clock.advance(Number.MAX_SAFE_INTEGER);
    await clock.runAll();
    expect([clock.pending, clock.nextDueMs]).toEqual([1, Number.POSITIVE_INFINITY]);
    cancel();
    expect([clock.pending, clock.nextDueMs, run.mock.calls.length]).toEqual([0, undefined, 0]);
  });
});

describe("sleep", () => {
  it("ends when its time has passed, not before", async () => {
    const clock = new VirtualClock();
    const woken = vi.fn();
    const slept = clock.sleep(1_000).then(woken);
    await clock.advance(999);
    expect(woken).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(woken).toHaveBeenCalledOnce();
    await slept;
  });

  it("rejects with the signal's own reason, before or meanwhile, and leaves no timer", async () => {
    const clock = new VirtualClock();
    const reason = { enough: true };
    await expect(clock.sleep(0, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const slept = clock.sleep(1_000, controller.signal);
    controller.abort(reason);
    await expect(slept).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  it("leaves no listener on the signal", async () => {
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const added = vi.spyOn(signal, "addEventListener");
    await clock.runUntil(clock.sleep(5, signal));
    expect(removed.mock.calls).toEqual(added.mock.calls.map((call) => call.slice(0, 2)));
  });
});

describe("what a timer starts", () => {
  it.each([1, 10, 100_000])("is finished before the next runs: a chain of %d promises", async (length) => {
    const clock = new VirtualClock();
    const order: string[] = [];
    clock.timer(1, () => void chain(length, () => order.push("chain")));
    clock.timer(1, () => order.push("next timer"));
    await clock.advance(1);
    expect(order).toEqual(["chain", "next timer"]);
  });

  it("is finished when advance is over, if the last timer started it", async () => {
    const clock = new VirtualClock();
    const end = vi.fn();
    clock.timer(5, () => void chain(1_000, end));
    await clock.advance(5);
    expect(end).toHaveBeenCalledOnce();
  });

  it("arms its timers from the instant that it was started in, also when the test itself started it", async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    void chain(1_000, () => clock.timer(10, () => ran.push(clock.monotonicMs())));
    clock.timer(100, () => void chain(1_000, () => clock.timer(10, () => ran.push(clock.monotonicMs()))));
    await clock.advance(1_000);
    expect(ran).toEqual([10, 110]);
  });

  it.each(["before", "after"])("is drained by the real turn, fake timers installed %s", async (when) => {
    if (when === "before") vi.resetModules();
    vi.useFakeTimers({
      toFake: ["setTimeout", "setInterval", "setImmediate", "Date", "performance", "queueMicrotask"],
    });
    const { VirtualClock: Fresh } = await import("../../src/testing/index.ts");
    const clock = new Fresh();
    const end = vi.fn();
    clock.timer(1, () => void chain(100, end));
    await clock.advance(1);
    expect(end).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a timer that throws", () => {
  const boom = new Error("boom");

  it.each(["advance", "runAll", "runUntil"] as const)("rejects the %s that ran it", async (method) => {
    const clock = new VirtualClock();
    const [after, started] = [vi.fn(), vi.fn()];
    clock.timer(5, () => {
      void chain(100, started);
      throw boom;
    });
    clock.timer(5, after);
    const run = {
      advance: () => clock.advance(10),
      runAll: () => clock.runAll(),
      runUntil: () => clock.runUntil(clock.sleep(10)),
    };
    await expect(run[method]()).rejects.toBe(boom);
    expect(clock.monotonicMs(), "time stands where it threw").toBe(5);
    expect(started).toHaveBeenCalledOnce();
    expect(after).not.toHaveBeenCalled();
    await clock.advance(0);
    expect(after, "the rest waits for the next call").toHaveBeenCalledOnce();
  });
});

describe("runUntil", () => {
  it("gives the outcome at the instant it comes, and leaves later timers alone", async () => {
    const clock = new VirtualClock();
    const later = vi.fn();
    clock.timer(5_001, later);
    clock.timer(5_000, later);
    const answer = (async () => {
      for (let i = 0; i < 5; i++) await clock.sleep(1_000);
      return 42;
    })();
    clock.timer(5_000, later);
    expect(await clock.runUntil(answer)).toBe(42);
    expect(clock.monotonicMs()).toBe(5_000);
    // Armed before the fifth sleep was, and due with it: it comes first.
    expect(later).toHaveBeenCalledTimes(2);
  });

  it("runs no timer for what has settled", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    clock.timer(0, run);
    expect(await clock.runUntil(Promise.resolve("there"))).toBe("there");
    expect(run).not.toHaveBeenCalled();
  });

  it("takes any thenable", async () => {
    const clock = new VirtualClock();
    const thenable: PromiseLike<string> = {
      // biome-ignore lint/suspicious/noThenProperty: the point of the test
      then: (resolve) =>
        clock
          .sleep(3)
          .then(() => "there")
          .then(resolve),
    };
    expect(await clock.runUntil(thenable)).toBe("there");
    expect(clock.monotonicMs()).toBe(3);
  });

  it("throws what the promise rejects with, and leaves no rejection unhandled", async () => {
    const clock = new VirtualClock();
    const reason = new Error("no");
    const failing = clock.sleep(1_000).then(() => Promise.reject(reason));
    await expect(clock.runUntil(failing)).rejects.toBe(reason);
    expect(clock.monotonicMs()).toBe(1_000);
  });

  it("tells when nothing is left to run", async () => {
    const clock = new VirtualClock();
    clock.timer(1_500, () => undefined);
    clock.timer(Number.POSITIVE_INFINITY, () => undefined);
    const error = await refusal(() => clock.runUntil(new Promise(() => undefined)));
    expect(error.code).toBe("KPL_KIT_VIRTUAL_CLOCK_STUCK");
    expect(error.message).toContain("2026-01-01T00:00:01.500Z");
    expect(error.message).toContain("no timer is left");
    expect(clock.monotonicMs()).toBe(1_500);
    const endless = { limitMs: Number.POSITIVE_INFINITY };
    expect((await refusal(() => clock.runUntil(new Promise(() => undefined), endless))).code).toBe(error.code);
    expect(clock.monotonicMs(), "an endless timer is none").toBe(1_500);
  });

  it("tells it where no Date reaches, too", async () => {
    const clock = new VirtualClock({ startMs: 9e15 });
    expect((await refusal(() => clock.runUntil(new Promise(() => undefined)))).message).toContain(
      "9000000000000000 ms",
    );
  });

  it("runs unref'ed timers as well: what waits in a process keeps it alive", async () => {
    const clock = new VirtualClock();
    await clock.runUntil(new Promise<void>((resolve) => clock.timer(1_000, resolve, { unref: true })));
    expect(clock.monotonicMs()).toBe(1_000);
  });

  it.each([{ unref: true }, { unref: false }])("ends at its limit while a heartbeat goes on, %o", async (options) => {
    const clock = new VirtualClock();
    let beats = 0;
    const beat = (): void => {
      beats++;
      clock.timer(1_000, beat, options);
    };
    beat();
    const error = await refusal(() => clock.runUntil(new Promise(() => undefined), { limitMs: 60_500 }));
    expect(error.code).toBe("KPL_KIT_VIRTUAL_CLOCK_LIMIT");
    expect(error.message).toContain("60500");
    expect(error.message).toContain("2026-01-01T00:01:00.500Z");
    expect([beats, clock.monotonicMs(), clock.pending]).toEqual([61, 60_500, 1]);
  });

  it("has a day to come to its end, unless it is told otherwise", async () => {
    const clock = new VirtualClock();
    await clock.runUntil(clock.sleep(DAY_MS));
    expect((await refusal(() => clock.runUntil(clock.sleep(DAY_MS + 1)))).message).toContain("86400000");
    await clock.runUntil(clock.sleep(400 * DAY_MS), { limitMs: Number.POSITIVE_INFINITY });
    expect(clock.monotonicMs()).toBe(402 * DAY_MS);
  });
});

describe("runAll", () => {
  it("runs until no timer is left, those armed meanwhile included", async () => {
    const clock = new VirtualClock();
    let left = 10;
    const again = (): void => {
      if (left-- > 0) clock.timer(1_000, again);
    };
    again();
    await clock.runAll();
    expect([clock.monotonicMs(), clock.pending]).toEqual([10_000, 0]);
  });

  it("runs what a chain of promises arms after the last timer", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    clock.timer(1, () => void chain(1_000, () => clock.timer(1, run)));
    await clock.runAll();
    expect(run).toHaveBeenCalledOnce();
  });

  it("doesn't wait for unref'ed timers, though they run in order while others are left", async () => {
    const clock = new VirtualClock();
    let beats = 0;
    const beat = (): void => {
      beats++;
      clock.timer(1_000, beat, { unref: true });
    };
    beat();
    clock.timer(10_500, () => undefined);
    await clock.runAll();
    expect([beats, clock.monotonicMs(), clock.pending]).toEqual([11, 10_500, 1]);
    await clock.runAll();
    expect(beats).toBe(11);
  });

  it("counts a cancelled timer no more", async () => {
    const clock = new VirtualClock();
    const cancel = clock.timer(1_000, () => undefined);
    clock.timer(100, cancel);
    clock.timer(500, () => undefined, { unref: true });
    await clock.runAll();
    expect([clock.monotonicMs(), clock.pending]).toEqual([100, 1]);
  });

  it("ends at its limit while timers arm themselves again", async () => {
    const clock = new VirtualClock();
    const again = (): unknown => clock.timer(1_000, again);
    again();
    const error = await refusal(() => clock.runAll({ limitMs: 10_500 }));
    expect(error.code).toBe("KPL_KIT_VIRTUAL_CLOCK_LIMIT");
    expect(error.message).toContain("10500");
    expect(error.message).toContain("timers left: 1");
    expect(clock.monotonicMs()).toBe(10_500);
    clock.timer(DAY_MS * 2, () => undefined);
    expect((await refusal(() => clock.runAll())).message).toContain("86400000");
  });
});

describe("one at a time", () => {
  it.each(["advance", "runAll", "runUntil"] as const)(
    "%s while another runs is refused, and harms none",
    async (method) => {
      const clock = new VirtualClock();
      const first = clock.advance(10);
      const call = {
        advance: () => clock.advance(1),
        runAll: () => clock.runAll(),
        runUntil: () => clock.runUntil(Promise.resolve()),
      };
      const error = await refusal(call[method]);
      expect(error.code).toBe("KPL_KIT_VIRTUAL_CLOCK_BUSY");
      expect(error.message).toContain(`${method}()`);
      await first;
      expect(clock.monotonicMs()).toBe(10);
      await call[method]();
    },
  );

  it("so is an advance by what runs in virtual time", async () => {
    const clock = new VirtualClock();
    const inner = clock.sleep(5).then(() => refusal(() => clock.advance(1)));
    await clock.advance(10);
    expect((await inner).code).toBe("KPL_KIT_VIRTUAL_CLOCK_BUSY");
    await clock.advance(1);
  });
});

describe("bad arguments", () => {
  const clock = new VirtualClock();
  const never = Promise.resolve();
  it.each<readonly [string, string, () => unknown]>([
    ["startMs", "NaN", () => new VirtualClock({ startMs: Number.NaN })],
    ["startMs", "Infinity", () => new VirtualClock({ startMs: Number.POSITIVE_INFINITY })],
    ["startMs", "an object", () => new VirtualClock({ startMs: new Date() as unknown as number })],
    ["ms", "NaN", () => clock.timer(Number.NaN, () => undefined)],
    ["ms", "NaN", () => clock.sleep(Number.NaN)],
    ["ms", '"5"', () => clock.timer("5" as unknown as number, () => undefined)],
    ["ms", "-1", () => clock.advance(-1)],
    ["ms", "Infinity", () => clock.advance(Number.POSITIVE_INFINITY)],
    ["ms", "undefined", () => clock.advance(undefined as unknown as number)],
    ["ms", "NaN", () => clock.jump(Number.NaN)],
    ["limitMs", "-1", () => clock.runUntil(never, { limitMs: -1 })],
    ["limitMs", "NaN", () => clock.runAll({ limitMs: Number.NaN })],
    ["limitMs", '"5"', () => clock.runAll({ limitMs: "5" as unknown as number })],
  ])("%s: %s", async (field, value, run) => {
    const error = await refusal(run);
    expect(error).toMatchObject({ code: "KPL_KIT_INVALID_OPTION", field });
    expect(error.message).toContain(`it is ${value}`);
    expect(clock.pending).toBe(0);
  });
});

describe("speed", () => {
  it("a virtual hour of a heartbeat every second runs in milliseconds", async () => {
    const clock = new VirtualClock();
    let beats = 0;
    const beat = (): void => {
      beats++;
      clock.timer(1_000, beat, { unref: true });
    };
    beat();
    const from = performance.now();
    await clock.advance(3_600_000);
    const tookMs = performance.now() - from;
    expect(beats).toBe(3_601);
    expect(tookMs, "about 20 ms on an idle machine").toBeLessThan(1_000);
  });

  it("timeouts that are armed and cancelled leave nothing behind", () => {
    const clock = new VirtualClock();
    for (let i = 0; i < 200_000; i++) clock.timer(30_000 + i, () => undefined)();
    expect(clock.pending).toBe(0);
  });
});
