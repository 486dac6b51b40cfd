// "Each shard can support writes up to 1,000 records per second, up to a maximum data write total of 1 MB per second"
// (PutRecords). Data and partition key count: "the record size limit applies to the total size of the partition key and
// data blob".

import type { PutRecordsOutput } from "@aws-sdk/client-kinesis";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import "../../properties/replay.ts";
import { id, KEYS, MIB, Model, STREAM } from "./model.ts";

const TOO_FAST =
  "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.";

function putMany(model: Model, sizes: readonly number[], { hashKey = 0n, key = "k" } = {}): PutRecordsOutput {
  return model.perform("PutRecords", {
    StreamName: STREAM,
    Records: sizes.map((size) => ({
      PartitionKey: key,
      ExplicitHashKey: hashKey.toString(),
      Data: new Uint8Array(size - Buffer.byteLength(key)),
    })),
  });
}

/** Whether each entry was stored. */
function stored({ Records }: PutRecordsOutput): boolean[] {
  return Records!.map(({ ErrorCode }) => ErrorCode === undefined);
}

const many = (count: number, size = 2): number[] => Array.from({ length: count }, () => size);

describe("1,000 records a second", () => {
  it("are admitted at once, and not one more", () => {
    const model = new Model({ limits: "aws" });
    expect(putMany(model, many(500)).FailedRecordCount).toBe(0);
    expect(putMany(model, many(500)).FailedRecordCount).toBe(0);
    expect(putMany(model, many(3)).FailedRecordCount).toBe(3);
    expect(refusalOf(() => model.put("x"))).toBe(TOO_FAST);
  });

  it("come back one a millisecond, up to 1,000", async () => {
    const model = new Model({ limits: "aws" });
    putMany(model, many(500));
    putMany(model, many(500));
    await model.clock.advance(3);
    expect(stored(putMany(model, many(5)))).toEqual([true, true, true, false, false]);
    await model.clock.advance(3_600_000);
    expect(putMany(model, many(500)).FailedRecordCount).toBe(0);
    expect(putMany(model, many(500)).FailedRecordCount).toBe(0);
    expect(putMany(model, many(1)).FailedRecordCount).toBe(1);
  });
});

describe("1 MiB a second", () => {
  it("counts data and partition key", () => {
    const key = "k".repeat(256);
    const model = new Model({ limits: "aws" });
    expect(putMany(model, many(4, MIB / 4), { key }).FailedRecordCount).toBe(0);
    expect(refusalOf(() => model.put(""))).toBe(TOO_FAST); // a key of one byte
  });

  it("counts the key in bytes of UTF-8, not in characters", () => {
    const model = new Model({ limits: { writeBytesPerSecond: 6 } });
    model.put("", { key: "€€" });
    expect(refusalOf(() => model.put("", { key: "k" }))).toBe(TOO_FAST);
  });

  it("is given back by the millisecond", async () => {
    const model = new Model({ limits: { writeBytesPerSecond: 1_000 } });
    putMany(model, [1_000]);
    await model.clock.advance(9);
    expect(putMany(model, [10]).FailedRecordCount).toBe(1);
    await model.clock.advance(1);
    expect(putMany(model, [10]).FailedRecordCount).toBe(0);
  });

  it("admits a record of all of it", () => {
    const model = new Model({ limits: "aws" });
    expect(putMany(model, [MIB]).FailedRecordCount).toBe(0);
  });
});

describe("an entry", () => {
  // "A single record failure does not stop the processing of subsequent records."
  it("is refused alone, and says where", () => {
    const model = new Model({ limits: "aws" });
    const answer = putMany(model, [700 * 1_024, 700 * 1_024, 300 * 1_024]);
    expect(stored(answer)).toEqual([true, false, true]);
    expect(answer.FailedRecordCount).toBe(1);
    // "An error message that includes the account ID, stream name, and shard ID."
    expect(answer.Records![1]).toEqual({
      ErrorCode: "ProvisionedThroughputExceededException",
      ErrorMessage: "Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.",
    });
    expect(answer.Records![2]).toEqual({ ShardId: id(0), SequenceNumber: expect.stringMatching(/^\d{56}$/) });
  });

  it("that is refused costs nothing and is not stored", () => {
    const model = new Model({ limits: { writeRecordsPerSecond: 2, writeBytesPerSecond: 10 } });
    expect(stored(putMany(model, [9, 9, 1]))).toEqual([true, false, true]);
    expect(model.service.snapshot()[0]!.shards[0]!.records).toHaveLength(2);
  });

  it("of another shard is free", () => {
    const model = new Model({ limits: "aws", shards: 2 });
    putMany(model, [MIB]);
    expect(putMany(model, [2]).FailedRecordCount).toBe(1);
    expect(putMany(model, [MIB], { hashKey: KEYS - 1n }).FailedRecordCount).toBe(0);
  });

  it("meets a whole budget in a new shard", async () => {
    const model = new Model({ limits: "aws" });
    putMany(model, [MIB]);
    model.split(0);
    expect(putMany(model, [MIB]).FailedRecordCount).toBe(0);
  });
});

