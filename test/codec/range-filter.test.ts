// The KCL's rule for aggregates that straddle a shard's end, and ours that loses less. What is dropped is never silent.

import { describe, expect, it } from "vitest";
import {
  type DeaggregateOptions,
  deaggregate,
  deaggregateAll,
  type HashKeyRange,
  type KinesisRecordInput,
} from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { hashOfBytes, utf8 } from "../oracle/frame.ts";
import { aggregateOf, data, keyIndex, partitionKeyEntry, recordEntry } from "../oracle/wire.ts";
import { codedError } from "./coded-error.ts";

const MAX = (1n << 128n) - 1n;
const range: HashKeyRange = { start: 100n, end: 200n };

type Dropped = Parameters<NonNullable<DeaggregateOptions["onDropped"]>>[0];

function kinesisRecord(SequenceNumber: string, ...hashKeys: readonly bigint[]): KinesisRecordInput {
  const Data = encodeAsKpl(
    hashKeys.map((explicitHashKey) => ({ partitionKey: "k", explicitHashKey, data: `${explicitHashKey}` })),
  );
  return { Data, PartitionKey: "a", SequenceNumber };
}

function run(
  records: readonly KinesisRecordInput[],
  options: DeaggregateOptions,
): { read: string[]; dropped: Dropped[] } {
  const dropped: Dropped[] = [];
  const oneByOne = records.flatMap((record) =>
    deaggregate(record, { ...options, onDropped: (drop) => dropped.push(drop) }),
  );
  const droppedOfAll: Dropped[] = [];
  const all = deaggregateAll(records, { ...options, onDropped: (drop) => droppedOfAll.push(drop) });
  const show = (users: typeof all): string[] =>
    users.map((user) => `${user.sequenceNumber}/${user.subSequenceNumber}:${user.text()}`);
  expect(show(all)).toEqual(show(oneByOne));
  expect(droppedOfAll).toEqual(dropped);
  return { read: show(all), dropped };
}

const inside = kinesisRecord("1", 100n, 150n, 200n);
const straddling = kinesisRecord("2", 99n, 100n, 201n, 200n);
const outside = kinesisRecord("3", 0n, MAX);
const records = [inside, straddling, outside];

