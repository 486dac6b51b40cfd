import { describe, expect, it } from "vitest";
import { Faults, type InjectedFault } from "../../../src/testing/faults/index.ts";
import { call, putRecords } from "./subjects.ts";

const lost: InjectedFault = { kind: "lost" };
const reset: InjectedFault = { kind: "reset", when: "after" };

/** What strikes each of so many calls, by kind. */
function strikes(faults: Faults, count: number, subject = call("PutRecord")): (string | undefined)[] {
  return Array.from({ length: count }, () => faults.strike(subject)?.kind);
}

describe("a rule", () => {
  it("strikes the next matching call, and then no more", () => {
    const faults = new Faults({ seed: 0 });
    const handle = faults.inject({ fault: lost, action: "PutRecord" });
    expect(strikes(faults, 1, call("GetRecords"))).toEqual([undefined]);
    expect(strikes(faults, 2)).toEqual(["lost", undefined]);
    expect(handle.hits).toBe(1);
  });

  it("lets `skip` calls pass and strikes `times`", () => {
    const faults = new Faults({ seed: 0 });
    faults.inject({ fault: lost, skip: 2, times: 2 });
    expect(strikes(faults, 5)).toEqual([undefined, undefined, "lost", "lost", undefined]);
  });

  it.each([
    ["another action", call("ListShards")],
    ["another stream", call("PutRecord", { streamName: "returns", shardIds: ["shard-1"] })],
    ["no stream", call("PutRecord", { streamName: undefined, shardIds: ["shard-1"] })],
    ["another shard", call("PutRecord", { shardIds: ["shard-2"] })],
    ["no shard", call("PutRecord")],
    ["before `from`", call("PutRecord", { shardIds: ["shard-1"], nowMs: 999 })],
    ["at `until`", call("PutRecord", { shardIds: ["shard-1"], nowMs: 2_000 })],
  ])("does not mean %s", (_, subject) => {
    const faults = new Faults({ seed: 0 });
    const handle = faults.inject({
      fault: lost,
      action: ["PutRecord", "PutRecords"],
      streamName: "orders",
      shardId: "shard-1",
      from: new Date(1_000),
      until: 2_000,
    });
    expect(faults.strike(subject)).toBeUndefined();
    expect(handle.hits).toBe(0);
    expect(faults.strike(call("PutRecord", { shardIds: ["shard-0", "shard-1"], nowMs: 1_000 }))).toEqual(lost);
  });

  it("comes with its defaults", () => {
    const faults = new Faults({ seed: 0 });
    const struck = (fault: InjectedFault, subject: Parameters<Faults["strike"]>[0]): unknown => {
      faults.inject({ fault });
      return faults.strike(subject);
    };
    expect(struck({ kind: "error", name: "InternalFailure" }, call("ListShards"))).toEqual({
      kind: "error",
      name: "InternalFailure",
      statusCode: 500,
      body: "json",
    });
    expect(struck({ kind: "error", name: "ServiceUnavailable" }, call("ListShards"))).toMatchObject({
      statusCode: 503,
    });
    expect(struck({ kind: "error", name: "Busy", body: "html" }, call("ListShards"))).toMatchObject({
      statusCode: 503,
    });
    expect(struck({ kind: "error", name: "Busy", message: "later" }, call("ListShards"))).toMatchObject({
      statusCode: 400,
      message: "later",
    });
    expect(struck({ kind: "slow", ms: 5 }, call("ListShards"))).toEqual({ kind: "slow", ms: 5, when: "before" });
    expect(struck({ kind: "throttled" }, call("GetRecords"))).toEqual({
      kind: "throttled",
      entries: "all",
      errorCode: "ProvisionedThroughputExceededException",
    });
    expect(struck({ kind: "cut-subscription" }, call("SubscribeToShard"))).toEqual({
      kind: "cut-subscription",
      afterEvents: 0,
      how: "end",
    });
  });

  it("is not changed by what becomes of the object it was given as", () => {
    const faults = new Faults({ seed: 0 });
    const entries = [0];
    faults.inject({ fault: { kind: "throttled", entries } });
    entries[0] = 1;
    expect(faults.strike(putRecords("a", "a"))).toMatchObject({ entries: [0] });
  });
});

