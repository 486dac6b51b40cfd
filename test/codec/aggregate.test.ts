// The three groupings. The wrong one loses data at a KCL, which drops an aggregate whole when one of its hash keys lies
// outside the shard that holds it.

import { describe, expect, it } from "vitest";
import {
  type AggregatorOptions,
  aggregate,
  deaggregate,
  type GroupBy,
  type PackedEntry,
  ShardMap,
  type UserRecordInput,
} from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { hashOfBytes, hex, utf8 } from "../oracle/frame.ts";
import { codedError } from "./coded-error.ts";
import { effectiveHashKey, received, sent, unpack } from "./user-record-rows.ts";

const MAX = (1n << 128n) - 1n;
const HALF = 1n << 127n;

function shard(
  shardId: string,
  start: bigint,
  end: bigint,
): { ShardId: string; HashKeyRange: { StartingHashKey: string; EndingHashKey: string } } {
  return { ShardId: shardId, HashKeyRange: { StartingHashKey: `${start}`, EndingHashKey: `${end}` } };
}

const twoShards = ShardMap.from([
  shard("shardId-000000000000", 0n, HALF - 1n),
  shard("shardId-000000000001", HALF, MAX),
]);

function members(entry: PackedEntry): ReturnType<typeof received>[] {
  return deaggregate(entry).map(received);
}

/** 60 records of 7 keys, every fourth with an explicit hash key: several of one key, on both halves. */
const mixed: readonly UserRecordInput[] = Array.from({ length: 60 }, (_, i) => ({
  partitionKey: `key-${i % 7}`,
  data: `${i}`,
  explicitHashKey: i % 4 === 0 ? (i % 8 === 0 ? 5n : MAX - 5n) : undefined,
}));

/** The numbers in the data of one group's records, in the order in which they would be read. */
function orderOf(entries: readonly PackedEntry[], groupOf: (record: UserRecordInput) => string): Map<string, number[]> {
  const orders = new Map<string, number[]>();
  for (const user of unpack(entries)) {
    const i = Number(user.text());
    const group = groupOf(mixed[i]!);
    orders.set(group, [...(orders.get(group) ?? []), i]);
  }
  return orders;
}

function expectArrivalOrder(orders: Map<string, number[]>): void {
  for (const [group, order] of orders) expect(order, group).toEqual([...order].sort((a, b) => a - b));
}

describe("groupBy 'none': one container for all", () => {
  it("keeps arrival order over all keys, in one aggregate", () => {
    const entries = aggregate(mixed, { groupBy: "none" });
    expect(entries).toHaveLength(1);
    expect(hex(entries[0]!.Data)).toBe(hex(encodeAsKpl(mixed)));
    expect(unpack(entries).map(received)).toEqual(mixed.map(sent));
  });

  it("over many containers, too", () => {
    const entries = aggregate(mixed, { groupBy: "none", maxSize: 100 });
    expect(entries.length).toBeGreaterThan(5);
    expect(unpack(entries).map(({ data }) => hex(data))).toEqual(mixed.map((record) => sent(record).data));
  });
});

