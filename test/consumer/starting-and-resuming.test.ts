import { describe, expect, it } from "vitest";
import type { CheckpointStore, InitialPosition, StreamReader } from "../../src/consumer/index.ts";
import { id, OrdersStream, textOf, textsOf } from "./orders-stream.ts";

const HOUR_MS = 3_600_000;

/** What is read in so much time, record by record. */
async function readFor(orders: OrdersStream, reader: StreamReader, ms: number): Promise<string[]> {
  const read: string[] = [];
  const run = reader.run({ record: (record) => void read.push(textOf(record)) });
  await orders.clock.advance(ms);
  await orders.clock.runUntil(reader.stop());
  await run;
  return read;
}

describe("initialPosition, with nothing stored", () => {
  it.each<[name: string, position: (middle: Date) => InitialPosition | undefined, read: string]>([
    ["left out", () => undefined, "old,middle,new"],
    ["TRIM_HORIZON", () => "TRIM_HORIZON", "old,middle,new"],
    ["LATEST", () => "LATEST", "new"],
    ["a time", (middle) => middle, "middle,new"],
    ["a time to come, which the service does not take: LATEST", (at) => new Date(at.getTime() + 2 * HOUR_MS), "new"],
  ])("%s", async (_, position, read) => {
    const orders = new OrdersStream();
    await orders.put(["old"]);
    await orders.clock.advance(HOUR_MS);
    const middle = new Date(orders.clock.now());
    await orders.put(["middle"]);
    await orders.clock.advance(HOUR_MS / 2);
    const initialPosition = position(middle);
    const reader = orders.reader(initialPosition ? { initialPosition } : {});
    const all: string[] = [];
    const run = reader.run({ record: (record) => void all.push(textOf(record)) });
    await orders.clock.advance(10_000);
    await orders.put(["new"]);
    await orders.clock.advance(10_000);
    await orders.clock.runUntil(reader.stop());
    await run;
    expect(all.join()).toBe(read);
  });
});

describe("a restart before the first checkpoint loses nothing", () => {
  it.each<[name: string, position: () => InitialPosition]>([
    ["LATEST", () => "LATEST"],
    ["a time", () => new Date(Date.UTC(2026, 0, 1) + HOUR_MS - 1_000)],
  ])("%s: what came while nobody read, also in the children of a split", async (_, position) => {
    const orders = new OrdersStream();
    await orders.put(["before"]);
    await orders.clock.advance(HOUR_MS);
    const initialPosition = position();
    expect(await readFor(orders, orders.reader({ initialPosition }), 5_000)).toEqual([]);
    expect(await orders.stored()).toEqual({ [id(0)]: "AT_TIMESTAMP" });
    await orders.put(["meanwhile"]);
    await orders.split();
    await orders.put(["in a child"], 1);
    await orders.clock.advance(HOUR_MS);
    const read = await readFor(orders, orders.reader({ initialPosition }), 5_000);
    expect(read).toEqual(["meanwhile", "in a child"]);
  });

  it("the times are stored before the first record is asked for", async () => {
    const orders = new OrdersStream({ streams: { orders: 3 } });
    const asked: number[] = [];
    const store: CheckpointStore = {
      load: async () => orders.store.load("orders"),
      save: async (...checkpoint) => {
        asked.push(orders.countOf("GetRecords") + orders.countOf("GetShardIterator"));
        await orders.store.save(...checkpoint);
      },
    };
    await readFor(orders, orders.reader({ initialPosition: "LATEST", checkpointStore: store }), 5_000);
    expect(asked).toEqual([0, 0, 0]);
  });
});

