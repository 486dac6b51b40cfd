import { describe, expect, it } from "vitest";
import type { Batch, ShardProcessor, StreamReader } from "../../src/consumer/index.ts";
import { id, OrdersStream, textOf, textsOf } from "./orders-stream.ts";

const IN_ORDER = ["a", "b", "c", "d", "e", "f"];

/** a and b before a split, c and d in its children, e and f after a merge of those. */
async function resharded(): Promise<OrdersStream> {
  const orders = new OrdersStream();
  await orders.put(["a"]);
  await orders.putAggregate(["b"]);
  await orders.split(0);
  await orders.put(["c"], 1);
  await orders.put(["d"], 2);
  await orders.merge(1, 2);
  await orders.put(["e", "f"], 3);
  return orders;
}

function expectParentsFirst(read: readonly string[]): void {
  expect(read.toSorted()).toEqual(IN_ORDER);
  expect(read.slice(0, 2)).toEqual(["a", "b"]);
  expect(read.slice(4)).toEqual(["e", "f"]);
}

describe("every form reads a stream from its oldest record to its tip, over a split and a merge, parents before children", () => {
  it("for await over the reader", async () => {
    const orders = await resharded();
    const read = await orders.take(orders.reader(), 6, (batch) => batch.checkpoint());
    expectParentsFirst(read);
    expect(await orders.stored()).toMatchObject({ [id(0)]: "SHARD_END", [id(1)]: "SHARD_END", [id(2)]: "SHARD_END" });
  });

  it("for await over each shard", async () => {
    const orders = await resharded();
    const reader = orders.reader();
    const read: string[] = [];
    const parents: Record<string, readonly string[]> = {};
    const one = async (batches: AsyncIterable<Batch>): Promise<void> => {
      for await (const batch of batches) {
        read.push(...textsOf(batch));
        await batch.checkpoint();
        if (read.length === 6) void reader.stop();
      }
    };
    const loops: Promise<void>[] = [];
    await orders.clock.runUntil(
      (async () => {
        for await (const shard of reader.shards()) {
          parents[shard.shardId] = shard.parentShardIds;
          loops.push(one(shard));
        }
        await Promise.all(loops);
      })(),
    );
    expectParentsFirst(read);
    expect(parents).toEqual({ [id(0)]: [], [id(1)]: [id(0)], [id(2)]: [id(0)], [id(3)]: [id(1), id(2)] });
  });

  it("run, with a processor of each shard", async () => {
    const orders = await resharded();
    const reader = orders.reader();
    const read: string[] = [];
    const called: string[] = [];
    const processor = ({ shardId }: { readonly shardId: string }): ShardProcessor => ({
      initialize: () => void called.push(`initialize ${shardId}`),
      processRecords: async (batch) => {
        read.push(...textsOf(batch));
        if (read.length === 6) void reader.stop();
      },
      shardEnded: async (batch) => {
        called.push(`shardEnded ${shardId}`);
        await batch.checkpoint();
      },
      shutdownRequested: async (batch) => {
        called.push(`shutdownRequested ${shardId}`);
        await batch.checkpoint();
      },
    });
    await orders.clock.runUntil(reader.run(processor));
    expectParentsFirst(read);
    const of = (shard: number): string[] => called.filter((call) => call.endsWith(id(shard)));
    expect(of(0)).toEqual([`initialize ${id(0)}`, `shardEnded ${id(0)}`]);
    expect(of(3)).toEqual([`initialize ${id(3)}`, `shutdownRequested ${id(3)}`]);
    expect(called.indexOf(`shardEnded ${id(0)}`)).toBeLessThan(called.indexOf(`initialize ${id(1)}`));
    const { [id(3)]: tip, ...ended } = await orders.stored();
    expect(Object.values(ended)).toEqual(["SHARD_END", "SHARD_END", "SHARD_END"]);
    expect(tip).toMatch(/^\d+$/);
  });

  it.each(["shard", "partitionKey"] as const)("run, record by record, in order per %s", async (per) => {
    const orders = await resharded();
    const reader = orders.reader();
    const read: string[] = [];
    await orders.clock.runUntil(
      reader.run({
        record: (record) => {
          read.push(textOf(record));
          if (read.length === 6) void reader.stop();
        },
        concurrency: { per, limit: 4 },
      }),
    );
    expectParentsFirst(read);
    expect(Object.values(await orders.stored()).filter((at) => at === "SHARD_END")).toHaveLength(3);
  });
});

describe("status: of every shard that is being read", () => {
  it("is empty before the start, and after a shard's end tells of its children", async () => {
    const orders = new OrdersStream();
    const [first] = await orders.put(["a", "b"]);
    const reader: StreamReader = orders.reader();
    expect(reader.status()).toEqual([]);
    const batches = reader[Symbol.asyncIterator]();
    const { value: batch } = await orders.clock.runUntil(batches.next());
    expect(reader.status()).toEqual([
      { shardId: id(0), position: { sequenceNumber: "TRIM_HORIZON" }, millisBehindLatest: 0 },
    ]);
    await batch!.checkpoint(batch!.records[0]);
    expect(reader.status()[0]?.position).toEqual({ sequenceNumber: first, subSequenceNumber: 0 });
    await orders.split();
    const { value: last } = await orders.clock.runUntil(batches.next());
    expect(last!.isShardEnd).toBe(true);
    const waiting = batches.next();
    await orders.clock.advance(1_000);
    expect(reader.status().map(({ shardId }) => shardId)).toEqual([id(1), id(2)]);
    await reader.stop();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
