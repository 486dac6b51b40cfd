// The numbers against those who hold the same ones: the service's own model, the in-process stream, the codec.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type AggregatorOptions, aggregate, batchEntries } from "../../src/codec/index.ts";
import { KINESIS_LIMITS } from "../../src/kinesis/index.ts";
import { resolveLimits } from "../../src/testing/service/index.ts";

interface Bounds {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
}

const model = new Map(
  readFileSync(new URL("../testing/shapes/service-model.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Bounds)
    .map((shape) => [shape.name, shape]),
);

it.each([
  ["PutRecordsRequestEntryList", "max", KINESIS_LIMITS.putRecordsEntries],
  ["PartitionKey", "max", KINESIS_LIMITS.partitionKeyCharacters],
  ["Data", "max", KINESIS_LIMITS.mostMaxRecordBytes],
  ["MaxRecordSizeInKiB", "min", KINESIS_LIMITS.leastMaxRecordBytes / 1_024],
  ["MaxRecordSizeInKiB", "max", KINESIS_LIMITS.mostMaxRecordBytes / 1_024],
  ["GetRecordsInputLimit", "max", KINESIS_LIMITS.getRecordsRecords],
] as const)("%s: its %s is %i in the service's own model", (shape, bound, limit) => {
  expect(model.get(shape)?.[bound]).toBe(limit);
});

it("the in-process stream keeps them, where it keeps the service's", () => {
  const { controlCalls: _, retention: __, ...kept } = resolveLimits("aws");
  expect(KINESIS_LIMITS).toMatchObject(kept);
});

it("nobody changes them for all others", () => {
  expect(Object.isFrozen(KINESIS_LIMITS)).toBe(true);
});

it("every one is a whole number", () => {
  expect(Object.entries(KINESIS_LIMITS).filter(([, limit]) => !Number.isSafeInteger(limit) || limit < 1)).toEqual([]);
});

describe("the codec, which imports nothing, has the same", () => {
  const user = { partitionKey: "k", data: "d" };
  const entriesOf = (records: Iterable<typeof user>, options: AggregatorOptions = {}) =>
    aggregate(records, { groupBy: "none", maxCount: 1, ...options });

  it("entries of a call", () => {
    const entries = entriesOf(Array(KINESIS_LIMITS.putRecordsEntries + 1).fill(user));
    expect(batchEntries(entries).map(({ Records }) => Records.length)).toEqual([KINESIS_LIMITS.putRecordsEntries, 1]);
  });

  it("bytes of a call", () => {
    const half = { partitionKey: "k", data: "d".repeat(KINESIS_LIMITS.putRecordsBytes / 2 - 1) };
    const over = { partitionKey: "k", data: `${half.data}d` };
    const maxRecordSize = KINESIS_LIMITS.mostMaxRecordBytes;
    expect(batchEntries(entriesOf([half, half], { maxRecordSize }))).toHaveLength(1);
    expect(batchEntries(entriesOf([half, over], { maxRecordSize }))).toHaveLength(2);
  });

  it("characters of a partition key", () => {
    const longest = "k".repeat(KINESIS_LIMITS.partitionKeyCharacters);
    expect(entriesOf([{ partitionKey: longest, data: "d" }])).toHaveLength(1);
    expect(() => entriesOf([{ partitionKey: `${longest}k`, data: "d" }])).toThrow();
  });

  it("bytes of a record", () => {
    const largest = { partitionKey: "k", data: "d".repeat(KINESIS_LIMITS.recordBytes - 1) };
    expect(entriesOf([largest])).toHaveLength(1);
    expect(() => entriesOf([{ ...largest, data: `${largest.data}d` }])).toThrow();
  });

  it("bytes that a stream can be set to", () => {
    const maxRecordSize = KINESIS_LIMITS.mostMaxRecordBytes;
    expect(entriesOf([user], { maxRecordSize })).toHaveLength(1);
    expect(() => entriesOf([user], { maxRecordSize: maxRecordSize + 1 })).toThrow();
  });
});
