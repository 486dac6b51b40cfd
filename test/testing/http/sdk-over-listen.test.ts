// A stream's life through the AWS SDK and a port, with nothing of ours between but what a user has.

import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { LocalKinesis } from "../../../src/testing/index.ts";
import { errorOf, sdkClient, TRANSPORTS, type Transport } from "./sdk-client.ts";

const StreamName = "orders";
const PARENT = "shardId-000000000000";
const CHILDREN = ["shardId-000000000001", "shardId-000000000002"];
const MIDDLE = (2n ** 127n).toString();
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

async function readToEnd(client: KinesisClient, ShardId: string) {
  const start = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
  const data: string[] = [];
  const children: (string | undefined)[] = [];
  while (ShardIterator) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
    data.push(...(page.Records ?? []).map((record) => text(record.Data)));
    children.push(...(page.ChildShards ?? []).map((child) => child.ShardId));
    ShardIterator = page.NextShardIterator;
  }
  return { data, children };
}

async function subscribeToEnd(client: KinesisClient, ConsumerARN: string | undefined) {
  const StartingPosition = { Type: "TRIM_HORIZON" as const };
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({ ConsumerARN, ShardId: PARENT, StartingPosition }),
  );
  const events: SubscribeToShardEvent[] = [];
  for await (const { SubscribeToShardEvent: event } of EventStream!) if (event) events.push(event);
  return events;
}

describe.each(TRANSPORTS)("over %s", (transport: Transport) => {
  async function setUp() {
    const local = new LocalKinesis({ limits: "off" });
    onTestFinished(() => local.close());
    const { endpoint } = await local.listen();
    const client = sdkClient(endpoint, transport);
    onTestFinished(() => client.destroy());
    return { client, endpoint, local };
  }

  it("a stream is created, written, split, and read to its shard's end, by polling and by fan-out", async () => {
    const { client, local } = await setUp();
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const { StreamDescriptionSummary: stream } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    expect(stream).toMatchObject({
      StreamStatus: "ACTIVE",
      OpenShardCount: 1,
      StreamCreationTimestamp: expect.any(Date),
    });

    const one = await client.send(
      new PutRecordCommand({ StreamName, PartitionKey: "ключ 😀", Data: Buffer.from("one") }),
    );
    const Records = ["two", "three"].map((data) => ({ PartitionKey: data, Data: Buffer.from(data) }));
    const more = await client.send(new PutRecordsCommand({ StreamName, Records }));
    expect([one.ShardId, ...(more.Records ?? []).map(({ ShardId }) => ShardId)]).toEqual(Array(3).fill(PARENT));

    const consumer = { StreamARN: stream?.StreamARN, ConsumerName: "app" };
    const { Consumer } = await client.send(new RegisterStreamConsumerCommand(consumer));
    await client.send(new SplitShardCommand({ StreamName, ShardToSplit: PARENT, NewStartingHashKey: MIDDLE }));
    const { Shards } = await client.send(new ListShardsCommand({ StreamName }));
    expect(Shards?.map(({ ShardId, ParentShardId }) => [ShardId, ParentShardId])).toEqual([
      [PARENT, undefined],
      [CHILDREN[0], PARENT],
      [CHILDREN[1], PARENT],
    ]);

    expect(await readToEnd(client, PARENT)).toEqual({ data: ["one", "two", "three"], children: CHILDREN });

    const events = await subscribeToEnd(client, Consumer?.ConsumerARN);
    const pushed = events.flatMap((event) => event.Records ?? []);
    expect(pushed.map((record) => text(record.Data))).toEqual(["one", "two", "three"]);
    expect(pushed[0]).toMatchObject({ PartitionKey: "ключ 😀", SequenceNumber: one.SequenceNumber });
    const last = events.at(-1);
    expect(last?.ChildShards?.map(({ ShardId }) => ShardId)).toEqual(CHILDREN);
    expect(last?.ContinuationSequenceNumber).toBeUndefined();
    expect(local.snapshot()[0]?.streamName).toBe(StreamName);
  });

  it("records put during a subscription are pushed as they come, and a split then ends it", async () => {
    const { client, local } = await setUp();
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const { StreamDescriptionSummary: stream } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    const consumer = { StreamARN: stream?.StreamARN, ConsumerName: "app" };
    const { Consumer } = await client.send(new RegisterStreamConsumerCommand(consumer));
    const writer = local.client();
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer?.ConsumerARN,
        ShardId: PARENT,
        StartingPosition: { Type: "LATEST" },
      }),
    );
    const seen: string[] = [];
    for await (const { SubscribeToShardEvent: event } of EventStream!) {
      seen.push(...(event?.Records ?? []).map((record) => text(record.Data)));
      if (event?.ChildShards) seen.push(...event.ChildShards.map(({ ShardId }) => ShardId!));
      else if (seen.length < 3) {
        const Data = Buffer.from(`put ${seen.length}`);
        await writer.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data }));
      } else if (seen.length === 3) {
        await writer.send(new SplitShardCommand({ StreamName, ShardToSplit: PARENT, NewStartingHashKey: MIDDLE }));
      }
    }
    expect(seen).toEqual(["put 0", "put 1", "put 2", ...CHILDREN]);
  });

  it("the model's refusals are the SDK's exceptions", async () => {
    const { client } = await setUp();
    const missing = await errorOf(client.send(new DescribeStreamSummaryCommand({ StreamName: "nothing" })));
    expect(missing).toMatchObject({ name: "ResourceNotFoundException", $fault: "client" });
    const empty = await errorOf(client.send(new PutRecordsCommand({ StreamName: "nothing", Records: [] })));
    expect(empty).toMatchObject({ name: "ValidationException" });
  });

  it("closing the stream ends its subscriptions as the service does, and then its port", async () => {
    const { client, endpoint, local } = await setUp();
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const { StreamDescriptionSummary: stream } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN: stream?.StreamARN, ConsumerName: "app" }),
    );
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer?.ConsumerARN,
        ShardId: PARENT,
        StartingPosition: { Type: "LATEST" },
      }),
    );
    let closed: Promise<void> | undefined;
    const read = (async () => {
      for await (const _ of EventStream!) closed ??= local.close();
    })();
    // Whether the end or the cut comes first is a race that no reader may rely on.
    await read.catch((error: unknown) => expect(error).toMatchObject({ code: "ECONNRESET" }));
    await closed;
    expect(closed).toBeDefined();
    await expect(fetch(endpoint)).rejects.toThrow();
  });
});
