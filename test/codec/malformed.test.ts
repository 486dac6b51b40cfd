// All or nothing: an aggregate is checked whole before a user record of it is yielded, and a malformed one never loses a
// byte. proto2, strictly.

import { describe, expect, it } from "vitest";
import {
  type DeaggregateOptions,
  deaggregate,
  deaggregateAll,
  inspect,
  isAggregated,
  type KinesisRecordInput,
  type MalformedReason,
} from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { concat, frame, hex, utf8 } from "../oracle/frame.ts";
import { judge } from "../oracle/judge.ts";
import {
  aggregateOf,
  bytesField,
  data,
  group,
  hashKeyEntry,
  hashKeyIndex,
  keyIndex,
  nestedGroups,
  partitionKeyEntry,
  recordEntry,
  tag,
  varint,
  varintField,
} from "../oracle/wire.ts";
import { codedError } from "./coded-error.ts";

const key = partitionKeyEntry("k");
const sound = recordEntry(keyIndex(0), data("1"));
const fixed64 = (number: number): Uint8Array => concat(tag(number, 1), new Uint8Array(8));
const fixed32 = (number: number): Uint8Array => concat(tag(number, 5), new Uint8Array(4));

/** A varint of `length` bytes, all but the last full of ones. */
const ones = (length: number, last = 0x7f): Uint8Array => new Uint8Array(length).fill(0xff).fill(last, length - 1);

