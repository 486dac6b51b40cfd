import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../src/codec/index.ts";
import { ReaderBusyError, StreamReader, type StreamReaderOptions } from "../../src/consumer/index.ts";
import { OrdersStream, rejection, textOf } from "./orders-stream.ts";

const ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

function refusal(options: object): InvalidOptionError {
  try {
    const reader = new StreamReader(options as StreamReaderOptions);
    throw new Error(`taken: ${JSON.stringify(reader.status())}`);
  } catch (error) {
    if (error instanceof InvalidOptionError) return error;
    throw error;
  }
}

describe("a bad option is refused at the door: KPL_KIT_INVALID_OPTION names it, its value, and the rule", () => {
  it.each<[option: string, bad: unknown, shown: string, rule: string]>([
    ["kinesis", {}, "", "a client, with send"],
    ["kinesis", null, "null", "a client, with send"],
    ["kinesis", { send: "it" }, "", "a client, with send"],
    ["streamName", 7, "7", "a string"],
    ["streamName", "", '""', "1 to 128 letters"],
    ["streamName", "or ders", '"or ders"', "1 to 128 letters"],
    ["streamName", "x".repeat(129), "xxx", "1 to 128 letters"],
    ["streamARN", 7, "7", "a string"],
    ["streamARN", "orders", '"orders"', "the ARN of a stream"],
    ["streamARN", "arn:aws:kinesis:eu-west-1:123:stream/orders", "123", "the ARN of a stream"],
    ["streamARN", "arn:aws:kinesis:eu-west-1:123456789012:stream/o/consumer/c:1", "consumer", "the ARN of a stream"],
    ["initialPosition", "latest", '"latest"', "TRIM_HORIZON, LATEST, or a valid Date"],
    ["initialPosition", new Date(Number.NaN), "", "a valid Date"],
    ["initialPosition", 1_700_000_000_000, "1700000000000", "a valid Date"],
    ["checkpointStore", {}, "", "a store, with load, save"],
    ["checkpointStore", { load: () => new Map() }, "", "a store, with load, save"],
    ["retrieval", "fan-out", '"fan-out"', "polling, or { consumerName }"],
    ["retrieval", {}, "", "polling, or { consumerName }"],
    ["retrieval", { consumerName: "a b" }, "", "polling, or { consumerName }"],
    ["retrieval", { consumerName: "a", consumerArn: "b" }, "", "polling, or { consumerName }"],
    ["maxRecords", 0, "0", "a whole number, 1 to 10000"],
    ["maxRecords", 10_001, "10001", "a whole number, 1 to 10000"],
    ["maxRecords", 1.5, "1.5", "a whole number, 1 to 10000"],
    ["maxRecords", "10", '"10"', "a whole number, 1 to 10000"],
    ["maxRecords", Number.NaN, "NaN", "a whole number, 1 to 10000"],
    ["idleTimeBetweenReads", 199, "199", "a whole number from 200"],
    ["idleTimeBetweenReads", Number.POSITIVE_INFINITY, "Infinity", "a whole number from 200"],
    ["respectReadLimits", "no", '"no"', "true or false"],
    ["reusePages", 1, "1", "true or false"],
    ["batchBytes", 0, "0", "a whole number from 1, or Infinity"],
    ["batchBytes", "64 KiB", '"64 KiB"', "a whole number from 1, or Infinity"],
    ["rangeFilter", true, "true", "one of off, user-record, kcl"],
    ["rangeFilter", "KCL", '"KCL"', "one of off, user-record, kcl"],
    ["onMalformed", "drop", '"drop"', "one of pass, throw, skip, or a function"],
    ["checkpointInterval", -1, "-1", "a whole number from 0"],
    ["shutdownTimeout", -1, "-1", "a whole number from 0"],
    ["shutdownTimeout", Number.POSITIVE_INFINITY, "Infinity", "a whole number from 0"],
    ["onEvent", "log", '"log"', "a function"],
    ["clock", {}, "", "a Clock, with now, monotonicMs, sleep, timer"],
    ["random", 0.5, "0.5", "a function"],
    ["signal", new AbortController(), "", "an AbortSignal"],
    ["retry", 3, "3", "an object with attempts, baseMs, capMs"],
    ["prefetch", 64, "64", "an object with maxBytes, maxRecords"],
  ])("%s: %o", (option, bad, shown, rule) => {
    const { code, message } = refusal({ streamName: "orders", [option]: bad });
    expect(code).toBe("KPL_KIT_INVALID_OPTION");
    expect(message).toContain(option);
    expect(message).toContain(shown);
    expect(message).toContain(rule);
  });

  it.each<[option: string, options: object]>([
    ["prefetch.maxBytes", { prefetch: { maxBytes: 0 } }],
    ["prefetch.maxRecords", { prefetch: { maxRecords: -1 } }],
    ["retry.attempts", { retry: { attempts: 0 } }],
    ["retry.baseMs", { retry: { baseMs: 0 } }],
    ["retry.capMs", { retry: { capMs: 1 } }],
  ])("one inside another: %s", (option, options) => {
    expect(refusal({ streamName: "orders", ...options }).message).toContain(option);
  });

  it.each<[option: string, options: object]>([
    ["batchSize", { batchSize: 3 }],
    ["retries", { retries: undefined }],
    ["prefetch.bytes", { prefetch: { bytes: 3 } }],
    ["retry.retries", { retry: { retries: 3 } }],
  ])("one that there is not: %s", (option, options) => {
    const { message } = refusal({ streamName: "orders", ...options });
    expect(message).toContain(option);
    expect(message).toContain("no such option");
  });

  it("no stream at all, and two different ones", () => {
    expect(refusal({}).message).toContain("streamName");
    expect(refusal({ streamName: "bills", streamARN: ARN }).message).toContain("orders");
    expect(new StreamReader({ streamARN: ARN }).status()).toEqual([]);
    expect(new StreamReader({ streamARN: ARN, streamName: "orders" }).status()).toEqual([]);
  });

  it.each([undefined, null, 7, "orders"])("options that are none: %j", (options) => {
    expect(() => new StreamReader(options as unknown as StreamReaderOptions)).toThrow(InvalidOptionError);
  });

  it("undefined is as left out", () => {
    const names = ["kinesis", "initialPosition", "maxRecords", "prefetch", "retry", "onEvent", "clock", "signal"];
    const options = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(new StreamReader({ streamName: "orders", ...options }).status()).toEqual([]);
  });
});

