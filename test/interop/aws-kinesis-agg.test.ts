// aws-kinesis-agg 4.2.8 itself: both ways where it is right, and pinned where it is wrong. What our README says of it is
// true as long as this passes; a release of it that mends a defect turns a line red here.

import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { Aggregator, aggregate, deaggregate, type UserRecordInput } from "../../src/codec/index.ts";
import { dataOf, recordSize, sent } from "../codec/user-record-rows.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { frame, hex, MAGIC, utf8 } from "../oracle/frame.ts";

interface TheirInput {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly data: Buffer | string;
}

interface TheirEntry {
  readonly partitionKey: string;
  readonly data: Buffer;
  readonly ExplicitHashKey?: string;
}

interface TheirUserRecord {
  readonly partitionKey: string | undefined;
  readonly explicitPartitionKey: string | undefined;
  readonly subSequenceNumber: number | undefined;
  readonly data: string;
}

interface TheirAggregator {
  addUserRecord(record: TheirInput): void;
  build(): TheirEntry;
  calculateUserRecordSize(record: TheirInput): number;
}

// Its own types name aws-sdk 2, which is not here.
const theirs = createRequire(import.meta.url)("aws-kinesis-agg") as {
  readonly RecordAggregator: new () => TheirAggregator;
  deaggregateSync(
    record: { readonly data: string; readonly partitionKey?: string },
    computeChecksums: boolean,
    done: (error: Error | null | undefined, records?: TheirUserRecord[]) => void,
  ): void;
  deaggregate(
    record: { readonly data: string },
    computeChecksums: boolean,
    perRecord: (error: Error | null, record?: TheirUserRecord) => void,
    after: (error?: Error) => void,
  ): void;
};
const { version } = createRequire(import.meta.url)("aws-kinesis-agg/package.json") as { readonly version: string };

function theirInput({ partitionKey, explicitHashKey, data }: UserRecordInput): TheirInput {
  return {
    partitionKey,
    data: Buffer.from(typeof data === "string" ? utf8(data) : data),
    ...(explicitHashKey !== undefined && { explicitHashKey: String(explicitHashKey) }),
  };
}

function packTheirs(records: readonly UserRecordInput[]): TheirEntry {
  const aggregator = new theirs.RecordAggregator();
  for (const record of records) aggregator.addUserRecord(theirInput(record));
  return aggregator.build();
}

/** Every call of its callback, as it came. */
function unpackTheirs(
  bytes: Uint8Array,
  computeChecksums = true,
): { readonly error: string | undefined; readonly records: TheirUserRecord[] | undefined }[] {
  const calls: { error: string | undefined; records: TheirUserRecord[] | undefined }[] = [];
  const data = Buffer.from(bytes).toString("base64");
  theirs.deaggregateSync({ data, partitionKey: "outer" }, computeChecksums, (error, records) =>
    calls.push({ error: error?.message, records }),
  );
  return calls;
}

function rowsOfTheirs(bytes: Uint8Array): unknown {
  const [call] = unpackTheirs(bytes);
  return call?.records?.map(({ partitionKey, explicitPartitionKey, data }) => ({
    partitionKey,
    explicitHashKey: explicitPartitionKey,
    data: Buffer.from(data, "base64").toString("hex"),
  }));
}

function rowsOfOurs(bytes: Uint8Array): unknown {
  return deaggregate(bytes).map((user) => ({
    partitionKey: user.partitionKey,
    explicitHashKey: user.explicitHashKey,
    data: hex(user.data),
  }));
}

/** Where it is right: no key looks like an integer or a property of every object, all or none have an explicit hash key. */
const common: Readonly<Record<string, readonly UserRecordInput[]>> = {
  "one key": Array.from({ length: 20 }, (_, i) => ({ partitionKey: "key", data: `${i}` })),
  "many keys": Array.from({ length: 200 }, (_, i) => ({ partitionKey: `key-${i}`, data: new Uint8Array(i).fill(i) })),
  "repeated keys, out of order": ["c", "a", "b", "a", "c", "b", "b"].map((partitionKey, i) => ({
    partitionKey,
    data: `${i}`,
  })),
  "unicode keys": ["clé", "鍵", "🔑🔑", "é".repeat(256)].map((partitionKey, i) => ({ partitionKey, data: `${i}` })),
  "explicit hash keys, too large to look like array indexes": [
    "340282366920938463463374607431768211455",
    "85070591730234615865843651857942052864",
  ].map((explicitHashKey, i) => ({
    partitionKey: `key-${i}`,
    explicitHashKey,
    data: `${i}`,
  })),
  "empty data": [new Uint8Array(), new Uint8Array()].map((data) => ({ partitionKey: "key", data })),
  "data of one record over a varint's ends": [127, 128, 16_383, 16_384].map((length) => ({
    partitionKey: "key",
    data: new Uint8Array(length).fill(7),
  })),
};