describe("rangeFilter", () => {
  it("off: everything is delivered, range or not", () => {
    const all = ["1/0:100", "1/1:150", "1/2:200", "2/0:99", "2/1:100", "2/2:201", "2/3:200", "3/0:0", `3/1:${MAX}`];
    for (const options of [
      {},
      { hashRange: range },
      { hashRange: range, rangeFilter: "off" },
      { rangeFilter: "off" },
    ] as const) {
      expect(run(records, options)).toEqual({ read: all, dropped: [] });
    }
  });

  it("user-record: drops just what is outside; the others keep their sub-sequence numbers", () => {
    const { read, dropped } = run(records, { hashRange: range, rangeFilter: "user-record" });
    expect(read).toEqual(["1/0:100", "1/1:150", "1/2:200", "2/1:100", "2/3:200"]);
    expect(dropped.every(({ reason }) => reason === "outside-range")).toBe(true);
    const count = (record: KinesisRecordInput): number =>
      dropped.filter((drop) => drop.record === record).reduce((sum, { userRecords }) => sum + userRecords, 0);
    expect(records.map(count)).toEqual([0, 2, 2]);
  });

  it("kcl: drops the whole aggregate, as Java", () => {
    const { read, dropped } = run(records, { hashRange: range, rangeFilter: "kcl" });
    expect(read).toEqual(["1/0:100", "1/1:150", "1/2:200"]);
    expect(dropped).toEqual([
      { record: straddling, userRecords: 4, reason: "outside-range" },
      { record: outside, userRecords: 2, reason: "outside-range" },
    ]);
  });

  it("both ends are inclusive, over all 128 bits", () => {
    const ends: readonly (readonly [HashKeyRange, bigint, boolean])[] = [
      [{ start: 0n, end: MAX }, 0n, true],
      [{ start: 0n, end: MAX }, MAX, true],
      [{ start: 5n, end: 5n }, 5n, true],
      [{ start: 5n, end: 5n }, 4n, false],
      [{ start: 5n, end: 5n }, 6n, false],
      // Words of 32 and 64 bits: the upper ones decide.
      [{ start: 1n << 32n, end: (2n << 32n) - 1n }, (1n << 32n) - 1n, false],
      [{ start: 1n << 32n, end: (2n << 32n) - 1n }, 1n << 32n, true],
      [{ start: 1n << 32n, end: (2n << 32n) - 1n }, 2n << 32n, false],
      [{ start: 1n << 64n, end: (2n << 64n) - 1n }, (1n << 64n) - 1n, false],
      [{ start: 1n << 64n, end: (2n << 64n) - 1n }, (2n << 64n) - 1n, true],
      [{ start: 1n << 64n, end: (2n << 64n) - 1n }, 2n << 64n, false],
      [{ start: 1n << 127n, end: MAX }, (1n << 127n) - 1n, false],
      [{ start: 1n << 127n, end: MAX }, 1n << 127n, true],
    ];
    for (const [hashRange, hashKey, held] of ends) {
      for (const rangeFilter of ["user-record", "kcl"] as const) {
        expect(
          run([kinesisRecord("1", hashKey, hashKey)], { hashRange, rangeFilter }).read.length,
          `${hashKey} in ${hashRange.start}..${hashRange.end}`,
        ).toBe(held ? 2 : 0);
      }
    }
  });

  it("without explicit hash key, the MD5 of the key's bytes decides, valid UTF-8 or not", () => {
    const bad = Uint8Array.of(0xff, 0xfe);
    const hash = hashOfBytes(bad);
    const Data = aggregateOf(partitionKeyEntry(bad), recordEntry(keyIndex(0), data("x")));
    expect(run([{ Data }], { rangeFilter: "kcl", hashRange: { start: hash, end: hash } }).read).toHaveLength(1);
    expect(run([{ Data }], { rangeFilter: "kcl", hashRange: { start: hash + 1n, end: MAX } }).read).toHaveLength(0);
  });

  // Kinesis put a plain record into this shard by a hash key that a reader cannot see: its key's MD5 proves nothing.
  it.each(["user-record", "kcl"] as const)("%s: a plain record is never dropped", (rangeFilter) => {
    const plain = { Data: utf8("plain"), PartitionKey: "k", SequenceNumber: "9" };
    const hash = hashOfBytes(utf8("k"));
    expect(run([plain], { rangeFilter, hashRange: { start: hash + 1n, end: MAX } })).toEqual({
      read: ["9/0:plain"],
      dropped: [],
    });
    const bare = deaggregate(utf8("plain"), { rangeFilter, hashRange: { start: 1n, end: 1n } });
    expect(bare).toHaveLength(1);
  });

  it.each(["user-record", "kcl"] as const)("%s: a malformed record is onMalformed's affair", (rangeFilter) => {
    const Data = inside.Data!.slice();
    Data[9]! ^= 1;
    expect(
      deaggregate({ Data, PartitionKey: "k" }, { rangeFilter, hashRange: { start: 1n, end: 1n } }).map(
        ({ malformed }) => malformed,
      ),
    ).toEqual(["digest"]);
  });

  it("kcl: an aggregate of tables only drops nothing", () => {
    expect(
      run([{ Data: aggregateOf(partitionKeyEntry("k")) }], { rangeFilter: "kcl", hashRange: { start: 1n, end: 1n } }),
    ).toEqual({ read: [], dropped: [] });
  });

  it("without its range, or with what is none, is refused rather than silently off", () => {
    const wrong: readonly unknown[] = [
      { rangeFilter: "kcl" },
      { rangeFilter: "user-record", hashRange: undefined },
      { rangeFilter: "kcl", hashRange: { start: 5n, end: 4n } },
      { rangeFilter: "KCL", hashRange: range },
      { rangeFilter: true, hashRange: range },
    ];
    for (const options of wrong) {
      const error = codedError(() => deaggregate(utf8("plain"), options as DeaggregateOptions));
      expect([error.code, error.message]).toEqual([
        "KPL_KIT_INVALID_OPTION",
        expect.stringMatching(/hashRange|rangeFilter/),
      ]);
      codedError(() => deaggregateAll([], options as DeaggregateOptions));
    }
  });

  it("nobody need listen", () => {
    expect(deaggregateAll(records, { hashRange: range, rangeFilter: "kcl" })).toHaveLength(3);
    expect(deaggregateAll(records, { hashRange: range, rangeFilter: "user-record" })).toHaveLength(5);
  });
});
