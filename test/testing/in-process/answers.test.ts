import {
  DeleteStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { open } from "./local.ts";

const shard = { StreamName: "orders", ShardId: "shardId-000000000000" };

async function readAll(client: KinesisClient) {
  const start = await client.send(new GetShardIteratorCommand({ ...shard, ShardIteratorType: "TRIM_HORIZON" }));
  return await client.send(new GetRecordsCommand({ ShardIterator: start.ShardIterator }));
}

const texts = ({ Records }: { Records?: { Data?: Uint8Array | undefined }[] | undefined }): string[] =>
  (Records ?? []).map(({ Data }) => Buffer.from(Data!).toString());

describe("an answer", () => {
  it("has the shape of the SDK's, its metadata last", async () => {
    const { client } = open();
    const answer = await client.send(
      new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: new Uint8Array(1) }),
    );
    expect(Object.keys(answer)).toEqual(["ShardId", "SequenceNumber", "$metadata"]);
    expect(answer.$metadata).toStrictEqual({
      httpStatusCode: 200,
      requestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      extendedRequestId: undefined,
      cfId: undefined,
      attempts: 1,
      totalRetryDelay: 0,
    });
  });

  it("has nothing else where the call has none", async () => {
    const { client } = open();
    expect(Object.keys(await client.send(new DeleteStreamCommand({ StreamName: "orders" })))).toEqual(["$metadata"]);
  });

  it("has a request id of its own", async () => {
    const { client } = open();
    const list = () => client.send(new ListShardsCommand({ StreamName: "orders" }));
    const ids = (await Promise.all([list(), list(), list()])).map(({ $metadata }) => $metadata.requestId);
    expect(new Set(ids).size).toBe(3);
  });
});

describe("bytes", () => {
  it("of a put may be written over once send has returned", async () => {
    const { client } = open();
    const data = new TextEncoder().encode("paid");
    const one = client.send(new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: data }));
    data.fill(0x2e);
    const Records = [{ PartitionKey: "a", Data: data }];
    const two = client.send(new PutRecordsCommand({ StreamName: "orders", Records }));
    data.fill(0x21);
    await Promise.all([one, two]);
    expect(texts(await readAll(client))).toEqual(["paid", "...."]);
  });

  it("that were read may be written over, and others read the same again", async () => {
    const { client, local } = open();
    for (const text of ["paid", "sent"]) {
      await client.send(new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.from(text) }));
    }
    const first = await readAll(client);
    for (const { ApproximateArrivalTimestamp, Data } of first.Records ?? []) {
      expect(Object.getPrototypeOf(Data)).toBe(Uint8Array.prototype);
      expect(ApproximateArrivalTimestamp).toBeInstanceOf(Date);
      Data!.fill(0x2e);
      ApproximateArrivalTimestamp!.setTime(0);
    }
    const again = await readAll(client);
    expect(texts(again)).toEqual(["paid", "sent"]);
    expect(again.Records?.[0]?.ApproximateArrivalTimestamp?.getTime()).not.toBe(0);
    const stored = local.snapshot()[0]!.shards[0]!.records.map(({ data }) => Buffer.from(data).toString());
    expect(stored).toEqual(["paid", "sent"]);
  });

  it("given as text are its UTF-8, as the SDK sends them", async () => {
    const { client } = open();
    await client.send(new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: "bezahlt ✓" as never }));
    expect(texts(await readAll(client))).toEqual(["bezahlt ✓"]);
  });
});

describe("a command's input", () => {
  it("is left as it is", async () => {
    const { client, clock } = open();
    const bytes = new Uint8Array([1, 2, 3]);
    const put = Object.freeze({
      StreamName: "orders",
      Records: Object.freeze([Object.freeze({ Data: bytes, PartitionKey: "a", ExplicitHashKey: undefined })]) as never,
    });
    await client.send(new PutRecordsCommand(put));
    const Timestamp = new Date(clock.now());
    const at = Object.freeze({ ...shard, ShardIteratorType: "AT_TIMESTAMP" as const, Timestamp });
    await client.send(new GetShardIteratorCommand(at));
    expect(put.Records).toStrictEqual([{ Data: bytes, PartitionKey: "a", ExplicitHashKey: undefined }]);
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(at).toStrictEqual({ ...shard, ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(clock.now()) });
  });

  it("of wrong types is refused in the service's words", async () => {
    const { client } = open();
    const send = client.send(new ListShardsCommand({ StreamName: "orders", MaxResults: 0 }));
    await expect(send).rejects.toMatchObject({ name: "ValidationException", $metadata: { httpStatusCode: 400 } });
    const wrong = client.send(new ListShardsCommand({ StreamName: "orders", MaxResults: "many" as never }));
    await expect(wrong).rejects.toMatchObject({ name: "SerializationException" });
  });
});
