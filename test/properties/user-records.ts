// User records of every kind that the format takes.

import { fc } from "@fast-check/vitest";
import { type ShardInput, ShardMap, type UserRecordInput } from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import "./replay.ts";

export const MAX_HASH_KEY: bigint = (1n << 128n) - 1n;

/** Well-formed text of any code points. */
export function text(minLength: number, maxLength: number, size?: "max"): fc.Arbitrary<string> {
  return fc.string({ unit: "binary", minLength, maxLength, ...(size && { size }) });
}

// "10" and "__proto__" on purpose: an object as key table reorders the one and loses the other (aws-kinesis-agg).
export const partitionKey: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("a", "b", "c", "10", "9", "2", "__proto__", "hasOwnProperty", "constructor"),
  },
  { weight: 2, arbitrary: fc.nat().map(String) },
  { weight: 3, arbitrary: text(1, 40) },
  { weight: 1, arbitrary: text(1, 256, "max") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("😀".repeat(256), "é".repeat(256), "k".repeat(256), "\ufeff", "\ufeffk", "\u0000"),
  },
);

const hashKeyNumber: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(0n, 1n, 7n, 10n, 1n << 32n, 1n << 64n, (1n << 64n) - 1n, 1n << 127n, (1n << 127n) - 1n, MAX_HASH_KEY),
  fc.bigInt({ min: 0n, max: MAX_HASH_KEY }),
);

const explicitHashKey: fc.Arbitrary<string | bigint> = fc.oneof(
  hashKeyNumber,
  hashKeyNumber.map(String),
  fc
    .tuple(hashKeyNumber, fc.constantFrom("", "0", "000"), fc.constantFrom("", " ", "\t "), fc.constantFrom("", " \n"))
    .map(([value, zeros, before, after]) => `${before}${zeros}${value}${after}`),
);

export const data: fc.Arbitrary<Uint8Array | string> = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 3, arbitrary: text(0, 60) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20_000, size: "max" }) },
  { weight: 1, arbitrary: fc.constantFrom(new Uint8Array(), "", Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2)) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) =>
      encodeAsKpl([
        { partitionKey: "in", data: bytes },
        { partitionKey: "in", data: "2" },
      ]),
    ),
  },
);

export const userRecord: fc.Arbitrary<UserRecordInput> = fc.record(
  { partitionKey, data, explicitHashKey },
  { requiredKeys: ["partitionKey", "data"] },
);

export const userRecords: fc.Arbitrary<UserRecordInput[]> = fc.array(userRecord, { maxLength: 60, size: "max" });

/** Few and short, for laws that do the same work many times over. */
export const fewUserRecords: fc.Arbitrary<UserRecordInput[]> = fc.array(
  fc.record(
    { partitionKey: text(1, 10), data: fc.uint8Array({ maxLength: 30 }), explicitHashKey },
    { requiredKeys: ["partitionKey", "data"] },
  ),
  { maxLength: 8 },
);

/** Ranges that tile the space, or have holes and overlaps. */
export const shardInputs: fc.Arbitrary<ShardInput[]> = fc.oneof(
  fc.uniqueArray(fc.bigInt({ min: 1n, max: MAX_HASH_KEY }), { maxLength: 12 }).map((cuts) => {
    const starts = [0n, ...cuts.sort((a, b) => (a < b ? -1 : 1))];
    return starts.map((start, i) => shard(`shardId-${i}`, start, (starts[i + 1] ?? MAX_HASH_KEY + 1n) - 1n));
  }),
  fc.array(fc.tuple(narrowHashKey(), narrowHashKey(), fc.boolean()), { maxLength: 10 }).map((ranges) =>
    ranges.map(([a, b, closed], i) => ({
      ...shard(`shardId-${i}`, a < b ? a : b, a < b ? b : a),
      SequenceNumberRange: closed ? { EndingSequenceNumber: "5" } : undefined,
    })),
  ),
);

export const shardMap: fc.Arbitrary<ShardMap> = shardInputs.map((shards) => ShardMap.from(shards));

/** From few values, so that ends meet. */
export function narrowHashKey(): fc.Arbitrary<bigint> {
  return fc.oneof(
    fc.bigInt({ min: 0n, max: 30n }),
    fc.constantFrom(MAX_HASH_KEY, MAX_HASH_KEY - 1n, 1n << 127n, (1n << 127n) - 1n),
    hashKeyNumber,
  );
}

function shard(ShardId: string, start: bigint, end: bigint): ShardInput {
  return { ShardId, HashKeyRange: { StartingHashKey: `${start}`, EndingHashKey: `${end}` } };
}
