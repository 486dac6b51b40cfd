// Every defect known of aws-kinesis-agg 4.2.8, as a promise of ours. What its own code does today is pinned in
// interop/aws-kinesis-agg.test.ts.

import { describe, expect, it } from "vitest";
import { Aggregator, aggregate, deaggregate, inspect, type UserRecordInput } from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { frame, hex, MAGIC, utf8 } from "../oracle/frame.ts";
import { received, recordSize, sent, unpack } from "./user-record-rows.ts";

function roundTrip(records: readonly UserRecordInput[]): void {
  const entries = aggregate(records, { groupBy: "none" });
  expect(entries).toHaveLength(1);
  expect(unpack(entries).map(received)).toEqual(records.map(sent));
}

describe("encode", () => {
  it("integer-like partition keys keep their own data", () =>
    roundTrip(
      ["10", "9", "2", "1", "10", "0", "-1", "4294967294", "4294967295", "01"].map((partitionKey, i) => ({
        partitionKey,
        data: `${i}`,
      })),
    ));

  it("integer-like explicit hash keys keep their own records", () =>
    roundTrip(
      ["7", "3", "0", "7", "12"].map((explicitHashKey, i) => ({ partitionKey: "k", explicitHashKey, data: `${i}` })),
    ));

  it.each(["hasOwnProperty", "__proto__", "constructor", "toString", "valueOf", "prototype"])(
    "the key %s is an ordinary one, as are its neighbours",
    (name) => {
      roundTrip(["before", name, "after", name, "before"].map((partitionKey, i) => ({ partitionKey, data: `${i}` })));
      roundTrip([name, "after"].map((partitionKey, i) => ({ partitionKey, data: `${i}` })));
    },
  );

  it("the outer hash key is the first record's, whichever of them has an explicit one", () => {
    const records = [
      { partitionKey: "a", data: "1" },
      { partitionKey: "b", data: "2", explicitHashKey: "5" },
    ];
    // The MD5 of "a": aws-kinesis-agg sends none, and Kinesis hashes whatever the outer key is.
    expect(aggregate(records, { groupBy: "none" })[0]!.ExplicitHashKey).toBe("16955237001963240173058271559858726497");
    expect(aggregate([...records].reverse(), { groupBy: "none" })[0]!.ExplicitHashKey).toBe("5");
  });

  it("an entry has the SDK's own field names, all of one case", () => {
    const [entry] = aggregate([{ partitionKey: "a", data: "1" }], { groupBy: "none" });
    expect(Object.keys(entry!).sort()).toEqual(["Data", "ExplicitHashKey", "PartitionKey", "userRecordCount"]);
    expect(entry!.Data).toBeInstanceOf(Uint8Array);
  });

  it("keys are counted in UTF-8 bytes", () => {
    const records = ["漢字漢字漢字", "漢字漢字漢"].map((partitionKey) => ({ partitionKey, data: "x" }));
    const aggregator = new Aggregator();
    for (const record of records) aggregator.add(record);
    expect(aggregator.size).toBe(encodeAsKpl(records).length);
  });

  it("300 distinct multi-byte keys stay under the limit", () => {
    const records = Array.from({ length: 300 }, (_, i) => ({ partitionKey: "漢字".repeat(20) + i, data: "x" }));
    const entries = aggregate(records, { groupBy: "none", maxSize: 5_000 });
    for (const entry of entries) expect(entry.Data.length).toBeLessThanOrEqual(5_000);
    expect(unpack(entries)).toHaveLength(300);
  });

  it("the outer partition key counts: no entry passes the service's 1 MiB", () => {
    const partitionKey = "k".repeat(256);
    const records = Array.from({ length: 2_200 }, () => ({ partitionKey, data: new Uint8Array(1_000) }));
    for (const outerPartitionKey of ["constant", "first", () => "é".repeat(256)] as const) {
      const entries = aggregate(records, { groupBy: "none", maxSize: 1_048_576, outerPartitionKey });
      for (const entry of entries) expect(recordSize(entry)).toBeLessThanOrEqual(1_048_576);
      expect(entries).toHaveLength(3);
    }
  });

  it.each<readonly [string, Uint8Array | string]>([
    ["text", ""],
    ["Buffer", Buffer.alloc(0)],
    ["Uint8Array", new Uint8Array()],
  ])("empty data is data, as %s", (_, data) =>
    roundTrip([
      { partitionKey: "a", data },
      { partitionKey: "b", data },
    ]),
  );

  it("the caller's record is not touched", () => {
    const record = Object.freeze({ partitionKey: "a", data: "text" });
    aggregate([record, record], { groupBy: "none" });
    expect(record).toEqual({ partitionKey: "a", data: "text" });
  });

  it("a record that does not fit closes the container; it is neither lost nor an error", () => {
    const aggregator = new Aggregator({ maxSize: 64 });
    const record = { partitionKey: "k", data: new Uint8Array(30) };
    expect(aggregator.add(record)).toBeUndefined();
    expect(aggregator.add(record)?.userRecordCount).toBe(1);
    expect(aggregator.flush()?.userRecordCount).toBe(1);
  });
});

