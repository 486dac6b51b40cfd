// A program's own values, as the AWS SDK writes them and the service reads them.

import * as sdk from "@aws-sdk/client-kinesis";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fromInput, fromJson } from "../../../src/testing/shapes/index.ts";
import { refusalOf } from "./refusal.ts";

type Action = "PutRecords" | "AddTagsToStream" | "GetShardIterator" | "RemoveTagsFromStream" | "DeleteStream";

/** The body that the SDK's own client sends for a command. */
async function bodyOf(action: Action, input: unknown): Promise<unknown> {
  let body: unknown;
  const client = new sdk.KinesisClient({
    region: "us-east-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: { body: string | Uint8Array }) => {
        body = JSON.parse(typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body));
        return Promise.reject(new Error("not sent"));
      },
    },
  });
  const command = {
    PutRecords: sdk.PutRecordsCommand,
    AddTagsToStream: sdk.AddTagsToStreamCommand,
    GetShardIterator: sdk.GetShardIteratorCommand,
    RemoveTagsFromStream: sdk.RemoveTagsFromStreamCommand,
    DeleteStream: sdk.DeleteStreamCommand,
  }[action] as unknown as new (
    input: unknown,
  ) => sdk.PutRecordsCommand;
  await expect(client.send(new command(input))).rejects.toThrow("not sent");
  return body;
}

describe("in the process as over the wire", () => {
  const value = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom("AA==", "true", "😀", ""),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.boolean(),
    fc.uint8Array({ maxLength: 5 }),
    fc.date({ noInvalidDate: true }),
    fc.constantFrom(null, undefined, Number.NaN),
    fc.constant({}),
    fc.constant([]),
  );
  // Versions of the SDK differ in what they make of a date where a map stands.
  const noDate = value.filter((each) => !(each instanceof Date));
  const key = fc.oneof(fc.string({ minLength: 1, maxLength: 3 }), fc.constantFrom("__proto__", "constructor", "1"));
  const list = (member: fc.Arbitrary<unknown>) => fc.oneof({ weight: 5, arbitrary: fc.array(member) }, value);
  const call = fc.oneof(
    fc.tuple(
      fc.constant<Action>("PutRecords"),
      fc.record({
        StreamName: value,
        Records: list(
          fc.oneof(
            { weight: 5, arbitrary: fc.record({ PartitionKey: fc.string(), Data: value, Other: value }) },
            { weight: 1, arbitrary: value },
          ),
        ),
      }),
    ),
    fc.tuple(
      fc.constant<Action>("AddTagsToStream"),
      fc.record({ Tags: fc.oneof(fc.dictionary(key, fc.oneof(fc.string(), value)), noDate) }),
    ),
    fc.tuple(fc.constant<Action>("GetShardIterator"), fc.record({ ShardId: value, Timestamp: value })),
    fc.tuple(fc.constant<Action>("RemoveTagsFromStream"), fc.record({ TagKeys: list(value) })),
    fc.tuple(fc.constant<Action>("DeleteStream"), fc.record({ EnforceConsumerDeletion: value })),
  );

  test.prop([call])("fromInput reads what fromJson reads of the body that the SDK writes", async ([action, input]) => {
    const body = await bodyOf(action, input);
    const overTheWire = refusalOf(() => fromJson(action, body));
    expect(refusalOf(() => fromInput(action, input))).toBe(overTheWire);
    if (overTheWire === undefined) expect(fromInput(action, input)).toEqual(fromJson(action, body));
  });
});

describe("values of a program", () => {
  it("bytes are copied: the caller may use its buffer again", () => {
    const data = Uint8Array.of(1, 2, 3);
    const input = fromInput("PutRecord", { PartitionKey: "a", Data: data });
    data.fill(9);
    expect(input.Data).toEqual(Buffer.of(1, 2, 3));
  });

  it("text as data is its UTF-8", () => {
    expect(fromInput("PutRecord", { Data: "é" }).Data).toEqual(Buffer.of(0xc3, 0xa9));
  });

  it("what is null or undefined in a list or a map is left out, as the SDK does", () => {
    const Records = [null, { PartitionKey: "a" }, undefined];
    expect(fromInput("PutRecords", { Records })).toEqual({ Records: [{ PartitionKey: "a" }] });
    const Tags = { a: "b", c: null, d: undefined };
    expect(Object.keys(fromInput("AddTagsToStream", { Tags }).Tags ?? {})).toEqual(["a"]);
  });

  it("dates are copied too", () => {
    const date = new Date(1_000);
    const input = fromInput("GetShardIterator", { Timestamp: date });
    date.setTime(0);
    expect(input.Timestamp).toEqual(new Date(1_000));
  });

  it.each<[unknown, string]>([
    [
      { PartitionKey: 7 },
      "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
    ],
    [{ Data: new ArrayBuffer(2) }, "Start of structure or map found where not expected."],
    [{ Data: [1, 2] }, "Start of list found where not expected"],
  ])("%j is refused: %s", (input, message) => {
    expect(refusalOf(() => fromInput("PutRecord", input))).toBe(`SerializationException: ${message}`);
  });

  it("a date without a time is refused, not taken for none", () => {
    expect(refusalOf(() => fromInput("GetShardIterator", { Timestamp: new Date(Number.NaN) }))).toMatch(
      /^SerializationException: NaN/,
    );
  });
});
