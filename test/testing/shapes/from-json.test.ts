// JSON as it comes over the wire: what becomes of it, and the service's words for what it can't take.

import { describe, expect, it } from "vitest";
import { fromJson, type INPUT_SHAPES } from "../../../src/testing/shapes/index.ts";
import { refusalOf } from "./refusal.ts";

type Action = keyof typeof INPUT_SHAPES;

function refusal(action: Action, json: unknown): string | undefined {
  return refusalOf(() => fromJson(action, json))?.replace(/^SerializationException: /, "");
}

function withData(data: unknown): unknown {
  return { Records: [{ PartitionKey: "a", Data: data }] };
}

describe("JSON to the AWS SDK's shapes", () => {
  it("base64 becomes bytes; members that the call doesn't have, and null, are left out", () => {
    const json = { StreamName: "orders", StreamARN: null, Colour: "red", ...(withData("AAEC/w==") as object) };
    expect(fromJson("PutRecords", json)).toEqual({
      StreamName: "orders",
      Records: [{ PartitionKey: "a", Data: Buffer.of(0, 1, 2, 255) }],
    });
  });

  it("seconds become a date, to the millisecond; beyond the last date it is the last", () => {
    const at = (Timestamp: number) => fromJson("GetShardIterator", { Timestamp }).Timestamp?.getTime();
    expect([at(0), at(1_700_000_000.123), at(-1), at(1e300), at(-1e300)]).toEqual([
      0, 1_700_000_000_123, -1_000, 8.64e15, -8.64e15,
    ]);
  });

  it("a number loses its fraction and stops at 32 bits", () => {
    const limit = (Limit: number) => fromJson("GetRecords", { Limit }).Limit;
    expect([limit(1.9), limit(-1.9), limit(1e12), limit(-1e12)]).toEqual([1, -1, 2_147_483_647, -2_147_483_648]);
    expect(limit(-0.5)).toBe(0);
  });

  it.each<[unknown, boolean]>([
    [true, true],
    ["true", true],
    ["1", true],
    ["no", false],
    ["False", false],
  ])("%j is %j where a boolean stands", (json, expected) => {
    expect(fromJson("DeleteStream", { EnforceConsumerDeletion: json }).EnforceConsumerDeletion).toBe(expected);
  });

  it("__proto__ is a tag like any other, and no way into a request", () => {
    const { Tags } = fromJson("AddTagsToStream", JSON.parse('{"Tags": {"__proto__": "a", "constructor": "b"}}'));
    expect(Object.entries(Tags ?? {})).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(Object.getPrototypeOf(Tags)).toBe(Object.prototype);
    const input = fromJson("DescribeStream", JSON.parse('{"__proto__": {"StreamName": "orders"}}'));
    expect(Object.keys(input)).toEqual([]);
    expect(input.StreamName).toBeUndefined();
  });
});

describe("values of the wrong type, by the service's texts", () => {
  const BIG = "com.amazon.coral.value.json.numbers.TruncatingBigNumber";
  const LIST = "Start of list found where not expected";
  const STRUCTURE = "Start of structure or map found where not expected.";
  it.each<[Action, unknown, string]>([
    ["DescribeStream", { StreamName: 23 }, `class ${BIG} can not be converted to an String`],
    ["DescribeStream", { StreamName: true }, "class java.lang.Boolean can not be converted to an String"],
    ["DescribeStream", { StreamName: [] }, LIST],
    ["DescribeStream", { StreamName: {} }, STRUCTURE],
    ["DescribeStream", { Limit: "23" }, "class java.lang.String can not be converted to an Integer"],
    ["DescribeStream", { Limit: false }, "class java.lang.Boolean can not be converted to an Integer"],
    ["DescribeStream", { Limit: [1] }, LIST],
    ["DescribeStream", { Limit: {} }, STRUCTURE],
    ["DeleteStream", { EnforceConsumerDeletion: 1 }, `class ${BIG} can not be converted to an Boolean`],
    ["DeleteStream", { EnforceConsumerDeletion: "maybe" }, "'MAYBE' can not be converted to an Boolean"],
    ["DeleteStream", { EnforceConsumerDeletion: [] }, LIST],
    [
      "GetShardIterator",
      { Timestamp: "now" },
      "class java.lang.String can not be converted to milliseconds since epoch",
    ],
    [
      "GetShardIterator",
      { Timestamp: true },
      "class java.lang.Boolean can not be converted to milliseconds since epoch",
    ],
    ["PutRecords", { Records: "a" }, "Expected list or null"],
    ["PutRecords", { Records: {} }, STRUCTURE],
    ["PutRecords", { Records: ["a"] }, "Expected null"],
    ["PutRecords", { Records: [[]] }, LIST],
    ["PutRecords", withData(23), `class ${BIG} can not be converted to a Blob`],
    ["PutRecords", withData(true), "class java.lang.Boolean can not be converted to a Blob"],
    ["PutRecords", withData([]), LIST],
    ["PutRecords", withData({}), STRUCTURE],
    ["AddTagsToStream", { Tags: "a" }, "Expected map or null"],
    ["AddTagsToStream", { Tags: [] }, LIST],
    ["AddTagsToStream", { Tags: { a: 1 } }, `class ${BIG} can not be converted to an String`],
    ["CreateStream", { StreamModeDetails: "ON_DEMAND" }, "Expected null"],
    ["CreateStream", [], LIST],
    // No word about a body that is no object.
    ["CreateStream", "{}", ""],
    ["CreateStream", null, ""],
  ])("%s %j: %s", (action, json, message) => {
    expect(refusal(action, json)).toBe(message);
  });
});

describe("base64, as strict as the service", () => {
  it.each([
    ["23456", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"],
    ["A", "Base64 encoded length is expected a multiple of 4 bytes but found: 1"],
    ["=+/=", "Invalid Base64 character: '='"],
    ["AA=A", "Invalid Base64 character: '='"],
    ["A-AA", "Invalid Base64 character: '-'"],
    ["A_AA", "Invalid Base64 character: '_'"],
    ["AA A", "Invalid Base64 character: ' '"],
    ["AAA\n", "Invalid Base64 character: '\n'"],
    ["\u0141AAA", "Invalid Base64 character: '\u0141'"],
    ["AA😀", "Invalid Base64 character: '😀'"],
    ["AA\u00e9A", "Invalid Base64 character: '\u00e9'"],
    ["A===", "Invalid last non-pad Base64 character dectected"],
    ["====", "Invalid last non-pad Base64 character dectected"],
    ["+/+=", "Invalid last non-pad Base64 character dectected"],
    ["AB==", "Invalid last non-pad Base64 character dectected"],
  ])("%j: %s", (text, reason) => {
    expect(refusal("PutRecords", withData(text))).toBe(`'${text}' can not be converted to a Blob: ${reason}`);
  });

  it.each(["", "AA==", "AAA=", "AAAA", "+/+/", "/w=="])("%j is taken", (text) => {
    const data = fromJson("PutRecords", withData(text)).Records?.[0]?.Data;
    expect(Buffer.from(data ?? "absent").toString("base64")).toBe(text);
  });

  it("a megabyte that is refused is not repeated in the message", () => {
    expect(refusal("PutRecords", withData("!".repeat(1_048_576)))?.length).toBeLessThan(5_000);
  });
});
