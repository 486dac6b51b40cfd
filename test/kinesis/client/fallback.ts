// An endpoint that does not know CBOR: the call is made again in JSON, and all that follow are made in JSON. A put is stored
// once.

import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createKinesisClient, type KinesisClientEvent, type KinesisClientOptions } from "../../../src/kinesis/index.ts";
import { LocalKinesis } from "../../../src/testing/index.ts";
import type { Sdk } from "../sdk.ts";
import { type Arrived, type Reply, type Respond, refusal, serve } from "./server.ts";

const HTML = "<!doctype html><html><body>404 Not Found</body></html>";
const XML = "<UnknownOperationException/>\n";

/** What services and emulators say to a content type that they don't know. */
const REFUSALS: readonly (readonly [name: string, reply: Reply])[] = [
  ["404 with XML, as AWS's front", { status: 404, headers: { "content-type": "text/xml" }, body: XML }],
  ["404 with a page", { status: 404, headers: { "content-type": "text/html" }, body: HTML }],
  ["404 with nothing", { status: 404 }],
  ["415 with nothing", { status: 415 }],
  ["415 with a word", { status: 415, body: "Unsupported Media Type" }],
  ["415 with JSON", { status: 415, body: '{"message":"no"}' }],
  ["SerializationException", refusal("SerializationException")],
  ["UnknownOperationException", refusal("UnknownOperationException")],
  ["UnknownOperationException, qualified", refusal("com.amazon.coral.service#UnknownOperationException")],
  ["UnknownOperationException, 404", refusal("UnknownOperationException", 404)],
];

