// Histories of calls under random rules.

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type CallSubject, type FaultRule, Faults, type StruckFault } from "../../../src/testing/faults/index.ts";

const shardId = fc.constantFrom("shard-0", "shard-1", "shard-2");
const streamName = fc.constantFrom("orders", "returns");

const subject: fc.Arbitrary<CallSubject> = fc.oneof(
  fc.record({
    action: fc.constantFrom<CallSubject["action"]>("PutRecord", "GetRecords"),
    streamName,
    shardIds: shardId.map((id) => [id]),
    nowMs: fc.nat(1_000),
  }),
  fc
    .record({ streamName, entryShardIds: fc.array(shardId, { minLength: 1, maxLength: 8 }), nowMs: fc.nat(1_000) })
    .map((given) => ({ ...given, action: "PutRecords" as const, shardIds: [...new Set(given.entryShardIds)] })),
  fc.record({
    action: fc.constantFrom<CallSubject["action"]>("ListShards", "SubscribeToShard"),
    streamName,
    shardIds: fc.constant([]),
    nowMs: fc.nat(1_000),
  }),
);
const history = fc.array(subject, { minLength: 1, maxLength: 60, size: "max" });

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

/** Without the keys that are undefined. */
const rule: fc.Arbitrary<FaultRule> = fc
  .record({
    fault: fc.constantFrom<FaultRule["fault"]>(
      { kind: "lost" },
      { kind: "slow", ms: 5 },
      { kind: "error", name: "InternalFailure" },
      { kind: "throttled" },
      { kind: "throttled", entries: [0, 2] },
      { kind: "throttled", entries: { share: 0.4 } },
    ),
    streamName: optional(streamName),
    shardId: optional(shardId),
    skip: optional(fc.nat(3)),
    times: optional(fc.constantFrom(1, 2, Number.POSITIVE_INFINITY)),
    probability: optional(fc.constantFrom(0.1, 0.5, 0.9, 1)),
    from: optional(fc.integer({ min: 0, max: 400 })),
    until: optional(fc.integer({ min: 500, max: 1_000 })),
  })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never);

const seed = fc.maxSafeNat();

function strikesOf(faults: Faults, calls: readonly CallSubject[]): (StruckFault | undefined)[] {
  return calls.map((each) => faults.strike(each));
}

function planned(seed: number, rules: readonly FaultRule[]): Faults {
  const faults = new Faults({ seed: 0 });
  faults.plan({ seed, rules });
  return faults;
}

/** By the documentation of a rule, and nothing else. */
function means(given: FaultRule, { action, entryShardIds, nowMs, shardIds, streamName }: CallSubject): boolean {
  const { fault, from = -1, shardId: shard, streamName: stream, until = 1e9 } = given;
  const entries = fault.kind === "throttled" ? (fault.entries ?? "all") : undefined;
  if (fault.kind === "throttled" && !["PutRecord", "PutRecords", "GetRecords"].includes(action)) return false;
  if (stream !== undefined && stream !== streamName) return false;
  if (shard !== undefined && !shardIds.includes(shard)) return false;
  if (Number(from) > nowMs || nowMs >= Number(until)) return false;
  if (entries === undefined || entries === "all") return true;
  if (!entryShardIds) return false;
  return entryShardIds.some(
    (at, index) => (shard === undefined || at === shard) && (!Array.isArray(entries) || entries.includes(index)),
  );
}

describe("faults, whatever the rules and the calls", () => {
  test.prop([seed, fc.array(rule, { maxLength: 4 }), history])(
    "the same seed strikes the same",
    (seed, rules, calls) => {
      const [one, other] = [planned(seed, rules), planned(seed, rules)];
      expect(strikesOf(one, calls)).toEqual(strikesOf(other, calls));
      expect(one.log).toEqual(other.log);

      const [byHand, again] = [new Faults({ seed }), new Faults({ seed })];
      for (const each of rules) for (const faults of [byHand, again]) faults.inject(each);
      expect(strikesOf(byHand, calls)).toEqual(strikesOf(again, calls));
    },
  );

  test.prop([seed, rule, history])(
    "a rule strikes only what it means, after `skip`, at most `times`",
    (seed, given, calls) => {
      const struck = strikesOf(planned(seed, [given]), calls).map((fault) => fault !== undefined);
      const meant = calls.flatMap((each, at) => (means(given, each) ? [at] : []));
      const { probability = 1, skip = 0, times = Number.POSITIVE_INFINITY } = given;
      const hits = struck.flatMap((isStruck, at) => (isStruck ? [at] : []));
      const due = meant.slice(skip);
      expect(due).toEqual(expect.arrayContaining(hits));
      expect(hits.length).toBeLessThanOrEqual(times);
      if (probability === 1) expect(hits).toEqual(due.slice(0, times));
    },
  );

  test.prop([seed, fc.array(rule, { maxLength: 4 }), history])(
    "the log is what struck, hits are its length",
    (seed, rules, calls) => {
      const faults = new Faults({ seed: 0 });
      const handle = faults.plan({ seed, rules });
      const struck = strikesOf(faults, calls);
      expect(faults.log.map(({ fault }) => fault)).toEqual(struck.filter((fault) => fault !== undefined));
      expect(handle.hits).toBe(faults.log.length);
    },
  );

  test.prop([seed, rule, history])("entries refused are of the call, and of the rule's shard", (seed, given, calls) => {
    const struck = strikesOf(planned(seed, [given]), calls);
    for (const [at, fault] of struck.entries()) {
      const { entryShardIds } = calls[at]!;
      if (fault?.kind !== "throttled" || !entryShardIds) continue;
      const refused = fault.entries === "all" ? [...entryShardIds.keys()] : fault.entries;
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused).size).toBe(refused.length);
      for (const index of refused) expect(entryShardIds[index]).toBe(given.shardId ?? entryShardIds[index]);
      for (const index of refused) expect(entryShardIds[index], `entry ${index}`).toBeDefined();
    }
  });

  test.prop([seed, fc.array(rule, { maxLength: 3 }), history])(
    "a rule that means no call changes nothing",
    (seed, rules, calls) => {
      const faults = new Faults({ seed: 0 });
      faults.inject({ fault: { kind: "lost" }, streamName: "nowhere", probability: 0.5 });
      faults.plan({ seed, rules });
      expect(strikesOf(faults, calls)).toEqual(strikesOf(planned(seed, rules), calls));
    },
  );

  test.prop([seed, fc.array(rule, { maxLength: 4 }), history, fc.nat()])(
    "clear ends all",
    (seed, rules, calls, cut) => {
      const faults = planned(seed, rules);
      const first = calls.slice(0, cut % calls.length);
      expect(strikesOf(faults, first)).toEqual(strikesOf(planned(seed, rules), first));
      faults.clear();
      expect(strikesOf(faults, calls).every((fault) => fault === undefined)).toBe(true);
    },
  );
});
