// Who calls, and who looks on: commands that are sent twice, callbacks, spies, tracers that wrap `send`, handlers of one's own.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createKinesisClient, type KinesisClientOptions, writeCbor } from "../../../src/kinesis/index.ts";
import type { Sdk } from "../sdk.ts";
import { type Respond, serve } from "./server.ts";

const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
const ONES = { ShardIterator: "ones" };
const page = writeCbor({ NextShardIterator: "next" });

export function knownCallsCallers({ peers }: Sdk): void {
  const { GetRecordsCommand, KinesisClient: Client, PutRecordsCommand } = peers.client;
  const get = () => new GetRecordsCommand(ONES);

  async function open(respond: Respond = () => ({ body: page }), options: KinesisClientOptions = {}) {
    const server = await serve(respond);
    const kinesis = createKinesisClient({ ...config, endpoint: server.endpoint, peers, ...options });
    onTestFinished(() => kinesis.destroy());
    await kinesis.send(get());
    return { ...server, kinesis };
  }

  describe("a command", () => {
    it("that is sent twice, one after the other and at once, is two calls", async () => {
      const { arrived, kinesis } = await open();
      const command = get();
      await kinesis.send(command);
      await Promise.all([kinesis.send(command), kinesis.send(command)]);
      expect(arrived.map(({ input }) => input)).toEqual(Array(4).fill(ONES));
      expect(new Set(arrived.map(({ headers }) => headers["amz-sdk-invocation-id"])).size).toBe(4);
    });

    it("that is sent by two clients goes where each sends it", async () => {
      const [one, other] = [await open(), await open(undefined, { encoding: "json" })];
      const command = get();
      for (let time = 0; time < 2; time++) await Promise.all([one.kinesis.send(command), other.kinesis.send(command)]);
      expect(one.arrived.map(({ encoding }) => encoding)).toEqual(["cbor", "cbor", "cbor"]);
      expect(other.arrived.map(({ encoding }) => encoding)).toEqual(["json", "json", "json"]);
    });

    it("is as it was", async () => {
      const { kinesis } = await open();
      const command = get();
      const before = Object.entries(command);
      await kinesis.send(command);
      expect(Object.entries(command)).toStrictEqual(before);
      expect(command.middlewareStack.identify()).toEqual([]);
    });

    it("with a way of its own through the SDK takes that", async () => {
      const { kinesis } = await open();
      const command = get();
      const resolve = vi.spyOn(command, "resolveMiddleware");
      await kinesis.send(command);
      expect(resolve).toHaveBeenCalledTimes(1);
    });

    it("without an input", async () => {
      const { arrived, kinesis } = await open();
      for (let time = 0; time < 2; time++) await kinesis.send(new PutRecordsCommand(undefined as never));
      expect(arrived.map(({ operation, input }) => [operation, input]).slice(1)).toEqual(
        Array(2).fill(["PutRecords", {}]),
      );
    });
  });

  it("a callback gets the output, or the error", async () => {
    const { kinesis } = await open((_, index) => ({ body: page, status: index === 2 ? 400 : 200 }));
    const called = (...options: object[]) =>
      new Promise<readonly unknown[]>((resolve) => {
        const send = kinesis.send.bind(kinesis) as (...all: unknown[]) => unknown;
        expect(send(get(), ...options, (...all: unknown[]) => resolve(all))).toBe(undefined);
      });
    expect(await called()).toEqual([null, expect.objectContaining({ NextShardIterator: "next" })]);
    expect(await called({})).toEqual([expect.objectContaining({ $fault: "client" })]);
    expect(await called({ requestTimeout: 9_000 })).toEqual([null, expect.anything()]);
  });

  describe("a spy", () => {
    it("on the class, as of a mock: it sees each command as it was sent", async () => {
      const { arrived, kinesis } = await open();
      const send = vi.spyOn(Client.prototype, "send").mockResolvedValue({ mocked: true } as never);
      onTestFinished(() => send.mockRestore());
      const command = new PutRecordsCommand({ StreamName: "orders", Records: [] });
      expect(await kinesis.send(command)).toEqual({ mocked: true });
      const [seen] = send.mock.calls[0] as unknown as [typeof command];
      expect(seen).toBeInstanceOf(PutRecordsCommand);
      expect(seen.input).toBe(command.input);
      expect(seen).toStrictEqual(command);
      expect(send.mock.contexts[0]).toBe(kinesis);
      expect(arrived).toHaveLength(1);
    });

    it("on the client", async () => {
      const { arrived, kinesis } = await open();
      const send = vi.spyOn(kinesis, "send").mockResolvedValue({ mocked: true } as never);
      expect(await kinesis.send(get())).toEqual({ mocked: true });
      send.mockRestore();
      expect(await kinesis.send(get())).toMatchObject({ NextShardIterator: "next" });
      expect(arrived).toHaveLength(2);
    });
  });

  describe("a tracer around `send` of all clients", () => {
    type Send = (this: KinesisClient, ...all: unknown[]) => unknown;
    const base = Object.getPrototypeOf(Client.prototype) as { send: Send };

    function wrap(before: (command: InstanceType<typeof GetRecordsCommand>) => void): void {
      const { send } = base;
      base.send = function (...all) {
        before(all[0] as never);
        return send.apply(this, all);
      };
      onTestFinished(() => void Object.assign(base, { send }));
    }

    it("sees each call", async () => {
      const { kinesis } = await open();
      const seen: unknown[] = [];
      wrap((command) => void seen.push([command.constructor.name, command.input]));
      for (let time = 0; time < 2; time++) await kinesis.send(get());
      expect(seen).toEqual(Array(2).fill(["GetRecordsCommand", ONES]));
    });

    it("may give it another input", async () => {
      const { arrived, kinesis } = await open();
      wrap((command) => void Object.assign(command, { input: { ShardIterator: "another" } }));
      for (let time = 0; time < 2; time++) await kinesis.send(get());
      expect(arrived.map(({ input }) => input["ShardIterator"])).toEqual(["ones", "another", "another"]);
    });

    it("may put himself around the way through the SDK", async () => {
      const { kinesis } = await open();
      let resolved = 0;
      wrap((command) => {
        const resolve = command.resolveMiddleware.bind(command) as (...all: unknown[]) => never;
        command.resolveMiddleware = (...all) => {
          resolved++;
          return resolve(...all);
        };
      });
      expect(await kinesis.send(get())).toMatchObject({ NextShardIterator: "next" });
      expect(resolved).toBe(1);
    });

    it("may add a middleware to the command, which finds there what he has put on it", async () => {
      const { kinesis } = await open();
      const traces: unknown[] = [];
      wrap((command) => {
        Object.assign(command, { trace: "of this call" });
        command.middlewareStack.add((next, context) => async (args) => {
          const { commandInstance } = (context as never as { __smithy_context: { commandInstance: object } })
            .__smithy_context;
          traces.push((commandInstance as { readonly trace?: string }).trace);
          return await next(args);
        });
      });
      await kinesis.send(get());
      expect(traces).toEqual(["of this call"]);
    });
  });

  describe("a requestHandler of one's own", () => {
    type Handle = (request: { headers: Record<string, string>; hostname: string }, calls: number) => unknown;

    function handled(handle: Handle) {
      let calls = 0;
      const requestHandler = {
        metadata: { handlerProtocol: "http/1.1" },
        handle: (request: never) => handle(request, calls++),
      };
      return createKinesisClient({ ...config, peers, requestHandler: requestHandler as never });
    }
    const well = { response: { statusCode: 200, headers: {}, body: page } };

    it("that throws before there is a promise is asked again", async () => {
      const kinesis = handled((_, calls) => {
        if (calls === 1) throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
        return Promise.resolve(well);
      });
      await kinesis.send(get());
      expect((await kinesis.send(get())).$metadata.attempts).toBe(2);
    });

    it("that answers without a promise", async () => {
      const kinesis = handled(() => well);
      for (let time = 0; time < 2; time++)
        expect(await kinesis.send(get())).toMatchObject({ NextShardIterator: "next" });
    });

    it("that sends each request elsewhere: it is signed for where it should go", async () => {
      const hosts: unknown[] = [];
      const kinesis = handled((request) => {
        hosts.push([request.headers["host"], request.hostname]);
        Object.assign(request.headers, { host: "proxy" });
        Object.assign(request, { hostname: "proxy" });
        return Promise.resolve(well);
      });
      for (let time = 0; time < 3; time++) await kinesis.send(get());
      const host = "kinesis.us-east-1.amazonaws.com";
      expect(hosts).toEqual(Array(3).fill([host, host]));
    });
  });

  it("an answer that nobody reads any more does not keep its connection", async () => {
    // Node would hold the rest of so large a body back, and with it the only connection.
    const body = Buffer.alloc(4_000_000, "x");
    let asked = 0;
    let endpoint = "";
    const broken = new Error("no endpoint");
    const server = await serve((_, index) => (index === 1 ? { status: 500, body } : { body: page }));
    endpoint = server.endpoint;
    let isBroken = false;
    const { hostname, port } = new URL(endpoint);
    const kinesis = createKinesisClient({
      ...config,
      peers,
      requestHandler: { httpAgent: { maxSockets: 1, keepAlive: true } } as never,
      endpoint: async () => {
        asked++;
        if (isBroken) throw broken;
        return { protocol: "http:", hostname, port: Number(port), path: "/" };
      },
    });
    onTestFinished(() => kinesis.destroy());
    await kinesis.send(get());
    isBroken = true;
    await expect(kinesis.send(get())).rejects.toBe(broken);
    expect(asked).toBeGreaterThan(1);
    isBroken = false;
    expect(await kinesis.send(get())).toMatchObject({ NextShardIterator: "next" });
    expect(server.arrived).toHaveLength(3);
  });
}
