// ListShards: which shards each filter shows, by the documentation's own words, and how pages make one listing.

import type { ShardFilter } from "@aws-sdk/client-kinesis";
import { fc, test } from "@fast-check/vitest";
import { beforeEach, describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import "../../properties/replay.ts";
import { HOUR, id, KEYS, Model, rangeOf, STREAM } from "./model.ts";

/** Hour 0: shards 0 and 1. Hour 1: 0 is split into 2 and 3. Hour 2: 3 and 1 are merged into 4. It is hour 3 now. */
let model: Model;
let startMs: number;
beforeEach(async () => {
  model = new Model({ limits: { retention: "aws" }, shards: 2 });
  startMs = model.clock.now();
  await model.clock.advance(HOUR);
  model.split(0);
  model.listed();
  await model.clock.advance(HOUR);
  model.merge(3, 1);
  model.listed();
  await model.clock.advance(HOUR);
});
const at = (hours: number, ms = 0): Date => new Date(startMs + hours * HOUR + ms);

describe("a shard", () => {
  it("is told with its family, its range and its numbers", () => {
    const [first, , , fourth, fifth] = model.list();
    expect(first).toEqual({
      ShardId: id(0),
      HashKeyRange: { StartingHashKey: "0", EndingHashKey: `${KEYS / 2n - 1n}` },
      SequenceNumberRange: {
        StartingSequenceNumber: expect.stringMatching(/^\d{56}$/),
        EndingSequenceNumber: expect.stringMatching(/^\d{56}$/),
      },
    });
    expect(fourth).toMatchObject({ ShardId: id(3), ParentShardId: id(0) });
    expect(fifth).toEqual({
      ShardId: id(4),
      ParentShardId: id(3),
      AdjacentParentShardId: id(1),
      HashKeyRange: { StartingHashKey: `${KEYS / 4n}`, EndingHashKey: `${KEYS - 1n}` },
      // "Shards that are in the OPEN state have an ending sequence number of null."
      SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{56}$/) },
    });
  });
});