const malformed: Readonly<Record<string, readonly [MalformedReason, Uint8Array]>> = {
  // Tables and indexes.
  "a key index past the table": [
    "partition-key-index",
    aggregateOf(key, sound, recordEntry(keyIndex(1), data("2")), sound),
  ],
  "a key index with no table": ["partition-key-index", aggregateOf(sound)],
  "a key index of 2^32, which would alias 0": [
    "partition-key-index",
    aggregateOf(key, recordEntry(keyIndex(2n ** 32n), data("1"))),
  ],
  "a key index of 2^31, which would be negative": [
    "partition-key-index",
    aggregateOf(key, recordEntry(keyIndex(2n ** 31n), data("1"))),
  ],
  "a key index of 2^53 + 1": [
    "partition-key-index",
    aggregateOf(key, recordEntry(keyIndex(2n ** 53n + 1n), data("1"))),
  ],
  "a key index of 2^63": ["partition-key-index", aggregateOf(key, recordEntry(keyIndex(2n ** 63n), data("1")))],
  "a key index of 2^64 - 1": [
    "partition-key-index",
    aggregateOf(key, recordEntry(keyIndex(2n ** 64n - 1n), data("1"))),
  ],
  "a hash key index past the table": [
    "hash-key-index",
    aggregateOf(key, hashKeyEntry("1"), recordEntry(keyIndex(0), hashKeyIndex(1), data("1"))),
  ],
  "a hash key index with no table": [
    "hash-key-index",
    aggregateOf(key, recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  "a hash key index of 2^32": [
    "hash-key-index",
    aggregateOf(key, hashKeyEntry("1"), recordEntry(keyIndex(0), hashKeyIndex(2n ** 32n), data("1"))),
  ],
  "a hash key that is no number": [
    "hash-key-value",
    aggregateOf(key, hashKeyEntry("abc"), recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  "an empty hash key": [
    "hash-key-value",
    aggregateOf(key, hashKeyEntry(""), recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  "a hash key of 2^128": [
    "hash-key-value",
    aggregateOf(key, hashKeyEntry(`${1n << 128n}`), recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  "a negative hash key": [
    "hash-key-value",
    aggregateOf(key, hashKeyEntry("-5"), recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  "a hexadecimal hash key": [
    "hash-key-value",
    aggregateOf(key, hashKeyEntry("0x10"), recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  "a hash key that is no UTF-8": [
    "hash-key-value",
    aggregateOf(key, hashKeyEntry(Uint8Array.of(0x31, 0xff)), recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  // Required fields.
  "a record without key index": ["protobuf", aggregateOf(key, sound, recordEntry(data("1")))],
  "a record without data": ["protobuf", aggregateOf(key, sound, recordEntry(keyIndex(0)))],
  "an empty record": ["protobuf", aggregateOf(key, recordEntry())],
  "a tag without key": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), data("1"), bytesField(4, bytesField(2, "value")))),
  ],
  "an empty tag": ["protobuf", aggregateOf(key, recordEntry(keyIndex(0), data("1"), bytesField(4, "")))],
  // A wrong wire type is an unknown field: the required one is then missing.
  "data as a varint": ["protobuf", aggregateOf(key, recordEntry(keyIndex(0), varintField(3, 5)))],
  "data as fixed64": ["protobuf", aggregateOf(key, recordEntry(keyIndex(0), fixed64(3)))],
  "data as a group": ["protobuf", aggregateOf(key, recordEntry(keyIndex(0), group(3)))],
  "the key index packed": ["protobuf", aggregateOf(key, recordEntry(bytesField(1, Uint8Array.of(0)), data("1")))],
  "the key index as fixed64": ["protobuf", aggregateOf(key, recordEntry(fixed64(1), data("1")))],
  "the key index as fixed32": ["protobuf", aggregateOf(key, recordEntry(fixed32(1), data("1")))],
  "the key table as varints": ["partition-key-index", aggregateOf(varintField(1, 0), sound)],
  "the key table as a group": ["partition-key-index", aggregateOf(group(1, bytesField(1, "k")), sound)],
  "the hash key table as fixed64": [
    "hash-key-index",
    aggregateOf(key, fixed64(2), recordEntry(keyIndex(0), hashKeyIndex(0), data("1"))),
  ],
  // Tags of fields.
  "a tag of zero": ["protobuf", aggregateOf(key, sound, Uint8Array.of(0))],
  "field number 0, length-delimited": ["protobuf", aggregateOf(key, sound, Uint8Array.of(2, 0))],
  "field number 0 in a record": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), data("1"), Uint8Array.of(0, 0))),
  ],
  "field number 0 in a group": ["protobuf", aggregateOf(key, sound, group(9, Uint8Array.of(0, 0)))],
  "wire type 6": ["protobuf", aggregateOf(key, sound, tag(9, 6))],
  "wire type 7": ["protobuf", aggregateOf(key, sound, tag(9, 7))],
  "wire type 7 of a known field": ["protobuf", aggregateOf(key, sound, tag(1, 7))],
  "wire type 6 in a record": ["protobuf", aggregateOf(key, recordEntry(keyIndex(0), data("1"), tag(9, 6)))],
  "a tag over 32 bits": ["protobuf", aggregateOf(key, sound, varint(2n ** 32n + 72n), varint(1))],
  "a tag over 32 bits that would alias the key table": [
    "protobuf",
    aggregateOf(sound, varint(2n ** 32n + 10n), varint(1), utf8("k")),
  ],
  "a tag over 53 bits": ["protobuf", aggregateOf(key, sound, varint(2n ** 56n + 72n), varint(1))],
  "a tag of eleven bytes": ["protobuf", aggregateOf(key, sound, varint(72, 11), varint(1))],
  // Varints.
  "an unknown varint of eleven bytes": ["protobuf", aggregateOf(key, sound, tag(9, 0), varint(1, 11))],
  "an unknown varint of eleven bytes in a record": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), data("1"), tag(9, 0), varint(1, 11))),
  ],
  "a key index of eleven bytes": ["protobuf", aggregateOf(key, recordEntry(tag(1, 0), varint(0, 11), data("1")))],
  "a varint that does not end": ["protobuf", aggregateOf(key, sound, tag(9, 0), Uint8Array.of(0x80, 0x80))],
  "a varint that ends in the digest": ["protobuf", aggregateOf(key, sound, tag(9, 0), Uint8Array.of(0x80))],
  "a tag that does not end": ["protobuf", aggregateOf(key, sound, Uint8Array.of(0x80))],
  "a tag and no more": ["protobuf", aggregateOf(key, sound, Uint8Array.of(0x0a))],
  "a varint that ends after its record": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), data("1"), tag(9, 0), Uint8Array.of(0x80)), Uint8Array.of(0x01)),
  ],
  // Lengths.
  "a length past the end": ["protobuf", aggregateOf(key, sound, tag(1, 2), varint(2), Uint8Array.of(0))],
  "a length into the digest": ["protobuf", aggregateOf(key, sound, tag(1, 2), varint(16))],
  "a length of 2^31": ["protobuf", aggregateOf(key, sound, tag(1, 2), varint(2n ** 31n))],
  "a length of 2^32 - 1": ["protobuf", aggregateOf(key, sound, tag(1, 2), varint(2n ** 32n - 1n))],
  "a length of 2^32 + 1, which would alias 1": [
    "protobuf",
    aggregateOf(key, sound, tag(1, 2), varint(2n ** 32n + 1n), utf8("x")),
  ],
  "a length of 2^64 - 1": ["protobuf", aggregateOf(key, sound, tag(1, 2), ones(10, 1))],
  "a record longer than what is left": [
    "protobuf",
    aggregateOf(key, sound, tag(3, 2), varint(7), keyIndex(0), data("1")),
  ],
  "data longer than its record": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), tag(3, 2), varint(2), utf8("1")), utf8("x")),
  ],
  "a tag's key longer than the tag": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), data("1"), bytesField(4, concat(tag(1, 2), varint(2), utf8("x"))))),
  ],
  "an unknown length past the end": ["protobuf", aggregateOf(key, sound, tag(9, 2), varint(9), utf8("x"))],
  "a fixed64 cut short": ["protobuf", aggregateOf(key, sound, tag(9, 1), new Uint8Array(7))],
  "a fixed32 cut short": ["protobuf", aggregateOf(key, sound, tag(9, 5), new Uint8Array(3))],
  // Groups.
  "an end-group alone": ["protobuf", aggregateOf(key, sound, tag(9, 4))],
  "an end-group alone in a record": ["protobuf", aggregateOf(key, recordEntry(keyIndex(0), data("1"), tag(9, 4)))],
  "a group that does not end": ["protobuf", aggregateOf(key, sound, tag(9, 3), varintField(1, 1))],
  "a group that ends as another": ["protobuf", aggregateOf(key, sound, tag(9, 3), tag(8, 4))],
  "groups that cross": ["protobuf", aggregateOf(key, sound, tag(9, 3), tag(8, 3), tag(9, 4), tag(8, 4))],
  "a group that its record does not hold": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), data("1"), tag(9, 3)), tag(9, 4)),
  ],
  "101 groups in each other": ["protobuf", aggregateOf(key, sound, nestedGroups(101))],
  "a great many groups in each other": ["protobuf", aggregateOf(key, sound, nestedGroups(500_000))],
  "a great many groups in each other, in a record": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(0), data("1"), nestedGroups(100_000))),
  ],
  "a great many groups that never end": ["protobuf", aggregateOf(key, sound, new Uint8Array(1_000_000).fill(0x4b))],
  // A fault of the message outranks one of an index, wherever it stands.
  "a bad index, then no protobuf": [
    "protobuf",
    aggregateOf(key, recordEntry(keyIndex(9), data("1")), Uint8Array.of(0)),
  ],
  "a bad hash key, then no protobuf": [
    "protobuf",
    aggregateOf(key, hashKeyEntry("abc"), recordEntry(keyIndex(0), hashKeyIndex(0), data("1")), recordEntry()),
  ],
  "a hash key that is no number, then a key index past the table": [
    "hash-key-value",
    aggregateOf(
      key,
      hashKeyEntry("abc"),
      recordEntry(keyIndex(0), hashKeyIndex(0), data("1")),
      recordEntry(keyIndex(1), data("2")),
    ),
  ],
  // The digest.
  "a wrong digest": ["digest", aggregateOf(key, sound).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte))],
  "a wrong digest over no protobuf": [
    "digest",
    frame(utf8("no protobuf at all")).map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
  ],
};