describe(`aws-kinesis-agg ${version} and we read each other`, () => {
  it.each(Object.entries(common))("%s: the same bytes, and the same user records from them", (_, records) => {
    const [ours] = aggregate(records, {
      groupBy: "none",
      maxSize: 1_048_576,
      lone: "wrap",
      outerPartitionKey: "first",
    });
    const built = packTheirs(records);
    expect(hex(built.data)).toBe(hex(ours!.Data));
    expect(built.partitionKey).toBe(ours!.PartitionKey);
    expect(rowsOfOurs(built.data)).toEqual(records.map(sent));
    expect(rowsOfTheirs(ours!.Data)).toEqual(records.map(sent));
  });

  it("lone: it always wraps, we do when asked", () => {
    const records = [{ partitionKey: "key", data: "alone" }];
    expect(hex(packTheirs(records).data)).toBe(hex(aggregate(records, { groupBy: "none", lone: "wrap" })[0]!.Data));
  });

  it("it takes what the SDK gives, too", () => {
    const [ours] = aggregate(common["many keys"]!, { groupBy: "none" });
    let found: { PartitionKey: string }[] | undefined;
    theirs.deaggregateSync({ Data: Buffer.from(ours!.Data) } as never, true, (_, records) => {
      found = records as never;
    });
    expect(found?.map(({ PartitionKey }) => PartitionKey)).toEqual(
      common["many keys"]!.map(({ partitionKey }) => partitionKey),
    );
  });
});

