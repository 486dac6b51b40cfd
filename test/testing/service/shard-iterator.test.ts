// GetShardIterator: the five kinds, how long an iterator is good, and what is none.

import type { ShardIteratorType } from "@aws-sdk/client-kinesis";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { resolveLimits } from "../../../src/testing/service/index.ts";
import { refusalOf } from "../shapes/refusal.ts";
import "../../properties/replay.ts";
import { id, KEYS, Model, type Position, STREAM, texts } from "./model.ts";

const NONE = "InvalidArgumentException: Invalid ShardIterator.";

/** "a" to "d", a second apart. */
async function filled(): Promise<{ model: Model; numbers: string[]; startMs: number }> {
  const model = new Model({ limits: { ...resolveLimits("off"), iteratorLifeMs: 300_000 } });
  const startMs = model.clock.now();
  const numbers: string[] = [];
  for (const text of ["a", "b", "c", "d"]) {
    numbers.push(model.put(text).sequenceNumber);
    await model.clock.advance(1_000);
  }
  return { model, numbers, startMs };
}

describe("the five kinds", () => {
  it("TRIM_HORIZON: at the oldest record", async () => {
    const { model } = await filled();
    expect(model.page({ type: "TRIM_HORIZON" })).toEqual(["a", "b", "c", "d"]);
  });

  it("LATEST: just after the most recent record, as of the call for the iterator", async () => {
    const { model } = await filled();
    const iterator = model.iterator({ type: "LATEST" });
    expect(model.page({ type: "LATEST" })).toEqual([]);
    model.put("e");
    expect(texts(model.get(iterator))).toEqual(["e"]);
    expect(model.page({ type: "LATEST" })).toEqual([]);
  });

  it("LATEST of an empty shard sees the first record", () => {
    const model = new Model();
    const iterator = model.iterator({ type: "LATEST" });
    model.put("first");
    expect(texts(model.get(iterator))).toEqual(["first"]);
  });

  it("AT_SEQUENCE_NUMBER: at that record", async () => {
    const { model, numbers } = await filled();
    for (const [at, sequenceNumber] of numbers.entries()) {
      expect(model.page({ type: "AT_SEQUENCE_NUMBER", sequenceNumber })).toEqual(["a", "b", "c", "d"].slice(at));
    }
  });

  it("AFTER_SEQUENCE_NUMBER: right after that record", async () => {
    const { model, numbers } = await filled();
    for (const [at, sequenceNumber] of numbers.entries()) {
      expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber })).toEqual(["b", "c", "d"].slice(at));
    }
  });

  // "If a record with this exact time stamp does not exist, the iterator returned is for the next (later) record."
  it("AT_TIMESTAMP: at the first record of that time or later", async () => {
    const { model, startMs } = await filled();
    const seen = [-1, 0, 1, 999, 1_000, 1_001, 3_000, 3_001, 4_000].map(
      (ms) => model.page({ type: "AT_TIMESTAMP", timestampMs: startMs + ms })[0],
    );
    expect(seen).toEqual(["a", "a", "b", "b", "b", "c", "d", undefined, undefined]);
  });

  it("AT_TIMESTAMP past the tip waits for what comes, wherever in the shard that is", async () => {
    const { model } = await filled();
    const iterator = model.iterator({ type: "AT_TIMESTAMP", timestampMs: model.clock.now() });
    model.put("e");
    expect(texts(model.get(iterator))).toEqual(["e"]);
  });

  it("the shard's own first and last number are positions too", () => {
    const model = new Model();
    model.put("a");
    model.put("b");
    model.split(0);
    const { EndingSequenceNumber: end, StartingSequenceNumber: start } = model.list()[0]!.SequenceNumberRange!;
    expect(model.page({ type: "AT_SEQUENCE_NUMBER", sequenceNumber: start })).toEqual(["a", "b"]);
    expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: start })).toEqual(["a", "b"]);
    expect(model.page({ type: "AT_SEQUENCE_NUMBER", sequenceNumber: end })).toEqual([]);
    expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: end })).toEqual([]);
  });
});