describe("a filter", () => {
  it.each<[string, (now: Model) => ShardFilter | undefined, number[]]>([
    ["none: as FROM_TRIM_HORIZON", () => undefined, [0, 1, 2, 3, 4]],
    // "All the shards within the retention period of the data stream (trim to tip)."
    ["FROM_TRIM_HORIZON", () => ({ Type: "FROM_TRIM_HORIZON" }), [0, 1, 2, 3, 4]],
    // "All the shards, starting with the shard whose ID immediately follows the ShardId that you provided."
    ["AFTER_SHARD_ID", () => ({ Type: "AFTER_SHARD_ID", ShardId: id(2) }), [3, 4]],
    ["AFTER_SHARD_ID, of one that is not there", () => ({ Type: "AFTER_SHARD_ID", ShardId: "shardId-9" }), []],
    // "Only the currently open shards of the data stream."
    ["AT_LATEST", () => ({ Type: "AT_LATEST" }), [2, 4]],
    // "All the shards that were open at TRIM_HORIZON."
    ["AT_TRIM_HORIZON, before anything was trimmed", () => ({ Type: "AT_TRIM_HORIZON" }), [0, 1]],
    // "Whose start timestamp is less than or equal to the given timestamp and end timestamp is greater than or equal to the
    // given timestamp or still open."
    ["AT_TIMESTAMP before the stream", () => ({ Type: "AT_TIMESTAMP", Timestamp: at(0, -1) }), []],
    ["AT_TIMESTAMP of its creation", () => ({ Type: "AT_TIMESTAMP", Timestamp: at(0) }), [0, 1]],
    ["AT_TIMESTAMP before the split", () => ({ Type: "AT_TIMESTAMP", Timestamp: at(1, -1) }), [0, 1]],
    [
      "AT_TIMESTAMP of the split: parent and children",
      () => ({ Type: "AT_TIMESTAMP", Timestamp: at(1) }),
      [0, 1, 2, 3],
    ],
    ["AT_TIMESTAMP after the split", () => ({ Type: "AT_TIMESTAMP", Timestamp: at(1, 1) }), [1, 2, 3]],
    ["AT_TIMESTAMP to come", () => ({ Type: "AT_TIMESTAMP", Timestamp: at(9) }), [2, 4]],
    // "All closed shards whose end timestamp is greater than or equal to the given timestamp and also all open shards."
    ["FROM_TIMESTAMP of the split", () => ({ Type: "FROM_TIMESTAMP", Timestamp: at(1) }), [0, 1, 2, 3, 4]],
    ["FROM_TIMESTAMP after the split", () => ({ Type: "FROM_TIMESTAMP", Timestamp: at(1, 1) }), [1, 2, 3, 4]],
    ["FROM_TIMESTAMP after the merge", () => ({ Type: "FROM_TIMESTAMP", Timestamp: at(2, 1) }), [2, 4]],
    // "Corrected to TRIM_HORIZON of the data stream if FROM_TIMESTAMP is less than the TRIM_HORIZON value."
    ["FROM_TIMESTAMP before the stream", () => ({ Type: "FROM_TIMESTAMP", Timestamp: new Date(0) }), [0, 1, 2, 3, 4]],
  ])("%s", (_, filter, listed) => expect(model.listed(filter(model))).toEqual(listed));

  it.each([
    [24, 0, [0, 1]], // the horizon is hour 0
    [25, 0, [0, 1]], // ... the split: the parent may hold a record of this very millisecond
    [25, 1, [1, 2, 3]],
    [26, 0, [1, 2, 3]],
    [26, 1, [2, 4]],
    [99, 0, [2, 4]],
  ])("AT_TRIM_HORIZON %i h and %i ms after the stream's creation", async (hours, ms, listed) => {
    await model.clock.advance((hours - 3) * HOUR + ms);
    expect(model.listed({ Type: "AT_TRIM_HORIZON" })).toEqual(listed);
  });

  it("AT_TRIM_HORIZON of a stream that took its time to become ACTIVE", async () => {
    const slow = new Model({ limits: { retention: "aws" }, shards: 0, transitionMs: 30_000 });
    slow.perform("CreateStream", { StreamName: STREAM, ShardCount: 2 });
    await slow.clock.advance(60_000);
    expect(slow.listed({ Type: "AT_TRIM_HORIZON" })).toEqual([0, 1]);
    await slow.clock.advance(24 * HOUR - 45_000); // the horizon lies between its creation and its first shards'
    expect(slow.listed({ Type: "AT_TRIM_HORIZON" })).toEqual([0, 1]);
  });

  it("AT_TRIM_HORIZON of shards that were split in the stream's first millisecond: their records are not lost", () => {
    const quick = new Model({ limits: { retention: "aws" } });
    quick.put("before the split");
    quick.split(0);
    expect(quick.listed({ Type: "AT_TRIM_HORIZON" })).toEqual([0]);
    quick.split(1);
    expect(quick.listed({ Type: "AT_TRIM_HORIZON" })).toEqual([0]);
  });

  it.each<[string, ShardFilter, RegExp]>([
    ["AFTER_SHARD_ID without a ShardId", { Type: "AFTER_SHARD_ID" }, /ShardId must be specified/],
    ["AT_TIMESTAMP without a Timestamp", { Type: "AT_TIMESTAMP" }, /Timestamp must be specified/],
    ["FROM_TIMESTAMP without a Timestamp", { Type: "FROM_TIMESTAMP" }, /Timestamp must be specified/],
    ["AT_LATEST with a ShardId", { Type: "AT_LATEST", ShardId: id(0) }, /takes no ShardId/],
    ["AT_LATEST with a Timestamp", { Type: "AT_LATEST", Timestamp: new Date(0) }, /takes no Timestamp/],
  ])("%s is refused", (_, filter, message) => {
    const refusal = refusalOf(() => model.list(filter));
    expect(refusal).toMatch(/^InvalidArgumentException: /);
    expect(refusal).toMatch(message);
  });
});

describe("ExclusiveStartShardId", () => {
  it("does what AFTER_SHARD_ID does", () => {
    const { Shards } = model.perform("ListShards", { StreamName: STREAM, ExclusiveStartShardId: id(2) });
    expect(Shards!.map(({ ShardId }) => ShardId)).toEqual([id(3), id(4)]);
  });
});