const cases = Object.entries(malformed).map(([name, [reason, bytes]]) => [name, reason, bytes] as const);
const outer = { PartitionKey: "outer", SequenceNumber: "77" };

describe("a malformed aggregate comes back raw, whole, with its reason", () => {
  it.each(cases)("%s: %s", (_, reason, bytes) => {
    const record = { ...outer, Data: bytes };
    for (const users of [deaggregate(record), deaggregateAll([record]), deaggregate(record, { copy: true })]) {
      expect(
        users.map((user) => [
          user.malformed,
          user.aggregated,
          user.partitionKey,
          user.explicitHashKey,
          user.subSequenceNumber,
        ]),
      ).toEqual([[reason, false, "outer", undefined, 0]]);
      expect(Buffer.compare(users[0]!.data, bytes)).toBe(0);
    }
    expect(isAggregated(bytes)).toBe(reason !== "digest");
    const verdict = judge(bytes);
    expect(verdict.kind === "malformed" && verdict.reasons.has(reason), "the judge agrees").toBe(true);
    const inspection = inspect(bytes);
    expect([inspection.kind, inspection.malformed]).toEqual(["malformed", reason]);
    expect(inspection.stoppedAt?.why).toMatch(/./);
  });
});

const accepted: Readonly<Record<string, Uint8Array>> = {
  "as it should be": aggregateOf(key, sound),
  "records before the tables": aggregateOf(sound, key),
  "unknown fields of every wire type": aggregateOf(
    varintField(9, 5),
    fixed64(10),
    bytesField(11, "x"),
    group(12),
    fixed32(13),
    key,
    sound,
  ),
  "unknown fields in the record": aggregateOf(
    key,
    recordEntry(varintField(9, 5), fixed64(10), keyIndex(0), bytesField(11, "x"), group(12), fixed32(13), data("1")),
  ),
  "the largest field number": aggregateOf(key, sound, varintField(2 ** 29 - 1, 1)),
  "known fields of another wire type": aggregateOf(varintField(1, 5), fixed64(2), fixed32(3), group(3), key, sound),
  "a repeated index: the last counts": aggregateOf(key, recordEntry(keyIndex(7), keyIndex(0), data("0"), data("1"))),
  "a good index, then one of another wire type": aggregateOf(
    key,
    recordEntry(keyIndex(0), fixed64(1), data("1"), varintField(3, 7)),
  ),
  "data before its index": aggregateOf(key, recordEntry(data("1"), keyIndex(0))),
  "a padded index": aggregateOf(key, recordEntry(tag(1, 0), varint(0, 10), data("1"))),
  "an index of ten bytes with bits beyond the 64th": aggregateOf(
    key,
    recordEntry(tag(1, 0), new Uint8Array(10).fill(0x80).fill(0x7e, 9), data("1")),
  ),
  "a padded tag of five bytes": aggregateOf(varint(10, 5), varint(1), utf8("k"), sound),
  "a padded length of five bytes": aggregateOf(tag(1, 2), varint(1, 5), utf8("k"), sound),
  "a padded tag of ten bytes": aggregateOf(varint(10, 10), varint(1), utf8("k"), sound),
  "a padded length of ten bytes": aggregateOf(tag(1, 2), varint(1, 10), utf8("k"), sound),
  "an unknown varint of ten full bytes": aggregateOf(key, sound, tag(9, 0), ones(10)),
  "balanced groups in groups": aggregateOf(
    key,
    sound,
    group(9, group(8, varintField(1, 1)), group(9), bytesField(2, "x"), fixed64(3), fixed32(4)),
  ),
  "100 groups in each other": aggregateOf(key, sound, nestedGroups(100)),
  "many groups beside each other": aggregateOf(key, sound, ...Array.from({ length: 1_000 }, () => group(9))),
  "90 groups in each other, in a record": aggregateOf(key, recordEntry(keyIndex(0), data("1"), nestedGroups(90))),
  "duplicate table entries": aggregateOf(key, key, recordEntry(keyIndex(1), data("1"))),
  "unused table entries, even such as no record could use": aggregateOf(
    key,
    hashKeyEntry("abc"),
    hashKeyEntry("-1"),
    partitionKeyEntry(""),
    partitionKeyEntry("x".repeat(300)),
    sound,
  ),
  "tags with and without value": aggregateOf(
    key,
    recordEntry(
      keyIndex(0),
      data("1"),
      bytesField(4, bytesField(1, "name")),
      bytesField(4, concat(bytesField(2, "v"), bytesField(1, "name"), varintField(9, 1))),
    ),
  ),
  "a tag's key of another wire type beside the right one": aggregateOf(
    key,
    recordEntry(keyIndex(0), data("1"), bytesField(4, concat(varintField(1, 1), bytesField(1, "n")))),
  ),
};

