// What a program sees of the in-process client is what it sees of the SDK's own, with NodeHttpHandler, over HTTP/1.1.

import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeAccountSettingsCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  KinesisServiceException,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForStreamCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InjectedFault, LocalKinesis } from "../../../src/testing/index.ts";
import { rejection, underWay } from "./local.ts";

const local = new LocalKinesis({ streams: { orders: 1, returns: 2 }, limits: "off", heartbeatMs: 10 });
const inProcess = local.client();
let overHttp: KinesisClient;
let endpoint: string;
let ConsumerARN: string;
let ShardIterator: string;

function httpClient(requestTimeout?: number): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(requestTimeout ? { requestTimeout, throwOnRequestTimeout: true } : {}),
  });
}

beforeAll(async () => {
  ({ endpoint } = await local.listen());
  overHttp = httpClient();
  await inProcess.send(new PutRecordCommand(put));
  const { StreamDescriptionSummary: orders } = await inProcess.send(new DescribeStreamSummaryCommand(stream));
  const { Consumer } = await inProcess.send(
    new RegisterStreamConsumerCommand({ StreamARN: orders!.StreamARN, ConsumerName: "billing" }),
  );
  ConsumerARN = Consumer!.ConsumerARN!;
  const start = await inProcess.send(new GetShardIteratorCommand({ ...shard, ShardIteratorType: "TRIM_HORIZON" }));
  ShardIterator = start.ShardIterator!;
});

afterAll(async () => {
  overHttp.destroy();
  await local.close();
});

const stream = { StreamName: "orders" };
const shard = { ...stream, ShardId: "shardId-000000000000" };
const put = { ...stream, PartitionKey: "a", Data: Buffer.from("paid") };

type Send = (client: KinesisClient) => Promise<unknown>;
const putRecord: Send = (client) => client.send(new PutRecordCommand(put));
const listShards: Send = (client) => client.send(new ListShardsCommand(stream));
const getRecords: Send = (client) => client.send(new GetRecordsCommand({ ShardIterator }));
const deleteStream: Send = (client) => client.send(new DeleteStreamCommand({ StreamName: "nowhere" }));

type Metadata = Readonly<Record<string, unknown>>;

/** All of an error that a program may look at. */
function seen(error: Error): object {
  const { $fault, $metadata, code, errno, syscall } = error as unknown as Record<string, unknown>;
  const metadata = ($metadata ?? {}) as Metadata;
  return {
    class: error.constructor.name,
    name: error.name,
    // Where it comes from, and where the rest of it is to be found: of the handler alone.
    message: error.message.replace(/^@smithy\/node-http-handler - \[ERROR\] |\n {2}Deserialization error: .*/g, ""),
    isService: error instanceof KinesisServiceException,
    hasRequestId: metadata["requestId"] !== undefined,
    metadata: withoutIds(metadata),
    hasMetadata: $metadata !== undefined,
    ...{ $fault, code, errno, syscall, cause: error.cause },
  };
}

/** Strikes both alike. */
async function bothFail(send: Send, fault?: InjectedFault): Promise<{ readonly ours: Error; readonly theirs: Error }> {
  if (fault) local.faults.inject({ fault, times: 2 });
  const theirs = await rejection(send(overHttp));
  const ours = await rejection(send(inProcess));
  expect(local.faults.unused).toEqual([]);
  expect(seen(ours)).toEqual(seen(theirs));
  return { ours, theirs };
}

describe("a refusal", () => {
  it.each([
    "ResourceNotFoundException",
    "LimitExceededException",
    "KMSThrottlingException",
    "KMSOptInRequired",
    "ValidationException",
    "ProvisionedThroughputExceededException",
    "InternalFailureException",
    "InternalFailure",
    "ServiceUnavailable",
    "SomethingNew",
    // Of the SDK, and no exception.
    "KinesisClient",
  ])("%s", async (name) => {
    const { ours, theirs } = await bothFail(listShards, { kind: "error", name, message: "in its words" });
    expect(ours.name).toBe(name);
    expect(Object.getPrototypeOf(ours)).toBe(Object.getPrototypeOf(theirs));
  });

  it("without a message", async () => {
    const { ours } = await bothFail(listShards, { kind: "error", name: "LimitExceededException", message: "" });
    expect(ours.message).toBe("UnknownError");
  });

  it.each<[string, Send]>([
    ["of a stream that is not there", deleteStream],
    ["of a wrong value", (client) => client.send(new ListShardsCommand({ ...stream, MaxResults: 0 }))],
    ["of a wrong type", (client) => client.send(new ListShardsCommand({ ...stream, MaxResults: "one" as never }))],
    ["of nothing", (client) => client.send(new PutRecordCommand(undefined as never))],
    ["of no records", (client) => client.send(new PutRecordsCommand({ ...stream, Records: [] }))],
    ["of a number as key", (client) => client.send(new PutRecordCommand({ ...put, PartitionKey: 7 as never }))],
    ["of a stream that is there", (client) => client.send(new CreateStreamCommand({ ...stream, ShardCount: 1 }))],
  ])("%s", async (_, send) => {
    await bothFail(send);
  });

  it("of a throttle, and of an iterator that a fault has aged", async () => {
    await bothFail(putRecord, { kind: "throttled" });
    await bothFail(putRecord, { kind: "throttled", errorCode: "InternalFailure" });
    const { ours } = await bothFail(getRecords, { kind: "expired-iterator" });
    expect(ours.name).toBe("ExpiredIteratorException");
  });
});

