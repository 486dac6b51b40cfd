// What is refused at once, with a code and the name of what is wrong: options out of range, and events that are of something else.

import { describe, expect, it } from "vitest";
import {
  batchHandler,
  deaggregate,
  expandKinesisEvent,
  firehoseTransform,
  fromPipes,
  type KinesisEventLike,
  kinesisHandler,
  middyDeaggregate,
  tumblingWindowHandler,
} from "../../src/lambda/index.ts";
import { codedError } from "../codec/coded-error.ts";
import { eventOf, windowEventOf } from "./events.ts";

const nothing = (): undefined => undefined;
const event = eventOf(["a.1"]);

/** Each with the options that it knows; they are checked also where there is nothing to do. */
const doors: Readonly<Record<string, (options: never) => unknown>> = {
  kinesisHandler: (options) => kinesisHandler(nothing, options),
  batchHandler: (options) => batchHandler(nothing, options),
  tumblingWindowHandler: (options) => tumblingWindowHandler<object>(() => ({}), nothing, options),
  deaggregate: (options) => deaggregate({ Records: [] }, options).next(),
  expandKinesisEvent: (options) => expandKinesisEvent({ Records: [] }, options),
  middyDeaggregate: (options) => middyDeaggregate(options),
};

const outOfRange: readonly {
  readonly option: string;
  readonly value: unknown;
  readonly limit: string;
  readonly also?: object;
}[] = [
  ...["drop", "Pass", 5, {}].map((value) => ({ option: "onMalformed", value, limit: "one of pass, throw, skip" })),
  ...[-1, Number.NaN, "soon", {}].map((value) => ({ option: "deadlineMarginMs", value, limit: "0 or more" })),
  ...["SHARD", "", "constructor", "__proto__", 5, null].map((value) => ({
    option: "order",
    value,
    limit: "one of shard, partitionKey, none",
  })),
  ...[0, 2, -1, 1.5, Number.NaN, "1", null].map((value) => ({
    option: "concurrency",
    value,
    limit: "1 to 1 where order is shard",
  })),
  ...[0, 10_001, Number.POSITIVE_INFINITY, 2.5].map((value) => ({
    option: "concurrency",
    value,
    limit: "1 to 10000 where order is partitionKey",
    also: { order: "partitionKey" },
  })),
  ...["json", 5, {}, { "~standard": {} }, true].map((value) => ({
    option: "decode",
    value,
    limit: "a function or a Standard Schema",
  })),
];
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  onMalformed: Object.keys(doors),
  deadlineMarginMs: ["kinesisHandler", "tumblingWindowHandler"],
  order: ["kinesisHandler"],
  concurrency: ["kinesisHandler"],
  decode: ["kinesisHandler"],
};
const refused = outOfRange.flatMap((row) => optionsOf[row.option]!.map((door) => ({ ...row, door })));

describe("an option out of range", () => {
  it.each(refused)("$door: $option $value", ({ door, option, value, limit, also }) => {
    const error = codedError(() => doors[door]!({ ...also, [option]: value } as never));
    const shown =
      typeof value === "string" ? JSON.stringify(value) : value && typeof value === "object" ? "an object" : value;
    expect(error).toMatchObject({ code: "KPL_KIT_INVALID_OPTION", field: option });
    expect(error.message).toBe(`${option} must be ${limit}; it is ${String(shown)}`);
  });

  it.each([
    { order: "partitionKey", concurrency: 10_000 },
    { order: "none", concurrency: 1 },
    { order: "shard", concurrency: 1, deadlineMarginMs: 0 },
    { deadlineMarginMs: Number.POSITIVE_INFINITY },
    {
      decode: undefined,
      onMalformed: undefined,
      order: undefined,
      concurrency: undefined,
      deadlineMarginMs: undefined,
    },
  ])("%j is within", async (options) => {
    const handler = kinesisHandler(nothing, options as never);
    expect(await handler(event)).toEqual({ batchItemFailures: [] });
  });
});

const sqs = { Records: [{ messageId: "1", body: "paid", eventSource: "aws:sqs" }] };
const dynamoDb = { Records: [{ eventID: "1", dynamodb: { SequenceNumber: "5" } }] };
const foreign: readonly [string, unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["a text", "event"],
  ["no records", {}],
  ["records that are none", { Records: { length: 1 } }],
  ["records null", { Records: null }],
  ["one of SQS", sqs],
  ["one of DynamoDB Streams", dynamoDb],
  ["a record null", { Records: [event.Records[0], null] }],
  ["a record without kinesis", { Records: [{ ...event.Records[0], kinesis: undefined }] }],
  ["a sequence number that is a number", { Records: [{ ...event.Records[0], kinesis: { sequenceNumber: 5 } }] }],
  ["an array, as Pipes bring it", event.Records.map(({ kinesis, ...others }) => ({ ...others, ...kinesis }))],
];

describe.each(foreign)("an event that is not of Kinesis: %s", (_, given) => {
  const takers: Readonly<Record<string, (event: KinesisEventLike) => unknown>> = {
    kinesisHandler: kinesisHandler(nothing),
    batchHandler: batchHandler(nothing),
    tumblingWindowHandler: tumblingWindowHandler<object>(() => ({}), nothing) as never,
    "tumblingWindowHandler, with a window": (event) =>
      tumblingWindowHandler<object>(() => ({}), nothing)({ ...windowEventOf([]), Records: event?.Records }),
    deaggregate: async (event) => [...deaggregate(event)],
    expandKinesisEvent: async (event) => expandKinesisEvent(event),
    middyDeaggregate: async (event) => middyDeaggregate().before({ event, response: undefined }),
    firehoseTransform: firehoseTransform(nothing) as never,
  };
  it.each(Object.keys(takers))("%s rejects with a code", async (taker) => {
    await expect(takers[taker]!(given as KinesisEventLike)).rejects.toMatchObject({ code: "KPL_KIT_INVALID_RECORD" });
  });
});

describe("an event that is not of Pipes", () => {
  it.each([undefined, null, {}, event, "text"])("%s", (given) => {
    expect(codedError(() => fromPipes(given)).code).toBe("KPL_KIT_INVALID_RECORD");
  });

  it.each([[[null]], [[undefined, 5]], [sqs.Records]])("records that are not of a stream: %j", (given) => {
    const error = codedError(() => [...deaggregate(fromPipes(given))]);
    expect(error.code).toBe("KPL_KIT_INVALID_RECORD");
  });
});