describe("decode", () => {
  it("a record without explicit hash key has none, whatever stands in the table", () => {
    const records = [
      { partitionKey: "a", explicitHashKey: "5", data: "1" },
      { partitionKey: "b", data: "2" },
    ];
    expect(deaggregate(encodeAsKpl(records)).map(({ explicitHashKey }) => explicitHashKey)).toEqual(["5", undefined]);
  });

  const good = encodeAsKpl([{ partitionKey: "a", data: "1" }]);
  it.each<readonly [string, Uint8Array]>([
    ["a wrong digest", good.map((byte, i) => (i === good.length - 1 ? byte ^ 1 : byte))],
    ["no protobuf", frame(utf8("no protobuf at all"))],
    ["only the magic", MAGIC],
    ["the magic and ten bytes", good.subarray(0, 14)],
    ["one byte cut off", good.subarray(0, -1)],
  ])("%s: the record comes through, no error", (_, Data) => {
    expect(deaggregate({ Data, PartitionKey: "outer" }).map((user) => [user.partitionKey, hex(user.data)])).toEqual([
      ["outer", hex(Data)],
    ]);
  });

  it("the digest is always checked: random data with the magic is no aggregate", () => {
    const bytes = frame(good.subarray(4, -16)).fill(0, good.length - 16);
    expect(deaggregate(bytes).map(({ aggregated, malformed }) => [aggregated, malformed])).toEqual([[false, "digest"]]);
  });

  it("a protobuf cut inside a text is malformed, not an empty aggregate", () => {
    const cut = frame(Uint8Array.of(0x0a, 0x05, 0x61));
    expect(deaggregate(cut).map(({ malformed }) => malformed)).toEqual(["protobuf"]);
    expect(inspect(cut).kind).toBe("malformed");
  });

  it("an index past its table is malformed, never a key that is undefined", () => {
    const cut = frame(Uint8Array.of(0x0a, 0x01, 0x61, 0x1a, 0x05, 0x08, 0x05, 0x1a, 0x01, 0x78));
    expect(
      deaggregate({ Data: cut, PartitionKey: "outer" }).map(({ partitionKey, malformed }) => [partitionKey, malformed]),
    ).toEqual([["outer", "partition-key-index"]]);
  });

  it("data comes as bytes, plain or aggregated, with its arrival time", () => {
    const ApproximateArrivalTimestamp = new Date(5);
    for (const Data of [good, utf8("plain")]) {
      for (const user of deaggregate({ Data, ApproximateArrivalTimestamp })) {
        expect(user.data).toBeInstanceOf(Uint8Array);
        expect(user.approximateArrivalTimestamp).toBe(ApproximateArrivalTimestamp);
        expect(user.subSequenceNumber).toBe(0);
      }
    }
  });

  it("no callback, so none that runs twice: an error is thrown once and ends the call", () => {
    const broken = { Data: good.map((byte, i) => (i === 6 ? byte ^ 1 : byte)) };
    let thrown = 0;
    try {
      deaggregate(broken, { onMalformed: "throw" });
    } catch {
      thrown++; // counted, and its kind is tested beside onMalformed
    }
    expect(thrown).toBe(1);
  });
});