describe("what a kind does not take", () => {
  const other = new Model({ shards: 2 });
  const foreign = other.put("x", { hashKey: KEYS - 1n }).sequenceNumber;

  it.each<[string, Position, RegExp]>([
    ["AT_SEQUENCE_NUMBER without a number", { type: "AT_SEQUENCE_NUMBER" }, /and no StartingSequenceNumber\.$/],
    ["AFTER_SEQUENCE_NUMBER without a number", { type: "AFTER_SEQUENCE_NUMBER" }, /and no StartingSequenceNumber\.$/],
    ["TRIM_HORIZON with a number", { type: "TRIM_HORIZON", sequenceNumber: "0" }, /TRIM_HORIZON and also a Starting/],
    ["LATEST with a number", { type: "LATEST", sequenceNumber: "0" }, /LATEST and also a StartingSequenceNumber\.$/],
    ["AT_TIMESTAMP without a time", { type: "AT_TIMESTAMP" }, /Current request has no timestamp parameter\.$/],
    [
      "a time to come",
      { type: "AT_TIMESTAMP", timestampMs: 4e12 },
      /cannot be greater than the currentTimestampInMillis/,
    ],
    ["a number that no shard gave out", { type: "AT_SEQUENCE_NUMBER", sequenceNumber: "0" }, /is invalid\.$/],
    ["a number of 129 digits", { type: "AT_SEQUENCE_NUMBER", sequenceNumber: "9".repeat(129) }, /is invalid\.$/],
    [
      "another shard's number",
      { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: foreign },
      /It encodes shardId-000000000001, while it was used in a call to a shard with shardId-000000000000$/,
    ],
  ])("%s", (_, position, message) => {
    const refusal = refusalOf(() => new Model().iterator(position));
    expect(refusal).toMatch(/^InvalidArgumentException: /);
    expect(refusal).toMatch(message);
  });

  it.each([
    ["of another kind", 184n],
    ["whose counter is none", 143n],
    ["of two shards at once", 144n],
    ["of two versions at once", 0n],
    ["of no version", 1n],
  ])("a number %s", (_, bit) => {
    const model = new Model();
    const sequenceNumber = (BigInt(model.put("x").sequenceNumber) ^ (1n << bit)).toString();
    expect(refusalOf(() => model.iterator({ type: "AT_SEQUENCE_NUMBER", sequenceNumber }))).toMatch(
      /^InvalidArgumentException: .* is invalid\.$/,
    );
  });

  it("a number of a stream that was made at another time", async () => {
    const model = new Model({ shards: 0 });
    const { sequenceNumber } = new Model({ shards: 1 }).put("x");
    await model.clock.advance(1_000);
    model.service.addStream(STREAM, 1);
    expect(refusalOf(() => model.iterator({ type: "AT_SEQUENCE_NUMBER", sequenceNumber }))).toMatch(
      /is invalid because it did not come from this stream\.$/,
    );
  });

  it("a shard, a stream that is not there", () => {
    const model = new Model();
    expect(refusalOf(() => model.iterator({}, id(1)))).toBe(
      "ResourceNotFoundException: Shard shardId-000000000001 in stream orders under account 000000000000 does not exist",
    );
    const StreamName = "returns";
    expect(
      refusalOf(() => model.perform("GetShardIterator", { StreamName, ShardId: id(0), ShardIteratorType: "LATEST" })),
    ).toBe("ResourceNotFoundException: Stream returns under account 000000000000 not found.");
  });
});

// "A shard iterator expires 5 minutes after it is returned to the requester."
describe("an iterator's life", () => {
  it("is 300 s exactly", async () => {
    const { model } = await filled();
    const iterator = model.iterator();
    await model.clock.advance(300_000);
    expect(texts(model.get(iterator))).toEqual(["a", "b", "c", "d"]);
    await model.clock.advance(1);
    expect(refusalOf(() => model.get(iterator))).toBe(
      "ExpiredIteratorException: Iterator expired. The iterator was created at time Thu Jan 01 00:00:04 UTC 2026 while " +
        "right now it is Thu Jan 01 00:05:04 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.",
    );
  });

  it("begins anew with each answer, and the used one stays good for its own time", async () => {
    const { model } = await filled();
    const first = model.iterator();
    await model.clock.advance(200_000);
    const next = model.get(first, 1).NextShardIterator!;
    expect(texts(model.get(first, 1))).toEqual(["a"]);
    await model.clock.advance(300_000);
    expect(texts(model.get(next, 1))).toEqual(["b"]);
    expect(refusalOf(() => model.get(first))).toMatch(/^ExpiredIteratorException/);
  });

  it("is not moved by a wall clock that jumps", async () => {
    const { model } = await filled();
    const iterator = model.iterator();
    model.clock.jump(86_400_000);
    expect(texts(model.get(iterator))).toHaveLength(4);
    model.clock.jump(-2 * 86_400_000);
    expect(texts(model.get(iterator))).toHaveLength(4);
  });
});

