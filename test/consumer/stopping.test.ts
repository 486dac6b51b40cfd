import { describe, expect, it } from "vitest";
import {
  type Checkpoint,
  type CheckpointStore,
  MemoryCheckpointStore,
  type ShardProcessor,
  type StreamReader,
} from "../../src/consumer/index.ts";
import { id, OrdersStream, rejection, textOf } from "./orders-stream.ts";

/** Nothing that would wake up later: no timer, and so no call either. */
async function expectAtRest(orders: OrdersStream): Promise<void> {
  expect(orders.clock.pending).toBe(0);
  const calls = orders.calls.length;
  await orders.clock.advance(600_000);
  expect(orders.calls.length).toBe(calls);
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** A store of which one method never answers. */
function stuck(method: "load" | "save", onCall: () => void = () => undefined): CheckpointStore {
  const store = new MemoryCheckpointStore();
  const hang = async (): Promise<never> => {
    onCall();
    return never();
  };
  return {
    load: method === "load" ? hang : async (name) => store.load(name),
    save: method === "save" ? hang : async (...checkpoint) => store.save(...checkpoint),
  };
}

describe("a stop settles, and leaves nothing behind", () => {
  it("before the start", async () => {
    const orders = new OrdersStream();
    await orders.reader().stop();
    await expectAtRest(orders);
    expect(orders.calls).toEqual([]);
  });

  it("twice, and at once", async () => {
    const orders = new OrdersStream();
    const reader = orders.reader();
    const run = reader.run({ record: () => undefined });
    await Promise.all([reader.stop(), reader.stop()]);
    await reader.stop();
    await run;
    await expectAtRest(orders);
  });

  it.each(["ListShards", "GetShardIterator", "GetRecords"] as const)("while %s has no answer", async (action) => {
    const orders = new OrdersStream();
    orders.local.faults.inject({ action, fault: { kind: "lost" } });
    const reader = orders.reader();
    const run = reader.run({ record: () => undefined });
    await orders.clock.advance(1_000);
    expect(orders.countOf(action)).toBe(1);
    await reader.stop();
    await run;
    await expectAtRest(orders);
  });

  it.each(["ListShards", "GetShardIterator", "GetRecords"] as const)(
    "while %s is waited for, to be tried again",
    async (action) => {
      const orders = new OrdersStream();
      orders.local.faults.inject({ action, times: 5, fault: { kind: "error", name: "InternalFailure" } });
      const reader = orders.reader();
      const run = reader.run({ record: () => undefined });
      while (orders.eventsOf("call-failed").length < 4) await orders.clock.advance(100);
      await reader.stop();
      await run;
      await expectAtRest(orders);
    },
  );

  it("at the tip, waiting for the next page", async () => {
    const orders = new OrdersStream({ streams: { orders: 3 } });
    const reader = orders.reader();
    const loop = reader[Symbol.asyncIterator]();
    const next = loop.next();
    await orders.clock.advance(60_000);
    await reader.stop();
    expect(await next).toEqual({ done: true, value: undefined });
    await expectAtRest(orders);
  });

  it("while a shard's subscription is open", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    const reader = orders.reader({ retrieval: { consumerName: "bills" } });
    const run = reader.run({ record: () => undefined });
    await orders.clock.advance(20_000);
    expect(orders.countOf("SubscribeToShard")).toBe(2);
    await orders.clock.runUntil(reader.stop());
    await run;
    await expectAtRest(orders);
  });

  it("in a handler: it may finish, and is stored; nothing after it is begun", async () => {
    const orders = new OrdersStream();
    const [first] = await orders.put(["a", "b"]);
    const reader = orders.reader();
    const read: string[] = [];
    const run = reader.run({
      record: async (record) => {
        read.push(textOf(record));
        await orders.clock.sleep(5_000);
      },
    });
    await orders.clock.advance(1_000);
    const stopped = reader.stop();
    await orders.clock.runUntil(stopped);
    await run;
    expect(orders.clock.monotonicMs()).toBe(5_000);
    expect(read).toEqual(["a"]);
    expect(await orders.stored()).toEqual({ [id(0)]: first });
    await expectAtRest(orders);
  });

  it.each(["record", "processor"])("in the pause before a second attempt: there is none (%s form)", async (form) => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const reader = orders.reader({ retry: { attempts: 10, baseMs: 10_000 } });
    let attempts = 0;
    const attempt = async (): Promise<void> => {
      attempts++;
      throw new Error("down");
    };
    const run = form === "record" ? reader.run({ record: attempt }) : reader.run(() => ({ processRecords: attempt }));
    await orders.clock.advance(1_000);
    await reader.stop();
    await run;
    expect(attempts).toBe(1);
    expect(await orders.stored()).toEqual({});
    await expectAtRest(orders);
  });

  it("during a checkpoint: it is waited for", async () => {
    const orders = new OrdersStream();
    const [number] = await orders.put(["a"]);
    const store: CheckpointStore = {
      load: async (name) => orders.store.load(name),
      save: async (...checkpoint) => {
        await orders.clock.sleep(3_000);
        await orders.store.save(...checkpoint);
      },
    };
    const reader = orders.reader({ checkpointStore: store });
    const saved: unknown[] = [];
    await orders.clock.runUntil(
      (async () => {
        for await (const batch of reader) {
          // Nobody waits for it here.
          void batch.checkpoint().then(() => saved.push("stored"));
          break;
        }
      })(),
    );
    expect(saved).toEqual(["stored"]);
    expect(await orders.stored()).toEqual({ [id(0)]: number });
    await expectAtRest(orders);
  });

  it.each(["load", "save"] as const)("though the store's %s never answers: after shutdownTimeout", async (method) => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const reader = orders.reader({ checkpointStore: stuck(method), shutdownTimeout: 7_000, checkpointInterval: 0 });
    const run = reader.run({ record: () => undefined });
    await orders.clock.advance(1_000);
    await orders.clock.runUntil(reader.stop());
    await run;
    expect(orders.clock.monotonicMs()).toBe(8_000);
    await expectAtRest(orders);
  });

  it("though a checkpoint is tried again and again: nothing is tried after the stop is over", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    let saves = 0;
    const store: CheckpointStore = {
      load: async () => new Map(),
      save: async () => {
        saves++;
        throw new Error("no room");
      },
    };
    const reader = orders.reader({ checkpointStore: store, shutdownTimeout: 0, random: () => 0.99 });
    const outcomes: unknown[] = [];
    const run = reader.run(() => ({
      processRecords: async (batch) => {
        void rejection(batch.checkpoint()).then((error) => outcomes.push(error));
      },
    }));
    await orders.clock.advance(50);
    await orders.clock.runUntil(reader.stop());
    await run;
    await orders.clock.advance(0);
    const before = saves;
    expect(outcomes).toMatchObject([{ code: "KPL_KIT_CHECKPOINT_FAILED" }]);
    await expectAtRest(orders);
    expect(saves).toBe(before);
  });
});

