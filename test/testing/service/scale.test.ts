// Large streams in bounded time. The bounds are ten times and more what a quiet machine takes.

import { describe, expect, it } from "vitest";
import { HOUR, id, KEYS, Model, STREAM } from "./model.ts";

/** In milliseconds. */
function timeOf(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

describe("a stream of 1,000 shards", () => {
  it("doubles, halves and is listed", () => {
    const model = new Model({ shards: 1_000 });
    const ms = timeOf(() => {
      model.scaleTo(2_000);
      expect(model.listed({ Type: "AT_LATEST" })).toHaveLength(2_000);
      model.scaleTo(1_000);
      expect(model.listed({ Type: "AT_LATEST" })).toHaveLength(1_000);
    });
    expect(ms).toBeLessThan(15_000);
  });

  it("takes and gives records, years after its creation too", async () => {
    const model = new Model({ limits: { retention: "aws", controlCalls: "off" }, shards: 1_000 });
    await model.clock.advance(10_000 * HOUR);
    const ms = timeOf(() => {
      for (let at = 0n; at < 2_000n; at++) {
        const hashKey = (at * KEYS) / 2_000n;
        const { shardId } = model.put("record", { hashKey });
        if (at % 2n === 1n) expect(model.page({}, shardId)).toEqual(["record", "record"]);
      }
    });
    expect(ms).toBeLessThan(10_000);
  });
});

describe("a shard of 150,000 records", () => {
  it("is written at the same pace to its end, and read from anywhere", async () => {
    const model = new Model();
    const records = Array.from({ length: 500 }, () => ({ PartitionKey: "k", Data: new Uint8Array(8) }));
    const startMs = model.clock.now();
    const put = (calls: number): number =>
      timeOf(() => {
        for (let call = 0; call < calls; call++) model.perform("PutRecords", { StreamName: STREAM, Records: records });
      });
    put(100); // warm
    const early = put(100);
    for (let second = 0; second < 4; second++) {
      await model.clock.advance(1_000);
      put(20);
    }
    const late = put(100);
    expect(late).toBeLessThan(20 * early + 200);
    const numbers = model.service.snapshot()[0]!.shards[0]!.records.map(({ sequenceNumber }) => sequenceNumber);
    const ms = timeOf(() => {
      for (let at = 0; at < 300; at++) {
        const sequenceNumber = numbers[at * 400];
        const place = model.iterator({ type: "AT_SEQUENCE_NUMBER", sequenceNumber });
        expect(model.get(place, 1).Records![0]!.SequenceNumber).toBe(sequenceNumber);
        model.get(model.iterator({ type: "AT_TIMESTAMP", timestampMs: startMs + at * 10 }), 1);
      }
    });
    expect(ms).toBeLessThan(10_000);
  });

  it("is trimmed by the record, not from the start at every call", async () => {
    const model = new Model({
      limits: {
        writeRecordsPerSecond: Number.POSITIVE_INFINITY,
        writeBytesPerSecond: Number.POSITIVE_INFINITY,
        readCallsPerSecond: Number.POSITIVE_INFINITY,
        shardIteratorCallsPerSecond: Number.POSITIVE_INFINITY,
        controlCalls: "off",
      },
    });
    const Records = Array.from({ length: 500 }, () => ({ PartitionKey: "k", Data: new Uint8Array() }));
    for (let minute = 0; minute < 100; minute++) {
      model.perform("PutRecords", { StreamName: STREAM, Records });
      await model.clock.advance(60_000);
    }
    await model.clock.advance(22 * HOUR + 20 * 60_000);
    const left: number[] = [];
    for (let minute = 0; minute < 4; minute++) {
      left.push(model.read().length);
      await model.clock.advance(1_200_000);
    }
    expect(left).toEqual([50_000, 40_000, 30_000, 20_000]);
  });
});

describe("a subscription that waits long", () => {
  it("makes a put no slower: it listens once, however often it told that nothing came", async () => {
    const model = new Model({ heartbeatMs: 1_000 });
    const subscription = model.subscribe(model.register("reader"), { type: "LATEST" });
    const best = (): number => {
      const puts = (): void => {
        for (let at = 0; at < 1_000; at++) model.put("x");
      };
      return Math.min(...Array.from({ length: 5 }, () => timeOf(puts)));
    };
    const before = best();
    await subscription.next();
    for (let heartbeat = 0; heartbeat < 2_000; heartbeat++) await model.next(subscription);
    const waiting = subscription.next();
    await model.clock.advance(0);
    expect(best()).toBeLessThan(4 * before + 5);
    await waiting;
  });
});

describe("a thousand subscriptions", () => {
  it("hear of a record of their shard, and none is left behind", async () => {
    const model = new Model({ limits: "off", shards: 1_000 });
    const arn = model.register("reader");
    const subscriptions = Array.from({ length: 1_000 }, (_, index) => model.subscribe(arn, {}, id(index)));
    for (const subscription of subscriptions) await subscription.next();
    const waiting = subscriptions.map((subscription) => subscription.next());
    await model.clock.advance(0);
    expect(model.clock.pending).toBe(1_000);
    for (let at = 0n; at < 1_000n; at++) model.put(String(at), { hashKey: (at * KEYS + KEYS / 2n) / 1_000n });
    const events = await Promise.all(waiting);
    expect(events.map((event) => Buffer.from(event!.Records![0]!.Data!).toString())).toEqual(
      Array.from({ length: 1_000 }, (_, at) => String(at)),
    );
    expect(model.clock.pending).toBe(0);
  });
});
