import { describe, expect, it } from "vitest";
import { Aggregator, aggregate, deaggregate, hashKeyOf } from "../../src/codec/index.ts";
import { hashOfBytes, utf8 } from "../oracle/frame.ts";
import { codedError } from "./coded-error.ts";

describe("partition key: 1 to 256 Unicode code points, well-formed", () => {
  it.each([
    "a",
    " ",
    "\u0000",
    "\u007f",
    "\u0080",
    "\u07ff",
    "\u0800",
    "\uffff",
    "\ufeff", // a BOM is a character of a key like any other
    "\ufeffkey",
    "\ud7ff",
    "\ue000",
    "\u{10ffff}",
    "😀",
    "e\u0301", // not normalised: another key than é
    "é",
    "10",
    "2",
    "-0",
    "__proto__",
    "hasOwnProperty",
    "constructor",
    "toString",
    "a".repeat(256),
    "é".repeat(256),
    "日".repeat(256),
    "😀".repeat(256), // 512 UTF-16 units, 1,024 bytes
    `${"a".repeat(255)}😀`,
  ])("%j goes in and comes out", (partitionKey) => {
    const records = [
      { partitionKey, data: "1" },
      { partitionKey: "other", data: "2" },
      { partitionKey, data: "3" },
    ];
    const [entry] = aggregate(records, { groupBy: "none" });
    const back = deaggregate(entry!);
    expect(back.map((user) => [user.partitionKey, user.text()])).toEqual(
      records.map((record) => [record.partitionKey, record.data]),
    );
    const hash = hashOfBytes(utf8(partitionKey));
    expect(back.map(({ hashKey }) => hashKey)).toEqual([hash, hashKeyOf("other"), hash]);
    expect(hashKeyOf(partitionKey)).toBe(hash);
    expect(entry!.ExplicitHashKey).toBe(`${hash}`);
  });

  it.each([
    ["empty", ""],
    ["257 characters", "a".repeat(257)],
    ["257 code points", "😀".repeat(257)],
    ["a high surrogate alone", "a\ud800"],
    ["a high surrogate before text", "\ud83dabc"],
    ["a low surrogate alone", "\udc00"],
    ["surrogates in the wrong order", "\ude00\ud83d"],
    ["a lone surrogate as the last", `${"a".repeat(255)}\ud800`],
    ["far too long", "a".repeat(5_000_000)],
    ["a number", 5],
    ["null", null],
    ["undefined", undefined],
    ["a String object", new String("key")],
    ["bytes", new Uint8Array(3)],
  ])("%s is refused", (_, value) => {
    const partitionKey = value as string;
    for (const call of [
      () => new Aggregator().add({ partitionKey, data: "x" }),
      () => aggregate([{ partitionKey, data: "x" }], { groupBy: "partitionKey" }),
    ]) {
      const error = codedError(call);
      expect(error.code).toBe("KPL_KIT_INVALID_RECORD");
      expect(error.message).toContain("partitionKey");
      expect(error.message).toContain("256");
      expect(error.message.length).toBeLessThan(500);
    }
  });
});
