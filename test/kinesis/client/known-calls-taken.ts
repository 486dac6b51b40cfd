// When a call takes its head from the one before: where nobody but the SDK would see it on its way, and nothing is set
// otherwise. The SDK asks for an endpoint each time it makes a call; a call that has a head does not.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createKinesisClient, type KinesisClientOptions } from "../../../src/kinesis/index.ts";
import type { Sdk } from "../sdk.ts";
import { NOW } from "./known-calls-compared.ts";
import { type Respond, type Server, serve } from "./server.ts";

const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };

interface Opened extends Server {
  readonly kinesis: KinesisClient;
  /** How often an endpoint has been asked for. */
  readonly asked: () => number;
}

export function knownCallsTaken({ peers }: Sdk): void {
  const { GetRecordsCommand, ListShardsCommand, PutRecordsCommand } = peers.client;
  const get = () => new GetRecordsCommand({ ShardIterator: "i" });

  async function open(options: KinesisClientOptions = {}, respond: Respond = () => ({})): Promise<Opened> {
    vi.useFakeTimers({ toFake: ["Date", "performance"], now: NOW });
    onTestFinished(() => void vi.useRealTimers());
    const server = await serve((arrived, index, response) => {
      response.setHeader("date", new Date(NOW).toUTCString());
      return respond(arrived, index, response);
    });
    const { hostname, port } = new URL(server.endpoint);
    let asked = 0;
    const endpoint = async () => {
      asked++;
      return { protocol: "http:", hostname, port: Number(port), path: "/" };
    };
    const kinesis = createKinesisClient({ region: "us-east-1", credentials, endpoint, peers, ...options });
    onTestFinished(() => kinesis.destroy());
    return { ...server, kinesis, asked: () => asked };
  }

  async function isShort(
    { asked, kinesis }: Opened,
    call: () => Promise<unknown> = () => kinesis.send(get()),
  ): Promise<boolean> {
    const before = asked();
    await call();
    return asked() === before;
  }

  it("the second call, and each within a second of the one that the SDK has made", async () => {
    const opened = await open();
    expect(await isShort(opened)).toBe(false);
    expect(await isShort(opened)).toBe(true);
    vi.advanceTimersByTime(999);
    expect(await isShort(opened)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await isShort(opened), "a second old").toBe(false);
    expect(await isShort(opened)).toBe(true);
  });

  it("of PutRecords, PutRecord and GetRecords, each by its own", async () => {
    const opened = await open();
    const { kinesis } = opened;
    const Data = Buffer.from("a");
    const put = () => kinesis.send(new peers.client.PutRecordCommand({ StreamName: "a", Data, PartitionKey: "a" }));
    const puts = () => kinesis.send(new PutRecordsCommand({ StreamName: "a", Records: [] }));
    for (const call of [put, puts, () => kinesis.send(get())]) expect(await isShort(opened, call)).toBe(false);
    for (const call of [put, puts, () => kinesis.send(get())]) expect(await isShort(opened, call)).toBe(true);
  });

  it("no other operation's", async () => {
    const opened = await open();
    const list = () => opened.kinesis.send(new ListShardsCommand({ StreamName: "a" }));
    for (let call = 0; call < 3; call++) expect(await isShort(opened, list)).toBe(false);
  });

  it("not a command of another class, though it is one of these", async () => {
    const opened = await open();
    class Own extends GetRecordsCommand {}
    const call = () => opened.kinesis.send(new Own({ ShardIterator: "i" }));
    for (let each = 0; each < 3; each++) expect(await isShort(opened, call)).toBe(false);
  });

  it("not after a call that did not succeed", async () => {
    const opened = await open({ retries: "none" }, (_, index) => ({ status: index === 0 ? 500 : 200 }));
    await expect(opened.kinesis.send(get())).rejects.toThrow();
    expect(await isShort(opened)).toBe(false);
    expect(await isShort(opened)).toBe(true);
  });

  it("not by the second attempt at a call: its head says so", async () => {
    const opened = await open({}, (_, index) => ({ status: index === 0 ? 503 : 200 }));
    expect(await isShort(opened)).toBe(false);
    expect(await isShort(opened)).toBe(false);
    expect(await isShort(opened)).toBe(true);
    expect(opened.arrived.map(({ headers }) => headers["amz-sdk-request"]?.slice(0, 9))).toEqual(
      [1, 2, 1, 1].map((attempt) => `attempt=${attempt}`),
    );
  });

  describe("never, where it is so from the start", () => {
    it.each<[string, () => KinesisClientOptions]>([
      ["reuseRequestHeads: false", () => ({ reuseRequestHeads: false })],
      ["a logger", () => ({ logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} } })],
      ['retryMode: "adaptive"', () => ({ retryMode: "adaptive" })],
      ["a retryStrategy of one's own", () => ({ retryStrategy: strategyOf("own") as never })],
      [
        'a retryStrategy of one\'s own that calls itself "standard"',
        () => ({ retryStrategy: strategyOf("standard") as never }),
      ],
      ["cacheMiddleware: true", () => ({ cacheMiddleware: true })],
      ["a protocol of one's own", () => ({ protocol: ownProtocol() })],
    ])("%s", async (_, options) => {
      const opened = await open(options());
      for (let call = 0; call < 3; call++) expect(await isShort(opened)).toBe(false);
      expect(opened.arrived).toHaveLength(3);
    });

    it("a command whose endpoint depends on more than a member of its input", async () => {
      class Deep extends GetRecordsCommand {
        static override getEndpointParameterInstructions() {
          return { Stream: { type: "operationContextParams", get: () => "a" } } as never;
        }
      }
      const opened = await open({ peers: { ...peers, client: { ...peers.client, GetRecordsCommand: Deep as never } } });
      const call = () => opened.kinesis.send(new Deep({ ShardIterator: "i" }));
      for (let each = 0; each < 3; each++) expect(await isShort(opened, call)).toBe(false);
    });

    it("a stack that a tracer has wrapped", async () => {
      const opened = await open({ peers: { ...peers, client: { ...peers.client, KinesisClient: tracedClient() } } });
      for (let call = 0; call < 3; call++) expect(await isShort(opened)).toBe(false);
    });

    it("a function of Lambda's: each call has the trace of its own invocation", async () => {
      vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "orders");
      onTestFinished(() => void vi.unstubAllEnvs());
      const { arrived, kinesis } = await open();
      await kinesis.send(get());
      for (const trace of ["Root=1", "Root=2"]) {
        vi.stubEnv("_X_AMZN_TRACE_ID", trace);
        await kinesis.send(get());
      }
      expect(arrived.map(({ headers }) => headers["x-amzn-trace-id"])).toEqual([undefined, "Root=1", "Root=2"]);
    });
  });

  describe("not any more, from the very next call on", () => {
    const middleware = (next: (args: never) => Promise<unknown>) => (args: object) => next(args as never);
    const step = { step: "build" } as const;
    const plugin = { applyToStack: (stack: KinesisClient["middlewareStack"]) => stack.add(middleware as never, step) };
    const relative = { relation: "after", toMiddleware: "serializerMiddleware" } as const;

    it.each<[string, (kinesis: KinesisClient) => unknown]>([
      ["middlewareStack.add", ({ middlewareStack }) => middlewareStack.add(middleware as never, step)],
      ["addRelativeTo", ({ middlewareStack }) => middlewareStack.addRelativeTo(middleware as never, relative)],
      ["use", ({ middlewareStack }) => middlewareStack.use(plugin as never)],
      ["remove by name", ({ middlewareStack }) => middlewareStack.remove("loggerMiddleware")],
      ["removeByTag", ({ middlewareStack }) => middlewareStack.removeByTag("LOGGER")],
      [
        "identifyOnResolve",
        ({ middlewareStack }) => {
          const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
          onTestFinished(() => log.mockRestore());
          middlewareStack.identifyOnResolve(true);
        },
      ],
      ["another stack", (kinesis) => (kinesis.middlewareStack = kinesis.middlewareStack.clone())],
      ["another config", (kinesis) => Object.assign(kinesis, { config: { ...kinesis.config } })],
      ["a logger", ({ config }) => (config.logger = { ...console, info: () => undefined, error: () => undefined })],
      ["a protocol", ({ config }) => (config.protocol = ownProtocol() as never)],
      ["a retry strategy", ({ config }) => (config.retryStrategy = async () => strategyOf("own") as never)],
      ["cacheMiddleware", ({ config }) => (config.cacheMiddleware = true)],
    ])("%s", async (_, change) => {
      const opened = await open();
      await opened.kinesis.send(get());
      expect(await isShort(opened)).toBe(true);
      change(opened.kinesis);
      for (let call = 0; call < 3; call++) expect(await isShort(opened)).toBe(false);
    });

    it("what is added sees each call", async () => {
      const { kinesis } = await open();
      await kinesis.send(get());
      const seen: string[] = [];
      kinesis.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            seen.push(commandName as string);
            return await next(args);
          },
        { step: "finalizeRequest" },
      );
      await Promise.all([1, 2].map(() => kinesis.send(get())));
      expect(seen).toEqual(["GetRecordsCommand", "GetRecordsCommand"]);
    });
  });

  it("not with a middleware of the command's own; the next command's again", async () => {
    const opened = await open();
    const { kinesis } = opened;
    await kinesis.send(get());
    const command = get();
    let seen = 0;
    command.middlewareStack.add(
      (next) => async (args) => {
        seen++;
        return await next(args);
      },
      { step: "build" },
    );
    expect(await isShort(opened, () => kinesis.send(command))).toBe(false);
    expect(seen).toBe(1);
    expect(await isShort(opened)).toBe(true);
  });

  it("not with a metricsRecorder", async () => {
    const opened = await open();
    const { kinesis } = opened;
    await kinesis.send(get());
    const metricsRecorder = { record: () => undefined };
    expect(await isShort(opened, () => kinesis.send(get(), { metricsRecorder } as never))).toBe(false);
    expect(await isShort(opened, () => kinesis.send(get(), { metricsRecorder: undefined } as never))).toBe(true);
    expect(await isShort(opened, () => kinesis.send(get(), null as never))).toBe(true);
  });

  describe("what is set anew on the client's config holds from the next call on:", () => {
    const scopes = ({ arrived }: Opened) => arrived.map(({ headers }) => headers["authorization"]?.split("/"));

    it("credentials", async () => {
      const opened = await open();
      for (let call = 0; call < 2; call++) await opened.kinesis.send(get());
      opened.kinesis.config.credentials = async () => ({ ...credentials, accessKeyId: "OTHER" });
      for (let call = 0; call < 2; call++) await opened.kinesis.send(get());
      const keys = scopes(opened).map((parts) => parts?.[0]?.split("=")[1]);
      expect(keys).toEqual(["AKID", "AKID", "OTHER", "OTHER"]);
    });

    it("an endpoint, though it is set while the call is on its way that others have their head from", async () => {
      const other = await open();
      const opened: Opened = await open({}, (_, index) => {
        if (index === 0) Object.assign(opened.kinesis.config, { endpoint: other.kinesis.config.endpoint });
        return {};
      });
      for (let call = 0; call < 3; call++) await opened.kinesis.send(get());
      expect([opened.arrived.length, other.arrived.length]).toEqual([1, 2]);
    });

    it("whatever it is", async () => {
      const opened = await open();
      const { config } = opened.kinesis;
      await opened.kinesis.send(get());
      const names = ["endpoint", "maxAttempts", "region", "signer", "userAgentAppId", "useFipsEndpoint"] as const;
      for (const name of names) {
        expect(await isShort(opened)).toBe(true);
        const given = config[name] as (...all: never[]) => unknown;
        config[name] = ((...all: never[]) => given(...all)) as never;
        expect(await isShort(opened), name).toBe(false);
      }
      config.customUserAgent = [["orders", "1"]];
      for (let call = 0; call < 2; call++) await opened.kinesis.send(get());
      const agents = opened.arrived.map(({ headers }) => headers["user-agent"]?.includes("orders/1"));
      expect(agents.slice(-3)).toEqual([false, true, true]);
    });
  });

  it("credentials that expire are asked for when the SDK asks", async () => {
    let given = 0;
    const provider = async () => ({
      ...credentials,
      accessKeyId: `AKID${++given}`,
      expiration: new Date(NOW + 600_000),
    });
    const { arrived, kinesis } = await open({ credentials: provider });
    for (let call = 0; call < 2; call++) await kinesis.send(get());
    // Five minutes before their end they are old, and so is any head; this tells who asks by the head that is kept.
    vi.setSystemTime(NOW + 301_000);
    await kinesis.send(get());
    const keys = arrived.map(({ headers }) => /Credential=(\w+)/.exec(headers["authorization"] ?? "")?.[1]);
    expect(keys).toEqual(["AKID1", "AKID1", "AKID2"]);
  });

  it("credentials that cannot be had: the SDK's own error, and the next call succeeds", async () => {
    const broken = new Error("no token");
    let given = 0;
    const provider = async () => {
      if (++given === 2 || given === 3) throw broken;
      return { ...credentials, expiration: new Date(Date.now() + 400_000) };
    };
    const { arrived, kinesis } = await open({ credentials: provider });
    await kinesis.send(get());
    vi.setSystemTime(NOW + 200_000);
    await expect(kinesis.send(get())).rejects.toBe(broken);
    await kinesis.send(get());
    expect(arrived).toHaveLength(2);
  });

  function ownProtocol() {
    const Protocol = peers.protocols.AwsJson1_1Protocol;
    return new Protocol({ defaultNamespace: "com.amazonaws.kinesis", serviceTarget: "Kinesis_20131202" });
  }

  /** As shimmer leaves what it wraps. */
  function tracedClient() {
    return class extends peers.client.KinesisClient {
      constructor(...config: ConstructorParameters<typeof peers.client.KinesisClient>) {
        super(...config);
        const { middlewareStack } = this;
        const { concat } = middlewareStack;
        middlewareStack.concat = Object.assign(((from: never) => concat(from)) as never, { __wrapped: true });
      }
    };
  }
}

function strategyOf(mode: string) {
  const token = { getRetryCount: () => 0, getRetryDelay: () => 0 };
  return {
    mode,
    acquireInitialRetryToken: async () => token,
    refreshRetryTokenForRetry: async () => {
      throw new Error("none");
    },
    recordSuccess: () => undefined,
  };
}
