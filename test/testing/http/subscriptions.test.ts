import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { SubscribeToShardCommand, type SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { BrokenConnectionError, ServiceError } from "../../../src/testing/http/index.ts";
import { openDoor } from "./door.ts";
import { FakeSubscription } from "./fake-performer.ts";
import { post, rawConnection } from "./raw-connection.ts";
import { errorOf, sdkClient, TRANSPORTS } from "./sdk-client.ts";

const SUBSCRIBE = new SubscribeToShardCommand({
  ConsumerARN: "arn",
  ShardId: "shardId-000000000000",
  StartingPosition: { Type: "LATEST" },
});

const EMPTY: SubscribeToShardEvent = { Records: [], ContinuationSequenceNumber: "7", MillisBehindLatest: 0 };
const RECORDS: SubscribeToShardEvent = {
  Records: ["a", "ключ 😀"].map((PartitionKey, index) => ({
    SequenceNumber: `4959033827149025660855969253836157109592157598913658889${index}`,
    ApproximateArrivalTimestamp: new Date(1_763_726_400_123),
    Data: Uint8Array.from([0, 255, index]),
    PartitionKey,
  })),
  ContinuationSequenceNumber: "49590338271490256608559692538361571095921575989136588891",
  MillisBehindLatest: 1_500,
};
const SHARD_END: SubscribeToShardEvent = {
  Records: [],
  ContinuationSequenceNumber: undefined,
  MillisBehindLatest: 0,
  ChildShards: [
    {
      ShardId: "shardId-000000000001",
      ParentShards: ["shardId-000000000000"],
      HashKeyRange: { StartingHashKey: "0", EndingHashKey: "170141183460469231731687303715884105727" },
    },
  ],
};

describe.each(TRANSPORTS)("over %s", (transport) => {
  async function subscribe(subscription: FakeSubscription) {
    const door = await openDoor();
    door.performer.answer = () => subscription;
    const client = sdkClient(door.endpoint, transport);
    onTestFinished(() => client.destroy());
    const { EventStream } = await client.send(SUBSCRIBE);
    const events: SubscribeToShardEvent[] = [];
    const read = async (): Promise<void> => {
      for await (const { SubscribeToShardEvent: event } of EventStream!) if (event) events.push(event);
    };
    return { door, events, read };
  }

  it("send() resolves before there is an event", async () => {
    const subscription = new FakeSubscription([]);
    await subscribe(subscription);
    expect(subscription.closes).toBe(0);
  });

  it("events arrive as they were given, to the shard's end, and the loop ends", async () => {
    const subscription = new FakeSubscription([EMPTY, RECORDS, SHARD_END], "end");
    const { events, read } = await subscribe(subscription);
    await read();
    expect(events).toEqual([EMPTY, RECORDS, SHARD_END]);
    await subscription.closed;
    expect(subscription.closes).toBe(1);
  });

  it("an event of 10 MiB arrives whole", async () => {
    const Data = Buffer.alloc(1_048_576, "0123456789abcdef");
    const Records = Array.from({ length: 10 }, () => ({ SequenceNumber: "1", PartitionKey: "a", Data }));
    const { events, read } = await subscribe(new FakeSubscription([{ ...EMPTY, Records }], "end"));
    await read();
    expect(events[0]?.Records?.map((record) => Data.equals(record.Data!))).toEqual(Array(10).fill(true));
  });

  it.each([
    [new ServiceError("ResourceInUseException", "Another active subscription exists"), "ResourceInUseException"],
    [new ServiceError("ResourceNotFoundException", "The consumer was deregistered"), "ResourceNotFoundException"],
    [new ServiceError("InternalFailureException", "Internal failure", 500), "InternalFailureException"],
    [new TypeError("a bug of the model"), "InternalFailureException"],
    // Not among those that the service's model has for the stream.
    [new ServiceError("LimitExceededException", "Too many"), "LimitExceededException"],
  ])("%s after an event is thrown from the loop", async (error, name) => {
    const { events, read } = await subscribe(new FakeSubscription([RECORDS], error));
    const seen = await errorOf(read());
    expect(seen).toMatchObject({ name, message: expect.stringContaining(error.message) });
    expect(events).toEqual([RECORDS]);
  });

  it("a refusal before the first event is thrown from send(), with its status", async () => {
    const door = await openDoor();
    door.performer.answer = () => Promise.reject(new ServiceError("ResourceInUseException", "in use"));
    const client = sdkClient(door.endpoint, transport);
    onTestFinished(() => client.destroy());
    const seen = await errorOf(client.send(SUBSCRIBE));
    expect(seen).toMatchObject({ name: "ResourceInUseException", message: "in use" });
    expect(seen.$metadata?.httpStatusCode).toBe(400);
  });

  it("reset after an event: HTTP/1.1 throws ECONNRESET, HTTP/2 ends the loop as if all were well", async () => {
    const subscription = new FakeSubscription([RECORDS], new BrokenConnectionError("reset"));
    const { events, read } = await subscribe(subscription);
    if (transport === "HTTP/1.1")
      expect(await errorOf(read())).toMatchObject({ code: "ECONNRESET", message: "aborted" });
    else await read();
    expect(events).toEqual([RECORDS]);
    await subscription.closed;
  });

  it("truncated in an event: HTTP/1.1 throws ECONNRESET, HTTP/2 tells of a truncated event", async () => {
    const subscription = new FakeSubscription([EMPTY], new BrokenConnectionError("truncated", RECORDS));
    const { events, read } = await subscribe(subscription);
    expect(await errorOf(read())).toMatchObject(
      transport === "HTTP/1.1" ? { code: "ECONNRESET" } : { message: "Truncated event message received." },
    );
    expect(events).toEqual([EMPTY]);
    await subscription.closed;
  });

  it.each(["reset", "truncated"] as const)("%s before the first event fails send()", async (how) => {
    const door = await openDoor();
    door.performer.answer = () => Promise.reject(new BrokenConnectionError(how));
    const client = sdkClient(door.endpoint, transport);
    onTestFinished(() => client.destroy());
    expect(await errorOf(client.send(SUBSCRIBE))).toMatchObject({ name: expect.stringMatching(/Error$/) });
  });

  it("lost after an event: neither another nor an end, until the listener closes", async () => {
    const subscription = new FakeSubscription([RECORDS], new BrokenConnectionError("lost"));
    const { door, events, read } = await subscribe(subscription);
    const reading = read().then(
      () => "ended",
      () => "broken",
    );
    // Ten calls by the same way are answered; what the subscription had to say would have come before.
    const other = sdkClient(door.endpoint, transport);
    onTestFinished(() => other.destroy());
    door.performer.answer = () => Promise.reject(new ServiceError("ResourceInUseException", "in use"));
    for (let call = 0; call < 10; call++) await errorOf(other.send(SUBSCRIBE));
    expect(await Promise.race([reading, Promise.resolve("silent")])).toBe("silent");
    expect(events).toEqual([RECORDS]);
    expect(subscription.closes).toBe(0);
    await door.close();
    await reading;
    await subscription.closed;
  });
});

describe("a slow reader holds up its own subscription, and nothing piles up", () => {
  const Records = [{ SequenceNumber: "1", PartitionKey: "a", Data: Buffer.alloc(4 * 1_048_576) }];
  const EVENTS = Array.from({ length: 20 }, () => ({ ...EMPTY, Records }));

  it("over HTTP/1.1", async () => {
    const { endpoint, performer, port } = await openDoor();
    const subscription = new FakeSubscription(EVENTS, "end");
    performer.answer = () => subscription;
    const connection = await rawConnection(port);
    connection.socket.write(post("{}", { "x-amz-target": "Kinesis_20131202.SubscribeToShard" }));
    await connection.until(/ 200 OK/);
    connection.socket.pause();
    for (let turn = 0; turn < 20; turn++) await fetch(endpoint);
    // The kernel's buffers of both sockets take a few MiB.
    expect(subscription.asked).toBeLessThan(10);
    connection.socket.resume();
    await subscription.closed;
    expect(subscription.asked).toBe(21);
  });

  it("over HTTP/2", async () => {
    const { endpoint, performer } = await openDoor();
    const subscription = new FakeSubscription(EVENTS, "end");
    performer.answer = () => subscription;
    const session = connectHttp2(endpoint);
    onTestFinished(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "Kinesis_20131202.SubscribeToShard",
    });
    stream.end("{}");
    await once(stream, "response");
    for (let turn = 0; turn < 20; turn++) await fetch(endpoint);
    expect(subscription.asked).toBe(1);
    stream.resume();
    await subscription.closed;
    expect(subscription.asked).toBe(21);
  });
});