describe("a record of 10 MiB", () => {
  // "Supports large records up to 10 MiB in size, but the average throughput for your stream cannot exceed 1 MiB per second."
  const large = (): Model => {
    const model = new Model({ limits: "aws", shards: 0 });
    model.perform("CreateStream", { StreamName: STREAM, ShardCount: 1, MaxRecordSizeInKiB: 10_240 });
    return model;
  };

  it("passes on a whole budget", () => {
    expect(putMany(large(), [10 * MIB]).FailedRecordCount).toBe(0);
  });

  it("is refused while a byte of it is missing", async () => {
    const model = large();
    putMany(model, [2]);
    expect(putMany(model, [10 * MIB]).FailedRecordCount).toBe(1);
    await model.clock.advance(1);
    expect(putMany(model, [10 * MIB]).FailedRecordCount).toBe(0);
  });

  it("is paid off: nothing passes for 9 s, and no other of its size for 10 s", async () => {
    const model = large();
    putMany(model, [10 * MIB]);
    await model.clock.advance(9_000);
    expect(putMany(model, [2]).FailedRecordCount).toBe(1);
    await model.clock.advance(999);
    expect(putMany(model, [10 * MIB]).FailedRecordCount).toBe(1);
    await model.clock.advance(1);
    expect(putMany(model, [10 * MIB]).FailedRecordCount).toBe(0);
    await model.clock.advance(9_001);
    expect(putMany(model, [2]).FailedRecordCount).toBe(0);
  });

  it("is too large for a stream that was not made for it", () => {
    const model = new Model({ limits: "off" });
    expect(refusalOf(() => putMany(model, [MIB + 1]))).toBe(
      "InvalidArgumentException: The record's data and partition key take 1048577 bytes; the maximum record size of stream orders is 1048576 bytes.",
    );
  });
});

describe("a call", () => {
  // "Up to a limit of 10 MiB for the entire request, including partition keys."
  it("holds 10 MiB, keys included", () => {
    const model = new Model({ limits: "off" });
    expect(putMany(model, many(10, MIB)).FailedRecordCount).toBe(0);
    expect(refusalOf(() => putMany(model, [...many(10, MIB), 1]))).toMatch(
      /^InvalidArgumentException: Records size exceeds 10485760 bytes/,
    );
  });

  it("stores nothing if one of its entries is wrong", () => {
    const model = new Model({ shards: 2 });
    const entry = { PartitionKey: "a", Data: new Uint8Array(1) };
    expect(
      refusalOf(() =>
        model.perform("PutRecords", {
          StreamName: STREAM,
          Records: [entry, { ...entry, ExplicitHashKey: KEYS.toString() }],
        }),
      ),
    ).toBe(
      `InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${KEYS}`,
    );
    expect(
      refusalOf(() =>
        model.perform("PutRecords", {
          StreamName: STREAM,
          Records: [entry, { Data: entry.Data, PartitionKey: undefined }],
        }),
      ),
    ).toBe(
      "ValidationException: 1 validation error detected: Value null at 'records.2.member.partitionKey' failed to satisfy constraint: Member must not be null",
    );
    expect(model.service.snapshot()[0]!.shards.flatMap(({ records }) => records)).toEqual([]);
  });
});

/** What a rate admits, from the whole of its history, in thousandths and without a fraction. */
function admits(perSecond: bigint, taken: readonly { atMs: bigint; cost: bigint }[], atMs: bigint, cost: bigint) {
  const whole = perSecond * 1_000n;
  const capped = (value: bigint): bigint => (value < whole ? value : whole);
  let left = whole;
  let lastMs = 0n;
  for (const take of taken) {
    left = capped(left + (take.atMs - lastMs) * perSecond) - take.cost * 1_000n;
    lastMs = take.atMs;
  }
  left = capped(left + (atMs - lastMs) * perSecond);
  return cost * 1_000n <= left || (cost > perSecond && left === whole);
}

test.prop([
  fc.integer({ min: 1, max: 3_000 }),
  fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 1, max: 2_000 })), { maxLength: 60 }),
])("a rate admits what the history leaves, to the millisecond and the byte", async (perSecond, puts) => {
  const model = new Model({
    limits: { writeBytesPerSecond: perSecond, writeRecordsPerSecond: Number.POSITIVE_INFINITY },
  });
  const taken: { atMs: bigint; cost: bigint }[] = [];
  for (const [afterMs, size] of puts) {
    await model.clock.advance(afterMs);
    const atMs = BigInt(model.clock.monotonicMs());
    const expected = admits(BigInt(perSecond), taken, atMs, BigInt(size));
    expect(stored(putMany(model, [size]))).toEqual([expected]);
    if (expected) taken.push({ atMs, cost: BigInt(size) });
  }
});
