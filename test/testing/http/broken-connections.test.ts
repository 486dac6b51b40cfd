// What the AWS SDK makes of each way in which a connection breaks. The two transports differ, and so do the errors: code
// that handles faults can be wrong over one and right over the other.

import { once } from "node:events";
import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { type KinesisClientConfig, ListShardsCommand, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it, onTestFinished } from "vitest";
import { BrokenConnectionError } from "../../../src/testing/http/index.ts";
import { aborted } from "./aborted.ts";
import { type Door, openDoor } from "./door.ts";
import { post, rawConnection } from "./raw-connection.ts";
import { errorOf, sdkClient, TRANSPORTS, type Transport } from "./sdk-client.ts";

const PUT = new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.from("paid") });
const OUTPUT = {
  ShardId: "shardId-000000000000",
  SequenceNumber: "4959033827149025660855969253836157109592157598913658",
};

function clientOf(door: Door, transport: Transport, config?: KinesisClientConfig) {
  const client = sdkClient(door.endpoint, transport, config);
  onTestFinished(() => client.destroy());
  return client;
}

describe.each([
  {
    transport: "HTTP/1.1",
    how: "reset",
    output: undefined,
    seen: { name: "TimeoutError", code: "ECONNRESET" },
    retried: true,
  },
  {
    transport: "HTTP/2",
    how: "reset",
    output: undefined,
    seen: { name: "TimeoutError", message: "Unexpected error: http2 request did not get a response" },
    retried: true,
  },
  {
    transport: "HTTP/1.1",
    how: "truncated",
    output: OUTPUT,
    seen: { name: "Error", code: "ECONNRESET", message: expect.stringMatching(/^aborted/) },
    retried: true,
  },
  {
    // As after the connection's own reset: the SDK takes half an answer for a whole one.
    transport: "HTTP/2",
    how: "truncated",
    output: OUTPUT,
    seen: { name: "SyntaxError", message: expect.stringMatching(/^Unterminated string in JSON/) },
    retried: false,
  },
] as const)("$how over $transport", ({ how, output, retried, seen, transport }) => {
  it(`is ${seen.name} to the SDK`, async () => {
    const door = await openDoor();
    door.performer.answer = () => Promise.reject(new BrokenConnectionError(how, output));
    expect(await errorOf(clientOf(door, transport).send(PUT))).toMatchObject(seen);
  });

  it(`is ${retried ? "" : "not "}retried by it`, async () => {
    const door = await openDoor();
    let attempts = 0;
    door.performer.answer = () => (++attempts < 3 ? Promise.reject(new BrokenConnectionError(how, output)) : OUTPUT);
    const sent = clientOf(door, transport, { maxAttempts: 3 }).send(PUT);
    if (retried) expect(await sent).toMatchObject(OUTPUT);
    else await errorOf(sent);
    expect(attempts).toBe(retried ? 3 : 1);
  });
});

describe.each([
  {
    transport: "HTTP/1.1",
    requestHandler: () => new NodeHttpHandler({ requestTimeout: 200, throwOnRequestTimeout: true }),
    seen: { name: "TimeoutError", code: "ETIMEDOUT" },
  },
  {
    transport: "HTTP/2",
    requestHandler: () => new NodeHttp2Handler({ requestTimeout: 200 }),
    seen: { name: "TimeoutError", message: "Stream timed out because of no activity for 200 ms" },
  },
] as const)("lost over $transport", ({ requestHandler, seen, transport }) => {
  it("is TimeoutError to an SDK that waits no longer, and the call is let go", async () => {
    const door = await openDoor();
    door.performer.answer = () => Promise.reject(new BrokenConnectionError("lost", OUTPUT));
    const client = clientOf(door, transport, { requestHandler: requestHandler() });
    const heard = door.performer.nextCall();
    expect(await errorOf(client.send(PUT))).toMatchObject(seen);
    await aborted((await heard).signal);
  });
});

describe.each(TRANSPORTS)("over %s", (transport) => {
  it.each(["reset", "truncated"] as const)("%s hits one call and not its neighbours", async (how) => {
    const door = await openDoor();
    const client = clientOf(door, transport);
    const answers = new Map<string, () => unknown>([
      ["broken", () => Promise.reject(new BrokenConnectionError(how, OUTPUT))],
    ]);
    let release: ((output: object) => void) | undefined;
    const waiting = new Promise<object>((resolve) => {
      release = resolve;
    });
    door.performer.answer = ({ input }) => answers.get((input as { NextToken: string }).NextToken)?.() ?? waiting;
    const neighbours = Array.from({ length: 5 }, () => client.send(new ListShardsCommand({ NextToken: "whole" })));
    while (door.performer.calls.length < 5) await door.performer.nextCall();
    await errorOf(client.send(new ListShardsCommand({ NextToken: "broken" })));
    release?.({ NextToken: "here" });
    expect((await Promise.all(neighbours)).map(({ NextToken }) => NextToken)).toEqual(Array(5).fill("here"));
  });

  it("an answer without a body has no middle: truncated, it is reset", async () => {
    const door = await openDoor();
    door.performer.answer = () => Promise.reject(new BrokenConnectionError("truncated", {}));
    expect(await errorOf(clientOf(door, transport).send(PUT))).toMatchObject({ name: "TimeoutError" });
  });
});

it("truncated over HTTP/2: the head promises the whole, half of it comes", async () => {
  const { endpoint, performer } = await openDoor();
  const output = { ...OUTPUT, EncryptionType: "x".repeat(200_000) };
  performer.answer = () => Promise.reject(new BrokenConnectionError("truncated", output));
  const session = connectHttp2(endpoint);
  onTestFinished(() => session.destroy());
  const stream = session.request({
    ":method": "POST",
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "Kinesis_20131202.PutRecord",
  });
  const answered = once(stream, "response") as Promise<[IncomingHttpHeaders]>;
  stream.end("{}");
  const [head] = await answered;
  let received = "";
  for await (const chunk of stream.setEncoding("utf8")) received += String(chunk);
  const whole = JSON.stringify(output);
  expect(head["content-length"]).toBe(String(whole.length));
  expect(received).toBe(whole.slice(0, whole.length / 2));
});

it("truncated over HTTP/1.1: the head promises the whole, half of it comes", async () => {
  const { performer, port } = await openDoor();
  performer.answer = () => Promise.reject(new BrokenConnectionError("truncated", OUTPUT));
  const connection = await rawConnection(port);
  connection.socket.write(post("{}"));
  const { received, error } = await connection.ended();
  const whole = JSON.stringify(OUTPUT);
  const [head, body] = received.split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1.1 200 OK\r\n.*content-length: ${whole.length}\r\n`, "s"));
  expect([body, error]).toEqual([whole.slice(0, whole.length / 2), undefined]);
});

it("reset: no byte of an answer, and no orderly end", async () => {
  const { performer, port } = await openDoor();
  performer.answer = () => Promise.reject(new BrokenConnectionError("reset", OUTPUT));
  const connection = await rawConnection(port);
  connection.socket.write(post("{}"));
  expect(await connection.ended()).toEqual({ received: "", error: "ECONNRESET" });
});

it("lost: closing the listener ends the wait", async () => {
  const door = await openDoor();
  door.performer.answer = () => Promise.reject(new BrokenConnectionError("lost"));
  const connection = await rawConnection(door.port);
  const heard = door.performer.nextCall();
  connection.socket.write(post("{}"));
  await heard;
  await door.close();
  expect((await connection.ended()).received).toBe("");
});