it("over HTTP/2 answers that nobody reads keep no other call of their connection waiting", async () => {
  const { endpoint, performer } = await openDoor();
  performer.answer = ({ input }) => input;
  const session = connectHttp2(endpoint, { maxSessionMemory: 100 });
  onTestFinished(() => session.destroy());
  const call = async (NextToken: string) => {
    const stream = session.request({
      ":method": "POST",
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "Kinesis_20131202.ListShards",
    });
    stream.end(JSON.stringify({ NextToken }));
    await once(stream, "response");
    return stream;
  };
  // Node's default lets a connection hold 10 MB.
  const unread = [await call("a".repeat(14_000_000)), await call("b".repeat(14_000_000))];
  const read = await call("c");
  let text = "";
  for await (const chunk of read.setEncoding("utf8")) text += String(chunk);
  expect(text).toBe('{"NextToken":"c"}');
  for (const stream of unread) stream.destroy();
});

it("an answer of events has their content type and no length", async () => {
  const { performer, port } = await openDoor();
  performer.answer = () => new FakeSubscription([]);
  const connection = await rawConnection(port);
  connection.socket.write(post("{}", { "x-amz-target": "Kinesis_20131202.SubscribeToShard" }));
  const received = await connection.until(/initial-response/);
  expect(received).toMatch(/content-type: application\/vnd\.amazon\.eventstream\r\n/);
  expect(received).not.toMatch(/content-length/);
});
