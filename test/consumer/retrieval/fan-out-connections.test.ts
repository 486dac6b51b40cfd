// Real sockets: what is broken off is closed.

import { type KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { NodeHttp2Handler } from "@smithy/node-http-handler";
import { describe, expect, it, onTestFinished } from "vitest";
import { fanOutPages, registerConsumer } from "../../../src/consumer/retrieval/index.ts";
import { knownShard } from "../../../src/consumer/shards/index.ts";
import { createKinesisClient, kinesisCalls, systemClock } from "../../../src/kinesis/index.ts";
import { LocalKinesis } from "../../../src/testing/index.ts";
import { textsOf } from "./fan-out.ts";

const REASON = new Error("the reader stops");

/** Ours speaks HTTP/1.1 to a local endpoint, and HTTP/2 to AWS. */
const TRANSPORTS: readonly (readonly [string, () => Parameters<typeof createKinesisClient>[0]])[] = [
  ["HTTP/1.1", () => ({})],
  ["HTTP/2", () => ({ requestHandler: new NodeHttp2Handler({ disableConcurrentStreams: true }) })],
];

/** Both ends of each. Timers are counted in virtual time; the test runner has some of its own here. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
}

describe.each(TRANSPORTS)("over %s", (_, config) => {
  async function subscribed(silenceMs?: number) {
    const local = new LocalKinesis({ streams: { orders: 1 }, heartbeatMs: 60_000 });
    onTestFinished(() => local.close());
    const { endpoint } = await local.listen();
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const kinesis: KinesisClient = createKinesisClient({ endpoint, region: "us-east-1", credentials, ...config() });
    onTestFinished(() => kinesis.destroy());
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const reasons: string[] = [];
    const context = {
      calls: kinesisCalls(kinesis),
      clock: systemClock,
      random: () => 0.5,
      onEvent: (event: { readonly type: string; readonly reason?: string }) => {
        if (event.type === "subscription-ended") reasons.push(event.reason ?? "");
      },
      signal: stop.signal,
    };
    // Connections of other calls are kept; a client of its own leaves none.
    const calls = kinesisCalls(local.client());
    const consumerARN = await registerConsumer(
      { ...context, calls },
      { streamName: "orders", consumerName: "billing" },
    );
    const shard = knownShard((await calls.listShards({ StreamName: "orders" })).Shards![0]!);
    const before = sockets();
    const open = fanOutPages({ ...context, consumerARN, streamName: "orders", ...(silenceMs ? { silenceMs } : {}) });
    const pages = open(shard, { sequenceNumber: "TRIM_HORIZON" }, { signal: stop.signal, onPositionRefused: () => {} });
    const put = new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.from("a") });
    await local.client().send(put);
    expect(textsOf(await pages.next())).toEqual(["a"]);
    expect(sockets(), "else nothing is measured").toBeGreaterThan(before);
    return { before, pages, reasons, stop };
  }

  it("a stop while nobody waits closes the connection", async () => {
    const { before, pages, stop } = await subscribed();
    stop.abort(REASON);
    await expect(pages.next()).rejects.toBe(REASON);
    await expect.poll(sockets).toBe(before);
  });

  it("a stop while the next event is waited for does", async () => {
    const { before, pages, stop } = await subscribed();
    const outcome = pages.next().catch((error: unknown) => error);
    stop.abort(REASON);
    expect(await outcome).toBe(REASON);
    await expect.poll(sockets).toBe(before);
  });

  it("silence does", async () => {
    const { before, pages, reasons, stop } = await subscribed(50);
    const outcome = pages.next().catch((error: unknown) => error);
    await expect.poll(() => reasons).toEqual(["silent"]);
    await expect.poll(sockets).toBe(before);
    stop.abort(REASON);
    expect(await outcome).toBe(REASON);
  });
});