describe("odd, and sound", () => {
  it.each(Object.entries(accepted))("%s", (_, bytes) => {
    const users = deaggregate({ ...outer, Data: bytes });
    expect(
      users.map((user) => [user.malformed, user.aggregated, user.partitionKey, user.explicitHashKey, user.text()]),
    ).toEqual([[undefined, true, "k", undefined, "1"]]);
    expect(judge(bytes).kind).toBe("aggregate");
    expect(inspect(bytes).kind).toBe("aggregate");
  });

  it("an empty partition key, or one that no producer could send, is a key", () => {
    for (const text of ["", "x".repeat(300)]) {
      expect(deaggregate(aggregateOf(partitionKeyEntry(text), sound)).map(({ partitionKey }) => partitionKey)).toEqual([
        text,
      ]);
    }
  });
});

describe("onMalformed", () => {
  const good = encodeAsKpl([
    { partitionKey: "a", data: "1" },
    { partitionKey: "b", data: "2" },
  ]);
  const bad = good.slice();
  bad[8]! ^= 1;
  const noProtobuf = frame(utf8("no protobuf at all"));
  const records = [good, bad, utf8("plain"), noProtobuf, good].map((Data, i) => ({
    Data,
    PartitionKey: "outer",
    SequenceNumber: `${i}`,
  }));
  const numbers = (options: DeaggregateOptions): unknown =>
    deaggregateAll(records, options).map(({ sequenceNumber, malformed }) => `${sequenceNumber}${malformed ?? ""}`);

  it("pass is the default", () => {
    expect(numbers({})).toEqual(["0", "0", "1digest", "2", "3protobuf", "4", "4"]);
    expect(numbers({ onMalformed: "pass" })).toEqual(numbers({}));
    // What is passed on is not dropped.
    numbers({ onDropped: () => expect.fail("dropped") });
  });

  it("throw names the record and the reason", () => {
    for (const [record, reason] of [
      [records[1]!, "digest"],
      [records[3]!, "protobuf"],
    ] as const) {
      const run = (): unknown => deaggregate(record, { onMalformed: "throw" });
      expect(run).toThrow(
        expect.objectContaining({
          code: "KPL_KIT_MALFORMED_AGGREGATE",
          retryable: false,
          name: "MalformedAggregateError",
        }),
      );
      expect(run).toThrow(reason);
      expect(run).toThrow(record.SequenceNumber);
    }
    expect(() => deaggregateAll(records, { onMalformed: "throw" })).toThrow("digest");
    expect(() => deaggregate(bad, { onMalformed: "throw" })).toThrow("digest");
    // Only what is malformed throws.
    expect(deaggregateAll([records[0]!, records[2]!, records[4]!], { onMalformed: "throw" })).toHaveLength(5);
  });

  it("skip drops the record, and says so", () => {
    const dropped: unknown[] = [];
    expect(
      numbers({
        onMalformed: "skip",
        onDropped: ({ record, reason }) => dropped.push([record.SequenceNumber, reason]),
      }),
    ).toEqual(["0", "0", "2", "4", "4"]);
    expect(dropped).toEqual([
      ["1", "digest"],
      ["3", "protobuf"],
    ]);
    expect(numbers({ onMalformed: "skip" })).toEqual(["0", "0", "2", "4", "4"]);
  });

  it("a function decides by record and reason", () => {
    const asked: unknown[] = [];
    const onMalformed = (record: KinesisRecordInput, reason: MalformedReason): "pass" | "skip" => {
      asked.push([record, reason]);
      return reason === "digest" ? "skip" : "pass";
    };
    const dropped: unknown[] = [];
    expect(numbers({ onMalformed, onDropped: ({ record, reason }) => dropped.push([record, reason]) })).toEqual([
      "0",
      "0",
      "2",
      "3protobuf",
      "4",
      "4",
    ]);
    expect(asked).toEqual([
      [records[1], "digest"],
      [records[3], "protobuf"],
    ]);
    expect(dropped).toEqual([[records[1], "digest"]]);
    expect(() => deaggregate(records[1]!, { onMalformed: () => "throw" })).toThrow(
      expect.objectContaining({ code: "KPL_KIT_MALFORMED_AGGREGATE" }),
    );
  });

  it("an unknown policy is refused at once, not when the first malformed record comes", () => {
    for (const onMalformed of ["drop", "", null, true, {}]) {
      const error = codedError(() => deaggregate(utf8("plain"), { onMalformed } as never));
      expect([error.code, error.message]).toEqual(["KPL_KIT_INVALID_OPTION", expect.stringContaining("onMalformed")]);
      codedError(() => deaggregateAll([], { onMalformed } as never));
    }
    codedError(() => deaggregate(bad, { onMalformed: () => "drop" as never }));
  });

  it("a function is given bare bytes as a record", () => {
    const asked: KinesisRecordInput[] = [];
    deaggregate(bad, {
      onMalformed: (record) => {
        asked.push(record);
        return "skip";
      },
    });
    expect(asked.map(({ Data, SequenceNumber }) => [Data && hex(Data), SequenceNumber])).toEqual([
      [hex(bad), undefined],
    ]);
  });

  it("what a function throws is the caller's", () => {
    const mine = new Error("mine");
    expect(() =>
      deaggregate(bad, {
        onMalformed: () => {
          throw mine;
        },
      }),
    ).toThrow(mine);
  });
});
