// The machine's own time, a few milliseconds of it. What takes longer runs under fake timers or is cancelled.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/kinesis/index.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Delays that are already over; what computes a delay can make any of them. */
const OVER = [0, -1, -0.5, Number.NEGATIVE_INFINITY, Number.NaN] as const;
/** Node fires each of these at once when it is handed to setTimeout. */
const FAR = [LONGEST_TIMER_MS + 1, 2 ** 40, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY] as const;

const passed = (ms: number): Promise<void> => new Promise((resolve) => systemClock.timer(ms, resolve));

afterEach(() => {
  vi.useRealTimers();
});

describe("now and monotonicMs", () => {
  it("are the machine's wall clock and its steady one", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    expect(Math.abs(systemClock.monotonicMs() - performance.now())).toBeLessThan(1_000);
  });

  it("a step of the wall clock is no step of the steady one", () => {
    const before = systemClock.monotonicMs();
    vi.useFakeTimers({ toFake: ["Date"], now: systemClock.now() - 86_400_000 });
    expect(systemClock.now()).toBe(Date.now());
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(before);
  });
});

describe("sleep", () => {
  it("resolves when its time is over, give or take the millisecond that Node's timers count in", async () => {
    const from = systemClock.monotonicMs();
    await systemClock.sleep(5);
    expect(systemClock.monotonicMs() - from).toBeGreaterThanOrEqual(4);
  });

  it.each(OVER)("resolves at once for %d ms", async (ms) => {
    await expect(systemClock.sleep(ms)).resolves.toBeUndefined();
  });

  it.each([
    ["an Error of the caller's", new TypeError("enough")],
    ["what is no Error at all", "enough"],
  ])("rejects with the signal's own reason: %s", async (_, reason) => {
    const controller = new AbortController();
    const slept = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(slept).rejects.toBe(reason);
  });

  it("rejects with it when the signal was aborted before, too, be there time left or not", async () => {
    const reason = new Error("too late");
    await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(systemClock.sleep(0, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("rejects with the platform's AbortError when no reason was given", async () => {
    const signal = AbortSignal.abort();
    await expect(systemClock.sleep(1, signal)).rejects.toBe(signal.reason);
    expect(signal.reason).toMatchObject({ name: "AbortError" });
  });

  it("an abort afterwards changes nothing, and the signal keeps no listener", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await systemClock.sleep(1, signal);
    expect(added).toHaveBeenCalled();
    expect(removed.mock.calls.map((call) => call.slice(0, 2))).toEqual(
      added.mock.calls.map((call) => call.slice(0, 2)),
    );
    controller.abort(new Error("late"));
  });

  it("an aborted one keeps no timer", async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const slept = systemClock.sleep(60_000, controller.signal);
    controller.abort(new Error("enough"));
    await expect(slept).rejects.toThrow("enough");
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(FAR)("of %d ms is not over at once", async (ms) => {
    const controller = new AbortController();
    const slept = systemClock.sleep(ms, controller.signal);
    const reason = new Error("has slept long enough");
    systemClock.timer(4, () => controller.abort(reason));
    await expect(slept).rejects.toBe(reason);
  });
});

describe("timer", () => {
  it("runs once, with no argument", async () => {
    const run = vi.fn();
    systemClock.timer(1, run);
    await passed(4);
    expect(run.mock.calls).toEqual([[]]);
  });

  it.each(OVER)("runs at the next turn for %d ms, never before timer() has returned", async (ms) => {
    const run = vi.fn();
    systemClock.timer(ms, run);
    expect(run).not.toHaveBeenCalled();
    await passed(2);
    expect(run).toHaveBeenCalledOnce();
  });

  it.each([
    ["a delay that is over", () => systemClock.timer(Number.NaN, () => undefined)],
    ["a delay that Node cannot hold", () => systemClock.timer(2 ** 40, () => undefined)],
    ["an endless delay", () => systemClock.timer(Number.POSITIVE_INFINITY, () => undefined)],
  ])("Node warns of nothing: %s", async (_, arm) => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const cancel = arm();
    await passed(2);
    cancel();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it("once cancelled never runs, however often it is cancelled", async () => {
    const run = vi.fn();
    const cancel = systemClock.timer(1, run);
    cancel();
    cancel();
    await passed(4);
    expect(run).not.toHaveBeenCalled();
  });

  it("cancelling what has run is nothing", async () => {
    const cancel = systemClock.timer(0, () => undefined);
    await passed(2);
    expect(cancel).not.toThrow();
  });

  it.each(FAR)("of %d ms does not run at once", async (ms) => {
    const run = vi.fn();
    const cancel = systemClock.timer(ms, run);
    await passed(4);
    cancel();
    expect(run).not.toHaveBeenCalled();
  });

  it("runs when a delay beyond Node's longest is over, not before, and can be cancelled in each part of it", () => {
    vi.useFakeTimers();
    const [run, cancelled] = [vi.fn(), vi.fn()];
    const ms = 2 * LONGEST_TIMER_MS + 7;
    systemClock.timer(ms, run);
    const cancel = systemClock.timer(ms, cancelled);
    vi.advanceTimersByTime(ms - 1);
    expect(run).not.toHaveBeenCalled();
    cancel();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    expect(cancelled).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("unref", { timeout: 60_000 }, () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));

  function program(body: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const code = `import { systemClock } from "./src/kinesis/index.ts";\n${body}`;
    const args = ["--import", "tsx", "--input-type=module", "--eval", code];
    return spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 50_000 });
  }

  it("lets a process end before the timer has run, a delay beyond Node's longest included", () => {
    const { status, stdout, stderr } = program(`
      for (const ms of [600_000, 2 ** 40]) systemClock.timer(ms, () => console.log("ran"), { unref: true });
      process.on("exit", () => console.log("end"));`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "end\n", stderr: "" });
  });

  it("is not the default: a process waits for its timers", () => {
    const { status, stdout, stderr } = program(`
      systemClock.timer(20, () => console.log("ran"));
      process.on("exit", () => console.log("end"));`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "ran\nend\n", stderr: "" });
  });
});