describe("what is no iterator", () => {
  it.each(["x", "AAAAAAAAAAAAAAAAAAAA", "\u0000", "=", "eyJhIjoxfQ==", "é", "a".repeat(512)])("%j", (text) => {
    expect(refusalOf(() => new Model().get(text))).toBe(NONE);
  });

  it.each<(iterator: string) => string>([
    (iterator) => `${iterator} `,
    (iterator) => `${iterator}\n`,
    (iterator) => `${iterator}====`,
    (iterator) => `*${iterator}`,
    (iterator) => `${iterator.slice(0, 9)} ${iterator.slice(9)}`,
  ])("one with more than it had: %s", (changed) => {
    const model = new Model();
    expect(refusalOf(() => model.get(changed(model.iterator())))).toBe(NONE);
  });

  it("a NextToken", () => {
    const model = new Model({ shards: 2 });
    const { NextToken } = model.perform("ListShards", { StreamName: STREAM, MaxResults: 1 });
    expect(refusalOf(() => model.get(NextToken!))).toBe(NONE);
    expect(refusalOf(() => model.perform("ListShards", { NextToken: model.iterator() }))).toBe(
      "InvalidArgumentException: Invalid NextToken.",
    );
  });

  test.prop([fc.nat(), fc.integer({ min: 1, max: 255 })])("one with a byte changed", (at, by) => {
    const model = new Model();
    const bytes = Buffer.from(model.iterator(), "base64");
    bytes[at % bytes.length]! ^= by;
    expect(refusalOf(() => model.get(bytes.toString("base64")))).toBe(NONE);
  });

  test.prop([fc.string({ unit: "binary", maxLength: 512 })])("any text", (text) => {
    expect(refusalOf(() => new Model().get(text))).toBe(NONE);
  });
});

describe("an iterator of a stream that was deleted", () => {
  it.each([0, 1, 999, 1_000, 60_000])("finds nothing in one of the same name that was made %i ms later", async (ms) => {
    const model = new Model({ limits: "off" });
    const { sequenceNumber } = model.put("old");
    const kinds: readonly ShardIteratorType[] = ["TRIM_HORIZON", "LATEST"];
    const iterators = kinds.map((type) => model.iterator({ type }));
    model.perform("DeleteStream", { StreamName: STREAM });
    await model.clock.advance(ms);
    for (const iterator of iterators) {
      expect(refusalOf(() => model.get(iterator))).toBe(
        "ResourceNotFoundException: Stream orders under account 000000000000 not found.",
      );
    }
    model.perform("CreateStream", { StreamName: STREAM, ShardCount: 1 });
    model.put("new");
    for (const iterator of iterators) {
      expect(refusalOf(() => model.get(iterator))).toBe(
        "ResourceNotFoundException: Stream orders under account 000000000000 not found.",
      );
    }
    // Nor does a checkpoint of that stream skip a record of this one.
    expect(refusalOf(() => model.iterator({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber }))).toMatch(
      /is invalid because it did not come from this stream\.$/,
    );
  });
});

// "When invoking this API, you must use either the StreamARN or the StreamName parameter, or both."
describe("GetRecords with a StreamARN", () => {
  it("takes its own stream's, and no other", () => {
    const model = new Model();
    model.service.addStream("returns", 1);
    const ShardIterator = model.iterator();
    expect(model.perform("GetRecords", { ShardIterator, StreamARN: model.arn }).Records).toEqual([]);
    const foreign = model.arn.replace(STREAM, "returns");
    expect(refusalOf(() => model.perform("GetRecords", { ShardIterator, StreamARN: foreign }))).toMatch(
      /^InvalidArgumentException: StreamARN \S+ and StreamName orders do not name the same stream\.$/,
    );
  });
});
