// Powertools' batch 2.35.0 itself over expanded events. Its parser package is not installed: where a test needs one, a schema
// of the same fields stands in, that drops what it does not name, as its Zod objects do.

import { BatchProcessor, EventType, FullBatchFailureError, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, KinesisStreamRecord } from "aws-lambda";
import { literal, number, object, parse, string } from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aggregate } from "../../src/codec/index.ts";
import { collapseBatchItemFailures, expandKinesisEvent } from "../../src/lambda/index.ts";
import { makeKinesisEvent } from "../../src/testing/index.ts";

const named = (...names: string[]) => names.map((name) => ({ partitionKey: `key-of-${name}`, data: name }));
const packed = (...names: string[]) => aggregate(named(...names), { groupBy: "none" });

/** Two aggregates, and a plain record between them. */
const event = makeKinesisEvent([...packed("a0", "a1", "a2"), ...named("plain"), ...packed("b0", "b1")]);
const [first, plain, last] = event.Records.map(({ kinesis }) => kinesis.sequenceNumber);
const context = {} as Context;

const textOf = ({ kinesis }: Pick<KinesisStreamRecord, "kinesis">) => Buffer.from(kinesis.data, "base64").toString();

/** A handler that fails at these, with what it was called with. */
function failingAt(...names: string[]) {
  const seen: string[] = [];
  const handle = async (record: KinesisStreamRecord): Promise<void> => {
    await Promise.resolve();
    seen.push(textOf(record));
    if (names.includes(textOf(record))) throw new Error(`cannot take ${textOf(record)}`);
  };
  return { handle, seen };
}

const processorOf = () => new BatchProcessor(EventType.KinesisDataStreams);

describe.each([
  ["in parallel", true],
  ["sequentially", false],
])("processPartialResponse over an expanded event, %s", (_, processInParallel) => {
  const reply = async (handle: (record: KinesisStreamRecord) => Promise<void>) =>
    await processPartialResponse(expandKinesisEvent(event), handle, processorOf(), { context, processInParallel });

  it("hands over every user record, in order, and replies that all is done", async () => {
    const { handle, seen } = failingAt();
    expect(await reply(handle)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual(["a0", "a1", "a2", "plain", "b0", "b1"]);
  });

  it.each([
    ["the first of an aggregate", ["a0"], first],
    ["the last of an aggregate", ["a2"], first],
    ["a plain record", ["plain"], plain],
    ["one in each Kinesis record", ["b1", "plain", "a1"], first],
    ["all but one", ["plain", "a0", "a2", "b0", "b1"], first],
    ["one of the last aggregate", ["b0"], last],
  ])("names one Kinesis record, the lowest: %s", async (_case, names, sequenceNumber) => {
    const collapsed = collapseBatchItemFailures(await reply(failingAt(...names).handle));
    expect(collapsed).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumber }] });
  });

  it("names an aggregate once for each user record that failed, where the reply is not collapsed", async () => {
    const { batchItemFailures } = await reply(failingAt("a0", "a2").handle);
    expect(batchItemFailures).toEqual([{ itemIdentifier: first }, { itemIdentifier: first }]);
  });

  it("known of Powertools: goes on behind a failure, with records that come again in any case", async () => {
    const { handle, seen } = failingAt("a0");
    await reply(handle);
    expect(seen).toEqual(["a0", "a1", "a2", "plain", "b0", "b1"]);
  });
});

describe("all user records fail", () => {
  const all = ["a0", "a1", "a2", "plain", "b0", "b1"];

  it("FullBatchFailureError, as for plain records: the invocation fails, and the whole batch comes again", async () => {
    const reply = processPartialResponse(expandKinesisEvent(event), failingAt(...all).handle, processorOf(), {
      context,
    });
    await expect(reply).rejects.toBeInstanceOf(FullBatchFailureError);
  });

  it("throwOnFullBatchFailure false: the reply names the first Kinesis record", async () => {
    const options = { context, throwOnFullBatchFailure: false };
    const reply = await processPartialResponse(
      expandKinesisEvent(event),
      failingAt(...all).handle,
      processorOf(),
      options,
    );
    expect(reply.batchItemFailures).toHaveLength(all.length);
    expect(collapseBatchItemFailures(reply)).toEqual({ batchItemFailures: [{ itemIdentifier: first }] });
  });
});