describe(`aws-kinesis-agg ${version} is wrong where our table says so`, () => {
  const ours = (records: readonly UserRecordInput[]): void =>
    expect(rowsOfOurs(aggregate(records, { groupBy: "none" })[0]!.Data)).toEqual(records.map(sent));

  it("is the version that the table names", () => expect(version).toBe("4.2.8"));

  it("integer-like partition keys change places", () => {
    const records = ["10", "2"].map((partitionKey) => ({ partitionKey, data: `data of ${partitionKey}` }));
    const back = deaggregate(packTheirs(records).data);
    expect(back.map((user) => [user.partitionKey, user.text()])).toEqual([
      ["2", "data of 10"],
      ["10", "data of 2"],
    ]);
    ours(records);
  });

  it("integer-like explicit hash keys change places", () => {
    const records = ["12", "3"].map((explicitHashKey) => ({
      partitionKey: "key",
      explicitHashKey,
      data: `data of ${explicitHashKey}`,
    }));
    const back = deaggregate(packTheirs(records).data);
    expect(back.map((user) => [user.explicitHashKey, user.text()])).toEqual([
      ["3", "data of 12"],
      ["12", "data of 3"],
    ]);
    ours(records);
  });

  it("a record without explicit hash key is read with the table's first", () => {
    const records = [
      { partitionKey: "a", explicitHashKey: "340282366920938463463374607431768211455", data: "1" },
      { partitionKey: "b", data: "2" },
    ];
    const [entry] = aggregate(records, { groupBy: "none" });
    expect(unpackTheirs(entry!.Data)[0]?.records?.map(({ explicitPartitionKey }) => explicitPartitionKey)).toEqual([
      records[0]!.explicitHashKey,
      records[0]!.explicitHashKey,
    ]);
    ours(records);
  });

  it("an aggregate whose first record lacks an explicit hash key leaves without one, whatever the others have", () => {
    const records = [
      { partitionKey: "a", data: "1" },
      { partitionKey: "b", explicitHashKey: "5", data: "2" },
    ];
    expect(packTheirs(records).ExplicitHashKey).toBeUndefined();
    expect(aggregate(records, { groupBy: "none" })[0]!.ExplicitHashKey).toBe("16955237001963240173058271559858726497");
  });

  it("its entry mixes cases, and fits no SDK", () => {
    const entry = packTheirs([{ partitionKey: "a", explicitHashKey: "5", data: "1" }]);
    expect(Object.keys(entry).sort()).toEqual(["ExplicitHashKey", "data", "partitionKey"]);
  });

  it("sizes count UTF-16 units: six CJK characters and a byte are 27 bytes, counted as 15", () => {
    const record = { partitionKey: "漢字漢字漢字", data: "x" };
    const counted = new theirs.RecordAggregator().calculateUserRecordSize(theirInput(record));
    expect([counted, packTheirs([record]).data.length - 20]).toEqual([15, 27]);
    const aggregator = new Aggregator({ lone: "wrap" });
    aggregator.add(record);
    expect(aggregator.size).toBe(aggregator.flush()!.Data.length);
  });

  it("its aggregates pass the service's limit of 1 MiB, outer partition key counted", () => {
    const partitionKey = "k".repeat(256);
    const aggregator = new theirs.RecordAggregator();
    const records = [524_000, 524_200].map((length) => ({ partitionKey, data: new Uint8Array(length) }));
    for (const record of records) aggregator.addUserRecord(theirInput(record));
    const { data, partitionKey: outer } = aggregator.build();
    expect(data.length + outer.length).toBeGreaterThan(1_048_576);
    for (const entry of aggregate(records, { groupBy: "none", maxSize: 1_048_576, outerPartitionKey: "first" }))
      expect(recordSize(entry)).toBeLessThanOrEqual(1_048_576);
  });

  it("the key hasOwnProperty throws", () => {
    const records = ["hasOwnProperty", "other"].map((partitionKey) => ({ partitionKey, data: partitionKey }));
    expect(() => packTheirs(records)).toThrow(TypeError);
    ours(records);
  });

  it("the key __proto__ is lost, and shifts the others", () => {
    const records = ["__proto__", "other"].map((partitionKey) => ({ partitionKey, data: partitionKey }));
    expect(rowsOfTheirs(packTheirs(records).data)).toEqual([
      { partitionKey: "other", explicitHashKey: undefined, data: hex(utf8("__proto__")) },
      { partitionKey: undefined, explicitHashKey: undefined, data: hex(utf8("other")) },
    ]);
    ours(records);
  });

  it("empty text is refused as data", () => {
    expect(() => new theirs.RecordAggregator().addUserRecord({ partitionKey: "a", data: "" })).toThrow(/mandatory/);
    ours([
      { partitionKey: "a", data: "" },
      { partitionKey: "a", data: "x" },
    ]);
  });

  const sound = encodeAsKpl([{ partitionKey: "a", data: "1" }]);
  it.each<readonly [string, Uint8Array]>([
    ["a wrong digest", sound.map((byte, i) => (i === sound.length - 1 ? byte ^ 1 : byte))],
    ["the magic alone", MAGIC],
    ["the magic and ten bytes", sound.subarray(0, 14)],
    ["one byte cut off", sound.subarray(0, -1)],
    ["no protobuf", frame(utf8("no protobuf at all"))],
  ])("%s is an error that loses the record, where the KCL passes it on", (_, bytes) => {
    const [call] = unpackTheirs(bytes);
    expect(call?.error).toBeTypeOf("string");
    expect(call?.records ?? []).toEqual([]);
    expect(deaggregate(bytes).map(({ data }) => hex(data))).toEqual([hex(bytes)]);
  });

  it("with its digest unchecked, what is no aggregate decodes", () => {
    const forged = sound.slice().fill(0, sound.length - 16);
    expect(unpackTheirs(forged, false)[0]?.records).toHaveLength(1);
    expect(deaggregate(forged).map(({ malformed }) => malformed)).toEqual(["digest"]);
  });

  it("an index past its table gives a record without key", () => {
    const bytes = frame(Uint8Array.of(0x0a, 1, 0x61, 0x1a, 5, 8, 5, 0x1a, 1, 0x78));
    expect(unpackTheirs(bytes)[0]?.records?.map(({ partitionKey }) => partitionKey)).toEqual([undefined]);
    expect(deaggregate(bytes).map(({ malformed }) => malformed)).toEqual(["partition-key-index"]);
  });

  it("a message cut inside a text is an aggregate of nothing", () => {
    const bytes = frame(Uint8Array.of(0x0a, 5, 0x61));
    expect(unpackTheirs(bytes)).toEqual([{ error: undefined, records: [] }]);
    expect(deaggregate(bytes).map(({ malformed }) => malformed)).toEqual(["protobuf"]);
  });

  it("after an error in a callback it calls back more than once", () => {
    const [entry] = aggregate(common["many keys"]!, { groupBy: "none" });
    const after: (string | undefined)[] = [];
    theirs.deaggregate(
      { data: Buffer.from(entry!.Data).toString("base64") },
      true,
      (_, record) => {
        if (record?.subSequenceNumber === 3) throw new Error("the caller's own");
      },
      (error) => after.push(error?.message),
    );
    expect(after).toEqual(["the caller's own", undefined]);
  });

  it("data comes as base64 text", () => {
    expect(unpackTheirs(sound)[0]?.records?.map(({ data }) => data)).toEqual([
      Buffer.from(dataOf({ partitionKey: "a", data: "1" })).toString("base64"),
    ]);
  });
});
