// A call that takes its head from the one before is the call that the SDK would have made: on the wire, and in all that comes
// back, well or not.

import { Agent, type ClientRequestArgs, type ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type KinesisClientOptions, writeCbor } from "../../../src/kinesis/index.ts";
import type { Sdk } from "../sdk.ts";
import { type Calls, NOW, played, type Scenario, withoutChance } from "./known-calls-compared.ts";
import { answer, JSON_1_1, type Reply, refusal } from "./server.ts";

const PAGE = "<!doctype html><html><body>Service Unavailable</body></html>";
const HOUR_MS = 3_600_000;
const throttled = refusal("ProvisionedThroughputExceededException");
const failed = refusal("InternalFailure", 500);

export function knownCalls(sdk: Sdk): void {
  const { GetRecordsCommand, PutRecordCommand, PutRecordsCommand } = sdk.peers.client;
  const Data = Buffer.from("data");
  const COMMANDS = {
    PutRecords: () => new PutRecordsCommand({ StreamName: "orders", Records: [{ Data, PartitionKey: "a" }] }),
    PutRecord: () => new PutRecordCommand({ StreamName: "orders", Data, PartitionKey: "é" }),
    GetRecords: () => new GetRecordsCommand({ ShardIterator: "i", Limit: 10 }),
  };
  type Operation = keyof typeof COMMANDS;
  const OPERATIONS = Object.keys(COMMANDS) as Operation[];

  const call =
    (operation: Operation): Calls =>
    (kinesis) =>
      kinesis.send(COMMANDS[operation]() as never);

  /** One call, that is answered by turns; then well. */
  const one = (replies: readonly Reply[], options: KinesisClientOptions = {}, operation: Operation = "GetRecords") => ({
    options,
    warm: call(operation),
    respond: (index: number) => replies[index] ?? {},
    calls: [call(operation)],
  });

  /** The same outcome by both; returns the one. */
  async function expectSame(make: () => Scenario) {
    withoutChance();
    const bySdk = await played(sdk, false, make());
    const ours = await played(sdk, true, make());
    const { isShort: _, ...expected } = bySdk;
    const { isShort, ...known } = ours;
    expect(known).toStrictEqual(expected);
    expect(bySdk.isShort ?? false).toBe(false);
    return { ...known, isShort };
  }

  const OUTPUTS: Readonly<Record<Operation, Record<string, unknown>>> = {
    PutRecords: { FailedRecordCount: 0, Records: [{ SequenceNumber: "1", ShardId: "shardId-000000000000" }] },
    PutRecord: { SequenceNumber: "1", ShardId: "shardId-000000000000" },
    GetRecords: { Records: [{ Data: "QUJD", PartitionKey: "a", SequenceNumber: "1" }], NextShardIterator: "j" },
  };

  describe.each(OPERATIONS)("%s", (operation) => {
    it.each(["cbor", "json"] as const)("that succeeds, in %s", async (encoding) => {
      const output = OUTPUTS[operation];
      const reply = { body: encoding === "json" ? JSON.stringify(output) : writeCbor(output) };
      const { arrived, isShort, outcomes } = await expectSame(() => ({
        ...one([reply, reply], { encoding }, operation),
        calls: [call(operation), call(operation)],
      }));
      expect(isShort).toBe(true);
      expect(arrived).toMatchObject([0, 1].map((each) => ({ isSigned: true, call: each + 1 })));
      expect(outcomes).toMatchObject(
        [0, 1].map(() => ({ output: { $metadata: { attempts: 1, totalRetryDelay: 0 } } })),
      );
    });

    it("that is throttled twice", async () => {
      const { arrived, isShort, outcomes } = await expectSame(() => one([throttled, throttled], {}, operation));
      expect(isShort).toBe(true);
      expect(arrived).toMatchObject([1, 1, 1].map((each) => ({ call: each, isSigned: true })));
      expect(outcomes).toMatchObject([{ output: { $metadata: { attempts: 3, totalRetryDelay: expect.any(Number) } } }]);
    });

    it("that is refused", async () => {
      const { isShort } = await expectSame(() => one([refusal("ValidationException")], {}, operation));
      expect(isShort).toBe(true);
    });
  });

  const cbor = writeCbor(OUTPUTS.GetRecords);
  const again = (reply: Reply): readonly Reply[] => [reply, reply, reply];

  it.each<[string, number, readonly Reply[], KinesisClientOptions?]>([
    ["500, then success", 2, [failed]],
    ["500 for ever", 3, again(failed)],
    ["503 with a page", 3, again({ status: 503, body: PAGE, headers: { "content-type": "text/html" } })],
    ["503 with a pause", 2, [{ ...refusal("ServiceUnavailable", 503), headers: { "retry-after": "0.03" } }]],
    ["429", 2, [refusal("TooManyRequestsException", 429)]],
    ["ResourceNotFoundException", 1, [refusal("ResourceNotFoundException")]],
    ["ExpiredIteratorException", 1, [refusal("ExpiredIteratorException")]],
    [
      "an exception in CBOR",
      1,
      [{ status: 400, body: writeCbor({ __type: "ExpiredIteratorException", message: "no" }) }],
    ],
    ["an exception that nobody knows", 1, [refusal("SomethingNew")]],
    ["maxAttempts 1", 1, [failed], { maxAttempts: 1 }],
    ['retries: "none"', 1, [throttled], { retries: "none" }],
    ["maxAttempts 5", 5, Array<Reply>(5).fill(failed), { maxAttempts: 5 }],
    ["200 with a page", 1, [{ body: PAGE, headers: { "content-type": "text/html" } }]],
    ["200 with malformed CBOR", 1, [{ body: cbor.subarray(0, 20) }]],
    ["200 with malformed JSON", 1, [{ body: '{"Records":[{"Data":"QU', headers: { "content-type": JSON_1_1 } }]],
    ["200 with data that is no base64", 1, [{ body: '{"Records":[{"Data":"Q!"}]}' }]],
    ["200 with nothing", 1, [{}]],
    ["200 with a list", 1, [{ body: "[]" }]],
    ["200 that is not gzip", 1, [{ body: "{}", headers: { "content-encoding": "gzip" } }]],
    ["201", 1, [{ status: 201, body: cbor }]],
    ["204", 1, [{ status: 204 }]],
    ["302", 1, [{ status: 302, headers: { location: "http://127.0.0.1:1/" } }]],
    ["403, no signature", 1, [refusal("MissingAuthenticationTokenException", 403)]],
    ["415 in JSON", 1, [{ status: 415, body: PAGE }], { encoding: "json" }],
  ])("%s: %i requests", async (_, requests, replies, options) => {
    const { arrived, isShort } = await expectSame(() => one(replies, options));
    expect(isShort).toBe(true);
    expect(arrived).toHaveLength(requests);
  });

  describe("a connection that breaks", () => {
    type Break = Scenario["respond"];
    const body = (length: number, sent: Buffer | Uint8Array = cbor): Break => {
      return (index, response) => {
        if (index > 0) return { body: cbor };
        if (length > 0) response.setHeader("content-length", length);
        response.write(sent, () => response.destroy());
        return undefined;
      };
    };
    it.each<[string, Break]>([
      ["before the answer", (index, response) => (index > 0 ? {} : void response.destroy())],
      [
        "before the answer, by a reset",
        (index, response) => (index > 0 ? {} : void response.socket?.resetAndDestroy()),
      ],
      ["always", (_, response) => void response.destroy()],
      ["in the middle of the answer", body(cbor.length + 1)],
      ["in the middle of an answer of unknown length", body(0)],
      [
        "after the head of an answer",
        (index, response) => {
          if (index > 0) return {};
          response.writeHead(200, { "content-length": 9 }).flushHeaders();
          setImmediate(() => response.destroy());
          return undefined;
        },
      ],
    ])("%s", async (_, respond) => {
      const { isShort } = await expectSame(() => ({ ...one([]), respond }));
      expect(isShort).toBe(true);
    });

    it("or is refused", async () => {
      await expectSame(() => {
        let port: number | undefined;
        class Refusing extends Agent {
          override createConnection(options: ClientRequestArgs, onConnected: never): never {
            return super.createConnection({ ...options, port: port ?? options.port }, onConnected) as never;
          }
        }
        const httpAgent = new Refusing({ keepAlive: true });
        onTestFinished(() => httpAgent.destroy());
        return {
          ...one([], { requestHandler: { httpAgent } }),
          calls: [
            (kinesis) => {
              port = 1;
              httpAgent.destroy();
              return call("GetRecords")(kinesis);
            },
          ],
        };
      });
    });
  });

  it.each<[string, string | Uint8Array]>([
    ["a page", PAGE],
    ["malformed JSON", '{"Records":[{"Data":"QU'],
    ["malformed CBOR", cbor.subarray(0, 20)],
    ["a page of records", cbor],
  ])("an answer without its length: %s", async (_, content) => {
    const { isShort } = await expectSame(() => ({
      ...one([]),
      respond: (_index, response) => {
        response.writeHead(200, { "x-amzn-requestid": "r" }).write(content);
        response.end();
        return undefined;
      },
    }));
    expect(isShort).toBe(true);
  });

  describe("an answer that does not come", () => {
    const lost: Scenario["respond"] = (index) => (index === 0 ? undefined : {});
    const requestHandler = { requestTimeout: 40, throwOnRequestTimeout: true };

    it("in time, as the client has it", async () => {
      const { arrived } = await expectSame(() => ({ ...one([], { requestHandler }), respond: lost }));
      expect(arrived).toHaveLength(2);
    });

    it("in time, as the call has it", async () => {
      const { arrived } = await expectSame(() => ({
        ...one([], { requestHandler: { throwOnRequestTimeout: true } }),
        respond: lost,
        calls: [(kinesis) => kinesis.send(COMMANDS.GetRecords(), { requestTimeout: 40 })],
      }));
      expect(arrived).toHaveLength(2);
    });
  });

  describe("a call that is aborted", () => {
    /** `at` gets what aborts. */
    const aborted = (at: (abort: () => void) => Partial<Scenario>, isBefore = false): Scenario => {
      const leave = new AbortController();
      return {
        ...one([]),
        calls: [
          (kinesis) => {
            if (isBefore) leave.abort();
            return kinesis.send(COMMANDS.GetRecords(), { abortSignal: leave.signal });
          },
        ],
        ...at(() => leave.abort()),
      };
    };

    it("before it is made", async () => {
      const { arrived } = await expectSame(() => aborted(() => ({}), true));
      expect(arrived).toEqual([]);
    });

    it("before the answer", async () => {
      const { arrived } = await expectSame(() =>
        aborted((abort) => ({
          respond: () => {
            abort();
            return undefined;
          },
        })),
      );
      expect(arrived).toHaveLength(1);
    });

    it.each([0, 100])("in the middle of an answer of %i bytes, 0 for none given", async (length) => {
      await expectSame(() =>
        aborted((abort) => ({
          respond: (_, response) => {
            if (length > 0) response.setHeader("content-length", length);
            response.write("{");
            // The client's end of it has the head by then.
            response.socket?.once("drain", abort);
            setImmediate(() => setImmediate(abort));
            return undefined;
          },
        })),
      );
    });

    it("in the pause before the next attempt", async () => {
      const { arrived } = await expectSame(() =>
        aborted((abort) => ({
          respond: () => {
            vi.mocked(Math.random).mockImplementationOnce(() => {
              abort();
              return 0.02;
            });
            return throttled;
          },
        })),
      );
      expect(arrived).toHaveLength(1);
    });

    it("no listener is left on its signal", async () => {
      withoutChance();
      const { signal } = new AbortController();
      const left = { listeners: 0 };
      const add = vi.spyOn(signal, "addEventListener").mockImplementation(() => void left.listeners++);
      const remove = vi.spyOn(signal, "removeEventListener").mockImplementation(() => void left.listeners--);
      const get: Calls = (kinesis) => kinesis.send(COMMANDS.GetRecords(), { abortSignal: signal });
      await played(sdk, true, { ...one([]), calls: [get] });
      await vi.waitFor(() => expect(left.listeners).toBe(0));
      expect(add).toHaveBeenCalled();
      expect(remove).toHaveBeenCalled();
    });
  });

  describe("an input that cannot be written", () => {
    it.each<[string, object]>([
      ["data that is a number", { StreamName: "orders", PartitionKey: "a", Data: 7 }],
      ["data that is an object", { StreamName: "orders", PartitionKey: "a", Data: { a: 1 } }],
      ["a bigint", { StreamName: 1n, PartitionKey: "a", Data }],
      ["no members", {}],
      ["an ARN that is none", { StreamARN: "arn", PartitionKey: "a", Data }],
    ])("%s", async (_, input) => {
      await expectSame(() => ({
        ...one([], {}, "PutRecord"),
        calls: [(kinesis) => kinesis.send(new PutRecordCommand(input as never)), call("PutRecord")],
      }));
    });
  });

  describe("the clock", () => {
    const ahead = { date: new Date(NOW + HOUR_MS).toUTCString() };

    it("of the service is an hour ahead, and the call succeeds: the next are signed as the SDK signs them", async () => {
      const { clockOffset } = await expectSame(() => ({
        ...one([{ headers: ahead }, { headers: ahead }]),
        calls: Array<Calls>(3).fill(call("GetRecords")),
      }));
      expect(clockOffset).not.toBe(undefined);
    });

    it.each(["RequestTimeTooSkewed", "InvalidSignatureException", "RequestExpired"])("%s", async (name) => {
      const { arrived, isShort } = await expectSame(() => ({
        ...one([{ ...refusal(name, 403), headers: ahead }, { headers: ahead }]),
        calls: Array<Calls>(3).fill(call("GetRecords")),
      }));
      expect(isShort).toBe(true);
      expect(arrived.length).toBeGreaterThanOrEqual(3);
    });

    it("is corrected by two calls at once", async () => {
      await expectSame(() => {
        const waiting: (() => void)[] = [];
        const refused = { ...refusal("RequestTimeTooSkewed", 403), headers: ahead };
        return {
          ...one([]),
          respond: (index, response) => {
            if (index > 1) return { headers: ahead };
            const { body, headers, status = 403 } = refused;
            waiting.push(() => response.writeHead(status, { "x-amzn-requestid": "r", ...headers }).end(body));
            if (waiting.length === 2) for (const refuse of waiting) refuse();
            return undefined;
          },
          calls: [(kinesis) => [1, 2].map(async () => await call("GetRecords")(kinesis))],
        };
      });
    });

    it("is corrected by one call while another, signed before, is on its way", async () => {
      await expectSame(() => {
        const held: ServerResponse[] = [];
        let firstIsThere = (): void => undefined;
        const first = new Promise<void>((resolve) => {
          firstIsThere = resolve;
        });
        const get = call("GetRecords");
        return {
          ...one([]),
          respond: (index, response) => {
            if (index === 0) {
              held.push(response);
              firstIsThere();
              return undefined;
            }
            if (index === 2) answer(held[0]!, { ...refusal("RequestTimeTooSkewed", 403), headers: ahead });
            return { headers: ahead };
          },
          calls: [
            (kinesis) => {
              const second = first.then(() => get(kinesis));
              return [get(kinesis), second, second.then(() => get(kinesis))].flat();
            },
          ],
        };
      });
    });
  });

  it("the endpoint refuses CBOR all at once: the call in JSON is another call", async () => {
    const { arrived, isShort } = await expectSame(() => ({
      ...one([]),
      respond: (_index, _response, { encoding }) => (encoding === "cbor" ? { status: 415 } : {}),
      calls: Array<Calls>(2).fill(call("GetRecords")),
    }));
    expect(isShort).toBe(true);
    expect(arrived).toMatchObject([1, 2, 3].map((each) => ({ call: each })));
  });

  it("retries are paid for, and earned again", async () => {
    const { retryCapacity } = await expectSame(() => ({
      ...one([...again(failed), throttled, throttled]),
      calls: Array<Calls>(5).fill(call("GetRecords")),
    }));
    expect(retryCapacity).toBeLessThan(500);
  });
}