describe("several rules", () => {
  it("by hand come before plans, older before newer; one fault strikes a call", () => {
    const faults = new Faults({ seed: 0 });
    faults.plan({ seed: 1, rules: [{ fault: { kind: "truncated" } }, { fault: lost }] });
    faults.plan({ seed: 1, rules: [{ fault: lost }] });
    faults.inject({ fault: lost });
    faults.inject({ fault: reset });
    expect(strikes(faults, 4)).toEqual(["lost", "reset", "truncated", "truncated"]);
  });

  it("leave a call that one lets pass to the next, and count nothing for a call that another took", () => {
    const faults = new Faults({ seed: 0 });
    faults.inject({ fault: lost, skip: 1 });
    faults.inject({ fault: reset, skip: 1 });
    // Both skip the first. The second is the first rule's, so the second rule has still only seen one.
    expect(strikes(faults, 4)).toEqual([undefined, "lost", "reset", undefined]);
  });

  it("of a plan go on until they are told to end", () => {
    const faults = new Faults({ seed: 0 });
    const plan = faults.plan({
      seed: 1,
      rules: [
        { fault: lost, times: 1 },
        { fault: reset, until: 10 },
      ],
    });
    expect(strikes(faults, 4)).toEqual(["lost", "reset", "reset", "reset"]);
    expect(strikes(faults, 2, call("PutRecord", { nowMs: 10 }))).toEqual([undefined, undefined]);
    expect(plan.hits).toBe(4);
  });
});

describe("the entries of PutRecords", () => {
  function refused(fault: InjectedFault, shardId: string | undefined, ...entryShardIds: string[]): unknown {
    const faults = new Faults({ seed: 3 });
    faults.inject({ fault, ...(shardId === undefined ? {} : { shardId }) });
    const struck = faults.strike(putRecords(...entryShardIds));
    return struck?.kind === "throttled" ? struck.entries : struck;
  }

  it.each<[string, InjectedFault, string | undefined, unknown]>([
    ["all", { kind: "throttled" }, undefined, "all"],
    ["those for a shard", { kind: "throttled" }, "b", [1, 3]],
    ["those at indexes", { kind: "throttled", entries: [2, 0, 9] }, undefined, [0, 2]],
    ["those at indexes that go to a shard", { kind: "throttled", entries: [0, 3] }, "b", [3]],
    ["a share that is all", { kind: "throttled", entries: { share: 1 } }, undefined, "all"],
    ["a share of a shard's that is all of them", { kind: "throttled", entries: { share: 1 } }, "b", [1, 3]],
    ["none: no such index", { kind: "throttled", entries: [9] }, undefined, undefined],
    ["none: no such shard", { kind: "throttled" }, "d", undefined],
  ])("refuses %s", (_, fault, shardId, entries) => {
    expect(refused(fault, shardId, "a", "b", "c", "b")).toEqual(entries);
  });

  it("refuses a share of them, rounded up, in the order of the call", () => {
    const shards = Array.from({ length: 10 }, () => "a");
    const some = refused({ kind: "throttled", entries: { share: 0.25 } }, undefined, ...shards) as number[];
    expect(new Set(some).size).toBe(3);
    expect(some).toEqual([...some].sort((one, other) => one - other));
    expect(refused({ kind: "throttled", entries: { share: 0.01 } }, undefined, "a", "a")).toHaveLength(1);
  });

  it("draws every entry of a share as often as any other", () => {
    const faults = new Faults({ seed: 5 });
    faults.inject({ fault: { kind: "throttled", entries: { share: 0.3 } }, times: 10_000 });
    const counts = new Array<number>(10).fill(0);
    for (let round = 0; round < 10_000; round++) {
      const struck = faults.strike(putRecords(...counts.map(() => "a")));
      if (struck?.kind !== "throttled" || struck.entries === "all") throw new Error("not a share");
      for (const index of struck.entries) counts[index]!++;
    }
    // Five standard deviations around 3,000.
    for (const count of counts) expect(Math.abs(count - 3_000)).toBeLessThan(230);
  });

  it("a call without an entry to refuse counts for nothing", () => {
    const faults = new Faults({ seed: 0 });
    const handle = faults.inject({ fault: { kind: "throttled", entries: [2] }, skip: 1 });
    expect(faults.strike(putRecords("a"))).toBeUndefined();
    expect(faults.strike(putRecords("a", "a", "a"))).toBeUndefined();
    expect(faults.strike(putRecords("a", "a", "a"))).toMatchObject({ entries: [2] });
    expect(handle.hits).toBe(1);
  });
});

