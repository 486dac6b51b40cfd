import { describe, expect, it } from "vitest";
import { deaggregate, type InspectedField, type Inspection, inspect } from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { frame, hex, utf8 } from "../oracle/frame.ts";
import {
  aggregateOf,
  bytesField,
  data,
  group,
  hashKeyEntry,
  hashKeyIndex,
  keyIndex,
  partitionKeyEntry,
  recordEntry,
  tag,
  varint,
  varintField,
} from "../oracle/wire.ts";
import { expectEveryByteOnce, leavesOf } from "./inspected-bytes.ts";

function find(fields: readonly InspectedField[], name: RegExp): InspectedField[] {
  return fields.flatMap((field) => [...(name.test(field.name) ? [field] : []), ...find(field.children ?? [], name)]);
}

const sound = encodeAsKpl([
  { partitionKey: "clé", data: "one", explicitHashKey: "42" },
  { partitionKey: "other", data: "two" },
  { partitionKey: "clé", data: "" },
]);

describe("inspect", () => {
  it("shows magic, tables, records and digest of an aggregate, each with offset and length", () => {
    const inspection = inspect(sound);
    expect([inspection.kind, inspection.malformed, inspection.stoppedAt, inspection.userRecords]).toEqual([
      "aggregate",
      undefined,
      undefined,
      3,
    ]);
    expectEveryByteOnce(sound, inspection);
    const leaves = leavesOf(inspection.fields);
    expect([leaves[0]!.offset, leaves[0]!.length]).toEqual([0, 4]);
    expect([leaves.at(-1)!.offset, leaves.at(-1)!.length]).toEqual([sound.length - 16, 16]);
    // Somewhere among the values: the keys, the hash key, each payload.
    const texts = JSON.stringify(
      find(inspection.fields, /./).map(({ value }) => (value instanceof Uint8Array ? hex(value) : String(value))),
    );
    for (const shown of ["clé", "other", "42"]) expect(texts).toMatch(new RegExp(`"${shown}"|"${hex(utf8(shown))}"`));
    for (const shown of ["one", "two"]) expect(texts).toContain(hex(utf8(shown)));
  });

  it("names fields as the contract does", () => {
    const names = new Set(find(inspect(sound).fields, /./).map(({ name }) => name.replace(/[[\d\].#]+$/, "")));
    for (const name of [
      "partition_key_table",
      "explicit_hash_key_table",
      "records",
      "partition_key_index",
      "explicit_hash_key_index",
      "data",
    ]) {
      expect(
        [...names].some((shown) => shown.includes(name)),
        `${name} in ${[...names].join(", ")}`,
      ).toBe(true);
    }
  });

  const inputs: Readonly<Record<string, Uint8Array>> = {
    nothing: new Uint8Array(),
    "one byte": Uint8Array.of(0),
    "plain text": utf8("plain"),
    "the magic alone": sound.subarray(0, 4),
    "the magic and a bit": sound.subarray(0, 12),
    "20 bytes": frame(new Uint8Array()),
    "an aggregate": sound,
    "tables only": aggregateOf(partitionKeyEntry("k")),
    "an aggregate in a larger buffer": Buffer.concat([Buffer.alloc(7), sound, Buffer.alloc(7)]).subarray(
      7,
      7 + sound.length,
    ),
    "unknown fields and groups": aggregateOf(
      partitionKeyEntry("k"),
      varintField(9, 5),
      group(10, bytesField(1, "x"), group(2)),
      recordEntry(keyIndex(0), data("x"), group(9), bytesField(4, bytesField(1, "tag")), varintField(77, 2n ** 63n)),
    ),
    "padded varints": aggregateOf(
      varint(10, 4),
      varint(1, 6),
      utf8("k"),
      recordEntry(tag(1, 0), varint(0, 9), data("x")),
    ),
    "a wrong digest": sound.map((byte, i) => (i === sound.length - 1 ? byte ^ 1 : byte)),
    "a wrong digest over no protobuf": frame(utf8("no protobuf at all")).map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
    "no protobuf": frame(utf8("no protobuf at all")),
    "cut in a table": frame(sound.subarray(4, 6)),
    "cut in a record": frame(sound.subarray(4, -20)),
    "a bad key index": aggregateOf(
      partitionKeyEntry("k"),
      recordEntry(keyIndex(0), data("1")),
      recordEntry(keyIndex(7), data("2")),
      recordEntry(keyIndex(0), data("3")),
    ),
    "a key index of 64 bits": aggregateOf(partitionKeyEntry("k"), recordEntry(keyIndex(2n ** 64n - 1n), data("2"))),
    "a bad hash key index": aggregateOf(partitionKeyEntry("k"), recordEntry(keyIndex(0), hashKeyIndex(1), data("2"))),
    "a bad hash key": aggregateOf(
      partitionKeyEntry("k"),
      hashKeyEntry("abc"),
      recordEntry(keyIndex(0), hashKeyIndex(0), data("2")),
    ),
    "a record without data": aggregateOf(
      partitionKeyEntry("k"),
      recordEntry(keyIndex(0)),
      recordEntry(keyIndex(0), data("1")),
    ),
    "a stray end-group": aggregateOf(partitionKeyEntry("k"), tag(9, 4), recordEntry(keyIndex(0), data("1"))),
    "an open group": aggregateOf(partitionKeyEntry("k"), tag(9, 3), varintField(1, 1)),
    "groups too deep": aggregateOf(partitionKeyEntry("k"), new Uint8Array(100_000).fill(0x4b)),
    "a key that is no UTF-8": aggregateOf(partitionKeyEntry(Uint8Array.of(0xff)), recordEntry(keyIndex(0), data("1"))),
  };

  it.each(Object.entries(inputs))(
    "%s: every byte belongs to exactly one leaf, and it says what deaggregate says",
    (_, bytes) => {
      const inspection: Inspection = inspect(bytes);
      expectEveryByteOnce(bytes, inspection);
      const users = deaggregate(bytes);
      const [first] = users;
      const isMalformed = first?.malformed !== undefined;
      expect(inspection.kind).toBe(isMalformed ? "malformed" : first && !first.aggregated ? "plain" : "aggregate");
      expect(inspection.malformed).toBe(first?.malformed);
      expect(inspection.stoppedAt !== undefined).toBe(isMalformed);
      if (inspection.stoppedAt) {
        expect(inspection.stoppedAt.offset).toBeGreaterThanOrEqual(0);
        expect(inspection.stoppedAt.offset).toBeLessThanOrEqual(bytes.length);
        expect(inspection.stoppedAt.why).not.toBe("");
      }
      if (inspection.kind === "aggregate") expect(inspection.userRecords).toBe(users.length);
    },
  );

  it("shows a field that the contract does not know as its tag, its length if it has one, and the rest", () => {
    const unknown = [varintField(9, 300), group(9, varintField(1, 1), bytesField(2, "x")), bytesField(9, "abc")];
    const bytes = aggregateOf(partitionKeyEntry("k"), ...unknown, recordEntry(keyIndex(0), data("x")));
    const shown = inspect(bytes)
      .fields.filter(({ children }) => children !== undefined)
      .slice(1, 4);
    expect(shown.map(({ children = [] }) => children.map(({ length }) => length))).toEqual([
      [1, 2],
      [1, 6],
      [1, 1, 3],
    ]);
  });

  it("shows the fields before the fault, and where the walk stopped", () => {
    const before = partitionKeyEntry("shown");
    const bytes = aggregateOf(before, recordEntry(keyIndex(0), data("1")), tag(9, 6));
    const inspection = inspect(bytes);
    const fault = bytes.length - 16 - 1;
    expect(inspection.stoppedAt!.offset).toBeGreaterThanOrEqual(fault);
    expect(inspection.stoppedAt!.offset).toBeLessThanOrEqual(fault + 1);
    expect(find(inspection.fields, /partition_key_table/)).not.toEqual([]);
    expect(find(inspection.fields, /records/)).not.toEqual([]);
  });

  it("a great many fields", () => {
    const many = encodeAsKpl(Array.from({ length: 20_000 }, (_, i) => ({ partitionKey: `k${i % 50}`, data: "x" })));
    const inspection = inspect(many);
    expectEveryByteOnce(many, inspection);
    expect(inspection.userRecords).toBe(20_000);
  });
});
