import {
  CreateStreamCommand,
  DescribeStreamConsumerCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../src/kinesis/index.ts";
import { ServiceError } from "../../../src/testing/http/index.ts";
import { openDoor } from "./door.ts";
import { errorOf, sdkClient, TRANSPORTS } from "./sdk-client.ts";

const PUT = new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.from("paid") });
const SEQUENCE_NUMBER = "49590338271490256608559692538361571095921575989136588898";

describe.each(TRANSPORTS)("over %s", (transport) => {
  async function setUp() {
    const door = await openDoor();
    const client = sdkClient(door.endpoint, transport);
    onTestFinished(() => client.destroy());
    return { client, door, performer: door.performer };
  }

  it("a call's bytes and timestamps arrive as the SDK was given them", async () => {
    const { client, performer } = await setUp();
    const Data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const Records = [
      { PartitionKey: "ключ 😀", Data },
      { PartitionKey: "b", ExplicitHashKey: "7", Data: new Uint8Array(0) },
    ];
    performer.answer = () => ({ FailedRecordCount: 0, Records: [] });
    await client.send(new PutRecordsCommand({ StreamName: "orders", Records }));
    const input = performer.calls[0]?.input as { Records: { PartitionKey: string; Data: Uint8Array }[] };
    expect(input.Records.map(({ PartitionKey }) => PartitionKey)).toEqual(["ключ 😀", "b"]);
    expect(input.Records.map((entry) => [...entry.Data])).toEqual([[...Data], []]);

    const Timestamp = new Date("2026-11-21T12:00:00.123Z");
    performer.answer = () => ({ ShardIterator: "it" });
    await client.send(
      new GetShardIteratorCommand({ StreamName: "s", ShardId: "s-0", ShardIteratorType: "AT_TIMESTAMP", Timestamp }),
    );
    expect(performer.calls[1]?.input).toMatchObject({ Timestamp });
  });

  it.each([
    ["no record", []],
    ["one record", ["a"]],
    ["keys that JSON escapes", ['"\\\n\u0000', "é", "ключ", "😀", "\ud800", "\u2028", "</script>"]],
  ])("a page of %s arrives as it was answered", async (_, keys) => {
    const { client, performer } = await setUp();
    const Records = keys.map((PartitionKey, index) => ({
      SequenceNumber: `${SEQUENCE_NUMBER}${index}`,
      ApproximateArrivalTimestamp: new Date(1_763_726_400_000 + index),
      Data: Uint8Array.from([0, 255, index]),
      PartitionKey,
      ...(index % 2 ? { EncryptionType: "KMS" as const } : {}),
    }));
    const rest = {
      NextShardIterator: undefined,
      MillisBehindLatest: 86_400_000,
      ChildShards: [
        {
          ShardId: "shardId-000000000001",
          ParentShards: ["shardId-000000000000"],
          HashKeyRange: { StartingHashKey: "0", EndingHashKey: "340282366920938463463374607431768211455" },
        },
      ],
    };
    performer.answer = () => ({ Records, ...rest });
    const { $metadata, ...page } = await client.send(new GetRecordsCommand({ ShardIterator: "it" }));
    expect(page).toEqual({ Records, ...rest });

    performer.answer = () => ({ Records });
    const { Records: alone } = await client.send(new GetRecordsCommand({ ShardIterator: "it" }));
    expect(alone).toEqual(Records);
  });

  it("a page of 10 MiB arrives whole, three times at once", async () => {
    const { client, performer } = await setUp();
    const Data = Buffer.alloc(1_048_576, "0123456789abcdef");
    const Records = Array.from({ length: 10 }, () => ({ SequenceNumber: SEQUENCE_NUMBER, PartitionKey: "a", Data }));
    performer.answer = () => ({ Records, MillisBehindLatest: 0 });
    const pages = await Promise.all(
      Array.from({ length: 3 }, () => client.send(new GetRecordsCommand({ ShardIterator: "it" }))),
    );
    for (const page of pages)
      expect(page.Records?.map((record) => Data.equals(record.Data!))).toEqual(Array(10).fill(true));
  });

  it("entries of PutRecords keep their order, their errors, and say nothing of what they lack", async () => {
    const { client, performer } = await setUp();
    const Records = Array.from({ length: 500 }, (_, index) =>
      index % 3
        ? { ShardId: "shardId-000000000000", SequenceNumber: `${SEQUENCE_NUMBER}${index}` }
        : { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "Rate exceeded" },
    );
    performer.answer = () => ({ FailedRecordCount: 167, Records, EncryptionType: "NONE" });
    const entries = [{ PartitionKey: "a", Data: Buffer.from("paid") }];
    const { $metadata, ...output } = await client.send(new PutRecordsCommand({ StreamName: "s", Records: entries }));
    expect(output).toEqual({ FailedRecordCount: 167, Records, EncryptionType: "NONE" });
  });

  it("timestamps deep in an answer arrive to the millisecond", async () => {
    const { client, performer } = await setUp();
    const ConsumerDescription = {
      ConsumerName: "app",
      ConsumerARN: "arn",
      ConsumerStatus: "ACTIVE" as const,
      ConsumerCreationTimestamp: new Date("2026-11-21T12:00:00.007Z"),
      StreamARN: "arn",
    };
    performer.answer = () => ({ ConsumerDescription });
    const output = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN: "arn" }));
    expect(output.ConsumerDescription).toEqual(ConsumerDescription);
  });

  it("a call that answers nothing is nothing to the SDK", async () => {
    const { client } = await setUp();
    const { $metadata, ...output } = await client.send(new CreateStreamCommand({ StreamName: "orders" }));
    expect(output).toEqual({});
    expect($metadata.httpStatusCode).toBe(200);
  });

  it("50 calls at once are all answered, each with its own answer", async () => {
    const { client, performer } = await setUp();
    performer.answer = ({ input }) => ({ NextToken: (input as { NextToken: string }).NextToken });
    const tokens = Array.from({ length: 50 }, (_, index) => `token-${index}`);
    const outputs = await Promise.all(tokens.map((NextToken) => client.send(new ListShardsCommand({ NextToken }))));
    expect(outputs.map(({ NextToken }) => NextToken)).toEqual(tokens);
    expect(performer.calls).toHaveLength(50);
  });

  it.each([
    [new ServiceError("ProvisionedThroughputExceededException", "Rate exceeded"), 400, "client"],
    [new ServiceError("ResourceNotFoundException", 'Stream "заказы" not found'), 400, "client"],
    [new ServiceError("ExpiredIteratorException", "Iterator expired"), 400, "client"],
    [new ServiceError("InternalFailureException", "Internal failure", 500), 500, "server"],
    [new ServiceError("ServiceUnavailable", "Try again", 503), 503, "server"],
  ])("%s is the SDK's own exception", async (refusal, status, fault) => {
    const { client, performer } = await setUp();
    performer.answer = () => Promise.reject(refusal);
    const seen = await errorOf(client.send(PUT));
    expect(seen).toMatchObject({ name: refusal.name, message: refusal.message, $fault: fault });
    expect(seen.$metadata?.httpStatusCode).toBe(status);
  });

  it("an HTML page of a proxy is a SyntaxError with its status", async () => {
    const { client, performer } = await setUp();
    performer.answer = () => Promise.reject(new ServiceError("ServiceUnavailable", "Try again", 503, "html"));
    const seen = await errorOf(client.send(PUT));
    expect(seen).toMatchObject({ name: "SyntaxError", message: expect.stringContaining("Unexpected token '<'") });
    expect(seen.$metadata?.httpStatusCode).toBe(503);
  });

  it.each([
    ["throws", () => Promise.reject(new TypeError("shard is undefined"))],
    ["answers what can't be written", () => ({ Shards: [1n] })],
  ])("a model that %s is an InternalFailure with its message, and the next call is served", async (_, answer) => {
    const { client, performer } = await setUp();
    performer.answer = answer;
    const seen = await errorOf(client.send(new ListShardsCommand({})));
    expect(seen).toMatchObject({ name: "InternalFailure", message: expect.stringContaining("TypeError") });
    expect(seen.$metadata?.httpStatusCode).toBe(500);
    performer.answer = () => ({ NextToken: "fine" });
    expect((await client.send(new ListShardsCommand({}))).NextToken).toBe("fine");
  });

  it("every answer has a request id of its own and the clock's date", async () => {
    let id = 0;
    const now = Date.parse("2030-01-01T00:00:00Z");
    const door = await openDoor({ clock: { ...systemClock, now: () => now }, requestId: () => `id-${++id}` });
    const client = sdkClient(door.endpoint, transport);
    onTestFinished(() => client.destroy());
    const dates: unknown[] = [];
    client.middlewareStack.add(
      (next) => async (request) => {
        const result = await next(request);
        dates.push((result.response as { headers: Record<string, string> }).headers["date"]);
        return result;
      },
      { step: "deserialize", priority: "low" },
    );
    const { $metadata } = await client.send(new CreateStreamCommand({ StreamName: "orders" }));
    door.performer.answer = () => Promise.reject(new ServiceError("ResourceInUseException", "exists"));
    const refused = (await errorOf(client.send(PUT))) as { $metadata?: { requestId?: string } };
    expect([$metadata.requestId, refused.$metadata?.requestId]).toEqual(["id-1", "id-2"]);
    expect($metadata.extendedRequestId).toEqual(expect.any(String));
    expect(dates).toEqual(Array(2).fill("Tue, 01 Jan 2030 00:00:00 GMT"));
  });
});
