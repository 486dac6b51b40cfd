// Byte for byte what the AWS SDK for Java v2 sends: it has done so since 2016, so it is what the service is known to read.

import { describe, expect, it } from "vitest";
import { createKinesisClient, KinesisCborProtocol, readCbor, writeCbor } from "../../../src/kinesis/index.ts";
import { captureRequests } from "../captured-requests.ts";
import { newestSdk, oldestSdk } from "../sdk.ts";
import { javaRequests, sendAs } from "./java-requests.ts";

const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };

it.each(javaRequests)("writeCbor: $operation", ({ bodyHex, input }) => {
  expect(writeCbor(input).toString("hex")).toBe(bodyHex);
});

it.each(javaRequests)("readCbor: $operation", ({ bodyHex, input }) => {
  expect(readCbor(Buffer.from(bodyHex, "hex"))).toStrictEqual(input);
});

describe.each([newestSdk(), oldestSdk()])("$name", ({ peers }) => {
  const clients = [
    ["createKinesisClient", { reuseBodyBuffers: true }],
    ["createKinesisClient, a fresh buffer for each body", { reuseBodyBuffers: false }],
  ] as const;

  it.each(clients)("%s", async (_, { reuseBodyBuffers }) => {
    const { handler, requests } = captureRequests();
    const kinesis = createKinesisClient({ ...config, peers, requestHandler: handler, reuseBodyBuffers });
    for (const request of javaRequests) await sendAs(peers, kinesis, request);
    expectJava(requests);
  });

  it("KinesisCborProtocol, an instance in the SDK's own client", async () => {
    const { handler, requests } = captureRequests();
    const protocol = new KinesisCborProtocol({ peers });
    const kinesis = new peers.client.KinesisClient({ ...config, protocol, requestHandler: handler });
    for (const request of javaRequests) await sendAs(peers, kinesis, request);
    expectJava(requests);
  });

  it("extra members never go over the wire", async () => {
    const { handler, requests } = captureRequests();
    const kinesis = createKinesisClient({ ...config, peers, requestHandler: handler });
    const [{ bodyHex, input }] = javaRequests as [(typeof javaRequests)[0]];
    const { Records, StreamName } = input as { Records: readonly object[]; StreamName: string };
    // As a PackedEntry has them.
    const packed = Records.map((entry) => ({ userRecordCount: 7, ...entry, encodedSize: 9n, shardId: () => "a" }));
    const { PutRecordsCommand } = peers.client;
    await kinesis.send(new PutRecordsCommand({ note: Symbol("a"), Records: packed, StreamName } as never));
    expect(requests[0]?.body.toString("hex")).toBe(bodyHex);
  });
});

function expectJava(requests: ReturnType<typeof captureRequests>["requests"]): void {
  expect(requests).toHaveLength(javaRequests.length);
  for (const [index, { bodyHex, contentType, operation }] of javaRequests.entries()) {
    const { body, headers } = requests[index]!; // as many as there are
    expect(body.toString("hex"), operation).toBe(bodyHex);
    expect(headers["content-type"]).toBe(contentType);
    expect(headers["x-amz-target"]).toBe(`Kinesis_20131202.${operation}`);
    expect(headers["content-length"]).toBe(String(bodyHex.length / 2));
  }
}