describe("a connection", () => {
  it.each<[string, Send, InjectedFault]>([
    ["reset before the call", putRecord, { kind: "reset", when: "before" }],
    ["reset after it", putRecord, { kind: "reset", when: "after" }],
    ["cut in the middle of an answer", getRecords, { kind: "truncated" }],
    ["cut in the middle of a short one", putRecord, { kind: "truncated" }],
  ])("%s", async (_, send, fault) => {
    const { ours } = await bothFail(send, fault);
    expect(ours).toMatchObject({ code: "ECONNRESET" });
  });

  it("reset where the answer has no body to be cut", async () => {
    let StreamName = "one";
    const create: Send = (client) => client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const { ours } = await bothFail(
      async (client) => {
        StreamName += "-more";
        await create(client);
      },
      { kind: "truncated" },
    );
    expect(ours.name).toBe("TimeoutError");
  });

  it("lost, until the call times out", async () => {
    local.faults.inject({ fault: { kind: "lost" }, times: 2 });
    const client = httpClient(20);
    const theirs = await rejection(client.send(new PutRecordCommand(put)));
    client.destroy();
    const ours = await rejection(local.client({ requestTimeoutMs: 20 }).send(new PutRecordCommand(put)));
    expect(seen(ours)).toEqual(seen(theirs));
    expect(ours).toMatchObject({ name: "TimeoutError", code: "ETIMEDOUT" });
  });

  it.each<[string, unknown]>([
    ["no reason", undefined],
    ["an error as reason", new Error("why")],
    ["text as reason", "why"],
  ])("lost, until the call is aborted with %s", async (_, reason) => {
    const { ours } = await bothFail(
      async (client) => {
        const strikes = local.faults.log.length;
        const controller = new AbortController();
        const answer = underWay(client.send(new PutRecordCommand(put), { abortSignal: controller.signal }));
        await struck(strikes + 1);
        controller.abort(reason);
        return await answer;
      },
      { kind: "lost" },
    );
    expect(ours.name).toBe("AbortError");
  });

  it("not opened for a call that is aborted before", async () => {
    const strikes = local.faults.log.length;
    local.faults.inject({ fault: { kind: "reset", when: "before" } });
    for (const client of [overHttp, inProcess]) {
      const error = await rejection(client.send(new PutRecordCommand(put), { abortSignal: AbortSignal.abort() }));
      expect(seen(error)).toMatchObject({ name: "AbortError", message: "Request aborted", hasMetadata: false });
    }
    expect(local.faults.log).toHaveLength(strikes);
    local.faults.clear();
  });

  it("closed by destroy while a call waits", async () => {
    const errors: object[] = [];
    for (const client of [httpClient(), local.client()]) {
      const strikes = local.faults.log.length;
      local.faults.inject({ fault: { kind: "lost" } });
      const answer = underWay(client.send(new PutRecordCommand(put)));
      await struck(strikes + 1);
      client.destroy();
      errors.push(seen(await rejection(answer)));
    }
    expect(errors[1]).toEqual(errors[0]);
    expect(errors[1]).toMatchObject({ name: "TimeoutError", message: "socket hang up", code: "ECONNRESET" });
  });
});

describe("an answer", () => {
  it.each<[string, Send]>([
    ["DescribeStream", (client) => client.send(new DescribeStreamCommand(stream))],
    ["DescribeStreamSummary", (client) => client.send(new DescribeStreamSummaryCommand(stream))],
    ["DescribeStreamConsumer", (client) => client.send(new DescribeStreamConsumerCommand({ ConsumerARN }))],
    ["DescribeAccountSettings", (client) => client.send(new DescribeAccountSettingsCommand())],
    ["ListTagsForStream", (client) => client.send(new ListTagsForStreamCommand(stream))],
    ["DescribeLimits", (client) => client.send(new DescribeLimitsCommand())],
    ["ListShards", listShards],
    ["ListShards, a page", (client) => client.send(new ListShardsCommand({ StreamName: "returns", MaxResults: 1 }))],
    ["ListStreams", (client) => client.send(new ListStreamsCommand())],
    [
      "ListStreamConsumers",
      (client) => client.send(new ListStreamConsumersCommand({ StreamARN: ConsumerARN.split("/consumer/")[0] })),
    ],
    ["GetRecords", getRecords],
  ])("%s", async (_, send) => {
    const [ours, theirs] = [await send(inProcess), await send(overHttp)].map(settled);
    expect(ours).toStrictEqual(theirs);
  });

  it("PutRecords with an entry refused", async () => {
    local.faults.inject({ fault: { kind: "throttled", entries: [1] }, times: 2 });
    const answers = [inProcess, overHttp].map(async (client) => {
      const answer = await client.send(new PutRecordsCommand({ ...stream, Records: [put, put, put] }));
      for (const entry of answer.Records ?? []) entry.SequenceNumber &&= "a number";
      return settled(answer);
    });
    const [ours, theirs] = await Promise.all(answers);
    expect(ours).toStrictEqual(theirs);
    expect(ours).toMatchObject({ FailedRecordCount: 1 });
  });
});

