// What goes in comes out: whatever the keys, the hash keys, the data, the grouping.

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  type AggregatorOptions,
  aggregate,
  deaggregate,
  type GroupBy,
  isAggregated,
  type UserRecordInput,
} from "../../src/codec/index.ts";
import {
  dataOf,
  effectiveHashKey,
  type FullRow,
  received,
  recordSize,
  sent,
  unpack,
} from "../codec/user-record-rows.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { hex } from "../oracle/frame.ts";
import { data, partitionKey, shardMap, text, userRecords } from "./user-records.ts";

const MIB = 1_048_576;

const options: fc.Arbitrary<AggregatorOptions> = fc.record(
  {
    maxSize: fc.oneof(fc.integer({ min: 64, max: 400 }), fc.integer({ min: 64, max: 60_000 })),
    maxCount: fc.integer({ min: 1, max: 20 }),
    lone: fc.constantFrom("raw", "wrap", "auto"),
    outerPartitionKey: fc.oneof(
      fc.constantFrom("constant", "first"),
      partitionKey.map((key) => () => key),
    ),
  },
  { requiredKeys: [] },
);

const groupBy: fc.Arbitrary<GroupBy> = fc.oneof(fc.constantFrom<GroupBy>("none", "partitionKey"), shardMap);

/** A raw record's explicit hash key is not to be read back, and one that is itself an aggregate would be unpacked. */
function readable(records: readonly UserRecordInput[], { lone = "raw" }: AggregatorOptions): UserRecordInput[] {
  return records.filter((record) => lone !== "raw" || !isAggregated(dataOf(record)));
}

/** By group, in order; each row says which record of the input it was. */
function ordersOf(rows: readonly (FullRow & { readonly group: string })[]): Map<string, string[]> {
  const orders = new Map<string, string[]>();
  for (const { group, data: payload } of rows) orders.set(group, [...(orders.get(group) ?? []), payload]);
  return orders;
}

describe("deaggregate undoes aggregate", () => {
  test.prop([userRecords])("in one aggregate: keys, hash keys, data, order", (records) => {
    fc.pre(records.length > 0);
    const entries = aggregate(records, { groupBy: "none", lone: "wrap", maxSize: 10 * MIB, maxRecordSize: 10 * MIB });
    expect(entries).toHaveLength(1);
    const users = unpack(entries);
    expect(users.map(received)).toEqual(records.map(sent));
    expect(users.map(({ hashKey }) => hashKey)).toEqual(records.map(effectiveHashKey));
    expect(users.map(({ subSequenceNumber }) => subSequenceNumber)).toEqual(records.map((_, i) => i));
  });

  test.prop([userRecords])("byte for byte what protobufjs makes by the KPL's rules", (records) => {
    fc.pre(records.length > 1);
    const [entry] = aggregate(records, { groupBy: "none", maxSize: 10 * MIB, maxRecordSize: 10 * MIB });
    expect(hex(entry!.Data)).toBe(hex(encodeAsKpl(records)));
    expect(entry!.ExplicitHashKey).toBe(`${effectiveHashKey(records[0]!)}`);
  });

  test.prop([userRecords, options], { numRuns: 200 })(
    "with any options: nothing lost, nothing changed, arrival order",
    (anyRecords, anyOptions) => {
      const records = readable(anyRecords, anyOptions);
      const entries = aggregate(records, { ...anyOptions, groupBy: "none" });
      const rows = entries.flatMap((entry) => {
        const users = deaggregate(entry);
        expect(users).toHaveLength(entry.userRecordCount);
        return users;
      });
      expect(rows.map(({ data: bytes, partitionKey: key }) => [key, hex(bytes)])).toEqual(
        records.map((record) => [record.partitionKey, hex(dataOf(record))]),
      );
      for (const [i, user] of rows.entries()) if (user.aggregated) expect(received(user)).toEqual(sent(records[i]!));
    },
  );

  test.prop([userRecords, options, groupBy], { numRuns: 200 })(
    "with any grouping: nothing lost, and the order that it promises",
    (anyRecords, anyOptions, grouping) => {
      // Each record is known by its data, so that one that changed places, or keys, is seen.
      const records = anyRecords.map((record, i) => ({ ...record, data: `${i}` }));
      const entries = aggregate(records, { ...anyOptions, groupBy: grouping });
      const found = unpack(entries).map((user) => ({ user, record: records[Number(user.text())]! }));
      expect(found.map(({ record }) => record.data).sort()).toEqual(records.map((record) => record.data).sort());
      for (const { user, record } of found) expect(user.partitionKey).toBe(record.partitionKey);
      const groupOf = (record: UserRecordInput): string => {
        if (grouping === "none") return "all";
        if (grouping === "partitionKey") return record.partitionKey;
        return `${record.partitionKey} ${grouping.shardFor(effectiveHashKey(record))?.shardId ?? effectiveHashKey(record)}`;
      };
      const row = (record: UserRecordInput): FullRow & { group: string } => ({
        ...sent(record),
        group: groupOf(record),
      });
      expect(ordersOf(found.map(({ record }) => row(record)))).toEqual(ordersOf(records.map(row)));
    },
  );

  test.prop([userRecords, options, groupBy], { numRuns: 200 })(
    "no aggregate holds what must not be together, or passes a limit",
    (records, anyOptions, grouping) => {
      const { maxSize = 51_200, maxCount = 2 ** 32 - 1, lone = "raw" } = anyOptions;
      for (const entry of aggregate(readable(records, anyOptions), { ...anyOptions, groupBy: grouping })) {
        expect(entry.userRecordCount).toBeLessThanOrEqual(maxCount);
        expect(recordSize(entry)).toBeLessThanOrEqual(MIB);
        if (entry.userRecordCount === 1) continue;
        expect(entry.Data.length).toBeLessThanOrEqual(maxSize);
        const users = deaggregate(entry);
        const hashKeys = new Set(users.map(({ hashKey }) => hashKey));
        expect(hashKeys.has(BigInt(entry.ExplicitHashKey)), `lone ${lone}`).toBe(true);
        if (grouping === "none") continue;
        if (grouping === "partitionKey") {
          expect([hashKeys.size, new Set(users.map((user) => user.partitionKey)).size]).toEqual([1, 1]);
        } else {
          const shards = new Set([...hashKeys].map((hashKey) => grouping.shardFor(hashKey!)?.shardId));
          expect([...shards]).toEqual([expect.any(String)]);
        }
      }
    },
  );
});

describe("text and JSON", () => {
  test.prop([text(0, 200)])("text() gives back the text", (value) => {
    fc.pre(!value.startsWith("\ufeff")); // read as Response.text() reads it
    const [user] = unpack(aggregate([{ partitionKey: "k", data: value }], { groupBy: "none", lone: "wrap" }));
    expect(user!.text()).toBe(value);
  });

  test.prop([fc.jsonValue()])("json() gives back the value", (value) => {
    const json = JSON.stringify(value);
    const [user] = unpack(aggregate([{ partitionKey: "k", data: json }], { groupBy: "none", lone: "wrap" }));
    expect(user!.json()).toEqual(JSON.parse(json));
  });

  test.prop([data])("data is never changed", (payload) => {
    const before = typeof payload === "string" ? payload : hex(payload);
    aggregate(
      [
        { partitionKey: "k", data: payload },
        { partitionKey: "k", data: payload },
      ],
      { groupBy: "none" },
    );
    expect(typeof payload === "string" ? payload : hex(payload)).toBe(before);
  });
});
