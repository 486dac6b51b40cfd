// The estimate writes no byte and must still be what aggregate and batchEntries really give.

import { describe, expect, it } from "vitest";
import {
  type AggregatorOptions,
  aggregate,
  batchEntries,
  estimatePacking,
  type GroupBy,
  type PackingEstimate,
  ShardMap,
  type UserRecordInput,
} from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { utf8 } from "../oracle/frame.ts";
import { codedError } from "./coded-error.ts";
import { dataOf, recordSize } from "./user-record-rows.ts";

const MAX = (1n << 128n) - 1n;
const PAYLOAD_UNIT = 25 * 1_024;

const twoShards = ShardMap.from([
  { ShardId: "shardId-000000000000", HashKeyRange: { StartingHashKey: "0", EndingHashKey: `${(1n << 127n) - 1n}` } },
  { ShardId: "shardId-000000000001", HashKeyRange: { StartingHashKey: `${1n << 127n}`, EndingHashKey: `${MAX}` } },
]);
const holed = ShardMap.from([
  { ShardId: "shardId-000000000000", HashKeyRange: { StartingHashKey: "0", EndingHashKey: `${1n << 127n}` } },
]);

type Options = AggregatorOptions & { readonly groupBy: GroupBy };

/** The same figures from the real bytes. */
function measured(records: readonly UserRecordInput[], options: Options): PackingEstimate {
  const entries = aggregate(records, options);
  const plain = records.map((record) => ({
    Data: dataOf(record),
    PartitionKey: record.partitionKey,
    ExplicitHashKey: "0",
    userRecordCount: 1,
  }));
  const userBytes = records.reduce((sum, record) => sum + dataOf(record).length, 0);
  const wireBytes = entries.reduce((sum, entry) => sum + recordSize(entry), 0);
  const units = (each: typeof entries): number =>
    each.reduce((sum, entry) => sum + Math.ceil(recordSize(entry) / PAYLOAD_UNIT), 0);
  return {
    userRecords: records.length,
    kinesisRecords: entries.length,
    userBytes,
    wireBytes,
    overheadPerUserRecord: records.length === 0 ? 0 : (wireBytes - userBytes) / records.length,
    putPayloadUnits: { plain: units(plain), packed: units(entries) },
    putRecordsCalls: { plain: batchEntries(plain).length, packed: batchEntries(entries).length },
  };
}

const forwarded = encodeAsKpl([
  { partitionKey: "in", data: "1" },
  { partitionKey: "in", data: "2" },
]);

const corpora: Readonly<Record<string, readonly UserRecordInput[]>> = {
  none: [],
  one: [{ partitionKey: "k", data: "x" }],
  "many small": Array.from({ length: 3_000 }, (_, i) => ({
    partitionKey: `key-${i % 40}`,
    data: new Uint8Array((i * 13) % 200),
  })),
  "texts, unicode keys, explicit hash keys": Array.from({ length: 500 }, (_, i) => ({
    partitionKey: "é☃😀".slice(0, 1 + (i % 2)).repeat(1 + (i % 30)),
    data: "é☃😀".repeat(i % 20),
    explicitHashKey: i % 3 === 0 ? BigInt(i % 10) * (MAX / 10n) : undefined,
  })),
  "some too large for a container": Array.from({ length: 300 }, (_, i) => ({
    partitionKey: `k${i % 5}`,
    data: new Uint8Array(i % 7 === 0 ? 60_000 : 500),
  })),
  "all distinct": Array.from({ length: 2_000 }, (_, i) => ({ partitionKey: `${i}`, data: "payload" })),
  "large ones": Array.from({ length: 40 }, (_, i) => ({ partitionKey: "k", data: new Uint8Array(400_000 + i) })),
  "forwarded aggregates": Array.from({ length: 9 }, (_, i) => ({
    partitionKey: `k${i}`,
    data: i % 2 === 0 ? forwarded : forwarded.subarray(0, 30),
  })),
  "about a payload unit, with keys of two bytes a character": [25_583, 25_584, 25_585, 51_184, 51_185].map(
    (length) => ({
      partitionKey: "é".repeat(8),
      data: new Uint8Array(length),
    }),
  ),
  empty: Array.from({ length: 20 }, () => ({ partitionKey: "k", data: new Uint8Array() })),
};

const optionSets: Readonly<Record<string, Options>> = {
  none: { groupBy: "none" },
  partitionKey: { groupBy: "partitionKey" },
  "two shards": { groupBy: twoShards },
  "a map with a hole": { groupBy: holed },
  "wrap, first, 1 MiB": { groupBy: "none", lone: "wrap", outerPartitionKey: "first", maxSize: 1_048_576 },
  "auto, one at a time": { groupBy: "none", lone: "auto", maxCount: 1 },
  "wrap, one at a time": { groupBy: "partitionKey", lone: "wrap", maxCount: 1, maxSize: 100 },
  "smallest containers": { groupBy: "none", maxSize: 64 },
  "a function as outer key": { groupBy: "none", outerPartitionKey: (records) => `outer-${records.length}` },
};

describe("estimatePacking of real records is what aggregate and batchEntries give", () => {
  const cases = Object.entries(corpora).flatMap(([corpus, records]) =>
    Object.entries(optionSets).map(([name, options]) => [corpus, name, records, options] as const),
  );

  it.each(cases)("%s, %s", (_, __, records, options) => {
    expect(estimatePacking(records, options)).toEqual(measured(records, options));
  });
});

describe("estimatePacking of sizes", () => {
  it("adds up to what records of these sizes give", () => {
    const sizes = [0, 1, 100, 2_048, 40_960, 512_000, 100, 100, 60_000];
    const estimate = estimatePacking(sizes, { groupBy: "none" });
    expect([estimate.userRecords, estimate.userBytes]).toEqual([
      sizes.length,
      sizes.reduce((sum, size) => sum + size, 0),
    ]);
    expect(estimate.wireBytes).toBeGreaterThan(estimate.userBytes);
    expect(estimate.overheadPerUserRecord).toBeCloseTo((estimate.wireBytes - estimate.userBytes) / sizes.length);
    expect(estimate.kinesisRecords).toBeLessThan(sizes.length);
  });

  it("mixes with records", () => {
    const estimate = estimatePacking([100, { partitionKey: "k", data: utf8("hello") }, 3], { groupBy: "none" });
    expect([estimate.userRecords, estimate.userBytes, estimate.kinesisRecords]).toEqual([3, 108, 1]);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a size of %d", (size) => {
    codedError(() => estimatePacking([size], { groupBy: "none" }));
  });

  it("refuses what aggregate refuses", () => {
    const refused: readonly unknown[] = [
      { partitionKey: "", data: "x" },
      { partitionKey: "k", data: "x", explicitHashKey: "abc" },
      { partitionKey: "k", data: new Uint8Array(1_048_576) },
      { partitionKey: "k", data: null },
      { partitionKey: "k" },
      { partitionKey: "k", data: [1] },
      null,
    ];
    for (const record of refused) {
      codedError(() => aggregate([record as UserRecordInput], { groupBy: "none" }));
      codedError(() => estimatePacking([record as UserRecordInput], { groupBy: "none" }));
    }
    codedError(() => estimatePacking([], {} as never));
    codedError(() => estimatePacking([2_000_000], { groupBy: "none" }));
  });
});