export function fallback({ peers }: Sdk): void {
  const { ListShardsCommand, PutRecordCommand, PutRecordsCommand } = peers.client;
  const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, peers };

  async function open(respond: Respond, options: KinesisClientOptions = {}) {
    const server = await serve(respond);
    const events: KinesisClientEvent[] = [];
    const onEvent = (event: KinesisClientEvent): void => void events.push(event);
    const kinesis = createKinesisClient({ ...config, endpoint: server.endpoint, onEvent, maxAttempts: 1, ...options });
    onTestFinished(() => kinesis.destroy());
    const encodings = (): string => server.arrived.map(({ encoding }) => encoding).join(" ");
    return { ...server, events, encodings, kinesis };
  }

  /** In front of a stream, an endpoint that knows JSON only. */
  async function jsonOnly(refused: Reply, options: KinesisClientOptions = {}) {
    const local = new LocalKinesis({ streams: { orders: 1 }, limits: "off" });
    onTestFinished(() => local.close());
    const { endpoint } = await local.listen();
    const opened = await open(
      async (arrived) => (arrived.encoding === "cbor" ? refused : await forward(endpoint, arrived)),
      options,
    );
    return { ...opened, local };
  }

  const put = (key: string) =>
    new PutRecordCommand({ StreamName: "orders", PartitionKey: key, Data: Buffer.from(key) });
  const list = () => new ListShardsCommand({ StreamName: "orders" });

  function keysIn(local: LocalKinesis): string[] {
    const [stream] = local.snapshot();
    return stream!.shards.flatMap(({ records }) => records.map(({ partitionKey }) => partitionKey!)); // each has one
  }

  it.each(REFUSALS)("%s: the call succeeds, with one event, and a put is stored once", async (_, refused) => {
    const { encodings, endpoint, events, kinesis, local } = await jsonOnly(refused);
    expect(await kinesis.send(put("a"))).toMatchObject({ ShardId: "shardId-000000000000" });
    await kinesis.send(put("b"));
    expect((await kinesis.send(list())).Shards).toHaveLength(1);
    expect(encodings()).toBe("cbor json json json");
    expect(keysIn(local)).toEqual(["a", "b"]);
    expect(events).toEqual([{ type: "cbor-refused", endpoint, cause: expect.any(Error) }]);
  });

  it("large bodies, whose buffers are used again, come through too", async () => {
    const { kinesis, local } = await jsonOnly({ status: 415 });
    const Records = [1, 2, 3].map((fill) => ({ PartitionKey: String(fill), Data: Buffer.alloc(200_000, fill) }));
    for (let call = 0; call < 3; call++) await kinesis.send(new PutRecordsCommand({ StreamName: "orders", Records }));
    const [stream] = local.snapshot();
    const written = stream!.shards.flatMap(({ records }) =>
      records.map(({ data }) => [data.length, data[0], data.at(-1)]),
    );
    expect(written).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3].map((fill) => [200_000, fill, fill]));
  });

  it("the SDK's retries see but one refusal, and the user's middleware the input as it was", async () => {
    const { encodings, kinesis } = await jsonOnly({ status: 415 }, { maxAttempts: 5 });
    const inputs: object[] = [];
    kinesis.middlewareStack.add(
      (next) => async (args) => {
        inputs.push({ ...args.input });
        return await next(args);
      },
      { step: "initialize" },
    );
    await kinesis.send(list());
    expect(encodings()).toBe("cbor json");
    expect(inputs.map((input) => JSON.stringify(input))).toEqual(Array(2).fill('{"StreamName":"orders"}'));
  });

  it("twenty calls in flight, refused in any order: one event, and each put is stored once", async () => {
    const local = new LocalKinesis({ streams: { orders: 1 }, limits: "off" });
    onTestFinished(() => local.close());
    const { endpoint } = await local.listen();
    const waiting: (() => void)[] = [];
    const { encodings, events, kinesis } = await open(async (arrived) => {
      if (arrived.encoding === "json") return await forward(endpoint, arrived);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        // The last to come is told first.
        if (waiting.length === 20) for (const refuse of waiting.reverse()) refuse();
      });
      return { status: 415 };
    });
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => kinesis.send(put(key))));
    expect(
      encodings()
        .split(" ")
        .filter((encoding) => encoding === "cbor"),
    ).toHaveLength(20);
    expect(keysIn(local).sort()).toEqual(keys.sort());
    expect(events).toHaveLength(1);
    await kinesis.send(put("after"));
    expect(encodings().endsWith("json")).toBe(true);
    expect(events).toHaveLength(1);
  });

  it("what has understood the call in JSON, and refuses it, knows JSON", async () => {
    const notFound = refusal("ResourceNotFoundException");
    const { encodings, events, kinesis } = await open(({ encoding }) =>
      encoding === "cbor" ? { status: 404, body: HTML } : notFound,
    );
    for (let call = 0; call < 2; call++)
      await expect(kinesis.send(list())).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect(encodings()).toBe("cbor json json");
    expect(events).toHaveLength(1);
  });

  describe("not for", () => {
    it("an operation that is unknown in either", async () => {
      const { encodings, events, kinesis } = await open(({ operation }) =>
        operation === "ListShards" ? refusal("UnknownOperationException") : {},
      );
      await expect(kinesis.send(list())).rejects.toMatchObject({ name: "UnknownOperationException" });
      await kinesis.send(put("a"));
      expect(encodings()).toBe("cbor json cbor");
      expect(events).toEqual([]);
    });

    it("an input that neither can be made of", async () => {
      const { encodings, events, kinesis } = await open((_, index) =>
        index < 2 ? refusal("SerializationException") : {},
      );
      await expect(kinesis.send(list())).rejects.toMatchObject({ name: "SerializationException" });
      await kinesis.send(list());
      expect(encodings()).toBe("cbor json cbor");
      expect(events).toEqual([]);
    });

    it.each<[string, Reply]>([
      ["a stream that is not there", refusal("ResourceNotFoundException")],
      ["a stream that is not there, in an emulator that says 404", refusal("ResourceNotFoundException", 404)],
      ["a throttle", refusal("ProvisionedThroughputExceededException")],
      ["a page of a proxy", { status: 503, body: HTML }],
      ["a failure", refusal("InternalFailure", 500)],
      ["a missing signature", refusal("MissingAuthenticationTokenException", 403)],
      ["an input that is wrong", refusal("ValidationException")],
    ])("%s", async (_, reply) => {
      const { encodings, events, kinesis } = await open(() => reply);
      for (let call = 0; call < 2; call++) await expect(kinesis.send(list())).rejects.toThrow();
      expect(encodings()).toBe("cbor cbor");
      expect(events).toEqual([]);
    });

    it("a connection that breaks, or an answer that does not come", async () => {
      const requestHandler = { requestTimeout: 100, throwOnRequestTimeout: true };
      const { encodings, events, kinesis } = await open(
        (_, index, response) => {
          if (index === 0) response.destroy();
          return index < 2 ? undefined : {};
        },
        { requestHandler },
      );
      for (let call = 0; call < 2; call++)
        await expect(kinesis.send(list())).rejects.toMatchObject({ name: "TimeoutError" });
      await kinesis.send(list());
      expect(encodings()).toBe("cbor cbor cbor");
      expect(events).toEqual([]);
    });

    it.each<[string, Reply | "reset"]>([
      ["a connection that breaks", "reset"],
      ["a page of a proxy", { status: 502, body: HTML }],
      ["a failure", refusal("InternalFailure", 500)],
      ["an answer of who knows whom", { status: 403, body: '{"message":"Forbidden"}' }],
    ])("the call in JSON met %s: the next call asks again", async (_, reply) => {
      const { encodings, events, kinesis } = await open((arrived, index, response) => {
        if (arrived.encoding === "cbor") return { status: 404, body: HTML };
        if (index > 1) return {};
        if (reply === "reset") response.destroy();
        return reply === "reset" ? undefined : reply;
      });
      await expect(kinesis.send(list())).rejects.toThrow();
      await kinesis.send(list());
      await kinesis.send(list());
      expect(encodings()).toBe("cbor json cbor json json");
      expect(events).toHaveLength(1);
    });

    it('encoding: "json"', async () => {
      const { encodings, events, kinesis } = await open(() => ({ status: 415 }), { encoding: "json" });
      await expect(kinesis.send(list())).rejects.toThrow();
      expect(encodings()).toBe("json");
      expect(events).toEqual([]);
    });
  });

  it("several calls at once, one of an unknown operation: none is taken for another", async () => {
    const { encodings, events, kinesis } = await open(async ({ operation }) => {
      await new Promise(setImmediate);
      return operation === "ListShards" ? refusal("UnknownOperationException") : {};
    });
    const calls = Array.from({ length: 30 }, async (_, index) => {
      if (index % 3 > 0) return void (await kinesis.send(put("a")));
      await expect(kinesis.send(list())).rejects.toMatchObject({ name: "UnknownOperationException" });
    });
    await Promise.all(calls);
    expect(
      encodings()
        .split(" ")
        .filter((encoding) => encoding === "json"),
      "each of them once",
    ).toHaveLength(10);
    expect(events).toEqual([]);
  });

  it("what the observer throws makes no failure of a call that was answered", async () => {
    const later: (() => void)[] = [];
    vi.stubGlobal("queueMicrotask", (run: () => void) => void later.push(run));
    onTestFinished(() => void vi.unstubAllGlobals());
    const onEvent = (): never => {
      throw new Error("of the observer");
    };
    const { encodings, kinesis } = await open(({ encoding }) => (encoding === "cbor" ? { status: 415 } : {}), {
      onEvent,
    });
    await kinesis.send(put("a"));
    expect(encodings()).toBe("cbor json");
    expect(later).toHaveLength(1);
    expect(() => later[0]?.()).toThrow("of the observer");
  });
}

async function forward(endpoint: string, { body, headers }: Arrived): Promise<Reply> {
  const { "content-type": contentType, "x-amz-target": target } = headers;
  const answer = await fetch(endpoint, {
    method: "POST",
    body,
    headers: { "content-type": contentType!, "x-amz-target": target! }, // every request has them
  });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}
