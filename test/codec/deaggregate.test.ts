import { describe, expect, it } from "vitest";
import { deaggregate, deaggregateAll, isAggregated, type KinesisRecordInput } from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { concat, frame, hashOfBytes, hex, MAGIC, md5, utf8 } from "../oracle/frame.ts";
import {
  aggregateOf,
  data,
  hashKeyEntry,
  hashKeyIndex,
  keyIndex,
  partitionKeyEntry,
  recordEntry,
} from "../oracle/wire.ts";
import { codedError } from "./coded-error.ts";

const members = [
  { partitionKey: "a", data: utf8("one"), explicitHashKey: "7" },
  { partitionKey: "b", data: utf8("two") },
  { partitionKey: "a", data: utf8("") },
];
const packed = encodeAsKpl(members);
const arrival = new Date("2026-01-02T03:04:05Z");
const outer = { PartitionKey: "outer", SequenceNumber: "4959", ApproximateArrivalTimestamp: arrival };

describe("detection, as the KCL: longer than 20 bytes, magic, and the digest matches", () => {
  it("an aggregate is one", () => {
    expect(isAggregated(packed)).toBe(true);
    expect(deaggregate({ ...outer, Data: packed }).map(({ aggregated }) => aggregated)).toEqual([true, true, true]);
  });

  it("the shortest aggregate is 21 bytes, though no message of one byte is sound", () => {
    const shortest = frame(Uint8Array.of(0x0a));
    expect(shortest).toHaveLength(21);
    expect(isAggregated(shortest)).toBe(true);
    expect(deaggregate(shortest).map(({ malformed }) => malformed)).toEqual(["protobuf"]);
  });

  it("22 bytes may be a sound aggregate: one empty key, no records", () => {
    const sound = aggregateOf(partitionKeyEntry(""));
    expect(sound).toHaveLength(22);
    expect(deaggregate(sound)).toEqual([]);
  });

  it("20 bytes with the digest of nothing are plain", () => {
    const empty = frame(new Uint8Array());
    expect(isAggregated(empty)).toBe(false);
    expect(deaggregate(empty).map(({ aggregated, malformed, data }) => [aggregated, malformed, hex(data)])).toEqual([
      [false, undefined, hex(empty)],
    ]);
  });

  it("the magic with 0 to 16 bytes behind it is plain, with no reason", () => {
    for (let length = 0; length <= 20; length++) {
      const bytes = concat(MAGIC, new Uint8Array(16)).subarray(0, length);
      const [only, ...more] = deaggregate(bytes);
      expect([more.length, only!.aggregated, only!.malformed, hex(only!.data)]).toEqual([
        0,
        false,
        undefined,
        hex(bytes),
      ]);
    }
  });

  it.each([0, 1, 2, 3])("a wrong byte %i of the magic makes it plain", (i) => {
    const bytes = packed.slice();
    bytes[i]! ^= 1;
    expect(isAggregated(bytes)).toBe(false);
    expect(deaggregate(bytes).map(({ malformed, data }) => [malformed, hex(data)])).toEqual([[undefined, hex(bytes)]]);
  });

  it("every other wrong byte makes it malformed by its digest", () => {
    for (let i = 4; i < packed.length; i++) {
      const bytes = packed.slice();
      bytes[i]! ^= 0x80;
      expect(isAggregated(bytes)).toBe(false);
      expect(deaggregate(bytes).map(({ malformed, data }) => [malformed, hex(data)])).toEqual([["digest", hex(bytes)]]);
    }
  });

  it("a byte less or more is malformed by its digest", () => {
    for (const bytes of [packed.subarray(0, -1), concat(packed, Uint8Array.of(0)), concat(packed, packed)]) {
      expect(deaggregate(bytes).map(({ malformed }) => malformed)).toEqual(["digest"]);
    }
  });

  it("the digest covers the message only", () => {
    const withMagic = concat(MAGIC, packed.subarray(4, -16), md5(packed.subarray(0, -16)));
    expect(isAggregated(withMagic)).toBe(false);
  });

  it("isAggregated asks the digest, not the message", () => {
    expect(isAggregated(frame(utf8("no protobuf at all")))).toBe(true);
    expect(isAggregated(new Uint8Array())).toBe(false);
  });
});