describe("StreamCreationTimestamp", () => {
  // "Specify this input parameter to distinguish data streams that have the same name."
  it("finds the stream of that second, and no other", () => {
    const list = (at: Date): unknown =>
      refusalOf(() => model.perform("ListShards", { StreamName: STREAM, StreamCreationTimestamp: at }));
    expect(list(at(0))).toBeUndefined();
    expect(list(at(0, 999))).toBeUndefined();
    expect(list(at(0, 1_000))).toMatch(/^ResourceNotFoundException/);
  });
});

describe("a NextToken", () => {
  const firstToken = (): string =>
    model.perform("ListShards", { StreamName: STREAM, MaxResults: 1, ShardFilter: { Type: "FROM_TRIM_HORIZON" } })
      .NextToken!;

  // "You have 300 seconds to use that value."
  it("is good for 300 s exactly", async () => {
    const NextToken = firstToken();
    await model.clock.advance(300_000);
    expect(model.perform("ListShards", { NextToken }).Shards).toHaveLength(4);
    await model.clock.advance(1);
    expect(refusalOf(() => model.perform("ListShards", { NextToken }))).toBe(
      "ExpiredNextTokenException: NextToken has expired.",
    );
  });

  it.each([
    ["StreamName", { StreamName: STREAM }],
    ["ExclusiveStartShardId", { ExclusiveStartShardId: id(0) }],
    ["StreamCreationTimestamp", { StreamCreationTimestamp: new Date(0) }],
    ["ShardFilter", { ShardFilter: { Type: "AT_LATEST" as const } }],
  ])("goes with no %s", (name, more) => {
    expect(refusalOf(() => model.perform("ListShards", { NextToken: firstToken(), ...more }))).toBe(
      `InvalidArgumentException: NextToken and ${name} cannot be provided together.`,
    );
  });

  it("keeps the filter that the listing began with", () => {
    const filter: ShardFilter = { Type: "AT_TIMESTAMP", Timestamp: at(1) };
    expect(model.list(filter, 1).map(({ ShardId }) => ShardId)).toEqual([0, 1, 2, 3].map(id));
  });

  it("of a deleted stream finds nothing in one of the same name", () => {
    const NextToken = firstToken();
    model.perform("DeleteStream", { StreamName: STREAM });
    const gone = "ResourceNotFoundException: Stream orders under account 000000000000 not found.";
    expect(refusalOf(() => model.perform("ListShards", { NextToken }))).toBe(gone);
    model.perform("CreateStream", { StreamName: STREAM, ShardCount: 5 });
    expect(refusalOf(() => model.perform("ListShards", { NextToken }))).toBe(gone);
  });

  it("or a StreamName must be given", () => {
    expect(refusalOf(() => model.perform("ListShards", {}))).toBe(
      "InvalidArgumentException: Either NextToken or StreamName should be provided.",
    );
  });
});

describe("pages", () => {
  // "If you specify a value greater than 1000, at most 1000 results are returned."
  it("have 1,000 shards at most", () => {
    const wide = new Model({ shards: 1_001 });
    const first = wide.perform("ListShards", { StreamName: STREAM, MaxResults: 10_000 });
    expect([first.Shards!.length, typeof first.NextToken]).toEqual([1_000, "string"]);
    const second = wide.perform("ListShards", { NextToken: first.NextToken });
    expect([second.Shards!.map(({ ShardId }) => ShardId), second.NextToken]).toEqual([[id(1_000)], undefined]);
  });

  it("of exactly all shards are the last", () => {
    expect(model.perform("ListShards", { StreamName: STREAM, MaxResults: 5 }).NextToken).toBeUndefined();
  });

  test.prop([
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 12 }),
    fc.array(fc.nat({ max: 60 }), { maxLength: 8 }),
  ])("together are the one listing", (shards, pageSize, splits) => {
    const wide = new Model({ shards });
    for (const which of splits) {
      const open = wide.listed({ Type: "AT_LATEST" });
      wide.split(open[which % open.length]!);
    }
    for (const Type of ["AT_LATEST", "FROM_TRIM_HORIZON", "AT_TRIM_HORIZON"] as const) {
      expect(wide.list({ Type }, pageSize)).toEqual(wide.list({ Type }));
    }
  });
});