describe("groupBy 'partitionKey': the same key and the same effective hash key", () => {
  it("mixes neither keys nor hash keys, and loses nothing", () => {
    const entries = aggregate(mixed, { groupBy: "partitionKey" });
    expect(entries.reduce((sum, { userRecordCount }) => sum + userRecordCount, 0)).toBe(mixed.length);
    for (const entry of entries) {
      const records = unpack([entry]).map((user) => mixed[Number(user.text())]!);
      expect(new Set(records.map(({ partitionKey }) => partitionKey)).size).toBe(1);
      expect(new Set(records.map(effectiveHashKey)).size).toBe(1);
      expect(entry.ExplicitHashKey).toBe(effectiveHashKey(records[0]!).toString());
    }
  });

  // Two hash keys of one key may lie on one shard: a record of the second must not leave before one of the first that
  // came earlier, nor be overtaken by one that came later.
  it("keeps the order of a key even where its hash key changes to and fro", () => {
    for (const maxSize of [51_200, 100]) {
      expectArrivalOrder(
        orderOf(aggregate(mixed, { groupBy: "partitionKey", maxSize }), ({ partitionKey }) => partitionKey),
      );
    }
  });

  it("packs all that came of a key in one, however many others came between", () => {
    const records = Array.from({ length: 90 }, (_, i) => ({ partitionKey: `key-${i % 9}`, data: `${i}` }));
    const entries = aggregate(records, { groupBy: "partitionKey" });
    expect(entries.map(({ userRecordCount }) => userRecordCount)).toEqual(Array.from({ length: 9 }, () => 10));
  });

  it("a given hash key that is the key's own MD5 is the same group", () => {
    const own = hashOfBytes(utf8("k"));
    const entries = aggregate(
      [
        { partitionKey: "k", data: "1" },
        { partitionKey: "k", data: "2", explicitHashKey: own },
        { partitionKey: "k", data: "3", explicitHashKey: `00${own}` },
      ],
      { groupBy: "partitionKey" },
    );
    expect(entries).toHaveLength(1);
    expect(members(entries[0]!).map(({ explicitHashKey }) => explicitHashKey)).toEqual([undefined, `${own}`, `${own}`]);
  });

  it("two keys under one hash key stay apart", () => {
    const entries = aggregate(
      [
        { partitionKey: "a", data: "1", explicitHashKey: "5" },
        { partitionKey: "b", data: "2", explicitHashKey: 5n },
        { partitionKey: "a", data: "3", explicitHashKey: " 05 " },
      ],
      { groupBy: "partitionKey" },
    );
    expect(entries.map(({ userRecordCount }) => userRecordCount).sort()).toEqual([1, 2]);
  });

  // Keys and hash keys joined into one text would meet: "1" with 23 and "12" with 3.
  it("tells apart what looks alike when glued together", () => {
    const records = [
      { partitionKey: "1", data: "a", explicitHashKey: "23" },
      { partitionKey: "12", data: "b", explicitHashKey: "3" },
      { partitionKey: "1:2", data: "c", explicitHashKey: "3" },
      { partitionKey: "1", data: "d", explicitHashKey: "2" },
      { partitionKey: "1\u00002", data: "e", explicitHashKey: "3" },
      { partitionKey: "1 2", data: "f", explicitHashKey: "3" },
      { partitionKey: "1/2", data: "g", explicitHashKey: "3" },
      { partitionKey: "1|2", data: "h", explicitHashKey: "3" },
      { partitionKey: "3", data: "i", explicitHashKey: "12" },
    ];
    expect(aggregate(records, { groupBy: "partitionKey" })).toHaveLength(records.length);
  });

  it("holds a group open over thousands of others, without a container's worth of memory for each", () => {
    const keys = 50_000;
    const records = function* (): Generator<UserRecordInput> {
      for (const data of ["1", "2"]) for (let i = 0; i < keys; i++) yield { partitionKey: `key-${i}`, data };
    };
    const entries = aggregate(records(), { groupBy: "partitionKey" });
    expect(entries).toHaveLength(keys);
    expect(entries.every(({ userRecordCount }) => userRecordCount === 2)).toBe(true);
    const held = new Set(entries.map(({ Data }) => Data.buffer));
    const bytes = [...held].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    expect(bytes).toBeLessThan(keys * 1_024);
  });
});

describe("groupBy a ShardMap: the predicted shard", () => {
  it("never lets an aggregate straddle, packs each shard's records together, and loses nothing", () => {
    const entries = aggregate(mixed, { groupBy: twoShards });
    expect(entries).toHaveLength(2);
    expect(entries.reduce((sum, { userRecordCount }) => sum + userRecordCount, 0)).toBe(mixed.length);
    for (const entry of entries) {
      const shards = unpack([entry]).map(
        (user) => twoShards.shardFor(effectiveHashKey(mixed[Number(user.text())]!))?.shardId,
      );
      expect(new Set(shards)).toEqual(new Set([twoShards.shardFor(BigInt(entry.ExplicitHashKey))?.shardId]));
    }
  });

  it("keeps order per key and shard", () => {
    for (const maxSize of [51_200, 100]) {
      const entries = aggregate(mixed, { groupBy: twoShards, maxSize });
      expectArrivalOrder(
        orderOf(entries, (record) => `${record.partitionKey} ${twoShards.shardFor(effectiveHashKey(record))?.shardId}`),
      );
    }
  });

  it("the explicit hash key decides the shard, not the partition key", () => {
    const records = [
      { partitionKey: "k", data: "1", explicitHashKey: 0n },
      { partitionKey: "k", data: "2", explicitHashKey: MAX },
      { partitionKey: "k", data: "3", explicitHashKey: HALF - 1n },
      { partitionKey: "k", data: "4", explicitHashKey: HALF },
    ];
    const entries = aggregate(records, { groupBy: twoShards });
    expect(entries.map((entry) => members(entry).map(({ data }) => data))).toEqual([
      ["31", "33"],
      ["32", "34"],
    ]);
  });

  it("a record whose shard is unknown is not aggregated", () => {
    const holed = ShardMap.from([shard("shardId-000000000000", 0n, 99n), shard("shardId-000000000001", 200n, MAX)]);
    const records = [150n, 5n, 150n, 6n, 151n].map((explicitHashKey, i) => ({
      partitionKey: "k",
      data: `${i}`,
      explicitHashKey,
    }));
    const entries = aggregate(records, { groupBy: holed });
    expect(entries.filter(({ userRecordCount }) => userRecordCount > 1).map(members)).toEqual([
      [records[1]!, records[3]!].map(sent),
    ]);
    const lone = entries.filter(({ userRecordCount }) => userRecordCount === 1);
    // Raw, own key, and in arrival order among themselves.
    expect(lone).toEqual(
      [0, 2, 4].map((i) => ({
        Data: utf8(`${i}`),
        PartitionKey: "k",
        ExplicitHashKey: `${records[i]!.explicitHashKey}`,
        userRecordCount: 1,
      })),
    );
  });

  it("an empty map aggregates nothing", () => {
    const entries = aggregate(mixed, { groupBy: ShardMap.from([]) });
    expect(entries).toHaveLength(mixed.length);
    expect(entries.map(({ Data }) => hex(Data))).toEqual(mixed.map((record) => sent(record).data));
  });

  it("a range that two shards hold is unknown, too", () => {
    const overlapping = ShardMap.from([
      shard("shardId-000000000000", 0n, 100n),
      shard("shardId-000000000001", 50n, MAX),
    ]);
    const records = [75n, 75n].map((explicitHashKey) => ({ partitionKey: "k", data: "x", explicitHashKey }));
    expect(aggregate(records, { groupBy: overlapping })).toHaveLength(2);
  });
});