describe("a plain record", () => {
  it("comes through with its own key, sub-sequence number 0", () => {
    const Data = utf8("plain");
    const [user, ...more] = deaggregate({ ...outer, Data });
    expect(more).toEqual([]);
    expect({
      data: user!.data,
      partitionKey: user!.partitionKey,
      explicitHashKey: user!.explicitHashKey,
      hashKey: user!.hashKey,
      sequenceNumber: user!.sequenceNumber,
      subSequenceNumber: user!.subSequenceNumber,
      aggregated: user!.aggregated,
      approximateArrivalTimestamp: user!.approximateArrivalTimestamp,
      malformed: user!.malformed,
    }).toEqual({
      data: Data,
      partitionKey: "outer",
      explicitHashKey: undefined,
      hashKey: hashOfBytes(utf8("outer")),
      sequenceNumber: "4959",
      subSequenceNumber: 0,
      aggregated: false,
      approximateArrivalTimestamp: arrival,
      malformed: undefined,
    });
  });

  it("without a partition key (a stream whose service picks the shard) has no hash key either", () => {
    const [user] = deaggregate({ Data: utf8("plain"), SequenceNumber: "1" });
    expect([user!.partitionKey, user!.hashKey, user!.text()]).toEqual([undefined, undefined, "plain"]);
  });

  it("bare bytes are a record of data only", () => {
    const [user, ...more] = deaggregate(utf8("plain"));
    expect(more).toEqual([]);
    expect([
      user!.partitionKey,
      user!.hashKey,
      user!.sequenceNumber,
      user!.approximateArrivalTimestamp,
      user!.subSequenceNumber,
    ]).toEqual([undefined, undefined, undefined, undefined, 0]);
  });

  it.each<KinesisRecordInput>([
    {},
    { Data: undefined, PartitionKey: undefined, SequenceNumber: undefined, ApproximateArrivalTimestamp: undefined },
    { SequenceNumber: "5", PartitionKey: "k" },
  ])("without data is a record of no bytes: %j", (record) => {
    const users = [...deaggregate(record), ...deaggregateAll([record])];
    expect(users.map((user) => [user.data.length, user.text(), user.sequenceNumber, user.partitionKey])).toEqual([
      [0, "", record.SequenceNumber, record.PartitionKey],
      [0, "", record.SequenceNumber, record.PartitionKey],
    ]);
  });
});

describe("an aggregate", () => {
  it("gives its user records in order, with the outer record's number and time", () => {
    const users = deaggregate({ ...outer, Data: packed });
    expect(
      users.map((user) => [user.partitionKey, user.explicitHashKey, user.hashKey, user.text(), user.subSequenceNumber]),
    ).toEqual([
      ["a", "7", 7n, "one", 0],
      ["b", undefined, hashOfBytes(utf8("b")), "two", 1],
      ["a", undefined, hashOfBytes(utf8("a")), "", 2],
    ]);
    for (const user of users) {
      expect([user.sequenceNumber, user.approximateArrivalTimestamp, user.aggregated, user.malformed]).toEqual([
        "4959",
        arrival,
        true,
        undefined,
      ]);
    }
  });

  it("of tables only has no user records", () => {
    expect(deaggregate(aggregateOf(partitionKeyEntry("k"), hashKeyEntry("1")))).toEqual([]);
  });

  it("in an aggregate stays bytes: one level only", () => {
    const nested = encodeAsKpl([
      { partitionKey: "k", data: packed },
      { partitionKey: "k", data: "x" },
    ]);
    expect(deaggregate(nested).map((user) => hex(user.data))).toEqual([hex(packed), "78"]);
  });

  it("an explicit hash key is shown as its producer wrote it, and counts by its value", () => {
    const bytes = aggregateOf(
      partitionKeyEntry("k"),
      hashKeyEntry("00123"),
      recordEntry(keyIndex(0), hashKeyIndex(0), data("x")),
    );
    expect(
      deaggregate(bytes).map(({ explicitHashKey, hashKey, malformed }) => [explicitHashKey, hashKey, malformed]),
    ).toEqual([["00123", 123n, undefined]]);
  });
});

