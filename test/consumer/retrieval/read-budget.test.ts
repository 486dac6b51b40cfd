// "This operation has a limit of five transactions per second per shard." "Each shard can read up to 2 MiB per second"
// (GetRecords).

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { idleBetweenReads, isBehind, ReadBudget, sharedReadBudget } from "../../../src/consumer/retrieval/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import { MIB } from "./polling-stream.ts";

function budgetOf(): { readonly clock: VirtualClock; readonly budget: ReadBudget } {
  const clock = new VirtualClock();
  return { clock, budget: new ReadBudget(clock) };
}

describe("five calls a second", () => {
  it("may be made at once, and the sixth a second after the first", async () => {
    const { budget, clock } = budgetOf();
    budget.takeCall();
    await clock.advance(300);
    for (let call = 0; call < 4; call++) {
      expect(budget.msUntilCall()).toBe(0);
      budget.takeCall();
    }
    expect(budget.msUntilCall()).toBe(700);
    await clock.advance(700);
    expect(budget.msUntilCall()).toBe(0);
    budget.takeCall();
    expect(budget.msUntilCall()).toBe(300);
  });

  it("a call that is not there cannot be taken", () => {
    const { budget } = budgetOf();
    for (let call = 0; call < 5; call++) budget.takeCall();
    expect(() => budget.takeCall()).toThrow("bug: took a call 1000 ms too early");
  });

  test.prop([fc.array(fc.nat(500), { maxLength: 60 })])(
    "in no second are there more, however they come",
    async (pauses) => {
      const { budget, clock } = budgetOf();
      const calls: number[] = [];
      for (const pause of pauses) {
        await clock.advance(pause);
        if (budget.msUntilCall() > 0) continue;
        budget.takeCall();
        calls.push(clock.monotonicMs());
      }
      for (const [at, from] of calls.entries()) {
        expect(calls.slice(at).filter((ms) => ms < from + 1_000).length).toBeLessThanOrEqual(5);
      }
    },
  );
});

describe("2 MiB a second", () => {
  it.each([
    ["10 MiB", 10 * MIB, 5_000],
    ["3 MiB", 3 * MIB, 1_500],
    ["2 MiB", 2 * MIB, 1_000],
    ["a byte less", 2 * MIB - 1, 0],
    ["nothing", 0, 0],
  ])("after %s the shard is shut until that is paid", async (_, bytes, ms) => {
    const { budget, clock } = budgetOf();
    await clock.advance(10_000); // what was not used is not saved up
    budget.takeCall();
    budget.settle(bytes);
    expect(budget.msUntilCall()).toBe(ms);
    await clock.advance(ms);
    expect(budget.msUntilCall()).toBe(0);
  });

  it("pages of a MiB, each 200 ms: shut after the third", async () => {
    const { budget, clock } = budgetOf();
    for (const ms of [0, 0, 1_100]) {
      budget.takeCall();
      budget.settle(MIB);
      expect(budget.msUntilCall()).toBe(ms);
      await clock.advance(200);
    }
  });

  it("what a second reader gets of a shard in debt is paid as well", async () => {
    const { budget, clock } = budgetOf();
    budget.settle(4 * MIB);
    await clock.advance(1_500);
    budget.settle(MIB / 4);
    expect(budget.msUntilCall()).toBe(500 + 125);
  });
});

describe("the readers of a shard in one process", () => {
  it("share one budget, as long as one of them reads", () => {
    const clock = new VirtualClock();
    const [first, second] = [sharedReadBudget(clock, "orders", "s-0"), sharedReadBudget(clock, "orders", "s-0")];
    expect(second.budget).toBe(first.budget);
    first.release();
    first.release();
    const third = sharedReadBudget(clock, "orders", "s-0");
    expect(third.budget).toBe(second.budget);
    second.release();
    third.release();
    expect(sharedReadBudget(clock, "orders", "s-0").budget).not.toBe(first.budget);
  });

  it("share with no other shard, stream or clock", () => {
    const clock = new VirtualClock();
    const budgets = [
      sharedReadBudget(clock, "orders", "s-0"),
      sharedReadBudget(clock, "orders", "s-1"),
      sharedReadBudget(clock, "bills", "s-0"),
      sharedReadBudget(new VirtualClock(), "orders", "s-0"),
    ];
    expect(new Set(budgets.map(({ budget }) => budget)).size).toBe(4);
  });
});

describe("from the start of one read to the start of the next", () => {
  const polite = { idleTimeBetweenReads: 1_500, respectReadLimits: true };

  it.each([
    [0, 200],
    [1, 200],
    [2, 400],
    [3, 800],
    [4, 1_500],
    [2_000, 1_500],
  ])("after %d reads at the tip: %d ms", (readsAtTip, ms) => {
    expect(idleBetweenReads(readsAtTip, polite)).toBe(ms);
  });

  it("nothing, for a reader that is behind and cares for no limits", () => {
    expect(idleBetweenReads(0, { ...polite, respectReadLimits: false })).toBe(0);
    expect(idleBetweenReads(1, { ...polite, respectReadLimits: false })).toBe(200);
  });

  it("at the tip never longer than was asked for", () => {
    expect(idleBetweenReads(1, { ...polite, idleTimeBetweenReads: 50 })).toBe(50);
  });

  it("a reader is behind that got records, or is told of some", () => {
    expect([isBehind(1, 0), isBehind(0, 1), isBehind(0, 0)]).toEqual([true, true, false]);
  });
});
