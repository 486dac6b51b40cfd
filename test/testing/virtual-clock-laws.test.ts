// Any timers, cancellations and movements of time, against the slowest clock that does the same: a list, searched whole
// for whatever comes next.

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { VirtualClock } from "../../src/testing/index.ts";
import "../properties/replay.ts";

/** What a timer does when it runs; it may do all that a test may, but move the time. */
type Deed =
  | { readonly kind: "timer"; readonly ms: number; readonly unref: boolean; readonly deeds: readonly Deed[] }
  /** One of those armed so far, run or not. */
  | { readonly kind: "cancel"; readonly which: number };
type Step =
  | Deed
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "runAll" }
  | { readonly kind: "jump"; readonly ms: number };

interface Sight {
  readonly ran: readonly string[];
  readonly now: number;
  readonly monotonicMs: number;
  readonly pending: number;
  readonly nextDueMs: number | undefined;
}

/** Few values, so that many are due together. */
const delay = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0.5, 1e9, Number.POSITIVE_INFINITY) },
);
const cancel = fc.record({ kind: fc.constant("cancel" as const), which: fc.nat({ max: 40 }) });
const { deed } = fc.letrec<{ deed: Deed }>((tie) => ({
  deed: fc.oneof(
    { depthSize: "small", maxDepth: 3, withCrossShrink: true },
    cancel,
    fc.record({
      kind: fc.constant("timer" as const),
      ms: delay,
      unref: fc.boolean(),
      deeds: fc.array(tie("deed"), { maxLength: 4 }),
    }),
  ),
}));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: deed },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.nat({ max: 15 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("runAll" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("jump" as const), ms: fc.integer({ min: -99, max: 99 }) }) },
);

async function onVirtualClock(steps: readonly Step[]): Promise<Sight[]> {
  const clock = new VirtualClock({ startMs: 0 });
  const ran: string[] = [];
  const cancels: (() => void)[] = [];
  const perform = (deeds: readonly Deed[]): void => {
    for (const deed of deeds) {
      if (deed.kind === "cancel") cancels[deed.which % Math.max(1, cancels.length)]?.();
      else {
        const name = cancels.length;
        const run = (): void => {
          ran.push(`${name} at ${clock.monotonicMs()} (${clock.now()})`);
          perform(deed.deeds);
        };
        cancels.push(clock.timer(deed.ms, run, { unref: deed.unref }));
      }
    }
  };
  const sights: Sight[] = [];
  for (const step of steps) {
    if (step.kind === "advance") await clock.advance(step.ms);
    else if (step.kind === "runAll") await clock.runAll({ limitMs: Number.POSITIVE_INFINITY });
    else if (step.kind === "jump") clock.jump(step.ms);
    else perform([step]);
    const { pending, nextDueMs } = clock;
    sights.push({ ran: [...ran], now: clock.now(), monotonicMs: clock.monotonicMs(), pending, nextDueMs });
  }
  return sights;
}

function onNaiveClock(steps: readonly Step[]): Sight[] {
  let nowMs = 0;
  let wallMs = 0;
  const ran: string[] = [];
  const timers: { name: number; dueMs: number; unref: boolean; deeds: readonly Deed[]; isThere: boolean }[] = [];
  const perform = (deeds: readonly Deed[]): void => {
    for (const deed of deeds) {
      if (deed.kind === "cancel") {
        const timer = timers[deed.which % Math.max(1, timers.length)];
        if (timer) timer.isThere = false;
      } else {
        const { ms, unref, deeds: own } = deed;
        timers.push({ name: timers.length, dueMs: nowMs + Math.max(0, ms), unref, deeds: own, isThere: true });
      }
    }
  };
  const left = () => timers.filter(({ isThere }) => isThere).sort((a, b) => a.dueMs - b.dueMs || a.name - b.name);
  const runWhile = (goesOn: (dueMs: number) => boolean): void => {
    for (let next = left()[0]; next && goesOn(next.dueMs); next = left()[0]) {
      next.isThere = false;
      nowMs = next.dueMs;
      ran.push(`${next.name} at ${nowMs} (${Math.floor(wallMs + nowMs)})`);
      perform(next.deeds);
    }
  };
  return steps.map((step) => {
    if (step.kind === "advance") {
      const endMs = nowMs + step.ms;
      runWhile((dueMs) => dueMs <= endMs);
      nowMs = endMs;
    } else if (step.kind === "runAll") {
      runWhile((dueMs) => dueMs < Infinity && left().some(({ unref, dueMs }) => !unref && dueMs < Infinity));
    } else if (step.kind === "jump") wallMs += step.ms;
    else perform([step]);
    const [next, ...others] = left();
    const pending = others.length + (next ? 1 : 0);
    return { ran: [...ran], now: Math.floor(wallMs + nowMs), monotonicMs: nowMs, pending, nextDueMs: next?.dueMs };
  });
}

describe("VirtualClock", () => {
  const steps = fc.array(step, { maxLength: 40, size: "max" });

  test.prop([steps], { numRuns: 500 })("is a list, searched whole", async (steps) => {
    expect(await onVirtualClock(steps)).toEqual(onNaiveClock(steps));
  });

  test.prop([fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 3 })), { maxLength: 400, size: "max" })], {
    numRuns: 50,
  })("runs by due time, then by order of creation, whatever was cancelled; nothing early", async (delays) => {
    const clock = new VirtualClock();
    const ran: { readonly dueMs: number; readonly ordinal: number }[] = [];
    const cancels = delays.map(([ms], ordinal) =>
      clock.timer(ms, () => {
        expect(clock.monotonicMs()).toBe(ms);
        ran.push({ dueMs: ms, ordinal });
      }),
    );
    for (const [ordinal, [, fate]] of delays.entries()) if (fate === 0) cancels[ordinal]?.();
    await clock.runAll();
    const expected = delays
      .map(([dueMs, fate], ordinal) => ({ dueMs, ordinal, fate }))
      .filter(({ fate }) => fate !== 0)
      .map(({ dueMs, ordinal }) => ({ dueMs, ordinal }))
      .sort((a, b) => a.dueMs - b.dueMs || a.ordinal - b.ordinal);
    expect(ran).toEqual(expected);
  });
});