describe("whatever the grouping", () => {
  const groupings: readonly (readonly [string, GroupBy])[] = [
    ["none", "none"],
    ["partitionKey", "partitionKey"],
    ["ShardMap", twoShards],
  ];

  it.each(groupings)("%s: a record too large for its container does not overtake its key's others", (_, groupBy) => {
    const records = Array.from({ length: 9 }, (_, i) => ({
      partitionKey: "k",
      data: `${i}`.padEnd(i === 4 ? 400 : 3, " "),
    }));
    const entries = aggregate(records, { groupBy, maxSize: 100 });
    expect(unpack(entries).map((user) => user.text().trim())).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
  });

  it.each(groupings)("%s: nothing from nothing, and any iterable once", (_, groupBy) => {
    expect(aggregate([], { groupBy })).toEqual([]);
    let asked = 0;
    const once = (function* (): Generator<UserRecordInput> {
      asked++;
      yield { partitionKey: "k", data: "1" };
      yield { partitionKey: "k", data: "2" };
    })();
    expect(aggregate(once, { groupBy }).map(({ userRecordCount }) => userRecordCount)).toEqual([2]);
    expect(asked).toBe(1);
  });

  it.each(groupings)("%s: a refused record fails the call with a coded error", (_, groupBy) => {
    const error = codedError(() => aggregate([...mixed, { partitionKey: "", data: "x" }], { groupBy }));
    expect(error.message).toContain("partitionKey");
  });

  it.each(groupings)("%s: whatever is wrong with a record", (_, groupBy) => {
    const wrong: readonly unknown[] = [
      { data: "x" },
      { data: "x", explicitHashKey: "5" },
      { partitionKey: null, data: "x", explicitHashKey: "5" },
      { partitionKey: 5, data: "x" },
      { partitionKey: 5, data: "x", explicitHashKey: 5n },
      { partitionKey: "", data: "x", explicitHashKey: 5n },
      { partitionKey: "k", data: "x", explicitHashKey: 5 },
      { partitionKey: "k", explicitHashKey: "5" },
      { partitionKey: "k", data: null },
    ];
    for (const record of wrong) codedError(() => aggregate([record as UserRecordInput], { groupBy }));
  });

  it.each(groupings)("%s: the caller may reuse one record object", (_, groupBy) => {
    const reused = { partitionKey: "k", data: new Uint8Array() };
    const records = function* (): Generator<UserRecordInput> {
      for (let i = 0; i < 5; i++) yield Object.assign(reused, { data: Uint8Array.of(i) });
    };
    expect(unpack(aggregate(records(), { groupBy })).map(({ data }) => data[0])).toEqual([0, 1, 2, 3, 4]);
  });

  it("options reach every container", () => {
    const options: AggregatorOptions = { maxCount: 3, lone: "wrap", outerPartitionKey: "first" };
    for (const [, groupBy] of groupings) {
      for (const entry of aggregate(mixed, { ...options, groupBy })) {
        expect(entry.userRecordCount).toBeLessThanOrEqual(3);
        expect(entry.PartitionKey).toMatch(/^key-/);
        expect(deaggregate(entry).every(({ aggregated }) => aggregated)).toBe(true);
      }
    }
  });

  // The wrong grouping loses data at a KCL, so there is no default to fall into.
  it("groupBy must be given, and be one of the three", () => {
    for (const groupBy of [undefined, null, "shard", "", true, {}]) {
      const error = codedError(() => aggregate(mixed, { groupBy } as never));
      expect(error.code).toBe("KPL_KIT_INVALID_OPTION");
      expect(error.message).toContain("groupBy");
    }
    codedError(() => aggregate(mixed, {} as never));
  });
});
