import { describe, expect, it } from "vitest";
import {
  type CheckpointStore,
  ProcessingFailedError,
  ReadFailedError,
  StreamReader,
} from "../../src/consumer/index.ts";
import type { KinesisClientLike } from "../../src/kinesis/index.ts";
import { id, OrdersStream, rejection, textOf } from "./orders-stream.ts";

const HOUR_MS = 3_600_000;

/** The store as it is, but for what a test puts in its place. */
function storeOf(orders: OrdersStream, save: (fail: () => void) => void): CheckpointStore {
  return {
    load: async (name) => orders.store.load(name),
    save: async (...checkpoint) => {
      save(() => {
        throw new Error("no room");
      });
      await orders.store.save(...checkpoint);
    },
  };
}

describe("a stream that cannot be read ends the reader, with the cause", () => {
  it("one that is not there", async () => {
    const orders = new OrdersStream();
    const error = await rejection(
      orders.clock.runUntil(orders.reader({ streamName: "bills" }).run({ record: () => undefined })),
    );
    expect(error).toBeInstanceOf(ReadFailedError);
    expect(error).toMatchObject({ operation: "ListShards", cause: { name: "ResourceNotFoundException" } });
    expect(orders.clock.pending).toBe(0);
  });

  it.each(["ListShards", "GetShardIterator", "GetRecords"] as const)(
    "one that the caller may not %s",
    async (action) => {
      const orders = new OrdersStream();
      orders.local.faults.inject({ action, fault: { kind: "error", name: "AccessDeniedException" } });
      const error = await rejection(orders.clock.runUntil(orders.reader().run({ record: () => undefined })));
      expect(error).toMatchObject({
        code: "KPL_KIT_READ_FAILED",
        operation: action,
        cause: { name: "AccessDeniedException" },
      });
      expect(orders.clock.pending).toBe(0);
    },
  );

  it("one that is deleted while it is read", async () => {
    const orders = new OrdersStream();
    const run = orders.reader().run({ record: () => undefined });
    const ended = rejection(run);
    await orders.clock.advance(5_000);
    await orders.delete();
    expect(await orders.clock.runUntil(ended)).toMatchObject({ code: "KPL_KIT_READ_FAILED" });
    expect(orders.clock.pending).toBe(0);
  });

  it("a wrong endpoint: after some attempts, not after hours of them", async () => {
    const orders = new OrdersStream();
    const send = async (): Promise<never> => {
      throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    };
    const reader = orders.reader({ kinesis: { send } satisfies KinesisClientLike });
    const error = await rejection(orders.clock.runUntil(reader.run({ record: () => undefined })));
    expect(error).toMatchObject({ code: "KPL_KIT_READ_FAILED", cause: { code: "ECONNREFUSED" } });
    expect(orders.clock.monotonicMs()).toBeLessThan(120_000);
    expect(orders.eventsOf("call-failed")).toHaveLength(10);
    expect(orders.clock.pending).toBe(0);
  });

  it("the loop gets the error once, and has ended then", async () => {
    const orders = new OrdersStream();
    const loop = orders.reader({ streamName: "bills" })[Symbol.asyncIterator]();
    expect(await orders.clock.runUntil(rejection(loop.next()))).toBeInstanceOf(ReadFailedError);
    expect(await loop.next()).toEqual({ done: true, value: undefined });
  });

  it("so does each shard's own loop", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    const reader = orders.reader();
    const shards = reader.shards();
    const first = await orders.clock.runUntil(shards.next());
    const second = await orders.clock.runUntil(shards.next());
    const nexts = [first, second].map(({ value }) => rejection(value![Symbol.asyncIterator]().next()));
    await orders.clock.advance(1_000);
    const over = rejection(shards.next());
    await orders.delete();
    for (const error of await orders.clock.runUntil(Promise.all([...nexts, over])))
      expect(error).toMatchObject({ code: "KPL_KIT_READ_FAILED" });
  });
});