describe("what has struck, and what has not", () => {
  it("is told rule by rule", () => {
    const faults = new Faults({ seed: 0 });
    const twice = { fault: lost, action: "PutRecord", times: 2 } as const;
    const never = { fault: { kind: "expired-iterator" } } as const;
    const often = { fault: lost, action: "ListShards" } as const;
    faults.inject(twice);
    faults.inject(never);
    faults.plan({ seed: 0, rules: [often] });
    expect(faults.unused).toEqual([twice, never, often]);
    strikes(faults, 1);
    strikes(faults, 1, call("ListShards"));
    expect(faults.unused).toEqual([twice, never]);
    strikes(faults, 1);
    expect(faults.unused).toEqual([never]);
  });

  it("a cancelled rule strikes no more, keeps its hits, and is not told as unused", () => {
    const faults = new Faults({ seed: 0 });
    const handle = faults.inject({ fault: lost, times: 9 });
    const plan = faults.plan({ seed: 0, rules: [{ fault: reset }, { fault: lost }] });
    strikes(faults, 2);
    handle.cancel();
    handle.cancel();
    expect(strikes(faults, 2)).toEqual(["reset", "reset"]);
    plan.cancel();
    expect(strikes(faults, 2)).toEqual([undefined, undefined]);
    expect([handle.hits, plan.hits]).toEqual([2, 2]);
    expect(faults.unused).toEqual([]);
  });

  it("clear withdraws all rules and keeps the log", () => {
    const faults = new Faults({ seed: 0 });
    faults.inject({ fault: lost, times: 9 });
    faults.plan({ seed: 0, rules: [{ fault: reset }] });
    expect(faults.isArmed).toBe(true);
    strikes(faults, 1);
    faults.clear();
    expect(faults.isArmed).toBe(false);
    expect(strikes(faults, 1)).toEqual([undefined]);
    expect(faults.unused).toEqual([]);
    expect(faults.log).toHaveLength(1);
  });

  it("is logged in order, with what was refused", () => {
    const faults = new Faults({ seed: 0 });
    expect(faults.log).toEqual([]);
    faults.inject({ fault: { kind: "throttled", entries: { share: 0.5 } } });
    faults.inject({ fault: { kind: "lost" } });
    faults.strike({ ...putRecords("a", "b"), nowMs: 5 });
    faults.strike(call("ListShards", { nowMs: 6 }));
    expect(faults.log).toEqual([
      {
        atMs: 5,
        action: "PutRecords",
        streamName: "orders",
        shardIds: ["a", "b"],
        fault: {
          kind: "throttled",
          entries: [expect.any(Number)],
          errorCode: "ProvisionedThroughputExceededException",
        },
      },
      { atMs: 6, action: "ListShards", streamName: "orders", shardIds: [], fault: { kind: "lost" } },
    ]);
  });

  it("the log of a long run keeps the last 10,000 at least, and no more than twice that", () => {
    const faults = new Faults({ seed: 0 });
    const handle = faults.plan({ seed: 0, rules: [{ fault: lost }] });
    for (let nowMs = 0; nowMs < 45_000; nowMs++) {
      faults.strike(call("PutRecord", { nowMs }));
      // To look at it copies it.
      if (nowMs % 1_000 === 999) expect(faults.log.length).toBeLessThanOrEqual(20_000);
    }
    const { log } = faults;
    expect(log.length).toBeGreaterThanOrEqual(10_000);
    expect(log.at(-1)?.atMs).toBe(44_999);
    expect(log.map(({ atMs }) => atMs)).toEqual(log.map((_, at) => 45_000 - log.length + at));
    expect(handle.hits).toBe(45_000);
  });
});
