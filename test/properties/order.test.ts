// What sorts, searches and cuts, against the slowest way to do the same.

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  aggregate,
  batchEntries,
  comparePositions,
  estimatePacking,
  hashKeyOf,
  hashKeysOf,
  type Position,
  ShardMap,
} from "../../src/codec/index.ts";
import { recordSize } from "../codec/user-record-rows.ts";
import { hashOfBytes, utf8 } from "../oracle/frame.ts";
import { MAX_HASH_KEY, narrowHashKey, partitionKey, shardInputs, text, userRecords } from "./user-records.ts";

const position: fc.Arbitrary<Position> = fc.record(
  {
    sequenceNumber: fc.oneof(
      fc.constantFrom("AT_TIMESTAMP", "TRIM_HORIZON", "LATEST", "SHARD_END", "0", "00", "7", "007"),
      fc.nat({ max: 20 }).map(String),
      fc.bigInt({ min: 0n, max: 1n << 186n }).map(String),
      fc
        .tuple(fc.constantFrom("", "0", "000"), fc.bigInt({ min: 0n, max: 1n << 600n }))
        .map(([zeros, value]) => `${zeros}${value}`),
    ),
    subSequenceNumber: fc.oneof(fc.nat({ max: 3 }), fc.maxSafeNat()),
  },
  { requiredKeys: ["sequenceNumber"] },
);

const RANK: Readonly<Record<string, number>> = { AT_TIMESTAMP: 0, TRIM_HORIZON: 1, LATEST: 2, SHARD_END: 4 };

function compareSlowly(a: Position, b: Position): number {
  const rank = (of: Position): number => RANK[of.sequenceNumber] ?? 3;
  const value = (of: Position): bigint => (rank(of) === 3 ? BigInt(of.sequenceNumber) : 0n);
  return (
    Math.sign(rank(a) - rank(b)) ||
    (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) ||
    Math.sign((a.subSequenceNumber ?? 0) - (b.subSequenceNumber ?? 0))
  );
}

describe("comparePositions is a total order", () => {
  test.prop([position, position], { numRuns: 500 })("the KCL's, and antisymmetric", (a, b) => {
    expect(Math.sign(comparePositions(a, b))).toBe(compareSlowly(a, b));
    expect(Math.sign(comparePositions(b, a)) + Math.sign(comparePositions(a, b))).toBe(0);
    expect(comparePositions(a, a)).toBe(0);
  });

  test.prop([position, position, position], { numRuns: 500 })("transitive", (a, b, c) => {
    const [low, middle, high] = [a, b, c].sort(comparePositions) as [Position, Position, Position];
    expect(comparePositions(low, middle)).toBeLessThanOrEqual(0);
    expect(comparePositions(middle, high)).toBeLessThanOrEqual(0);
    expect(comparePositions(low, high)).toBeLessThanOrEqual(0);
  });
});

describe("ShardMap is a linear search", () => {
  test.prop([shardInputs, fc.array(narrowHashKey(), { maxLength: 20 })], { numRuns: 500 })(
    "shardFor, holes and overlaps",
    (shards, hashKeys) => {
      const map = ShardMap.from(shards);
      const open = shards.filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined);
      expect(map.shards.map(({ shardId }) => shardId).sort()).toEqual(open.map(({ ShardId }) => ShardId).sort());
      const edges = open.flatMap(({ HashKeyRange }) => [
        BigInt(HashKeyRange!.StartingHashKey!),
        BigInt(HashKeyRange!.EndingHashKey!),
      ]);
      const points = [
        ...hashKeys,
        ...edges.flatMap((edge) => [edge - 1n, edge, edge + 1n]),
        0n,
        MAX_HASH_KEY,
        -1n,
        MAX_HASH_KEY + 1n,
      ];
      const inOne = (ranges: readonly { start: bigint; end: bigint }[], point: bigint): boolean =>
        ranges.some(({ start, end }) => start <= point && point <= end);
      for (const point of points) {
        const holders = open.filter(
          ({ HashKeyRange }) =>
            BigInt(HashKeyRange!.StartingHashKey!) <= point && point <= BigInt(HashKeyRange!.EndingHashKey!),
        );
        expect(map.shardFor(point)?.shardId).toBe(holders.length === 1 ? holders[0]!.ShardId : undefined);
        if (point < 0n || point > MAX_HASH_KEY) continue;
        expect(inOne(map.holes, point), `hole at ${point}`).toBe(holders.length === 0);
        expect(inOne(map.overlaps, point), `overlap at ${point}`).toBe(holders.length > 1);
      }
    },
  );
});

describe("hash keys", () => {
  test.prop([fc.array(fc.oneof(partitionKey, text(1, 256)), { maxLength: 30 })])(
    "are the MD5 of the key's UTF-8 bytes, alone and together",
    (keys) => {
      const expected = keys.map((key) => hashOfBytes(utf8(key)));
      expect(keys.map((key) => hashKeyOf(key))).toEqual(expected);
      expect(hashKeysOf(keys)).toEqual(expected);
    },
  );
});

describe("packing", () => {
  const sizes = fc.record({ maxSize: fc.integer({ min: 64, max: 3_000 }), maxCount: fc.integer({ min: 1, max: 30 }) });

  test.prop([userRecords, sizes, fc.constantFrom("none", "partitionKey"), fc.constantFrom("raw", "wrap", "auto")], {
    numRuns: 200,
  })("the estimate is what comes out", (records, limits, groupBy, lone) => {
    const options = { ...limits, groupBy, lone } as const;
    const entries = aggregate(records, options);
    const estimate = estimatePacking(records, options);
    expect([estimate.kinesisRecords, estimate.wireBytes]).toEqual([
      entries.length,
      entries.reduce((sum, entry) => sum + recordSize(entry), 0),
    ]);
    expect(estimate.putRecordsCalls.packed).toBe(batchEntries(entries).length);
  });

  test.prop([userRecords, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 3_000 })], { numRuns: 200 })(
    "batches are the entries, cut where they must be",
    (records, maxCount, maxSize) => {
      const entries = aggregate(records, { groupBy: "none", maxCount: 2 });
      const batches = batchEntries(entries, { maxCount, maxSize });
      expect(batches.flatMap((batch) => batch.entries)).toEqual(entries);
      for (const [i, { entries: batch }] of batches.entries()) {
        const size = batch.reduce((sum, entry) => sum + recordSize(entry), 0);
        expect(batch.length).toBeLessThanOrEqual(maxCount);
        if (batch.length > 1) expect(size).toBeLessThanOrEqual(maxSize);
        const next = batches[i + 1]?.entries[0];
        if (next) expect(batch.length === maxCount || size + recordSize(next) > maxSize).toBe(true);
      }
    },
  );
});
