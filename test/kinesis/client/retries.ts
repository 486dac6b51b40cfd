// Retries are the SDK's, as the user sets them; each attempt brings the body that was signed.

import { expect, it, onTestFinished } from "vitest";
import { createKinesisClient, type KinesisClientOptions } from "../../../src/kinesis/index.ts";
import { LocalKinesis } from "../../../src/testing/index.ts";
import type { Sdk } from "../sdk.ts";
import { refuseFirstUnread } from "./refuse-first-unread.ts";
import { isAsSigned, type Respond, refusal, serve } from "./server.ts";

const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const region = "us-east-1";
const LARGE = 300_000;

export function retries({ peers }: Sdk): void {
  const { PutRecordCommand } = peers.client;
  const put = (fill: number) =>
    new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.alloc(LARGE, fill) });

  async function open(respond: Respond, options: KinesisClientOptions = {}) {
    const server = await serve(respond);
    const kinesis = createKinesisClient({ region, credentials, endpoint: server.endpoint, peers, ...options });
    onTestFinished(() => kinesis.destroy());
    return { ...server, kinesis };
  }

  const failed = refusal("InternalFailureException", 500);

  it.each<[string, KinesisClientOptions, number]>([
    ["three attempts by default", {}, 3],
    ["maxAttempts", { maxAttempts: 2 }, 2],
    ["retryMode", { retryMode: "standard", maxAttempts: 2 }, 2],
    ['retries: "none"', { retries: "none" }, 1],
    ['retries: "sdk"', { retries: "sdk", maxAttempts: 2 }, 2],
  ])("%s", async (_, options, attempts) => {
    const { arrived, kinesis } = await open(() => failed, options);
    const error = { name: "InternalFailureException", $metadata: { attempts } };
    await expect(kinesis.send(put(1))).rejects.toMatchObject(error);
    expect(arrived).toHaveLength(attempts);
    expect(arrived.every(isAsSigned)).toBe(true);
    expect(new Set(arrived.map(({ body }) => body.toString("hex"))).size).toBe(1);
  });

  it('retryMode: "adaptive" and a retryStrategy of the user\'s', async () => {
    const adaptive = await open((_, index) => (index === 0 ? failed : {}), { retryMode: "adaptive" });
    await adaptive.kinesis.send(put(1));
    expect(adaptive.arrived).toHaveLength(2);
    let asked = 0;
    const retryStrategy = {
      mode: "standard",
      retry: undefined,
      acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
      refreshRetryTokenForRetry: async () => {
        if (++asked === 5) throw new Error("enough");
        return { getRetryCount: () => asked, getRetryDelay: () => 0 };
      },
      recordSuccess: () => undefined,
    };
    const own = await open(() => failed, { retryStrategy: retryStrategy as never });
    await expect(own.kinesis.send(put(1))).rejects.toThrow();
    expect(own.arrived).toHaveLength(5);
  });

  it.each([true, false])(
    "an answer that is lost, cut or late: the same body again (reuseBodyBuffers: %s)",
    async (reuseBodyBuffers) => {
      const local = new LocalKinesis({ streams: { orders: 1 }, limits: "off" });
      onTestFinished(() => local.close());
      const { endpoint } = await local.listen();
      const requestHandler = { requestTimeout: 150, throwOnRequestTimeout: true };
      const kinesis = createKinesisClient({ region, credentials, endpoint, peers, requestHandler, reuseBodyBuffers });
      onTestFinished(() => kinesis.destroy());
      local.faults.inject({ fault: { kind: "reset", when: "after" } });
      await kinesis.send(put(1));
      local.faults.inject({ fault: { kind: "truncated" } });
      await kinesis.send(put(2));
      local.faults.inject({ fault: { kind: "lost" } });
      await kinesis.send(put(3));
      const [stream] = local.snapshot();
      const written = stream!.shards.flatMap(({ records }) =>
        records.map(({ data }) => [data.length, data[0], data.at(-1)]),
      );
      expect(written).toEqual([1, 1, 2, 2, 3, 3].map((fill) => [LARGE, fill, fill]));
      expect(local.faults.unused).toEqual([]);
    },
  );

  it.each([
    [2, "and takes it at the second attempt"],
    [1, "with no second attempt"],
  ])(
    "a body on its way to a service that has refused it unread is not written over: maxAttempts %i, %s",
    async (maxAttempts) => {
      const server = await refuseFirstUnread();
      const kinesis = createKinesisClient({ region, credentials, endpoint: server.endpoint, peers, maxAttempts });
      onTestFinished(() => kinesis.destroy());
      // More than all sockets on the way hold.
      const large = (fill: number) =>
        new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.alloc(16_000_000, fill) });
      const first = kinesis.send(large(1));
      if (maxAttempts === 1) await expect(first).rejects.toMatchObject({ name: "ServiceUnavailable" });
      else expect((await first).$metadata.attempts).toBe(2);
      await kinesis.send(large(2));
      expect(isAsSigned(await server.first())).toBe(true);
    },
  );

  it("a throttled call is tried again after the SDK's own pause", async () => {
    const throttled = refusal("ProvisionedThroughputExceededException");
    const { arrived, kinesis } = await open((_, index) => (index === 0 ? throttled : {}));
    const { $metadata } = await kinesis.send(put(1));
    expect($metadata.attempts).toBe(2);
    expect($metadata.totalRetryDelay).toBeGreaterThanOrEqual(0);
    expect(arrived).toHaveLength(2);
  });
}
