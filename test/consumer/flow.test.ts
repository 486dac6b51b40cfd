import { describe, expect, it } from "vitest";
import type { StreamReaderOptions } from "../../src/consumer/index.ts";
import { id, OrdersStream, rejection, textOf } from "./orders-stream.ts";

const MAGIC = [0xf3, 0x89, 0x9a, 0xc2];

async function readAll(orders: OrdersStream, options: StreamReaderOptions, ms = 10_000): Promise<string[]> {
  const reader = orders.reader(options);
  const read: string[] = [];
  const run = reader.run({ record: (record) => void read.push(textOf(record)) });
  run.catch(() => undefined);
  await orders.clock.advance(ms);
  await orders.clock.runUntil(reader.stop());
  await run;
  return read;
}

describe("backpressure: a loop that does not come back stops the calls", () => {
  it("two pages are fetched besides its own, and not one more in an hour", async () => {
    const orders = new OrdersStream();
    const reader = orders.reader({ maxRecords: 1 });
    await orders.put(["a", "b", "c", "d", "e", "f"]);
    const loop = reader[Symbol.asyncIterator]();
    await orders.clock.runUntil(loop.next());
    await orders.clock.advance(3_600_000);
    expect(orders.countOf("GetRecords")).toBe(3);
    const { value: next } = await orders.clock.runUntil(loop.next());
    expect(next!.records.map(textOf)).toEqual(["b"]);
    await orders.clock.advance(10_000);
    expect(orders.eventsOf("page-retrieved").reduce((sum, { kinesisRecords }) => sum + kinesisRecords, 0)).toBe(4);
  });
});

describe("fairness: a handler that never ends holds up its own shard alone", () => {
  it.each(["record", "processor"])("%s form, with room for little", async (form) => {
    const orders = new OrdersStream({ streams: { orders: 3 } });
    const reader = orders.reader({ prefetch: { maxBytes: 300 }, shutdownTimeout: 0 });
    const read: string[] = [];
    const work = async (texts: readonly string[]): Promise<void> => {
      read.push(...texts);
      if (texts.some((text) => text.startsWith("stuck"))) await new Promise(() => undefined);
    };
    const run =
      form === "record"
        ? reader.run({ record: async (record) => work([textOf(record)]), concurrency: { limit: 10 } })
        : reader.run(() => ({ processRecords: async ({ records }) => work(records.map(textOf)) }));
    await orders.put(["stuck".padEnd(100, ".")], 0);
    await orders.clock.advance(5_000);
    for (let minute = 0; minute < 10; minute++) {
      await orders.put(["more".padEnd(100, ".")], 0);
      await orders.put([`one ${minute}`], 1);
      await orders.put([`two ${minute}`], 2);
      await orders.clock.advance(10_000);
    }
    expect(read.filter((text) => /^(one|two)/.test(text))).toHaveLength(20);
    await orders.clock.runUntil(reader.stop());
    await run;
  });
});

describe("a record that looks like an aggregate, and is none", () => {
  async function spoilt(): Promise<OrdersStream> {
    const orders = new OrdersStream();
    await orders.put(["a", new Uint8Array([...MAGIC, ...new Array<number>(40).fill(7)]), "b"]);
    return orders;
  }

  it("pass, the default: delivered as it is", async () => {
    expect(await readAll(await spoilt(), {})).toHaveLength(3);
  });

  it("skip: told, and no more", async () => {
    const orders = await spoilt();
    expect(await readAll(orders, { onMalformed: "skip" })).toEqual(["a", "b"]);
    expect(orders.eventsOf("records-dropped")).toMatchObject([{ shardId: id(0), userRecords: 1 }]);
  });

  it("throw: the reader ends with it", async () => {
    const orders = await spoilt();
    const run = orders.reader({ onMalformed: "throw" }).run({ record: () => undefined });
    expect(await orders.clock.runUntil(rejection(run))).toMatchObject({ code: "KPL_KIT_MALFORMED_AGGREGATE" });
    expect(orders.clock.pending).toBe(0);
  });

  it("a function that throws: with what it throws", async () => {
    const orders = await spoilt();
    const ours = new Error("our own");
    const onMalformed = (): never => {
      throw ours;
    };
    const run = orders.reader({ onMalformed }).run({ record: () => undefined });
    expect(await orders.clock.runUntil(rejection(run))).toBe(ours);
  });
});