describe("what run is given is checked when it is called, and nothing has begun", () => {
  it.each<[option: string, form: object]>([
    ["record", {}],
    ["record", { record: "it" }],
    ["onFailure", { record: () => undefined, onFailure: "retry" }],
    ["per", { record: () => undefined, concurrency: { per: "stream" } }],
    ["limit", { record: () => undefined, concurrency: { limit: 0 } }],
  ])("%s: %o", async (option, form) => {
    const orders = new OrdersStream();
    const reader = orders.reader();
    const error = await rejection(reader.run(form as Parameters<typeof reader.run>[0]));
    expect(error).toMatchObject({ code: "KPL_KIT_INVALID_OPTION" });
    expect((error as Error).message).toContain(option);
    expect(orders.calls).toEqual([]);
  });
});

describe("a reader reads once: KPL_KIT_READER_BUSY", () => {
  it.each(["while it reads", "after stop", "after it ended by itself"])("%s, any form", async (when) => {
    const orders = new OrdersStream();
    const reader = orders.reader();
    const processor = { processRecords: async () => undefined };
    if (when === "after stop") await reader.stop();
    else {
      if (when === "after it ended by itself") orders.local.faults.inject({ fault: NOT_FOUND, action: "ListShards" });
      const running = reader.run(() => processor);
      if (when === "after it ended by itself") await orders.clock.runUntil(rejection(running));
    }
    const said = when === "while it reads" ? "reads already" : "was stopped";
    for (const begin of [
      async () => reader.run(() => processor),
      async () => reader.run({ record: () => undefined }),
      async () => reader[Symbol.asyncIterator]().next(),
      async () => reader.shards().next(),
    ]) {
      const error = await rejection(begin());
      expect(error).toBeInstanceOf(ReaderBusyError);
      expect((error as Error).message).toContain(said);
    }
  });
});

describe("an observer that throws", () => {
  it("does not stop the reading, and is heard of as an unhandled rejection", async () => {
    const orders = new OrdersStream();
    await orders.put(["a", "b"]);
    const listeners = process.listeners("unhandledRejection");
    const unhandled: unknown[] = [];
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", (error) => unhandled.push(error));
    try {
      const read: string[] = [];
      const reader = orders.reader({
        onEvent: ({ type }) => {
          if (type === "page-retrieved") throw new Error("no room for logs");
        },
      });
      const run = reader.run({
        record: (record) => {
          read.push(textOf(record));
          if (read.length === 2) void reader.stop();
        },
      });
      await orders.clock.runUntil(run);
      expect(read).toEqual(["a", "b"]);
      expect(unhandled.map(String)).toContain("Error: no room for logs");
    } finally {
      process.removeAllListeners("unhandledRejection");
      for (const listener of listeners) process.on("unhandledRejection", listener);
    }
  });
});

const NOT_FOUND = { kind: "error", name: "ResourceNotFoundException" } as const;
