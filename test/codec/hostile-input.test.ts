// A stream's writers are not all friends: no Kinesis record may cost a reader more than its bytes are worth.
// Counted in CPU time, since other processes may be at work. The limit is many times what a walk takes; work that grows
// with records times bytes of a table passes it by far.

import { describe, expect, it } from "vitest";
import { Aggregator, deaggregate, deaggregateAll, inspect, isAggregated } from "../../src/codec/index.ts";
import { concat, hashOfBytes } from "../oracle/frame.ts";
import {
  aggregateOf,
  bytesField,
  data,
  hashKeyEntry,
  hashKeyIndex,
  keyIndex,
  partitionKeyEntry,
  recordEntry,
  tag,
  varint,
  varintField,
} from "../oracle/wire.ts";

const MIB = 1_048_576;
const PATIENCE_MS = 4_000;

function timed<T>(run: () => T): T {
  const started = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1_000, "milliseconds of CPU").toBeLessThan(PATIENCE_MS);
  return result;
}

/** The same field over and over. */
function times(count: number, field: Uint8Array): Uint8Array {
  const all = new Uint8Array(count * field.length);
  for (let i = 0; i < count; i++) all.set(field, i * field.length);
  return all;
}

describe("a Kinesis record of a megabyte costs what a megabyte is worth", () => {
  it("a half-megabyte key that 50,000 records share", () => {
    const key = new Uint8Array(MIB / 2).fill(0x6b);
    const bytes = aggregateOf(partitionKeyEntry(key), times(50_000, recordEntry(keyIndex(0), data(""))));
    const hash = hashOfBytes(key);
    timed(() => {
      const users = deaggregate(bytes);
      expect(users).toHaveLength(50_000);
      expect(users.every((user) => user.partitionKey?.length === MIB / 2)).toBe(true);
      expect(users.every((user) => user.hashKey === hash)).toBe(true);
    });
    for (const rangeFilter of ["user-record", "kcl"] as const) {
      expect(timed(() => deaggregate(bytes, { rangeFilter, hashRange: { start: hash, end: hash } }))).toHaveLength(
        50_000,
      );
    }
    timed(() => deaggregate(bytes, { copy: true }));
    timed(() => inspect(bytes));
  });

  it("a half-megabyte hash key of zeros that 50,000 records share is a number", () => {
    const digits = new Uint8Array(MIB / 2).fill(0x30);
    const bytes = aggregateOf(
      partitionKeyEntry("k"),
      hashKeyEntry(digits),
      times(50_000, recordEntry(keyIndex(0), hashKeyIndex(0), data(""))),
    );
    timed(() => {
      const users = deaggregate(bytes);
      expect(users).toHaveLength(50_000);
      expect(users.every((user) => user.hashKey === 0n && user.malformed === undefined)).toBe(true);
    });
    expect(timed(() => deaggregate(bytes, { rangeFilter: "kcl", hashRange: { start: 0n, end: 0n } }))).toHaveLength(
      50_000,
    );
  });

  it("a half-megabyte hash key of zeros that 50,000 records share, beside one that is no number", () => {
    const digits = new Uint8Array(MIB / 2).fill(0x30);
    const good = recordEntry(keyIndex(0), hashKeyIndex(0), data(""));
    const bytes = aggregateOf(
      partitionKeyEntry("k"),
      hashKeyEntry(digits),
      hashKeyEntry("abc"),
      times(50_000, good),
      recordEntry(keyIndex(0), hashKeyIndex(1), data("")),
    );
    expect(timed(() => deaggregate(bytes)).map(({ malformed }) => malformed)).toEqual(["hash-key-value"]);
    expect(timed(() => inspect(bytes)).malformed).toBe("hash-key-value");
  });

  it("200,000 unknown fields in one record, or in one tag", () => {
    const unknown = times(200_000, varintField(9, 1));
    for (const inner of [unknown, bytesField(4, concat(bytesField(1, "name"), unknown))]) {
      const bytes = aggregateOf(partitionKeyEntry("k"), recordEntry(keyIndex(0), data("x"), inner));
      expect(timed(() => deaggregate(bytes))).toHaveLength(1);
      expect(timed(() => inspect(bytes)).userRecords).toBe(1);
    }
  });

  // BigInt of ten million digits takes minutes; anything over 39 digits that count is too large without asking.
  it("a hash key of ten million nines is refused by its length", () => {
    const bytes = aggregateOf(
      partitionKeyEntry("k"),
      hashKeyEntry(new Uint8Array(10_000_000).fill(0x39)),
      recordEntry(keyIndex(0), hashKeyIndex(0), data("x")),
    );
    expect(timed(() => deaggregate(bytes)).map(({ malformed }) => malformed)).toEqual(["hash-key-value"]);
    expect(timed(() => inspect(bytes)).malformed).toBe("hash-key-value");
  });

  it("many long hash keys of nines, each used once", () => {
    const bytes = aggregateOf(
      partitionKeyEntry("k"),
      times(1_000, hashKeyEntry(new Uint8Array(1_000).fill(0x30))),
      ...Array.from({ length: 1_000 }, (_, i) => recordEntry(keyIndex(0), hashKeyIndex(i), data("x"))),
    );
    expect(timed(() => deaggregate(bytes))).toHaveLength(1_000);
  });

  it("two megabytes of the smallest records", () => {
    const bytes = aggregateOf(partitionKeyEntry("k"), times(300_000, recordEntry(keyIndex(0), data(""))));
    expect(timed(() => deaggregate(bytes))).toHaveLength(300_000);
  });

  it("a megabyte of empty table entries", () => {
    const bytes = aggregateOf(times(MIB / 2, partitionKeyEntry("")), recordEntry(keyIndex(MIB / 2 - 1), data("x")));
    expect(timed(() => deaggregate(bytes)).map(({ partitionKey }) => partitionKey)).toEqual([""]);
  });

  it.each([
    ["open groups", 0x4b],
    ["unknown varints", 0x48],
    ["padding", 0x80],
    ["ones", 0xff],
    ["zeros", 0x00],
  ])("a quarter of a megabyte of %s", (_, byte) => {
    const bytes = aggregateOf(new Uint8Array(MIB / 4).fill(byte));
    expect(timed(() => deaggregate(bytes))).toHaveLength(byte === 0x48 ? 0 : 1);
    timed(() => inspect(bytes));
  });

  it("lengths that claim four gigabytes allocate nothing", () => {
    const claim = varint(2n ** 32n - 1n);
    for (const field of [1, 2, 3, 9]) {
      const bytes = aggregateOf(partitionKeyEntry("k"), tag(field, 2), claim, new Uint8Array(100));
      expect(timed(() => deaggregate(bytes)).map(({ malformed }) => malformed)).toEqual(["protobuf"]);
    }
  });

  it("a plain record of ten megabytes costs four compares, not a digest and no copy", () => {
    const Data = new Uint8Array(10 * MIB);
    timed(() => {
      for (let i = 0; i < 100_000; i++) deaggregate({ Data });
      for (let i = 0; i < 100_000; i++) isAggregated(Data);
    });
    timed(() => deaggregateAll(Array.from({ length: 100_000 }, () => ({ Data }))));
  });
});

describe("an Aggregator's add is O(1), and so is fits", () => {
  it("with 100,000 records of as many keys, asked before each", () => {
    const aggregator = new Aggregator({ maxSize: 10 * MIB, maxRecordSize: 10 * MIB });
    let refused = 0;
    timed(() => {
      for (let i = 0; i < 100_000; i++) {
        const record = { partitionKey: `key-${i}`, data: "x" };
        if (!aggregator.fits(record) || aggregator.size < 0) refused++;
        aggregator.add(record);
      }
    });
    expect(refused).toBe(0);
    expect(aggregator.count).toBe(100_000);
    expect(deaggregate(aggregator.flush()!)).toHaveLength(100_000);
  });
});
