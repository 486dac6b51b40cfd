// For any batch, any failures, any order and any deadline: what comes again covers everything that is not finished, and what
// was finished before the place that is reported does not. SEED=… replays.

import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import { logged, redelivered } from "./events.ts";
import { type Due, dueIn, eventIn, pace, scenario, World } from "./simulated-lambda.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

function groupedByKey(due: readonly Due[]): Due[][] {
  const keys = new Set(due.map(({ key }) => key));
  return [...keys].map((key) => due.filter((each) => each.key === key));
}

describe("one invocation", () => {
  test.prop([scenario, pace, fc.boolean(), fc.scheduler()], { numRuns: 300 })(
    "reports the lowest Kinesis record that is not wholly finished, and keeps the order",
    async (given, paceMs, remember, scheduler) => {
      const world = new World(given, scheduler);
      const due = dueIn(given);
      const reported = await world.instance(remember)(eventIn(given), paceMs);
      const { finished, mostAtWork, refused, started } = world;

      expect(world.atWork, "nothing is at work any more").toBe(0);
      const unfinished = due.filter(({ id }) => !finished.includes(id));
      // With records that are skipped unseen, a deadline may report one that would have held nothing.
      const isCut = paceMs > 0;
      if (unfinished[0]) expect(BigInt(reported ?? "0") <= unfinished[0].sequenceNumber, "covers").toBe(true);
      if (unfinished[0] && !isCut) expect(reported).toBe(String(unfinished[0].sequenceNumber));
      if (!unfinished[0] && !isCut) expect(reported).toBeUndefined();
      if (reported !== undefined) {
        const before = due.filter(({ sequenceNumber }) => sequenceNumber < BigInt(reported));
        expect(finished).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
        const of = due.filter(({ sequenceNumber }) => sequenceNumber === BigInt(reported));
        if (of.length > 0)
          expect(
            of.every(({ id }) => finished.includes(id)),
            "all of it was finished",
          ).toBe(false);
      }

      expect(new Set(started).size, "each at most once").toBe(started.length);
      expect(new Set(finished).size).toBe(finished.length);
      expect(mostAtWork).toBeLessThanOrEqual(given.order.concurrency);
      const lanes = given.order.order === "shard" || given.order.concurrency === 1 ? [due] : groupedByKey(due);
      if (given.order.order === "none" && given.order.concurrency > 1) return;
      for (const lane of lanes) {
        const ids = lane.map(({ id }) => id);
        const inTurn = started.filter((id) => ids.includes(id));
        // What was not handled, being no aggregate, is left out of both.
        expect(inTurn).toEqual(ids.filter((id) => inTurn.includes(id)));
        const failed = ids.findIndex((id) => refused.includes(id));
        if (failed >= 0)
          expect(
            inTurn.every((id) => ids.indexOf(id) <= failed),
            "none after a failure",
          ).toBe(true);
      }
    },
  );
});

describe("Lambda, which brings again what is reported until nothing is", () => {
  const paces = fc.array(pace, { maxLength: 5 });

  test.prop([scenario, paces, fc.boolean(), fc.array(fc.boolean(), { maxLength: 8 }), fc.scheduler()], {
    numRuns: 250,
  })(
    "ends when failures end, and every user record is finished at least once",
    async (given, pacesMs, remember, fresh, scheduler) => {
      const { finished, invocations } = await redeliver(given, pacesMs, remember, fresh, scheduler);
      expect(new Set(finished)).toEqual(new Set(dueIn(given).map(({ id }) => id)));
      const failures = given.fates.reduce((sum, fate) => sum + fate.failures, 0);
      expect(invocations).toBeLessThanOrEqual(1 + failures + pacesMs.length);
    },
  );

  test.prop([scenario, paces, fc.scheduler()], { numRuns: 250 })(
    "with what was done remembered, on one instance: every user record is finished exactly once",
    async (given, pacesMs, scheduler) => {
      const { finished } = await redeliver(given, pacesMs, true, [], scheduler);
      expect(finished.toSorted()).toEqual(
        dueIn(given)
          .map(({ id }) => id)
          .toSorted(),
      );
    },
  );

  async function redeliver(
    given: Parameters<typeof dueIn>[0],
    pacesMs: readonly number[],
    remember: boolean,
    fresh: readonly boolean[],
    scheduler: fc.Scheduler,
  ): Promise<{ finished: readonly string[]; invocations: number }> {
    const world = new World(given, scheduler);
    let instance = world.instance(remember);
    let batch = eventIn(given);
    for (let invocations = 1; invocations < 1_000; invocations++) {
      if (fresh[invocations]) instance = world.instance(remember);
      const reported = await instance(batch, pacesMs[invocations - 1] ?? 0);
      if (reported === undefined) return { finished: world.finished, invocations };
      batch = redelivered(batch, reported);
    }
    throw new Error("it does not end");
  }
});
