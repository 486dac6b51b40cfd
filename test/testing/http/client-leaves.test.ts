// A client that goes before its answer is whole. kinesalite and dynalite throw the socket's ECONNRESET where nobody can
// catch it, and the process of the tests ends. Vitest fails a run in which any error goes uncaught.

import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { ListShardsCommand, PutRecordCommand, SubscribeToShardCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { BrokenConnectionError } from "../../../src/testing/http/index.ts";
import { aborted } from "./aborted.ts";
import { openDoor } from "./door.ts";
import { FakeSubscription } from "./fake-performer.ts";
import { post, rawConnection } from "./raw-connection.ts";
import { errorOf, sdkClient, TRANSPORTS } from "./sdk-client.ts";

const PUT = new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.from("paid") });
const SUBSCRIBE = new SubscribeToShardCommand({
  ConsumerARN: "arn",
  ShardId: "shardId-000000000000",
  StartingPosition: { Type: "LATEST" },
});
const EVENT = { Records: [], ContinuationSequenceNumber: "1", MillisBehindLatest: 0 };

describe.each(TRANSPORTS)("over %s", (transport) => {
  async function setUp() {
    const door = await openDoor();
    const client = sdkClient(door.endpoint, transport);
    onTestFinished(() => client.destroy());
    const isServed = async (): Promise<void> => {
      const other = sdkClient(door.endpoint, transport);
      door.performer.answer = () => ({ NextToken: "served" });
      expect((await other.send(new ListShardsCommand({}))).NextToken).toBe("served");
      other.destroy();
    };
    return { client, isServed, performer: door.performer };
  }

  it("an aborted call aborts what is performed for it", async () => {
    const { client, isServed, performer } = await setUp();
    performer.answer = async ({ signal }) => {
      await aborted(signal);
      throw signal.reason;
    };
    const heard = performer.nextCall();
    const abort = new AbortController();
    const sent = errorOf(client.send(PUT, { abortSignal: abort.signal }));
    const { signal } = await heard;
    expect(signal.aborted).toBe(false);
    abort.abort();
    expect(await sent).toMatchObject({ name: "AbortError" });
    await aborted(signal);
    await isServed();
  });

  it.each([
    ["answers", () => ({ NextToken: "late" })],
    ["throws", () => Promise.reject(new Error("late"))],
    ["answers 10 MiB", () => ({ NextToken: "late".repeat(2_621_440) })],
    ["truncates its answer", () => Promise.reject(new BrokenConnectionError("truncated", { NextToken: "late" }))],
    ["resets the connection", () => Promise.reject(new BrokenConnectionError("reset"))],
  ])("a model that %s after the client has gone does no harm", async (_, late) => {
    const { client, isServed, performer } = await setUp();
    performer.answer = async ({ signal }) => {
      await aborted(signal);
      return late();
    };
    const heard = performer.nextCall();
    const abort = new AbortController();
    const sent = errorOf(client.send(new ListShardsCommand({}), { abortSignal: abort.signal }));
    const { signal } = await heard;
    abort.abort();
    await sent;
    await aborted(signal);
    await isServed();
  });

  it("an answered call's signal stays as it is", async () => {
    const { client, isServed, performer } = await setUp();
    await client.send(new ListShardsCommand({}));
    client.destroy();
    await isServed();
    expect(performer.calls.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  });

  it("a subscription whose reader aborts is closed, once", async () => {
    const { client, isServed, performer } = await setUp();
    const subscription = new FakeSubscription([EVENT, EVENT]);
    performer.answer = () => subscription;
    const abort = new AbortController();
    const { EventStream } = await client.send(SUBSCRIBE, { abortSignal: abort.signal });
    let count = 0;
    const read = (async () => {
      for await (const _ of EventStream!) if (++count === 2) abort.abort();
    })();
    // Over HTTP/2 the loop just ends.
    if (transport === "HTTP/1.1") expect(await errorOf(read)).toMatchObject({ code: "ECONNRESET" });
    else await read;
    await subscription.closed;
    expect([count, subscription.closes]).toEqual([2, 1]);
    await isServed();
  });

  it("a subscription that fails once its reader has left does no harm", async () => {
    const { client, isServed, performer } = await setUp();
    const subscription = new FakeSubscription([EVENT]);
    performer.answer = () => ({
      next: async () => {
        const event = await subscription.next();
        if (!event) throw new Error("late");
        return event;
      },
      close: () => subscription.close(),
    });
    const abort = new AbortController();
    const { EventStream } = await client.send(SUBSCRIBE, { abortSignal: abort.signal });
    const read = (async () => {
      for await (const _ of EventStream!) abort.abort();
    })();
    await read.catch((error: unknown) => expect(error).toMatchObject({ code: "ECONNRESET" }));
    await subscription.closed;
    await isServed();
  });

  it("a subscription that begins after its reader has left is closed", async () => {
    const { client, performer } = await setUp();
    const subscription = new FakeSubscription([]);
    performer.answer = async ({ signal }) => {
      await aborted(signal);
      return subscription;
    };
    const heard = performer.nextCall();
    const abort = new AbortController();
    const sent = errorOf(client.send(SUBSCRIBE, { abortSignal: abort.signal }));
    await heard;
    abort.abort();
    await sent;
    await subscription.closed;
    expect(subscription.asked).toBe(0);
  });
});

describe("a reset in the middle of a body, which ends kinesalite's process, ends that call only", () => {
  it("over HTTP/1.1", async () => {
    const { endpoint, performer, port } = await openDoor();
    const connection = await rawConnection(port);
    connection.socket.write(post('{"Data":"', { "content-length": 1_000 }));
    // The door has read the head once it asks for more.
    const waiting = await rawConnection(port);
    waiting.socket.write(post("{}"));
    await waiting.until(/ 200 OK/);
    connection.socket.resetAndDestroy();
    await once(connection.socket, "close");
    expect((await fetch(endpoint)).status).toBe(200);
    expect(performer.calls).toHaveLength(1);
  });

  // What came of the body could be a whole call, and without an error code its stream ends like any other.
  it.each(["stream", "stream, without an error", "connection"])("over HTTP/2, of the %s", async (what) => {
    const { endpoint, performer } = await openDoor();
    const session = connectHttp2(endpoint);
    onTestFinished(() => session.destroy());
    session.on("error", () => undefined);
    const stream = session.request({
      ":method": "POST",
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "Kinesis_20131202.PutRecord",
    });
    stream.on("error", () => undefined);
    const closed = new Promise((resolve) => stream.once("close", resolve));
    await new Promise((resolve) => stream.write("{}", resolve));
    await new Promise((resolve) => session.ping(resolve));
    if (what === "connection") session.socket.resetAndDestroy();
    else stream.destroy(what === "stream" ? new Error("reset") : undefined);
    await closed;
    for (let turn = 0; turn < 3; turn++) expect((await fetch(endpoint)).status).toBe(200);
    expect(performer.calls).toEqual([]);
  });
});

it.each(["", "P"])("a reset of a connection that has only said %j ends nothing else", async (begin) => {
  const { endpoint, port } = await openDoor();
  const connection = await rawConnection(port);
  connection.socket.write(begin);
  expect((await fetch(endpoint)).status).toBe(200);
  connection.socket.resetAndDestroy();
  await once(connection.socket, "close");
  expect((await fetch(endpoint)).status).toBe(200);
});

it("a client that is destroyed leaves no subscription behind", async () => {
  const { endpoint, performer } = await openDoor();
  const subscription = new FakeSubscription([EVENT]);
  performer.answer = () => subscription;
  const client = sdkClient(endpoint, "HTTP/1.1");
  const { EventStream } = await client.send(SUBSCRIBE);
  const read = errorOf(
    (async () => {
      for await (const _ of EventStream!) client.destroy();
    })(),
  );
  expect(await read).toMatchObject({ code: "ECONNRESET" });
  await subscription.closed;
});

it("a reset in the middle of an answer ends that call only", async () => {
  const { endpoint, performer, port } = await openDoor();
  performer.answer = () => ({ NextToken: "x".repeat(20_000_000) });
  const connection = await rawConnection(port);
  connection.socket.write(post("{}", { "x-amz-target": "Kinesis_20131202.ListShards" }));
  await connection.until(/ 200 OK/);
  connection.socket.resetAndDestroy();
  await once(connection.socket, "close");
  expect((await fetch(endpoint)).status).toBe(200);
});
