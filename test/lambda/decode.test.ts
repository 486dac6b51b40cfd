// From data to `record.value`: by a function, or by a Standard Schema for the data's JSON. What cannot be decoded is a failure.

import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Decode,
  json,
  type KinesisHandlerOptions,
  kinesisHandler,
  type LambdaUserRecord,
  type StandardSchema,
  text,
} from "../../src/lambda/index.ts";
import { makeKinesisEvent } from "../../src/testing/index.ts";
import { logged, reporting } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

const [good, bad] = ['{"amount":5}', '{"amount":"five"}'];
const eventOf = (...texts: readonly string[]) => makeKinesisEvent(texts.map((data) => ({ partitionKey: "k", data })));

/** What was handled, and what failed. */
async function run(decode: Decode<unknown>, event: ReturnType<typeof eventOf>, options: KinesisHandlerOptions = {}) {
  const values: unknown[] = [];
  const errors: { readonly id: string; readonly error: Error & { code: string; cause: unknown } }[] = [];
  const reply = await kinesisHandler(({ value }) => values.push(value), {
    ...options,
    decode,
    onRecordFailure: ({ id }, error) => {
      errors.push({ id, error: error as never });
      return options.onRecordFailure?.({ id } as LambdaUserRecord, error) ?? "retry";
    },
  })(event);
  return { values, errors, reply };
}

/** An amount that is a number, by hand; what is wrong is found later. */
const byHand: StandardSchema<{ amount: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) => {
      await Promise.resolve();
      const { amount } = value as { amount: unknown };
      if (typeof amount === "number") return { value: { amount } };
      return {
        issues: [{ message: "not a number", path: ["amount", { key: 0 }, Symbol("s")] }, { message: "nor else" }],
      };
    },
  },
};
/** As arktype's: a function that returns what is wrong. */
const callable: StandardSchema<unknown> = Object.assign(() => "what is wrong", byHand);
const asynchronous = v.pipeAsync(
  v.object({ amount: v.number() }),
  v.checkAsync(async () => true),
);

describe("a value is made by", () => {
  it.each<[string, Decode<unknown>, unknown]>([
    ["a function", json, { amount: 5 }],
    ["a function that returns undefined", () => undefined, undefined],
    ["an async function", async (bytes) => text(bytes), good],
    [
      "a function, of the record",
      (_, { partitionKey, subSequenceNumber }) => [partitionKey, subSequenceNumber],
      ["k", 0],
    ],
    ["a schema of valibot", v.object({ amount: v.number() }), { amount: 5 }],
    [
      "a schema that changes it",
      v.pipe(
        v.object({ amount: v.number() }),
        v.transform(({ amount }) => amount * 2),
      ),
      10,
    ],
    ["an async schema of valibot", asynchronous, { amount: 5 }],
    ["an async schema by hand", byHand, { amount: 5 }],
    ["a schema that can be called", callable, { amount: 5 }],
  ])("%s", async (_, decode, value) => {
    const event = eventOf(good);
    expect(await run(decode, event)).toEqual({ values: [value], errors: [], reply: reporting(event, undefined) });
  });

  it("the record stays what it is", async () => {
    const seen: unknown[] = [];
    const handler = kinesisHandler((record) => seen.push([record.text(), record.json(), record.value]), {
      decode: text,
    });
    await handler(eventOf(good));
    expect(seen).toEqual([[good, { amount: 5 }, good]]);
  });
});

/** JSON, but for what stands there: that fails in this way. */
function failingFor(data: string, fail: () => unknown): Decode<unknown> {
  return (bytes) => (text(bytes) === data ? fail() : json(bytes));
}

function schemaOf(validate: (value: unknown) => never): StandardSchema<unknown> {
  const isBad = (value: unknown) => (value as { amount: unknown }).amount === "five";
  const { "~standard": standard } = byHand;
  return { "~standard": { ...standard, validate: (value) => (isBad(value) ? validate(value) : { value }) } };
}

describe("what cannot be decoded", () => {
  it.each<[string, Decode<unknown>, string, string]>([
    ["a function that throws", failingFor(bad, () => JSON.parse("{")), bad, "SyntaxError"],
    ["a function that rejects", failingFor(bad, () => Promise.reject(new Error("no key"))), bad, "no key"],
    ["no JSON, for a function", json, "{", "SyntaxError"],
    ["no JSON, for a schema", byHand, "{", "SyntaxError"],
    ["a schema of valibot", v.object({ amount: v.number() }), bad, "amount: Invalid type"],
    ["an async schema, with paths", byHand, bad, "amount: 0: Symbol(s): not a number; nor else"],
    ["a schema that can be called", callable, bad, "not a number"],
    ["a schema that throws", schemaOf(() => JSON.parse("{") as never), bad, "SyntaxError"],
    ["a schema that answers nothing", schemaOf(() => undefined as never), bad, "TypeError"],
  ])("%s", async (_, decode, data, told) => {
    const event = eventOf(good, data, good);
    const { errors, reply, values } = await run(decode, event);
    expect(values).toEqual([{ amount: 5 }]);
    expect(reply).toEqual(reporting(event, 1));
    expect(errors).toHaveLength(1);
    const [{ error, id }] = errors as [(typeof errors)[0]];
    expect(error).toMatchObject({ code: "KPL_KIT_UNDECODABLE_RECORD", retryable: false });
    expect(id).toBe(`${event.Records[1]!.eventID}:0`);
    expect(error.message).toContain(id);
    expect(error.message).toContain(told);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("a schema's issues are the cause's cause", async () => {
    const { errors } = await run(byHand, eventOf(bad));
    const cause = errors[0]?.error.cause as Error;
    expect(cause.cause).toEqual([expect.objectContaining({ message: "not a number" }), { message: "nor else" }]);
  });

  it("is passed over where the hook says so", async () => {
    const event = eventOf(bad, good);
    const { reply, values } = await run(byHand, event, { onRecordFailure: () => "skip" });
    expect(values).toEqual([{ amount: 5 }]);
    expect(reply).toEqual(reporting(event, undefined));
  });

  it("what is no sound aggregate is not decoded under throw", async () => {
    const decode = vi.fn();
    const event = eventOf("");
    event.Records[0]!.kinesis.data = "~";
    const { errors } = await run(decode, event, { onMalformed: "throw" });
    expect(decode).not.toHaveBeenCalled();
    expect(errors[0]?.error.code).toBe("KPL_KIT_INVALID_RECORD");
  });
});