describe("what can pass is waited out", () => {
  it.each(["polling", { consumerName: "bills" }] as const)("an outage of an hour: %o", async (retrieval) => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    const reader = orders.reader({ retrieval });
    const read: string[] = [];
    const run = reader.run({ record: (record) => void read.push(textOf(record)) });
    await orders.clock.advance(5_000);
    await orders.put(["before"]);
    await orders.clock.advance(5_000);
    const from = orders.clock.now();
    const fault = { kind: "error", name: "ServiceUnavailableException" } as const;
    const actions = ["ListShards", "GetShardIterator", "GetRecords", "SubscribeToShard"] as const;
    orders.local.faults.inject({
      action: actions,
      fault,
      times: Number.POSITIVE_INFINITY,
      until: from + HOUR_MS,
    });
    await orders.clock.advance(HOUR_MS / 2);
    await orders.put(["during"]);
    await orders.clock.advance(HOUR_MS / 2 - 1_000);
    await orders.put(["after"], 1);
    await orders.clock.advance(60_000);
    expect(read.toSorted()).toEqual(["after", "before", "during"]);
    await orders.clock.runUntil(reader.stop());
    await run;
  });
});

describe("an error in one shard ends the whole reader, with that error", () => {
  it("and the others store what they have finished", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    await orders.put(["bad"], 0);
    const [good] = await orders.put(["good", "more"], 1);
    const reader = orders.reader({ checkpointInterval: HOUR_MS });
    const ours = new Error("our own");
    const error = await rejection(
      orders.clock.runUntil(
        reader.run({
          record: async (record) => {
            if (textOf(record) === "bad") throw ours;
            await orders.clock.sleep(3_000);
          },
          concurrency: { per: "shard", limit: 2 },
        }),
        { limitMs: 2 * HOUR_MS },
      ),
    );
    expect(error).toBeInstanceOf(ProcessingFailedError);
    expect(error).toMatchObject({ shardId: id(0), cause: ours });
    expect(await orders.stored()).toEqual({ [id(1)]: good });
    expect(orders.clock.monotonicMs()).toBeLessThan(5_000);
    expect(orders.clock.pending).toBe(0);
  });

  it.each(["shard", "partitionKey"] as const)(
    "at once, though no record comes after the one that failed: per %s",
    async (per) => {
      const orders = new OrdersStream();
      await orders.put(["bad"]);
      const run = orders.reader().run({
        record: async () => {
          throw new Error("our own");
        },
        concurrency: { per, limit: 4 },
      });
      expect(await orders.clock.runUntil(rejection(run))).toMatchObject({ code: "KPL_KIT_PROCESSING_FAILED" });
      expect(orders.clock.monotonicMs()).toBeLessThan(5_000);
    },
  );

  it("the error of a batch names the batch's first record", async () => {
    const orders = new OrdersStream();
    const [first] = await orders.put(["a", "b"]);
    const run = orders.reader().run(() => ({
      processRecords: async () => {
        throw new Error("our own");
      },
    }));
    const error = await orders.clock.runUntil(rejection(run));
    expect(error).toMatchObject({ code: "KPL_KIT_PROCESSING_FAILED", position: { sequenceNumber: first } });
    expect(orders.eventsOf("processing-failed").map(({ failures }) => failures)).toEqual([1, 2, 3]);
  });

  it.each(["at the start", "at a shard's end, for its children"])(
    "a processor that cannot be made, %s",
    async (when) => {
      const orders = new OrdersStream();
      await orders.put(["a"]);
      await orders.split();
      const ours = new Error("our own");
      const run = orders.reader().run(({ shardId }) => {
        if (when === "at the start" || shardId !== id(0)) throw ours;
        return { processRecords: async () => undefined };
      });
      expect(await orders.clock.runUntil(rejection(run))).toBe(ours);
      expect(orders.clock.pending).toBe(0);
    },
  );

  it.each(["initialize", "shardEnded", "shutdownRequested"] as const)("a processor whose %s throws", async (method) => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    if (method === "shardEnded") await orders.split();
    const reader = orders.reader();
    const run = reader.run(() => ({
      processRecords: async () => undefined,
      [method]: () => {
        throw new Error("our own");
      },
    }));
    const ended = rejection(run);
    await orders.clock.advance(5_000);
    await orders.clock.runUntil(reader.stop());
    expect(await ended).toMatchObject({ code: "KPL_KIT_PROCESSING_FAILED", cause: { message: "our own" } });
    expect(orders.clock.pending).toBe(0);
  });
});

