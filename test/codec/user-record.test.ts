import { describe, expect, it } from "vitest";
import { deaggregate, type UserRecord } from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { hashOfBytes, utf8 } from "../oracle/frame.ts";
import { aggregateOf, data, keyIndex, partitionKeyEntry, recordEntry } from "../oracle/wire.ts";

function aggregatedAndPlain(bytes: Uint8Array | string): readonly UserRecord[] {
  const [aggregated] = deaggregate(aggregateOf(partitionKeyEntry("k"), recordEntry(keyIndex(0), data(bytes))));
  const [plain] = deaggregate({ Data: typeof bytes === "string" ? utf8(bytes) : bytes, PartitionKey: "k" });
  return [aggregated!, plain!];
}

describe("hashKey", () => {
  it("is that of the key's bytes, even where they are no UTF-8 and the text shows U+FFFD", () => {
    for (const bytes of [
      Uint8Array.of(0xff, 0xfe),
      Uint8Array.of(0x61, 0x80),
      Uint8Array.of(0xed, 0xa0, 0x80),
      Uint8Array.of(0xf0, 0x9f, 0x98),
    ]) {
      const [user] = deaggregate(aggregateOf(partitionKeyEntry(bytes), recordEntry(keyIndex(0), data("x"))));
      expect(user!.partitionKey).toContain("\ufffd");
      expect(user!.hashKey).toBe(hashOfBytes(bytes));
      expect(user!.hashKey).not.toBe(hashOfBytes(utf8(user!.partitionKey!)));
    }
  });

  it("keeps a BOM that stands before a key", () => {
    for (const key of ["\ufeff", "\ufeffkey", "\ufeff\ufeff", "a\ufeff"]) {
      const [user] = deaggregate(encodeAsKpl([{ partitionKey: key, data: "x" }]));
      expect([user!.partitionKey, user!.hashKey]).toEqual([key, hashOfBytes(utf8(key))]);
    }
  });

  it("is the same each time, in any order of reading", () => {
    const Data = encodeAsKpl(
      Array.from({ length: 20 }, (_, i) => ({
        partitionKey: `k${i % 3}`,
        data: "x",
        explicitHashKey: i % 4 === 0 ? BigInt(i) : undefined,
      })),
    );
    const forward = deaggregate(Data).map(({ hashKey }) => hashKey);
    const backward = deaggregate(Data)
      .reverse()
      .map(({ hashKey }) => hashKey)
      .reverse();
    expect(backward).toEqual(forward);
    const again = deaggregate(Data);
    expect(again.map(({ hashKey }) => hashKey)).toEqual(again.map(({ hashKey }) => hashKey));
  });

  // The digest works on state of its own: one aggregate's keys must not come out as another's.
  it("of records of several aggregates, read crosswise", () => {
    const keys = Array.from({ length: 10 }, (_, i) => `key-${i}`);
    const aggregates = keys.map((key) =>
      deaggregate(
        encodeAsKpl([
          { partitionKey: key, data: "x" },
          { partitionKey: `${key}!`, data: "y" },
        ]),
      ),
    );
    for (const i of [1, 0]) {
      expect(aggregates.map((users) => users[i]!.hashKey)).toEqual(
        keys.map((key) => hashOfBytes(utf8(i === 0 ? key : `${key}!`))),
      );
    }
  });

  it("a record can be printed, spread and turned into JSON by those who log it", () => {
    for (const user of aggregatedAndPlain("text")) {
      expect(() =>
        JSON.stringify(user, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)),
      ).not.toThrow();
      const { data: bytes, partitionKey, subSequenceNumber } = user;
      expect([new TextDecoder().decode(bytes), partitionKey, subSequenceNumber]).toEqual(["text", "k", 0]);
    }
  });
});

describe("text() and json()", () => {
  it.each(["", "plain", "é☃😀", "a\u0000b", "line\nline", "x".repeat(100_000)])("text() of %j", (text) => {
    for (const user of aggregatedAndPlain(text)) expect(user.text()).toBe(text);
  });

  it("text() of bytes that are no UTF-8 shows U+FFFD, and the data stays", () => {
    for (const user of aggregatedAndPlain(Uint8Array.of(0x61, 0xff, 0x62))) {
      expect(user.text()).toBe("a\ufffdb");
      expect([...user.data]).toEqual([0x61, 0xff, 0x62]);
    }
  });

  // A file that begins with one is still JSON; the data keeps its bytes.
  it("text() reads a BOM at the beginning as Response.text() does, and json() gets by", async () => {
    for (const user of aggregatedAndPlain('\ufeff["\ufeff"]')) {
      expect(user.text()).toBe(await new Response(user.data).text());
      expect(user.json()).toEqual(["\ufeff"]);
      expect([...user.data.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    }
  });

  it.each([null, true, 0, -1.5, "text", [], {}, { nested: [{ key: "é☃😀" }, null] }])("json() of %j", (value) => {
    for (const user of aggregatedAndPlain(JSON.stringify(value))) expect(user.json()).toEqual(value);
  });

  it("json() gives __proto__ as an ordinary key, as JSON.parse does", () => {
    for (const user of aggregatedAndPlain('{"__proto__": {"polluted": true}}')) {
      expect(Object.keys(user.json() as object)).toEqual(["__proto__"]);
      expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    }
  });

  it.each(["", "{", "undefined", "{'a': 1}"])("json() of what is none throws, and only then: %j", (text) => {
    for (const user of aggregatedAndPlain(text)) {
      expect(user.text()).toBe(text);
      expect(() => user.json()).toThrow();
    }
  });

  it("are functions of the record: they may be passed on bound", () => {
    for (const user of aggregatedAndPlain("[1]")) expect([user].map((each) => each.json())).toEqual([[1]]);
  });
});
