// What a user sets holds as in the SDK's own client.

import { Agent, type ClientRequestArgs } from "node:http";
import type { KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createKinesisClient, type KinesisClientOptions, writeCbor } from "../../../src/kinesis/index.ts";
import { captureRequests } from "../captured-requests.ts";
import type { Sdk } from "../sdk.ts";
import { CBOR, JSON_1_1, type Respond, refusal, type Server, serve } from "./server.ts";

const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };

export function settings({ peers }: Sdk): void {
  const { ListShardsCommand, PutRecordCommand } = peers.client;
  const list = () => new ListShardsCommand({ StreamName: "orders" });

  async function open(options: KinesisClientOptions = {}, respond: Respond = () => ({})) {
    const server: Server = await serve(respond);
    const config = { region: "us-east-1", credentials, endpoint: server.endpoint, peers, ...options };
    const kinesis = createKinesisClient(config);
    onTestFinished(() => kinesis.destroy());
    return { ...server, kinesis };
  }

  it("is a KinesisClient of the SDK's", async () => {
    const { kinesis } = await open();
    expect(kinesis).toBeInstanceOf(peers.client.KinesisClient);
    expect(kinesis.config.serviceId).toBe("Kinesis");
  });

  it("credentials by a provider, asked as often as the SDK's own client asks", async () => {
    const signedBy = async (make: (config: KinesisClientConfig) => InstanceType<typeof peers.client.KinesisClient>) => {
      let asked = 0;
      const provider = async () => ({
        ...credentials,
        accessKeyId: `AKID${++asked}`,
        sessionToken: "token",
        expiration: new Date(asked === 1 ? 0 : 8e15),
      });
      const { arrived, endpoint } = await open();
      const requestHandler = new peers.handlers.NodeHttpHandler();
      const kinesis = make({ region: "us-east-1", endpoint, credentials: provider, requestHandler });
      for (let call = 0; call < 3; call++) await kinesis.send(list());
      kinesis.destroy();
      expect(arrived.map(({ headers }) => headers["x-amz-security-token"])).toEqual(["token", "token", "token"]);
      return arrived.map(({ headers }) => /Credential=(\w+)/.exec(headers["authorization"] ?? "")?.[1]);
    };
    const ours = await signedBy((config) => createKinesisClient({ ...config, peers }));
    expect(ours).toEqual(await signedBy((config) => new peers.client.KinesisClient(config)));
    expect(ours.at(-1)).toBe("AKID2");
  });

  it("region, credentials and endpoint from the environment", async () => {
    const { arrived, endpoint } = await open();
    for (const [name, value] of Object.entries({
      AWS_REGION: "eu-north-1",
      AWS_ACCESS_KEY_ID: "FROMENV",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL_KINESIS: endpoint,
    })) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
    const kinesis = createKinesisClient({ peers });
    await kinesis.send(list());
    expect(arrived[0]?.headers["authorization"]).toMatch(/Credential=FROMENV\/\d+\/eu-north-1\/kinesis/);
    kinesis.destroy();
  });

  it("maxAttempts from the environment", async () => {
    vi.stubEnv("AWS_MAX_ATTEMPTS", "2");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { arrived, kinesis } = await open({}, () => refusal("InternalFailure", 500));
    await expect(kinesis.send(list())).rejects.toMatchObject({ $metadata: { attempts: 2 } });
    expect(arrived).toHaveLength(2);
  });

  it("by default the endpoint is the region's", async () => {
    const { handler, requests } = captureRequests();
    const kinesis = createKinesisClient({ region: "eu-west-1", credentials, peers, requestHandler: handler });
    await kinesis.send(list());
    expect(requests[0]?.headers["host"]).toBe("kinesis.eu-west-1.amazonaws.com");
  });

  describe("middleware", () => {
    it("of every step, in its order, sees the input, the request and the output, and may change all of them", async () => {
      const output = writeCbor({ NextToken: "theirs", Shards: [] });
      const { arrived, kinesis } = await open({}, () => ({ body: output }));
      const order: string[] = [];
      for (const step of ["initialize", "serialize", "build", "finalizeRequest", "deserialize"] as const) {
        for (const priority of ["low", "normal", "high"] as const) {
          const middleware = (next: (args: never) => Promise<{ output: object }>) => async (args: object) => {
            order.push(`${step} ${priority}`);
            expect((args as { input: object }).input).toMatchObject({ StreamName: "orders" });
            const { request } = args as { request?: { headers: Record<string, string> } };
            if (step === "build") request!.headers[`x-${priority}`] = "there";
            const answer = await next(args as never);
            order.push(`${step} ${priority} back`);
            return answer;
          };
          kinesis.middlewareStack.add(middleware as never, { step, priority } as never);
        }
      }
      kinesis.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next({ ...args, input: { ...args.input, MaxResults: 7 } });
          return { ...answer, output: { ...answer.output, NextToken: "ours" } as typeof answer.output };
        },
        { step: "initialize" },
      );
      expect(await kinesis.send(list())).toMatchObject({ NextToken: "ours", Shards: [] });
      expect(arrived[0]?.input).toEqual({ StreamName: "orders", MaxResults: 7 });
      expect(arrived[0]?.headers).toMatchObject({ "x-low": "there", "x-normal": "there", "x-high": "there" });
      const steps = ["initialize", "serialize", "build", "finalizeRequest", "deserialize"];
      const into = steps.flatMap((step) => ["high", "normal", "low"].map((priority) => `${step} ${priority}`));
      expect(order).toEqual([...into, ...into.map((each) => `${each} back`).reverse()]);
    });

    it("may answer itself", async () => {
      const { arrived, kinesis } = await open();
      kinesis.middlewareStack.add(
        () => async () => ({ response: {}, output: { $metadata: {}, Shards: [] } as never }),
        {
          step: "initialize",
        },
      );
      expect(await kinesis.send(list())).toMatchObject({ Shards: [] });
      expect(arrived).toEqual([]);
    });

    it("may put another body in the place of the one that was written", async () => {
      const { arrived, kinesis } = await open();
      const body = writeCbor({ StreamName: "another" });
      kinesis.middlewareStack.add(
        (next) => async (args) => await next({ ...args, request: Object.assign(args.request as object, { body }) }),
        { step: "build", priority: "high" },
      );
      await kinesis.send(
        new PutRecordCommand({ Data: Buffer.alloc(100_000), PartitionKey: "a", StreamName: "orders" }),
      );
      await kinesis.send(
        new PutRecordCommand({ Data: Buffer.alloc(100_000), PartitionKey: "a", StreamName: "orders" }),
      );
      expect(arrived.map(({ input }) => input)).toEqual([{ StreamName: "another" }, { StreamName: "another" }]);
    });
  });

  describe("logger", () => {
    it("of the user's gets its info and error calls, as from the SDK's own client", async () => {
      const kinds: string[][] = [];
      const logs: object[][] = [];
      for (const make of [
        createKinesisClient,
        (config: KinesisClientConfig) => new peers.client.KinesisClient(config),
      ]) {
        const seen: string[] = [];
        const said: object[] = [];
        const logger = Object.fromEntries(
          (["trace", "debug", "info", "warn", "error"] as const).map((kind) => [
            kind,
            (...words: unknown[]) => {
              if (kind !== "info" && kind !== "error") return;
              seen.push(kind);
              const { commandName, error, input, output } = words[0] as Record<string, unknown>;
              said.push({ commandName, input, output, error: (error as Error | undefined)?.name });
            },
          ]),
        );
        const { endpoint } = await open({}, ({ encoding }, index) =>
          index === 0
            ? { body: encoding === "cbor" ? writeCbor({ Shards: [] }) : '{"Shards":[]}' }
            : refusal("LimitExceededException"),
        );
        const requestHandler = new peers.handlers.NodeHttpHandler();
        const config = { region: "us-east-1", credentials, endpoint, requestHandler, maxAttempts: 1, peers };
        const kinesis = make({ ...config, logger: logger as unknown as Console });
        await kinesis.send(list());
        await expect(kinesis.send(list())).rejects.toThrow();
        kinds.push(seen);
        logs.push(said);
        kinesis.destroy();
      }
      expect(kinds).toEqual([
        ["info", "error"],
        ["info", "error"],
      ]);
      expect(logs[0]).toEqual(logs[1]);
    });

    it("of ours has no info, so that the SDK copies nothing for it, and is one that the SDK knows to be deaf", async () => {
      const { kinesis } = await open();
      const logger = kinesis.config.logger as Partial<Console>;
      expect([logger.info, logger.error]).toEqual([undefined, undefined]);
      expect(logger.constructor?.name).toBe("NoOpLogger");
      let copied = 0;
      const Records = new Proxy([], {
        get: (target, key, proxy) => {
          if (key === "map") copied++;
          return Reflect.get(target, key, proxy) as unknown;
        },
      });
      await kinesis.send(new peers.client.PutRecordsCommand({ StreamName: "orders", Records }));
      expect(copied).toBe(0);
    });
  });

  describe("requestHandler", () => {
    it("an instance of the user's is used as it is", async () => {
      const { handler, requests } = captureRequests(writeCbor({ Shards: [], NextToken: "here" }));
      const kinesis = createKinesisClient({ region: "us-east-1", credentials, peers, requestHandler: handler });
      expect(kinesis.config.requestHandler).toBe(handler);
      expect(await kinesis.send(list())).toMatchObject({ NextToken: "here" });
      expect(requests).toHaveLength(1);
    });

    it("options, as a proxy's agent and timeouts, go to ours", async () => {
      const through: string[] = [];
      class ProxyAgent extends Agent {
        override createConnection(options: ClientRequestArgs, onConnected: never): never {
          through.push(`${options.host}:${options.port}`);
          return super.createConnection(options, onConnected) as never;
        }
      }
      const agent = new ProxyAgent({ keepAlive: true });
      onTestFinished(() => agent.destroy());
      const requestHandler = { httpAgent: agent, requestTimeout: 100, throwOnRequestTimeout: true };
      const { endpoint, kinesis } = await open({ requestHandler, maxAttempts: 1 }, (_, index) =>
        index === 0 ? {} : undefined,
      );
      await kinesis.send(list());
      expect(through).toEqual([endpoint.replace("http://", "")]);
      await expect(kinesis.send(list())).rejects.toMatchObject({ name: "TimeoutError" });
    });

    it("connections are kept", async () => {
      const { arrived, connections, kinesis } = await open();
      for (let call = 0; call < 5; call++) await kinesis.send(list());
      expect(arrived).toHaveLength(5);
      expect(connections()).toBe(1);
    });
  });

  it('encoding: "json" sends JSON, and reads either', async () => {
    const { arrived, kinesis } = await open({ encoding: "json" }, (_, index) =>
      index === 0 ? { body: '{"NextToken":"json"}' } : { body: writeCbor({ NextToken: "cbor" }) },
    );
    expect(await kinesis.send(list())).toMatchObject({ NextToken: "json" });
    expect(await kinesis.send(list())).toMatchObject({ NextToken: "cbor" });
    expect(arrived.map(({ body, headers }) => [headers["content-type"], body.toString()])).toEqual(
      Array(2).fill([JSON_1_1, '{"StreamName":"orders"}']),
    );
  });

  it("CBOR is sent by default, and either is read", async () => {
    const { arrived, kinesis } = await open({}, (_, index) =>
      index === 0 ? { body: '{"NextToken":"json"}' } : { body: writeCbor({ NextToken: "cbor" }) },
    );
    expect(await kinesis.send(list())).toMatchObject({ NextToken: "json" });
    expect(await kinesis.send(list())).toMatchObject({ NextToken: "cbor" });
    expect(arrived.map(({ headers }) => headers["content-type"])).toEqual([CBOR, CBOR]);
  });

  it("a protocol of the user's stays, and no call is made twice for it", async () => {
    const Protocol = peers.protocols.AwsJson1_1Protocol;
    const protocol = new Protocol({ defaultNamespace: "com.amazonaws.kinesis", serviceTarget: "Kinesis_20131202" });
    const { arrived, kinesis } = await open({ protocol }, () => refusal("UnknownOperationException"));
    await expect(kinesis.send(list())).rejects.toMatchObject({ name: "UnknownOperationException" });
    expect(arrived.map(({ encoding }) => encoding)).toEqual(["json"]);
  });

  it("JSON of ours is byte for byte the SDK's", async () => {
    const bodies: Buffer[][] = [];
    for (const make of [
      () => captureAnd((handler) => createKinesisClient({ ...handler, peers, encoding: "json" })),
      () => captureAnd((handler) => new peers.client.KinesisClient(handler)),
    ]) {
      bodies.push(await make());
    }
    expect(bodies[0]?.map(String)).toEqual(bodies[1]?.map(String));
    expect(bodies[0]).toHaveLength(5);

    async function captureAnd(make: (config: KinesisClientConfig) => InstanceType<typeof peers.client.KinesisClient>) {
      const { handler, requests } = captureRequests();
      const kinesis = make({ region: "us-east-1", credentials, requestHandler: handler });
      const Data = Buffer.from("é\u0000");
      await kinesis.send(
        new PutRecordCommand({ more: 1, PartitionKey: 'ключ"\\\n\u007f\u2028', Data, StreamName: "one" } as never),
      );
      await kinesis.send(new PutRecordCommand({ PartitionKey: "😀", Data: "text: é" as never, StreamName: "one" }));
      const Records = [1, 2, 3, 255, 256].map((length) => ({
        Data: new Uint8Array(length).fill(length),
        PartitionKey: "a",
      }));
      await kinesis.send(new peers.client.PutRecordsCommand({ StreamName: "one", Records }));
      await kinesis.send(
        new peers.client.GetShardIteratorCommand({
          Timestamp: new Date(1_787_036_486_712),
          ShardId: "a",
          ShardIteratorType: "AT_TIMESTAMP",
        }),
      );
      await kinesis.send(new ListShardsCommand({ MaxResults: Number.NaN, StreamName: undefined }));
      return requests.map(({ body }) => body);
    }
  });

  it.each([
    ["encoding", "xml", 'one of cbor, json; it is "xml"'],
    ["retries", 3, "one of sdk, none; it is 3"],
  ])("%s: %j is refused", (option, value, words) => {
    expect(() => createKinesisClient({ peers, [option]: value })).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", message: `${option} must be ${words}` }),
    );
  });
}