describe("reading goes on after what is stored", () => {
  it("with the next Kinesis record", async () => {
    const orders = new OrdersStream();
    await orders.put(["a", "b", "c"]);
    await orders.take(orders.reader(), 1, (batch) => batch.checkpoint(batch.records[1]));
    expect(await orders.take(orders.reader(), 1)).toEqual(["c"]);
  });

  it("in the middle of an aggregate, by its sub-sequence number", async () => {
    const orders = new OrdersStream();
    await orders.put(["plain"]);
    const number = await orders.putAggregate(["a", "b", "c", "d"]);
    await orders.put(["after"]);
    await orders.take(orders.reader(), 1, (batch) => batch.checkpoint(batch.records[2]));
    expect(await orders.stored()).toEqual({ [id(0)]: `${number}/1` });
    expect(await orders.take(orders.reader(), 3)).toEqual(["c", "d", "after"]);
  });

  it("after the last user record of an aggregate: nothing of it again", async () => {
    const orders = new OrdersStream();
    const number = await orders.putAggregate(["a", "b"]);
    await orders.take(orders.reader(), 2, (batch) => batch.checkpoint());
    expect(await orders.stored()).toEqual({ [id(0)]: `${number}/1` });
    await orders.put(["next"]);
    expect(await orders.take(orders.reader(), 1)).toEqual(["next"]);
  });

  it("record form: after what was finished when it stopped, whatever the interval", async () => {
    const orders = new OrdersStream();
    await orders.putAggregate(["a", "b", "c"]);
    const reader = orders.reader({ checkpointInterval: HOUR_MS });
    const first: string[] = [];
    const run = reader.run({
      record: (record) => {
        first.push(textOf(record));
        if (first.length === 2) void reader.stop();
      },
    });
    await orders.clock.runUntil(run);
    expect(first).toEqual(["a", "b"]);
    expect(await readFor(orders, orders.reader(), 5_000)).toEqual(["c"]);
  });
});

describe("a stored position that retention has overtaken", () => {
  it("is told, with how much is missing, and reading begins with the oldest record left", async () => {
    const orders = new OrdersStream();
    await orders.put(["stored"]);
    await orders.take(orders.reader(), 1, (batch) => batch.checkpoint());
    const storedMs = orders.clock.now();
    await orders.put(["lost"]);
    await orders.clock.advance(20 * HOUR_MS);
    await orders.put(["left"]);
    const leftMs = orders.clock.now();
    await orders.clock.advance(10 * HOUR_MS);
    expect(await orders.take(orders.reader(), 1)).toEqual(["left"]);
    const [trimmed, ...others] = orders.eventsOf("position-trimmed");
    expect(others).toEqual([]);
    expect(trimmed?.shardId).toBe(id(0));
    // The record came some milliseconds before it was read.
    expect(trimmed?.missingMs).toBeGreaterThanOrEqual(leftMs - storedMs);
    expect(trimmed?.missingMs).toBeLessThan(leftMs - storedMs + 5_000);
  });

  it("is not, where the record that it names is still there", async () => {
    const orders = new OrdersStream();
    await orders.put(["stored"]);
    await orders.take(orders.reader(), 1, (batch) => batch.checkpoint());
    await orders.clock.advance(20 * HOUR_MS);
    await orders.put(["left"]);
    expect(await orders.take(orders.reader(), 1)).toEqual(["left"]);
    expect(orders.eventsOf("position-trimmed")).toEqual([]);
  });

  it("children are read, when all of a shard is gone", async () => {
    const orders = new OrdersStream();
    await orders.put(["stored", "lost"]);
    await orders.take(orders.reader(), 1, (batch) => batch.checkpoint(batch.records[0]));
    await orders.split();
    await orders.clock.advance(30 * HOUR_MS);
    await orders.put(["left"], 1);
    expect(await orders.take(orders.reader(), 1)).toEqual(["left"]);
  });
});

describe("a stream that was removed, and made anew under its name", () => {
  it("refuses the stored position: told, and read from its beginning", async () => {
    const orders = new OrdersStream();
    await orders.put(["a", "b"]);
    await orders.take(orders.reader(), 1, (batch) => batch.checkpoint());
    await orders.clock.advance(HOUR_MS);
    await orders.makeAnew();
    await orders.put(["new"]);
    expect(await orders.take(orders.reader(), 1)).toEqual(["new"]);
    expect(orders.eventsOf("position-refused").map(({ shardId }) => shardId)).toEqual([id(0)]);
    expect(orders.eventsOf("position-trimmed")).toEqual([]);
  });

  it("has an open shard where a finished one is stored: told when that can be no stale listing, and read", async () => {
    const orders = new OrdersStream();
    await orders.store.save("orders", id(0), { sequenceNumber: "SHARD_END" });
    await orders.put(["new"]);
    expect(await orders.take(orders.reader(), 1, (batch) => batch.checkpoint())).toEqual(["new"]);
    expect(orders.clock.monotonicMs()).toBeGreaterThanOrEqual(59_000);
    expect(orders.eventsOf("position-refused")).toMatchObject([
      {
        shardId: id(0),
        position: { sequenceNumber: "SHARD_END" },
        error: { message: expect.stringContaining("is open") },
      },
    ]);
    expect((await orders.store.load("orders")).get(id(0))?.sequenceNumber).toMatch(/^\d+$/);
  });
});

