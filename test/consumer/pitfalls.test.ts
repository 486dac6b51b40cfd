// What other consumers lose, repeat or get stuck in, each as it shows: none of it is to happen here.

import { describe, expect, it } from "vitest";
import { id, OrdersStream, rejection, textOf } from "./orders-stream.ts";

const HOUR_MS = 3_600_000;

describe("KCL", () => {
  it("a batch whose processing threw was skipped (amazon-kinesis-client-nodejs#10): it is tried again, then reading ends", async () => {
    const orders = new OrdersStream();
    await orders.put(["a", "b"]);
    const seen: string[][] = [];
    const run = orders.reader().run(() => ({
      processRecords: async (batch) => {
        seen.push(batch.records.map(textOf));
        throw new Error("down");
      },
    }));
    await orders.clock.runUntil(rejection(run));
    expect(seen).toEqual([
      ["a", "b"],
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(await orders.stored()).toEqual({});
    expect(await orders.take(orders.reader(), 2)).toEqual(["a", "b"]);
  });

  it("shards were stuck after resharding until a restart: a listing that is stale is asked for again", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    await orders.split();
    await orders.put(["left"], 1);
    await orders.put(["right"], 2);
    await orders.store.save("orders", id(0), { sequenceNumber: "SHARD_END" });
    orders.local.faults.inject({ action: "ListShards", times: 3, fault: { kind: "stale-shards" } });
    const read = await orders.take(orders.reader(), 2);
    expect(read.toSorted()).toEqual(["left", "right"]);
    expect(orders.countOf("ListShards")).toBe(4);
  });

  it("what was delivered last was stored, not what was finished (pulsar#8192, snowplow enrich#652)", async () => {
    const orders = new OrdersStream();
    await orders.put(["slow", "quick", "quicker"]);
    const reader = orders.reader({ checkpointInterval: 0, shutdownTimeout: 0 });
    const run = reader.run({
      record: async (record) => (textOf(record) === "slow" ? new Promise<void>(() => undefined) : undefined),
      concurrency: { per: "partitionKey", limit: 10 },
    });
    await orders.clock.advance(10_000);
    await orders.clock.runUntil(reader.stop());
    await run;
    expect(await orders.stored()).toEqual({});
    expect((await orders.take(orders.reader(), 3))[0]).toBe("slow");
  });

  it("LATEST was resolved anew on a restart: what came in between is read", async () => {
    const orders = new OrdersStream();
    const first = orders.reader({ initialPosition: "LATEST" });
    const run = first.run({ record: () => undefined });
    await orders.clock.advance(5_000);
    await orders.clock.runUntil(first.stop());
    await run;
    await orders.put(["in between"]);
    await orders.clock.advance(HOUR_MS);
    expect(await orders.take(orders.reader({ initialPosition: "LATEST" }), 1)).toEqual(["in between"]);
  });

  it("an expired iterator of an unread LATEST jumped to the tip: what came meanwhile is read", async () => {
    const orders = new OrdersStream();
    const reader = orders.reader({ initialPosition: "LATEST" });
    const read: string[] = [];
    const run = reader.run({ record: (record) => void read.push(textOf(record)) });
    await orders.clock.advance(HOUR_MS);
    const times = Number.POSITIVE_INFINITY;
    const until = orders.clock.now() + 600_000;
    orders.local.faults.inject({
      action: "GetRecords",
      times,
      until,
      fault: { kind: "error", name: "InternalFailure" },
    });
    await orders.clock.advance(60_000);
    await orders.put(["meanwhile"]);
    await orders.clock.advance(700_000);
    expect(orders.eventsOf("iterator-expired").length).toBeGreaterThan(0);
    expect(read).toEqual(["meanwhile"]);
    await orders.clock.runUntil(reader.stop());
    await run;
  });

  it("a child was read before its other parent: it waits for both", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    await orders.put(["quick"], 0);
    await orders.put(["slow"], 1);
    await orders.merge(0, 1);
    await orders.put(["child"], 2);
    const done: string[] = [];
    const reader = orders.reader();
    const run = reader.run({
      record: async (record) => {
        if (textOf(record) === "slow") await orders.clock.sleep(60_000);
        done.push(textOf(record));
        if (done.length === 3) void reader.stop();
      },
      concurrency: { per: "shard", limit: 10 },
    });
    await orders.clock.runUntil(run);
    expect(done).toEqual(["quick", "slow", "child"]);
  });

  it("how much was fetched ahead grew with the shards: the bound is of the process", async () => {
    const orders = new OrdersStream({ streams: { orders: 20 } });
    for (let shard = 0; shard < 20; shard++) await orders.put([new Uint8Array(1_000)], shard);
    const reader = orders.reader({ prefetch: { maxBytes: 12_000 } });
    const loop = reader[Symbol.asyncIterator]();
    await orders.clock.runUntil(loop.next());
    await orders.clock.advance(60_000);
    const bytes = orders.eventsOf("page-retrieved").reduce((sum, page) => sum + page.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(12_000);
  });
});

describe("lifion-kinesis 1.3.3", () => {
  it("the checkpoint was that of the count before deaggregation, and without a sub-sequence number", async () => {
    const orders = new OrdersStream();
    await orders.put(["plain"]);
    const aggregate = await orders.putAggregate(["a", "b", "c"]);
    const [last] = await orders.put(["last"]);
    await orders.take(orders.reader(), 5, async (batch) => {
      await batch.checkpoint(batch.records[3]);
      expect(await orders.stored()).toEqual({ [id(0)]: `${aggregate}/2` });
      await batch.checkpoint();
    });
    expect(await orders.stored()).toEqual({ [id(0)]: last });
  });

  it("a record was checkpointed before it was delivered: what was not processed comes again", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    const took = orders.take(orders.reader(), 1, () => {
      throw new Error("crash");
    });
    await rejection(took);
    expect(await orders.stored()).toEqual({});
    expect(await orders.take(orders.reader(), 1)).toEqual(["a"]);
  });

  it("a digest was not looked at, and a malformed aggregate stopped the shard", async () => {
    const orders = new OrdersStream();
    await orders.put([new Uint8Array([0xf3, 0x89, 0x9a, 0xc2, ...new Array<number>(30).fill(1)]), "after"]);
    expect((await orders.take(orders.reader(), 2)).at(-1)).toBe("after");
  });

  it("one error ended a shard's polling for good (lifion-kinesis#332): it goes on", async () => {
    const orders = new OrdersStream();
    await orders.put(["a"]);
    for (const name of ["InternalFailure", "ServiceUnavailableException", "KMSThrottlingException"])
      orders.local.faults.inject({ action: "GetRecords", fault: { kind: "error", name } });
    orders.local.faults.inject({ action: "GetRecords", fault: { kind: "reset", when: "after" } });
    expect(await orders.take(orders.reader(), 1)).toEqual(["a"]);
    expect(orders.local.faults.unused).toEqual([]);
  });

  it("a stop did not stop (lifion-kinesis#337, #748, #783): no call is made after it", async () => {
    const orders = new OrdersStream({ streams: { orders: 4 } });
    const reader = orders.reader();
    const run = reader.run({ record: () => undefined });
    await orders.clock.advance(60_000);
    await orders.clock.runUntil(reader.stop());
    await run;
    const calls = orders.calls.length;
    await orders.clock.advance(HOUR_MS);
    expect([orders.calls.length, orders.clock.pending]).toEqual([calls, 0]);
  });
});

describe("vmware-go-kcl, harlow/kinesis-consumer", () => {
  it("reading went on after the stored sequence number, and the rest of its aggregate was lost", async () => {
    const orders = new OrdersStream();
    await orders.putAggregate(["a", "b", "c"]);
    await orders.take(orders.reader(), 1, (batch) => batch.checkpoint(batch.records[0]));
    expect(await orders.take(orders.reader(), 2)).toEqual(["b", "c"]);
  });

  it("only one parent of a merge was waited for, also after a restart", async () => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    await orders.put(["of the other"], 1);
    await orders.merge(0, 1);
    await orders.put(["child"], 2);
    await orders.store.save("orders", id(0), { sequenceNumber: "SHARD_END" });
    expect(await orders.take(orders.reader(), 2)).toEqual(["of the other", "child"]);
  });
});