describe("shutdownTimeout: what takes longer is abandoned, told, and comes again", () => {
  type Form = (reader: StreamReader, orders: OrdersStream, late: Promise<unknown>[]) => Promise<void>;
  const LONG_MS = 60_000;
  const forms: [name: string, form: Form][] = [
    ["record", async (reader, orders) => reader.run({ record: async () => orders.clock.sleep(LONG_MS) })],
    [
      "processor",
      async (reader, orders, late) =>
        reader.run((): ShardProcessor => {
          return {
            processRecords: async (batch) => {
              await orders.clock.sleep(LONG_MS);
              late.push(rejection(batch.checkpoint()));
            },
          };
        }),
    ],
    [
      "loop",
      async (reader, orders, late) => {
        for await (const batch of reader) {
          await orders.clock.sleep(LONG_MS);
          late.push(rejection(batch.checkpoint()));
        }
      },
    ],
    [
      "shard loops",
      async (reader, orders, late) => {
        for await (const shard of reader.shards()) {
          for await (const batch of shard) {
            await orders.clock.sleep(LONG_MS);
            late.push(rejection(batch.checkpoint()));
          }
        }
      },
    ],
  ];

  it.each(forms)("%s form", async (name, form) => {
    const orders = new OrdersStream();
    await orders.put(["a", "b"]);
    const reader = orders.reader({ shutdownTimeout: 2_000 });
    const late: Promise<unknown>[] = [];
    const over = form(reader, orders, late);
    await orders.clock.advance(1_000);
    await orders.clock.runUntil(reader.stop());
    expect(orders.clock.monotonicMs()).toBe(3_000);
    expect(orders.eventsOf("abandoned")).toEqual([{ type: "abandoned", shardId: id(0), userRecords: 2 }]);
    await orders.clock.advance(LONG_MS);
    await over;
    expect(await orders.stored()).toEqual({});
    const refused = await Promise.all(late);
    expect(refused).toHaveLength(name === "record" ? 0 : 1);
    for (const error of refused) {
      expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FAILED", cause: { code: "KPL_KIT_READER_STOPPED" } });
    }
    expect(await orders.take(orders.reader(), 2)).toEqual(["a", "b"]);
  });

  it("nothing is abandoned where nothing runs", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    await orders.take(orders.reader(), 1);
    expect(orders.eventsOf("abandoned")).toEqual([]);
  });
});