describe("a stale listing", () => {
  const list = (staleBy: number | "before-last-reshard", Type: "AT_LATEST" | "FROM_TRIM_HORIZON"): string[] =>
    model.service
      .perform("ListShards", { StreamName: STREAM, ShardFilter: { Type } }, { staleBy })
      .Shards!.map(({ SequenceNumberRange, ShardId }) => {
        const state = SequenceNumberRange!.EndingSequenceNumber === undefined ? "open" : "closed";
        return `${Number(ShardId!.slice(-12))} ${state}`;
      });

  it("is what it was then", () => {
    expect(list(0, "FROM_TRIM_HORIZON")).toEqual(["0 closed", "1 closed", "2 open", "3 closed", "4 open"]);
    expect(list(HOUR, "AT_LATEST")).toEqual(["2 open", "4 open"]);
    expect(list(HOUR + 1, "AT_LATEST")).toEqual(["1 open", "2 open", "3 open"]);
    expect(list(HOUR + 1, "FROM_TRIM_HORIZON")).toEqual(["0 closed", "1 open", "2 open", "3 open"]);
    expect(list(2 * HOUR + 1, "AT_LATEST")).toEqual(["0 open", "1 open"]);
    expect(list(9_999 * HOUR, "AT_LATEST")).toEqual(["0 open", "1 open"]);
  });

  it("before the last reshard shows neither its closed shards as closed nor its new ones", () => {
    expect(list("before-last-reshard", "FROM_TRIM_HORIZON")).toEqual(["0 closed", "1 open", "2 open", "3 open"]);
  });

  it("before a reshard in the stream's first millisecond is the stream as it was made", () => {
    model = new Model();
    model.split(0);
    expect(list("before-last-reshard", "AT_LATEST")).toEqual(["0 open"]);
    expect(list(0, "AT_LATEST")).toEqual(["1 open", "2 open"]);
  });
});

describe("AT_TRIM_HORIZON at any time", () => {
  test.prop([
    fc.array(fc.tuple(fc.constantFrom(0, 1, HOUR, 7 * HOUR, 30 * HOUR), fc.nat(), fc.boolean()), { maxLength: 12 }),
  ])("holds every hash key once, and every record that can be read lies in it or below it", async (deeds) => {
    const any = new Model({ limits: { controlCalls: "off", retention: "aws" }, shards: 2 });
    for (const [ms, which, splits] of deeds) {
      await any.clock.advance(ms);
      for (const share of [0n, 3n, 7n]) any.put("record", { hashKey: (share * KEYS) / 8n });
      const open = any.list({ Type: "AT_LATEST" }).sort((a, b) => (rangeOf(a)[0] < rangeOf(b)[0] ? -1 : 1));
      const index = (at: number): number => Number(open[at % open.length]!.ShardId!.slice(-12));
      if (splits || open.length === 1) any.split(index(which));
      else any.merge(index(which % (open.length - 1)), index((which % (open.length - 1)) + 1));

      const roots = any.list({ Type: "AT_TRIM_HORIZON" });
      const ranges = roots.map(rangeOf).sort(([a], [b]) => (a < b ? -1 : 1));
      expect(ranges[0]![0]).toBe(0n);
      expect(ranges.at(-1)![1]).toBe(KEYS - 1n);
      for (const [at, [start]] of ranges.entries()) if (at > 0) expect(start).toBe(ranges[at - 1]![1] + 1n);

      const { shards } = any.service.snapshot()[0]!;
      const reached = new Set(roots.map(({ ShardId }) => ShardId!));
      for (const { childShardIds, shardId } of shards)
        if (reached.has(shardId)) for (const child of childShardIds) reached.add(child);
      const missed = shards.filter(
        ({ records, shardId }) => !reached.has(shardId) && records.some(({ trimmed }) => !trimmed),
      );
      expect(missed.map(({ shardId }) => shardId)).toEqual([]);
    }
  });
});