describe("checkpoint()", () => {
  it("stores all of the batch, or up to a record of it, the record included", async () => {
    const orders = new OrdersStream();
    const numbers = await orders.put(["a", "b", "c"]);
    await orders.take(orders.reader(), 1, async (batch) => {
      await batch.checkpoint(batch.records[0]);
      expect(await orders.stored()).toEqual({ [id(0)]: numbers[0] });
      await batch.checkpoint(batch.records[1]);
      expect(await orders.stored()).toEqual({ [id(0)]: numbers[1] });
      await batch.checkpoint();
      expect(await orders.stored()).toEqual({ [id(0)]: numbers[2] });
    });
  });

  it("is never turned back: a record before what is stored changes nothing", async () => {
    const orders = new OrdersStream();
    const numbers = await orders.put(["a", "b", "c"]);
    await orders.take(orders.reader(), 1, async (batch) => {
      await batch.checkpoint(batch.records[1]);
      await batch.checkpoint(batch.records[0]);
      expect(await orders.stored()).toEqual({ [id(0)]: numbers[1] });
    });
    expect(orders.eventsOf("checkpointed")).toHaveLength(1);
  });

  it("of the batch before, after this one's, changes nothing either", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const reader = orders.reader();
    const batches = reader[Symbol.asyncIterator]();
    const { value: first } = await orders.clock.runUntil(batches.next());
    const next = batches.next();
    const [number] = await orders.put(["b"]);
    const { value: second } = await orders.clock.runUntil(next);
    await second!.checkpoint();
    await first!.checkpoint();
    expect(await orders.stored()).toEqual({ [id(0)]: number });
  });

  it.each(["of the batch before", "of no stream", "without a number"])("a record %s is refused", async (whose) => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const batches = orders.reader()[Symbol.asyncIterator]();
    const { value: first } = await orders.clock.runUntil(batches.next());
    const next = batches.next();
    await orders.put(["b"]);
    const { value: second } = await orders.clock.runUntil(next);
    const [of] = first!.records;
    const record = {
      "of the batch before": of!,
      "of no stream": { ...of!, sequenceNumber: "9".repeat(60) },
      "without a number": { ...of!, sequenceNumber: undefined },
    }[whose]!;
    await expect(second!.checkpoint(record)).rejects.toMatchObject({ code: "KPL_KIT_INVALID_RECORD" });
    expect(await orders.stored()).toEqual({});
  });

  it("of the last batch marks the shard as finished; up to its last record, that record", async () => {
    const orders = new OrdersStream();
    const [number] = await orders.put(["a"]);
    await orders.split();
    const texts: string[] = [];
    const reader = orders.reader();
    const batches = reader[Symbol.asyncIterator]();
    for (let isEnd = false; !isEnd; ) {
      const { value: batch } = await orders.clock.runUntil(batches.next());
      texts.push(...textsOf(batch!));
      isEnd = batch!.isShardEnd;
      const [record] = batch!.records;
      if (record) {
        await batch!.checkpoint(record);
        expect(await orders.stored()).toEqual({ [id(0)]: number });
      }
      if (isEnd) await batch!.checkpoint();
    }
    expect(texts).toEqual(["a"]);
    expect(await orders.stored()).toEqual({ [id(0)]: "SHARD_END" });
  });

  it("nothing is stored unless it is called", async () => {
    const orders = new OrdersStream();
    await orders.put(["a", "b"]);
    expect(await orders.take(orders.reader(), 2)).toEqual(["a", "b"]);
    expect(await orders.stored()).toEqual({});
  });
});