describe("a checkpoint store that fails", () => {
  it("load: the reader does not begin, for it would begin anew", async () => {
    const orders = new OrdersStream();
    const store: CheckpointStore = {
      load: async () => {
        throw new Error("no such table");
      },
      save: async () => undefined,
    };
    const run = orders.reader({ checkpointStore: store }).run({ record: () => undefined });
    expect(await orders.clock.runUntil(rejection(run))).toMatchObject({ message: "no such table" });
    expect(orders.countOf("GetRecords")).toBe(0);
    expect(orders.clock.pending).toBe(0);
  });

  it("save, of the first positions: the same", async () => {
    const orders = new OrdersStream();
    const store = storeOf(orders, (fail) => fail());
    const run = orders.reader({ checkpointStore: store, initialPosition: "LATEST" }).run({ record: () => undefined });
    expect(await orders.clock.runUntil(rejection(run))).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FAILED" });
    expect(orders.countOf("GetRecords")).toBe(0);
  });

  it("save, once: it is tried again, and told", async () => {
    const orders = new OrdersStream();
    const [number] = await orders.put(["a"]);
    let saves = 0;
    const store = storeOf(orders, (fail) => {
      if (saves++ === 0) fail();
    });
    await orders.take(orders.reader({ checkpointStore: store }), 1, (batch) => batch.checkpoint());
    expect(await orders.stored()).toEqual({ [id(0)]: number });
    expect(orders.eventsOf("checkpoint-failed")).toHaveLength(1);
    expect(orders.eventsOf("checkpoint-failed")[0]?.retryInMs).toBeGreaterThan(0);
  });

  it("save, for good: whoever checkpoints hears of it", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const reader = orders.reader({ checkpointStore: storeOf(orders, (fail) => fail()) });
    const took = orders.take(reader, 1, (batch) => batch.checkpoint());
    expect(await rejection(took)).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FAILED", cause: { message: "no room" } });
    expect(orders.eventsOf("checkpoint-failed").at(-1)?.retryInMs).toBeUndefined();
    expect(orders.clock.pending).toBe(0);
  });

  it("save, for good, in the record form: told, reading goes on, and the end says so", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const reader = orders.reader({ checkpointStore: storeOf(orders, (fail) => fail()), checkpointInterval: 1_000 });
    const read: string[] = [];
    const ended = rejection(reader.run({ record: (record) => void read.push(textOf(record)) }));
    await orders.clock.advance(60_000);
    await orders.put(["b"]);
    await orders.clock.advance(5_000);
    expect(read).toEqual(["a", "b"]);
    await orders.clock.runUntil(reader.stop());
    expect(await ended).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FAILED" });
  });

  it("save, for a while, in the record form: what was finished is stored once it can be", async () => {
    const orders = new OrdersStream();
    const [number] = await orders.put(["a"]);
    const mendedMs = orders.clock.now() + 600_000;
    const store = storeOf(orders, (fail) => {
      if (orders.clock.now() < mendedMs) fail();
    });
    const reader = orders.reader({ checkpointStore: store, checkpointInterval: 1_000 });
    const run = reader.run({ record: () => undefined });
    await orders.clock.advance(700_000);
    expect(await orders.stored()).toEqual({ [id(0)]: number });
    await orders.clock.runUntil(reader.stop());
    await run;
  });
});

describe("without a client of its own", () => {
  it("makes one, and destroys it at the end", async () => {
    const stopping = new AbortController();
    stopping.abort();
    const reader = new StreamReader({ streamName: "orders", signal: stopping.signal });
    await reader.run({ record: () => undefined });
    await reader.stop();
    expect(reader.status()).toEqual([]);
  });
});
