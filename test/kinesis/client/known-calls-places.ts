// Where calls go, and what they are written in: a stream named by its ARN has an endpoint of its own, an endpoint of the user's
// may say more than a host, and one may turn out to know JSON only.

import { Readable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { createKinesisClient, type KinesisClientOptions, writeCbor } from "../../../src/kinesis/index.ts";
import { captureRequests } from "../captured-requests.ts";
import type { Sdk } from "../sdk.ts";
import { refuseFirstUnread } from "./refuse-first-unread.ts";
import { answer, isAsSigned, type Respond, refusal, serve, serveRaw, whole } from "./server.ts";

const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b", accountId: "1" } };

export function knownCallsPlaces({ peers }: Sdk): void {
  const { GetRecordsCommand, PutRecordCommand, PutRecordsCommand } = peers.client;

  const StreamARN = "arn:aws:kinesis:us-east-1:111122223333:stream/orders";
  const STREAMS = [
    { StreamARN },
    { StreamARN: "arn:aws:kinesis:us-east-1:444455556666:stream/orders" },
    { StreamARN: "arn:aws:kinesis:eu-west-1:111122223333:stream/orders" },
    {},
    { StreamARN: "" },
    { StreamName: "orders" },
    // Old versions do not know it.
    { StreamId: "a1.b2" },
    { StreamId: "c3.d4" },
    { StreamId: "a1.b2", StreamARN },
  ];

  /** Host and scope of each, in the order of the calls. */
  async function sentTo(options: KinesisClientOptions): Promise<unknown[]> {
    const { handler, requests } = captureRequests();
    const kinesis = createKinesisClient({ ...config, peers, requestHandler: handler, ...options });
    const sent: unknown[] = [];
    for (const stream of [...STREAMS, ...STREAMS, ...STREAMS.toReversed()]) {
      const before = requests.length;
      const outcomes = await Promise.allSettled([
        kinesis.send(new GetRecordsCommand({ ...stream, ShardIterator: "i" })),
        kinesis.send(new PutRecordsCommand({ ...stream, Records: [] })),
      ]);
      const come = requests
        .slice(before)
        .map(({ body, headers: { authorization = "", host, "user-agent": agent } }) => {
          return [host, /Credential=([^,]+)/.exec(authorization)?.[1], agent, String(body)];
        });
      sent.push([stream, outcomes.map(({ status }) => status), come]);
    }
    return sent;
  }

  it.each<[string, KinesisClientOptions]>([
    ["by default", {}],
    ["in another region", { region: "cn-north-1" }],
    ["useFipsEndpoint", { useFipsEndpoint: true }],
    ["useDualstackEndpoint", { useDualstackEndpoint: true }],
    ["an endpoint of the user's", { endpoint: "https://user:word@example.com:99/a?b=c#d" }],
    ["an endpoint with a path", { endpoint: "http://example.com/a/" }],
    ["customUserAgent and userAgentAppId", { customUserAgent: "orders/1", userAgentAppId: "shop" }],
  ])("%s: to the same places as the SDK's, call by call", async (_, options) => {
    const expected = await sentTo({ ...options, reuseRequestHeads: false });
    expect(await sentTo(options)).toEqual(expected);
    expect(expected).toHaveLength(3 * STREAMS.length);
  });

  it("an endpoint that learns to be JSON's while its head is known: each put is stored once", async () => {
    const refusesCbor = { value: false };
    const { arrived, kinesis } = await open(({ encoding }) =>
      refusesCbor.value && encoding === "cbor" ? { status: 415 } : {},
    );
    const put = (key: string) =>
      kinesis.send(new PutRecordCommand({ StreamName: "a", Data: Buffer.of(1), PartitionKey: key }));
    for (const key of ["a", "b"]) await put(key);
    refusesCbor.value = true;
    for (const key of ["c", "d", "e"]) expect((await put(key)).$metadata.attempts).toBe(1);
    const came = arrived.map(({ encoding, input }) => `${encoding} ${String(input["PartitionKey"])}`);
    expect(came).toEqual(["cbor a", "cbor b", "cbor c", "json c", "json d", "json e"]);
    expect(arrived.every(isAsSigned)).toBe(true);
  });

  describe("large bodies", () => {
    const put = (fill: number, length = 300_000) =>
      new PutRecordCommand({ StreamName: "a", PartitionKey: "a", Data: Buffer.alloc(length, fill) });

    it("each arrives as it was signed, whatever became of the others", async () => {
      const failed = refusal("InternalFailure", 500);
      const bodies: { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> }[] = [];
      let calls = 0;
      const server = await serveRaw([], async (request, response) => {
        const fate = calls++ === 0 ? 0 : calls % 5;
        // Unread: the rest of it is on its way yet.
        if (fate === 1) answer(response, failed);
        const arrived = await whole(request);
        if (arrived) bodies.push(arrived);
        if (fate === 2) response.destroy();
        else if (fate === 3) answer(response, { body: "{" });
        else if (fate !== 1) answer(response, {});
      });
      const retryMode = "standard";
      const kinesis = createKinesisClient({ ...config, endpoint: server.endpoint, peers, retryMode });
      onTestFinished(() => kinesis.destroy());
      await kinesis.send(put(0));
      let next = 1;
      const worker = async (): Promise<void> => {
        while (next < 60) await kinesis.send(put(next, 200_000 + 1_000 * next++)).catch(() => undefined);
      };
      await Promise.all(Array.from({ length: 6 }, worker));
      expect(bodies.length).toBeGreaterThan(40);
      expect(bodies.every(isAsSigned)).toBe(true);
    });

    it.each([1, 2])("one on its way is not written over when it is refused: maxAttempts %i", async (maxAttempts) => {
      const server = await refuseFirstUnread();
      const local = await serve(() => ({}));
      // The first call, elsewhere, is the one that the others have their head from.
      const target = { endpoint: local.endpoint };
      const inner = new peers.handlers.NodeHttpHandler();
      const requestHandler = {
        metadata: { handlerProtocol: "http/1.1" },
        handle: async (request: object, options: object) => {
          const { hostname, port } = new URL(target.endpoint);
          return await inner.handle(Object.assign(request, { hostname, port: Number(port) }) as never, options);
        },
        destroy: () => inner.destroy(),
      };
      const kinesis = createKinesisClient({
        ...config,
        endpoint: local.endpoint,
        peers,
        maxAttempts,
        requestHandler: requestHandler as never,
      });
      onTestFinished(() => kinesis.destroy());
      await kinesis.send(put(0));
      target.endpoint = server.endpoint;
      // More than all sockets on the way hold.
      const first = kinesis.send(put(1, 16_000_000));
      if (maxAttempts === 1) await expect(first).rejects.toMatchObject({ name: "ServiceUnavailable" });
      else expect((await first).$metadata.attempts).toBe(2);
      await kinesis.send(put(2, 16_000_000));
      expect(isAsSigned(await server.first())).toBe(true);
    });

    it.each<[string, () => object]>([
      ["is refused", () => ({ statusCode: 503, headers: {}, body: Buffer.from("{}") })],
      ["has half an answer", () => ({ statusCode: 200, headers: { "content-length": "9" }, body: halfAnswer() })],
    ])("no other call's bytes while one %s: it may be on its way yet", async (_, response) => {
      const sent: { readonly body: Uint8Array; readonly copy: Buffer }[] = [];
      const others: Promise<unknown>[] = [];
      const intact: boolean[] = [];
      const well = { statusCode: 200, headers: {}, body: writeCbor({}) };
      const requestHandler = {
        metadata: { handlerProtocol: "http/1.1" },
        handle: async ({ body }: { readonly body: Uint8Array }) => {
          const isFirst = sent.push({ body, copy: Buffer.copyBytesFrom(body) }) === 2;
          if (isFirst) others.push(atEachTurn());
          intact.push(!sent[1] || sent[1].copy.equals(sent[1].body));
          return { response: isFirst ? response() : well };
        },
      };
      const kinesis = createKinesisClient({
        ...config,
        peers,
        requestHandler: requestHandler as never,
        maxAttempts: 1,
      });
      /** Some of them write their bodies before the SDK has the call, some after. */
      async function atEachTurn(): Promise<void> {
        for (let turn = 0; turn < 20; turn++) {
          await Promise.resolve();
          others.push(kinesis.send(put(100 + turn, 100_000)));
        }
      }
      await kinesis.send(put(0, 10));
      await expect(kinesis.send(put(1, 100_000))).rejects.toThrow();
      await others[0];
      await Promise.all(others);
      expect(intact).toEqual(Array(22).fill(true));
    });

    it("the buffer of one that has succeeded is used again", async () => {
      const buffers = new Set<unknown>();
      const requestHandler = {
        metadata: { handlerProtocol: "http/1.1" },
        handle: async ({ body }: { readonly body: Uint8Array }) => {
          buffers.add(body.buffer);
          return { response: { statusCode: 200, headers: {}, body: writeCbor({}) } };
        },
      };
      const kinesis = createKinesisClient({ ...config, peers, requestHandler: requestHandler as never });
      for (let fill = 0; fill < 5; fill++) await kinesis.send(put(fill));
      expect(buffers.size).toBe(1);
    });
  });

  async function open(respond: Respond) {
    const server = await serve(respond);
    const kinesis = createKinesisClient({ ...config, endpoint: server.endpoint, peers });
    onTestFinished(() => kinesis.destroy());
    return { ...server, kinesis };
  }
}

/** Breaks when all that goes on has gone on. */
function halfAnswer(): Readable {
  const body = new Readable({ read: () => undefined });
  body.push("{");
  setImmediate(() => body.destroy(new Error("broken")));
  return body;
}