describe("a subscription", () => {
  const start = { Type: "TRIM_HORIZON" } as const;

  async function read(client: KinesisClient, during: (abort: () => void) => void = () => {}, leaveAfter = 100) {
    const controller = new AbortController();
    const command = new SubscribeToShardCommand({ ConsumerARN, ShardId: shard.ShardId, StartingPosition: start });
    const { EventStream, $metadata } = await client.send(command, { abortSignal: controller.signal });
    const events: unknown[] = [];
    try {
      for await (const event of EventStream!) {
        // The position moves with the time.
        if (event.SubscribeToShardEvent) event.SubscribeToShardEvent.ContinuationSequenceNumber &&= "a position";
        events.push(event);
        during(() => controller.abort());
        if (events.length === leaveAfter) break;
      }
      return { events, status: $metadata.httpStatusCode, end: "an end" };
    } catch (error) {
      return { events, status: $metadata.httpStatusCode, end: seen(error as Error) };
    }
  }

  /** Records and all, as both see them. */
  async function bothRead(fault: InjectedFault | undefined, during?: (abort: () => void) => void, leaveAfter?: number) {
    if (fault) local.faults.inject({ fault, times: 2 });
    const theirs = await read(overHttp, during, leaveAfter);
    const ours = await read(inProcess, during, leaveAfter);
    expect(ours).toStrictEqual(theirs);
    expect(local.faults.unused).toEqual([]);
    return ours;
  }

  it("brings events", async () => {
    const { events, end } = await bothRead(undefined, undefined, 1);
    const paid = expect.objectContaining({ Data: Uint8Array.from(put.Data), PartitionKey: "a" });
    expect(events).toMatchObject([{ SubscribeToShardEvent: { Records: expect.arrayContaining([paid]) } }]);
    expect(end).toBe("an end");
  });

  it.each<[string, InjectedFault, unknown]>([
    ["ended early", { kind: "cut-subscription", afterEvents: 1 }, "an end"],
    ["reset", { kind: "cut-subscription", afterEvents: 1, how: "reset" }, { message: "aborted", code: "ECONNRESET" }],
    [
      "taken over",
      { kind: "cut-subscription", afterEvents: 1, how: { exception: "ResourceInUseException" } },
      { class: "ResourceInUseException", hasMetadata: false, isService: true },
    ],
    [
      "failing",
      { kind: "cut-subscription", afterEvents: 1, how: { exception: "InternalFailureException" } },
      { class: "InternalFailureException", $fault: "server" },
    ],
  ])("%s", async (_, fault, end) => {
    const read = await bothRead(fault);
    expect(read.events).toHaveLength(1);
    if (typeof end === "string") expect(read.end).toBe(end);
    else expect(read.end).toMatchObject(end as object);
  });

  it("aborted", async () => {
    const { end } = await bothRead(undefined, (abort) => abort());
    expect(end).toMatchObject({ class: "Error", name: "Error", message: "aborted", code: "ECONNRESET" });
  });

  it("refused", async () => {
    const command = new SubscribeToShardCommand({
      ConsumerARN: `${ConsumerARN}1`,
      ShardId: "a",
      StartingPosition: start,
    });
    const { ours } = await bothFail((client) => client.send(command));
    expect(ours).toMatchObject({ name: "ResourceNotFoundException", $metadata: { httpStatusCode: 400 } });
  });
});

/** Resolves when so many faults have struck. */
async function struck(count: number): Promise<void> {
  while (local.faults.log.length < count) await new Promise(setImmediate);
}

/** Without what is another's in every call. */
function settled(answer: unknown): object {
  const { $metadata, ...rest } = answer as { readonly $metadata: Metadata };
  const { NextShardIterator, NextToken } = rest as Record<string, unknown>;
  return {
    ...rest,
    ...(NextShardIterator ? { NextShardIterator: "an iterator" } : {}),
    ...(NextToken ? { NextToken: "a token" } : {}),
    metadata: withoutIds($metadata),
  };
}

function withoutIds({ extendedRequestId: _, requestId: __, ...rest }: Metadata): Record<string, unknown> {
  return rest;
}
