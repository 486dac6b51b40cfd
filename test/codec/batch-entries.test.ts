import { describe, expect, it } from "vitest";
import { batchEntries, type PackedEntry } from "../../src/codec/index.ts";
import { codedError } from "./coded-error.ts";
import { recordSize } from "./user-record-rows.ts";

const MIB = 1_048_576;

function entry(length: number, PartitionKey = "a", userRecordCount = 1): PackedEntry {
  return { Data: new Uint8Array(length), PartitionKey, ExplicitHashKey: "5", userRecordCount };
}

const counts = (entries: readonly PackedEntry[], options?: Parameters<typeof batchEntries>[1]): number[] =>
  batchEntries(entries, options).map(({ Records }) => Records.length);

describe("batchEntries", () => {
  it("splits at 500 entries", () => {
    expect(counts(Array.from({ length: 500 }, () => entry(1)))).toEqual([500]);
    expect(counts(Array.from({ length: 1_001 }, () => entry(1)))).toEqual([500, 500, 1]);
  });

  it("splits at 10 MiB of data and partition keys, to the byte", () => {
    const ten = Array.from({ length: 10 }, () => entry(MIB - 1));
    expect(counts(ten)).toEqual([10]);
    expect(counts([...ten.slice(0, 9), entry(MIB)])).toEqual([9, 1]);
    expect(counts([...ten.slice(0, 9), entry(MIB - 1, "ab")])).toEqual([9, 1]);
  });

  it("counts partition keys in UTF-8 bytes", () => {
    const key = "😀".repeat(256);
    expect(counts([entry(976, key), entry(0, "é")], { maxSize: 2_002 })).toEqual([2]);
    expect(counts([entry(977, key), entry(0, "é")], { maxSize: 2_002 })).toEqual([1, 1]);
  });

  it("an entry larger than the limit goes alone, in its place", () => {
    const entries = [entry(5), entry(200), entry(5), entry(5), entry(300), entry(301), entry(5)];
    const batches = batchEntries(entries, { maxSize: 100 });
    expect(batches.map((batch) => batch.entries.map(({ Data }) => Data.length))).toEqual([
      [5],
      [200],
      [5, 5],
      [300],
      [301],
      [5],
    ]);
  });

  it("gives PutRecords no field that the service does not know, and keeps the entries beside them", () => {
    const entries = Array.from({ length: 7 }, (_, i) => ({ ...entry(i, `k${i}`, i + 1), extra: true }));
    const batches = batchEntries(entries, { maxCount: 3 });
    expect(batches.flatMap((batch) => batch.entries)).toEqual(entries);
    for (const { Records, entries: own } of batches) {
      expect(Records).toEqual(
        own.map(({ Data, PartitionKey, ExplicitHashKey }) => ({ Data, PartitionKey, ExplicitHashKey })),
      );
      for (const [i, record] of Records.entries()) {
        expect(Object.keys(record).sort()).toEqual(["Data", "ExplicitHashKey", "PartitionKey"]);
        // A failed entry leads back to its user records by its index.
        expect(own[i]!.Data).toBe(record.Data);
      }
    }
  });

  it("none from none; any iterable, once", () => {
    expect(batchEntries([])).toEqual([]);
    expect(batchEntries(new Set<PackedEntry>())).toEqual([]);
    const once = (function* (): Generator<PackedEntry> {
      yield entry(1);
      yield entry(2);
    })();
    expect(batchEntries(once, { maxCount: 1 }).map(({ Records }) => Records[0]!.Data.length)).toEqual([1, 2]);
  });

  it("is greedy: a batch ends only where the next entry does not fit", () => {
    const entries = Array.from({ length: 200 }, (_, i) => entry((i * 37) % 90, "k".repeat((i % 5) + 1)));
    for (const options of [{ maxSize: 100 }, { maxSize: 250, maxCount: 4 }, { maxCount: 7 }]) {
      const { maxSize = 10 * MIB, maxCount = 500 } = options;
      const batches = batchEntries(entries, options).map((batch) => batch.entries);
      const sizeOf = (batch: readonly PackedEntry[]): number => batch.reduce((sum, each) => sum + recordSize(each), 0);
      for (const [i, batch] of batches.entries()) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(maxCount);
        if (batch.length > 1) expect(sizeOf(batch)).toBeLessThanOrEqual(maxSize);
        const next = batches[i + 1]?.[0];
        if (next) expect(batch.length === maxCount || sizeOf([...batch, next]) > maxSize).toBe(true);
      }
      expect(batches.flat()).toEqual(entries);
    }
  });

  it.each([
    ["maxCount", [0, -1, 501, 1.5, Number.NaN, "5", null]],
    ["maxSize", [0, -1, 10 * MIB + 1, Number.NaN, 1.5, "5", null]],
  ])("refuses a %s that PutRecords does not have", (option, values) => {
    for (const value of values) {
      const error = codedError(() => batchEntries([entry(1)], { [option]: value } as never));
      expect(error.code).toBe("KPL_KIT_INVALID_OPTION");
      expect(error.message).toContain(option);
    }
  });
});