describe("where the bytes lie", () => {
  const placements: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
    ["alone", (bytes) => bytes.slice()],
    [
      "in a larger buffer",
      (bytes) =>
        concat(new Uint8Array(13).fill(0xff), bytes, new Uint8Array(9).fill(0xff)).subarray(13, 13 + bytes.length),
    ],
    [
      "between two aggregates",
      (bytes) => concat(packed, bytes, packed).subarray(packed.length, packed.length + bytes.length),
    ],
    ["in a Buffer of the pool", (bytes) => Buffer.from(hex(bytes), "hex")],
    ["in a Buffer with an offset", (bytes) => Buffer.concat([Buffer.alloc(5), bytes]).subarray(5)],
  ];

  it.each(placements)("%s: the same user records", (_, place) => {
    for (const bytes of [
      packed,
      utf8("plain"),
      new Uint8Array(),
      packed.map((byte, i) => (i === 9 ? byte ^ 1 : byte)),
    ]) {
      const show = (input: Uint8Array): unknown =>
        deaggregate({ ...outer, Data: input }).map((user) => [
          user.partitionKey,
          user.explicitHashKey,
          user.hashKey,
          hex(user.data),
          user.text(),
          user.malformed,
        ]);
      expect(show(place(bytes))).toEqual(show(bytes));
      expect(isAggregated(place(bytes))).toBe(isAggregated(bytes));
    }
  });

  it.each(placements)("%s: data is a view into the record's bytes", (_, place) => {
    for (const bytes of [packed, utf8("plain")]) {
      const Data = place(bytes);
      for (const user of deaggregate({ ...outer, Data })) {
        expect(user.data.buffer).toBe(Data.buffer);
        expect(user.data.byteOffset).toBeGreaterThanOrEqual(Data.byteOffset);
        expect(user.data.byteOffset + user.data.length).toBeLessThanOrEqual(Data.byteOffset + Data.length);
      }
    }
  });

  it("a view shows what becomes of the record's bytes; a copy doesn't", () => {
    const broken = packed.map((byte, i) => (i === 9 ? byte ^ 1 : byte));
    // A Buffer's slice is a view.
    for (const Data of [packed, utf8("plain"), broken].flatMap((bytes) => [bytes.slice(), Buffer.from(bytes)])) {
      const before = deaggregate({ ...outer, Data }).map((user) => hex(user.data));
      const [views, copies, all] = [
        deaggregate({ ...outer, Data }),
        deaggregate({ ...outer, Data }, { copy: true }),
        deaggregateAll([{ ...outer, Data }], { copy: true }),
      ];
      Data.fill(0xee);
      expect(copies.map((user) => hex(user.data))).toEqual(before);
      expect(all.map((user) => hex(user.data))).toEqual(before);
      expect(views.every((user) => user.data.every((byte) => byte === 0xee))).toBe(true);
      for (const user of copies) expect(user.data.buffer).not.toBe(Data.buffer);
    }
  });

  it("a copy's keys outlive the record's bytes, too", () => {
    const Data = packed.slice();
    const users = deaggregate({ ...outer, Data }, { copy: true });
    Data.fill(0);
    expect(users.map((user) => [user.partitionKey, user.explicitHashKey, user.hashKey])).toEqual([
      ["a", "7", 7n],
      ["b", undefined, hashOfBytes(utf8("b"))],
      ["a", undefined, hashOfBytes(utf8("a"))],
    ]);
  });

  it.each(["text", 5, null, [1, 2], {}, new ArrayBuffer(30), new DataView(new ArrayBuffer(30)), new Uint16Array(30)])(
    "data that is no Uint8Array is refused: %o",
    (Data) => {
      for (const call of [() => deaggregate({ Data } as never), () => deaggregateAll([{ Data } as never])]) {
        const error = codedError(call);
        expect([error.code, error.message]).toEqual(["KPL_KIT_INVALID_RECORD", expect.stringContaining("Data")]);
      }
    },
  );

  it("leaves its input alone", () => {
    const Data = packed.slice();
    const record = Object.freeze({ ...outer, Data });
    for (const user of deaggregate(record)) [user.text(), user.hashKey];
    expect(hex(Data)).toBe(hex(packed));
  });
});

describe("deaggregateAll", () => {
  it("is one by one, in order", () => {
    const broken = packed.slice();
    broken[9]! ^= 1;
    const records = [
      packed,
      utf8("plain"),
      broken,
      aggregateOf(partitionKeyEntry("k")),
      new Uint8Array(),
      encodeAsKpl(members.slice(1)),
      packed,
    ].map((Data, i) => ({
      ...outer,
      Data,
      SequenceNumber: `${i}`,
    }));
    const show = (users: ReturnType<typeof deaggregate>): unknown =>
      users.map((user) => [
        user.sequenceNumber,
        user.subSequenceNumber,
        user.partitionKey,
        user.explicitHashKey,
        user.hashKey,
        hex(user.data),
        user.aggregated,
        user.malformed,
      ]);
    const all = deaggregateAll(records);
    expect(show(all)).toEqual(show(records.flatMap((record) => deaggregate(record))));
    expect(all.map(({ sequenceNumber }) => sequenceNumber)).toEqual([
      "0",
      "0",
      "0",
      "1",
      "2",
      "4",
      "5",
      "5",
      "6",
      "6",
      "6",
    ]);
    // Any iterable, read once.
    expect(show(deaggregateAll(new Set(records)))).toEqual(show(all));
    expect(
      show(
        deaggregateAll(
          (function* () {
            yield* records;
          })(),
        ),
      ),
    ).toEqual(show(all));
    expect(deaggregateAll([])).toEqual([]);
  });

  // A wrapper around a Lambda event decodes its base64 when asked, each time anew.
  it("of records whose data is computed when asked for", () => {
    const lazy = [packed, utf8("plain"), packed].map((bytes) => ({
      get Data(): Uint8Array {
        return bytes.slice();
      },
    }));
    expect(deaggregateAll(lazy).map(({ aggregated }) => aggregated)).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  it("of one record object again and again", () => {
    const record = { Data: packed, PartitionKey: "k" };
    expect(
      deaggregateAll([record, { Data: utf8("plain") }, record, record]).map(({ aggregated }) => aggregated),
    ).toEqual([...[true, true, true], false, ...[true, true, true, true, true, true]]);
  });

  it("of a great many user records", () => {
    const Data = encodeAsKpl(Array.from({ length: 50_000 }, () => ({ partitionKey: "k", data: "x" })));
    // More than a function call takes arguments.
    expect(deaggregateAll(Array.from({ length: 5 }, () => ({ Data })))).toHaveLength(250_000);
  });
});
