// What goes wrong in a run: some kinds of fault and not others, so that none hides what only shows without it.

import { isDeepStrictEqual } from "node:util";
import type { FaultRule, Strike } from "../../src/testing/index.ts";
import type { Random } from "../fuzz/random.ts";

interface Trouble {
  readonly rule: Omit<FaultRule, "probability">;
  /** Of a thousand calls that it could strike, at most. */
  readonly perMille: number;
}

export const LONGEST_FAULT_MS = 25_000;
const READS = ["GetRecords", "GetShardIterator", "ListShards", "SubscribeToShard"] as const;
const ALL = [...READS, "PutRecords"] as const;
const MANAGES = ["SplitShard", "MergeShards", "UpdateShardCount"] as const;

/** By what they are called when it is counted whether all of them happened. */
export const TROUBLES: Readonly<Record<string, Trouble>> = {
  "throttled entries": {
    perMille: 150,
    rule: { action: "PutRecords", fault: { kind: "throttled", entries: { share: 0.3 } } },
  },
  "failed entries": {
    perMille: 80,
    rule: { action: "PutRecords", fault: { kind: "throttled", entries: { share: 0.2 }, errorCode: "InternalFailure" } },
  },
  "throttled calls": {
    perMille: 60,
    rule: { action: ["GetRecords", "GetShardIterator"], fault: { kind: "throttled" } },
  },
  "internal failure": {
    perMille: 40,
    rule: { action: ALL, fault: { kind: "error", name: "InternalFailureException" } },
  },
  unavailable: { perMille: 40, rule: { action: ALL, fault: { kind: "error", name: "ServiceUnavailable" } } },
  "limit exceeded": {
    perMille: 200,
    rule: { action: ["ListShards", "SubscribeToShard"], fault: { kind: "error", name: "LimitExceededException" } },
  },
  "reset before": { perMille: 40, rule: { action: [...ALL, ...MANAGES], fault: { kind: "reset", when: "before" } } },
  "reset after": { perMille: 60, rule: { action: [...ALL, ...MANAGES], fault: { kind: "reset", when: "after" } } },
  // Of SubscribeToShard the answer is the subscription: see below.
  truncated: {
    perMille: 40,
    rule: {
      action: ["GetRecords", "GetShardIterator", "ListShards", "PutRecords", ...MANAGES],
      fault: { kind: "truncated" },
    },
  },
  lost: { perMille: 20, rule: { action: [...ALL, ...MANAGES], fault: { kind: "lost" } } },
  "slow before": { perMille: 30, rule: { action: ALL, fault: { kind: "slow", ms: 3_000 } } },
  "slow after": { perMille: 30, rule: { action: ALL, fault: { kind: "slow", ms: 3_000, when: "after" } } },
  "slower than anyone waits": { perMille: 10, rule: { action: ALL, fault: { kind: "slow", ms: LONGEST_FAULT_MS } } },
  "expired iterator": { perMille: 60, rule: { fault: { kind: "expired-iterator" } } },
  "silent subscription": { perMille: 150, rule: { fault: { kind: "silent-subscription" } } },
  "subscription cut, all well": { perMille: 150, rule: { fault: { kind: "cut-subscription", afterEvents: 2 } } },
  "subscription reset": { perMille: 150, rule: { fault: { kind: "cut-subscription", afterEvents: 1, how: "reset" } } },
  "subscription failed": {
    perMille: 150,
    rule: { fault: { kind: "cut-subscription", afterEvents: 3, how: { exception: "InternalFailureException" } } },
  },
  "stale shards": { perMille: 400, rule: { fault: { kind: "stale-shards" } } },
  "shards of a while ago": { perMille: 200, rule: { fault: { kind: "stale-shards", byMs: 20_000 } } },
};

export interface FaultPlan {
  readonly names: readonly string[];
  readonly rules: readonly FaultRule[];
}

/** Each kind in every other run, and how often it strikes another roll of the dice. */
export function faultPlan(random: Random): FaultPlan {
  const names = Object.keys(TROUBLES).filter(() => random.once(2));
  const rules = names.map((name): FaultRule => {
    const { perMille, rule } = TROUBLES[name]!; // a key of it
    return { ...rule, probability: (1 + random.int(perMille)) / 1_000 };
  });
  return { names, rules };
}

/** Which of them struck: of those that fit, the one that says most. */
export function troubleOf({ action, fault }: Strike): string | undefined {
  const struck = new Map(Object.entries(fault));
  const fits = ({ rule }: Trouble): boolean =>
    (rule.action === undefined || [rule.action].flat().includes(action)) &&
    Object.entries(rule.fault).every(
      // Of a share of the entries a strike tells which they were.
      ([option, value]) => option === "entries" || isDeepStrictEqual(struck.get(option), value),
    );
  return Object.entries(TROUBLES)
    .filter(([, trouble]) => fits(trouble))
    .sort(([, one], [, other]) => Object.keys(other.rule.fault).length - Object.keys(one.rule.fault).length)
    .map(([name]) => name)[0];
}
