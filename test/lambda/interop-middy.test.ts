// middy's core 6.4.5 itself, with middyDeaggregate. Its event-batch-response is not installed: what stands in for it is these
// few lines, that do what it does with a stream's records. In `before` it keeps the records that it sees; in `after` it makes
// the reply of a handler's PromiseSettledResults, one a record, by kinesis.sequenceNumber; an error marks all of them.

import middy from "@middy/core";
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { aggregate } from "../../src/codec/index.ts";
import { middyDeaggregate } from "../../src/lambda/index.ts";
import { makeKinesisEvent } from "../../src/testing/index.ts";

const context = {} as Context;
const named = (...names: string[]) => names.map((name) => ({ partitionKey: `key-of-${name}`, data: name }));
const packed = (...names: string[]) => aggregate(named(...names), { groupBy: "none" });

/** Two aggregates, and a plain record between them. */
const event = makeKinesisEvent([...packed("a0", "a1", "a2"), ...named("plain"), ...packed("b0", "b1")]);
const [first, plain, last] = event.Records.map(({ kinesis }) => kinesis.sequenceNumber);

function eventBatchResponse(): middy.MiddlewareObj<KinesisStreamEvent> {
  let records: readonly KinesisStreamRecord[] = [];
  const replyOf = (settled: readonly (PromiseSettledResult<unknown> | undefined)[]): KinesisStreamBatchResponse => ({
    batchItemFailures: records
      .filter((_, at) => settled[at]?.status !== "fulfilled")
      .map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })),
  });
  return {
    before: (request) => {
      records = request.event.Records;
    },
    after: (request) => {
      if (Array.isArray(request.response)) request.response = replyOf(request.response);
    },
    onError: (request) => {
      request.response ??= replyOf([]);
    },
  };
}

const textOf = ({ kinesis }: KinesisStreamRecord) => Buffer.from(kinesis.data, "base64").toString();

/** All at once, as its users write it. */
function settling(...failing: string[]) {
  return async ({ Records }: KinesisStreamEvent): Promise<PromiseSettledResult<string>[]> =>
    await Promise.allSettled(
      Records.map(async (record) => {
        await Promise.resolve();
        if (failing.includes(textOf(record))) throw new Error(`cannot take ${textOf(record)}`);
        return textOf(record);
      }),
    );
}

const replyOfOne = (sequenceNumber: string | undefined) => ({
  batchItemFailures: [{ itemIdentifier: sequenceNumber }],
});

describe("middyDeaggregate before event-batch-response", () => {
  const reply = async (...failing: string[]): Promise<unknown> =>
    await middy<KinesisStreamEvent>()
      .use(middyDeaggregate())
      .use(eventBatchResponse())
      .handler(settling(...failing))(event, context);

  it("all done: nothing is named", async () => expect(await reply()).toEqual({ batchItemFailures: [] }));

  it.each([
    ["one of an aggregate", ["a1"], first],
    ["all of an aggregate", ["b0", "b1"], last],
    ["a plain record", ["plain"], plain],
    ["one in each Kinesis record", ["b1", "plain", "a2"], first],
  ])("%s: one Kinesis record is named, the lowest", async (_, failing, sequenceNumber) => {
    expect(await reply(...failing)).toEqual(replyOfOne(sequenceNumber));
  });
});

describe("what the handler behind it sees", () => {
  it("is user records, with their keys and data", async () => {
    const handler = middy<KinesisStreamEvent>()
      .use(middyDeaggregate())
      .handler(({ Records }: KinesisStreamEvent) => {
        expect(Records.map((record) => [record.kinesis.partitionKey, textOf(record)])).toEqual(
          ["a0", "a1", "a2", "plain", "b0", "b1"].map((name) => [`key-of-${name}`, name]),
        );
        return { batchItemFailures: [] };
      });
    expect(await handler(structuredClone(event), context)).toEqual({ batchItemFailures: [] });
  });

  it("leaves the event as it was for who else holds it", async () => {
    const given = structuredClone(event);
    await middy<KinesisStreamEvent>()
      .use(middyDeaggregate())
      .handler(() => undefined)(given, context);
    expect(given).toEqual(event);
  });
});

describe("a handler that replies by itself", () => {
  it.each([
    ["a Kinesis record twice, and another", [first, last, first], replyOfOne(first)],
    ["the later first", [last, plain], replyOfOne(plain)],
    ["nothing", [], { batchItemFailures: [] }],
  ])("%s", async (_, sequenceNumbers, expected) => {
    const batchItemFailures = sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier }));
    const handler = middy<KinesisStreamEvent>()
      .use(middyDeaggregate())
      .handler(() => ({ batchItemFailures }));
    expect(await handler(event, context)).toEqual(expected);
  });

  it("no reply at all says that all is done, as it does to Lambda", async () => {
    const handler = middy<KinesisStreamEvent>()
      .use(middyDeaggregate())
      .handler(() => undefined);
    expect(await handler(event, context)).toEqual({ batchItemFailures: [] });
  });

  it("results that nobody makes a reply of are refused, where they would have said that all is done", async () => {
    const alone = middy<KinesisStreamEvent>().use(middyDeaggregate()).handler(settling("a1"));
    await expect(alone(event, context)).rejects.toMatchObject({ code: "KPL_KIT_INVALID_RECORD" });
  });

  it("put before it, event-batch-response marks them all, and the whole batch comes again", async () => {
    const handler = middy<KinesisStreamEvent>()
      .use(eventBatchResponse())
      .use(middyDeaggregate())
      .handler(settling("b1"));
    const { batchItemFailures } = (await handler(event, context)) as unknown as KinesisStreamBatchResponse;
    expect(batchItemFailures[0]).toEqual({ itemIdentifier: first });
  });

  it("an eventID is refused: the invocation fails, and the whole batch comes again", async () => {
    const handler = middy<KinesisStreamEvent>()
      .use(middyDeaggregate())
      .handler(({ Records }: KinesisStreamEvent) => ({
        batchItemFailures: [{ itemIdentifier: Records[2]?.eventID }],
      }));
    await expect(handler(event, context)).rejects.toMatchObject({ code: "KPL_KIT_INVALID_RECORD" });
  });
});

describe("an error", () => {
  const throwing = () => {
    throw new Error("no connection");
  };

  it("of the handler: the lowest that is named is the first Kinesis record, so the whole batch comes again", async () => {
    const handler = middy<KinesisStreamEvent>().use(middyDeaggregate()).use(eventBatchResponse()).handler(throwing);
    expect(await handler(event, context)).toEqual(replyOfOne(first));
  });

  it("of the handler, where nobody replies for it, is Lambda's", async () => {
    const handler = middy<KinesisStreamEvent>().use(middyDeaggregate()).handler(throwing);
    await expect(handler(event, context)).rejects.toThrow("no connection");
  });

  it("of a malformed aggregate that is not to pass is Lambda's", async () => {
    const [sound] = packed("a0", "a1");
    const data = Uint8Array.from(sound!.Data); // packed makes one
    data[10]! ^= 1; // it is longer
    const broken = makeKinesisEvent([{ PartitionKey: "a", Data: data }]);
    const handler = middy<KinesisStreamEvent>()
      .use(middyDeaggregate({ onMalformed: "throw" }))
      .handler(settling());
    await expect(handler(broken, context)).rejects.toMatchObject({ code: "KPL_KIT_MALFORMED_AGGREGATE" });
  });
});