it("an aggregate that fails whole is not a batch that fails whole, and not one that is done", async () => {
  const { handle } = failingAt("b0", "b1");
  const reply = await processPartialResponse(expandKinesisEvent(event), handle, processorOf(), { context });
  expect(collapseBatchItemFailures(reply)).toEqual({ batchItemFailures: [{ itemIdentifier: last }] });
});

describe("a parser drops what its schema does not name", () => {
  beforeEach(() => void vi.spyOn(console, "error").mockReturnValue());
  afterEach(() => void vi.restoreAllMocks());

  const schema = object({
    eventID: string(),
    eventName: literal("aws:kinesis:record"),
    eventSource: literal("aws:kinesis"),
    eventSourceARN: string(),
    eventVersion: string(),
    awsRegion: string(),
    invokeIdentityArn: string(),
    kinesis: object({
      kinesisSchemaVersion: string(),
      partitionKey: string(),
      sequenceNumber: string(),
      approximateArrivalTimestamp: number(),
      data: string(),
    }),
  });
  const parsing = (): BatchProcessor =>
    new BatchProcessor(EventType.KinesisDataStreams, {
      schema,
      parser: async (record: unknown) => await Promise.resolve(parse(schema, record)),
    });

  it("a key that is added to a record is gone: no place for a sub-sequence number", async () => {
    const { Records } = expandKinesisEvent(event);
    const marked = { Records: Records.map((record, at) => ({ ...record, subSequenceNumber: at })) };
    const seen: object[] = [];
    await processPartialResponse(marked, (record: KinesisStreamRecord) => void seen.push(record), parsing(), {
      context,
    });
    expect(seen).toHaveLength(6);
    expect(seen.filter((record) => "subSequenceNumber" in record)).toEqual([]);
  });

  it("eventID comes through, and tells user records of an aggregate apart", async () => {
    const ids: string[] = [];
    const handle = ({ eventID }: KinesisStreamRecord) => void ids.push(eventID);
    await processPartialResponse(expandKinesisEvent(event), handle, parsing(), { context });
    const shard = "shardId-000000000000";
    expect(ids).toEqual([
      `${shard}:${first}:0`,
      `${shard}:${first}:1`,
      `${shard}:${first}:2`,
      `${shard}:${plain}`,
      `${shard}:${last}:0`,
      `${shard}:${last}:1`,
    ]);
  });

  it("partition key and data are the user record's, bytes and all", async () => {
    const bytes = Uint8Array.of(0xff, 0x00, 0xf3, 0x89);
    const binary = aggregate([...named("a"), { partitionKey: "b", data: bytes }], { groupBy: "none" });
    const seen: [string, string][] = [];
    const handle = ({ kinesis }: KinesisStreamRecord) => void seen.push([kinesis.partitionKey, kinesis.data]);
    await processPartialResponse(expandKinesisEvent(makeKinesisEvent(binary)), handle, parsing(), { context });
    expect(seen).toEqual([
      ["key-of-a", "YQ=="],
      ["b", "/wDziQ=="],
    ]);
  });

  it("what it refuses fails, and its Kinesis record comes again", async () => {
    const refusing = new BatchProcessor(EventType.KinesisDataStreams, {
      schema,
      parser: async (given: unknown) => {
        const record = await Promise.resolve(parse(schema, given));
        if (textOf(record) === "b1") throw new Error("no such thing");
        return record;
      },
    });
    const reply = await processPartialResponse(expandKinesisEvent(event), failingAt().handle, refusing, { context });
    expect(collapseBatchItemFailures(reply)).toEqual({ batchItemFailures: [{ itemIdentifier: last }] });
  });
});

it("known of Powertools: an aggregate that is not expanded reaches the handler as one record, in the KPL's frame", async () => {
  const { handle, seen } = failingAt();
  await processPartialResponse(event, handle, processorOf(), { context });
  expect(seen).toHaveLength(3);
  expect(seen[0]).toMatch(/^.{4}.*key-of-a0.*a0/s);
});

it("an eventID of an expanded record must not be replied: collapseBatchItemFailures refuses it", () => {
  const [{ eventID }] = expandKinesisEvent(event).Records as [KinesisStreamRecord];
  const refused = () => collapseBatchItemFailures({ batchItemFailures: [{ itemIdentifier: eventID }] });
  expect(refused).toThrow(expect.objectContaining({ code: "KPL_KIT_INVALID_RECORD" }));
});