describe("leaving the loop stops the reader", () => {
  it("break", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    expect(await orders.take(orders.reader(), 1)).toEqual(["a"]);
    await expectAtRest(orders);
  });

  it("a throw in its body, which arrives as it is", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const ours = new Error("our own");
    const took = orders.take(orders.reader(), 1, () => {
      throw ours;
    });
    expect(await rejection(took)).toBe(ours);
    await expectAtRest(orders);
  });

  it("return(), before anything came, and while a next() waits", async () => {
    const orders = new OrdersStream();
    const loop = orders.reader()[Symbol.asyncIterator]();
    const next = loop.next();
    await orders.clock.advance(5_000);
    await orders.clock.runUntil(loop.return!());
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await loop.next()).toEqual({ done: true, value: undefined });
    await expectAtRest(orders);
  });

  it("disposing of the reader, as await using does", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const reader = orders.reader();
    const loop = reader[Symbol.asyncIterator]();
    await orders.clock.runUntil(loop.next());
    const disposed = reader[Symbol.asyncDispose]();
    // The loop has the batch still, until it comes back.
    const next = loop.next();
    await orders.clock.runUntil(disposed);
    expect(await next).toEqual({ done: true, value: undefined });
    await expectAtRest(orders);
  });

  it("its signal, also one that was aborted before", async () => {
    const orders = new OrdersStream();
    const stopping = new AbortController();
    const run = orders.reader({ signal: stopping.signal }).run({ record: () => undefined });
    await orders.clock.advance(5_000);
    stopping.abort();
    await orders.clock.runUntil(run);
    await expectAtRest(orders);
    const calls = orders.calls.length;
    await orders.reader({ signal: stopping.signal }).run({ record: () => undefined });
    expect(orders.calls.length).toBe(calls);
  });
});

describe("shards(): each shard by a loop of its own", () => {
  it("those that nobody iterates are not read, and hold nothing up", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    await orders.put(["a"], 0);
    await orders.put(["b"], 1);
    const reader = orders.reader();
    const shards = reader.shards();
    const { value: first } = await orders.clock.runUntil(shards.next());
    const loop = first![Symbol.asyncIterator]();
    const { value: batch } = await orders.clock.runUntil(loop.next());
    await orders.clock.advance(60_000);
    expect(batch!.records.map(textOf)).toEqual([first!.shardId === id(0) ? "a" : "b"]);
    const other = first!.shardId === id(0) ? 1 : 0;
    expect(orders.countOf("GetShardIterator", other)).toBe(0);
    void loop.next();
    await orders.clock.runUntil(reader.stop());
    expect(await shards.next()).toEqual({ done: true, value: undefined });
    await expectAtRest(orders);
  });

  it("leaving one shard's loop stops the reading of that shard, and of no other", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    await orders.put(["a"], 0);
    await orders.put(["b"], 1);
    const reader = orders.reader();
    const read: string[] = [];
    const one = async (shard: AsyncIterable<{ readonly shardId: string }>, isLeft: boolean): Promise<void> => {
      for await (const { shardId } of shard) {
        read.push(shardId);
        if (isLeft) break;
      }
    };
    const over = (async () => {
      for await (const shard of reader.shards()) void one(shard, shard.shardId === id(0));
    })();
    await orders.clock.advance(5_000);
    await orders.put(["c"], 0);
    await orders.put(["d"], 1);
    await orders.clock.advance(5_000);
    expect(read).toEqual([id(0), id(1), id(1)]);
    expect(reader.status().map(({ shardId }) => shardId)).toEqual([id(1)]);
    await orders.clock.runUntil(reader.stop());
    await over;
    await expectAtRest(orders);
  });

  it("when all of them are left, there is nothing more to come", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    await orders.put(["a"], 0);
    await orders.put(["b"], 1);
    const over = (async () => {
      for await (const shard of orders.reader().shards()) for await (const { shardId } of shard) if (shardId) break;
    })();
    await orders.clock.runUntil(over);
    await expectAtRest(orders);
  });

  it("stop, while loops wait: all end", async () => {
    const orders = new OrdersStream({ streams: { orders: 3 } });
    const reader = orders.reader();
    const loops: Promise<void>[] = [];
    const one = async (shard: AsyncIterable<unknown>): Promise<void> => {
      for await (const batch of shard) expect(batch).toBeDefined();
    };
    const over = (async () => {
      for await (const shard of reader.shards()) loops.push(one(shard));
    })();
    await orders.clock.advance(5_000);
    expect(loops).toHaveLength(3);
    await orders.clock.runUntil(reader.stop());
    await Promise.all([over, ...loops]);
    await expectAtRest(orders);
  });
});

describe("checkpoints after the reader has stopped are refused: another may read on by now", () => {
  it("also of a shard that ended long before", async () => {
    const orders = new OrdersStream();
    const kept: Parameters<ShardProcessor["processRecords"]>[0][] = [];
    await orders.put(["a"]);
    await orders.split();
    await orders.put(["b"], 1);
    await orders.take(orders.reader(), 2, (batch) => void kept.push(batch));
    for (const batch of kept)
      expect(await rejection(batch.checkpoint())).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FAILED" });
    expect(await orders.stored()).toEqual({});
    expect(kept.length).toBeGreaterThan(1);
  });

  it("while it reads, those of a shard that has ended are stored", async () => {
    const orders = new OrdersStream();
    const kept: Parameters<ShardProcessor["processRecords"]>[0][] = [];
    await orders.put(["a"]);
    await orders.split();
    await orders.put(["b"], 1);
    await orders.take(orders.reader(), 2, async (batch) => {
      kept.push(batch);
      if (batch.shardId !== id(0)) for (const each of kept) await each.checkpoint();
    });
    const stored: Record<string, Checkpoint["sequenceNumber"]> = await orders.stored();
    expect(stored[id(0)]).toBe("SHARD_END");
  });
});
