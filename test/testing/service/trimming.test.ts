// "By default, data records are accessible for 24 hours from the time that they are added to a stream" (PutRecord).

import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import { HOUR, id, KEYS, Model, STREAM, texts } from "./model.ts";

const retain = (model: Model, action: "Increase" | "Decrease", hours: number): void => {
  model.perform(`${action}StreamRetentionPeriod`, { StreamName: STREAM, RetentionPeriodHours: hours });
};

describe("a record", () => {
  it("can be read for 24 hours, and no millisecond longer", async () => {
    const model = new Model({ limits: { retention: "aws" } });
    model.put("record");
    await model.clock.advance(24 * HOUR);
    expect(model.page()).toEqual(["record"]);
    await model.clock.advance(1);
    expect(model.page()).toEqual([]);
  });

  it("stays for ever where retention is off", async () => {
    const model = new Model({ limits: "off" });
    model.put("record");
    await model.clock.advance(10_000 * HOUR);
    expect(model.page()).toEqual(["record"]);
  });

  it("leaves before those that came after it", async () => {
    const model = new Model({ limits: { retention: "aws" } });
    for (const text of ["first", "second", "third"]) {
      model.put(text);
      await model.clock.advance(HOUR);
    }
    const seen: string[][] = [];
    await model.clock.advance(21 * HOUR);
    for (let hour = 0; hour < 4; hour++) {
      seen.push(model.page());
      await model.clock.advance(HOUR);
    }
    expect(seen).toEqual([["first", "second", "third"], ["second", "third"], ["third"], []]);
  });

  it("that was trimmed is in the snapshot, and known as such", async () => {
    const model = new Model({ limits: { retention: "aws" } });
    model.put("old");
    await model.clock.advance(24 * HOUR + 1);
    model.put("new");
    const { records } = model.service.snapshot()[0]!.shards[0]!;
    expect(records.map(({ data, trimmed }) => [Buffer.from(data).toString(), trimmed])).toEqual([
      ["old", true],
      ["new", false],
    ]);
  });
});

describe("the trim horizon", () => {
  /** "a" to "e", an hour apart; "a" and "b" are trimmed. */
  const trimmed = async (): Promise<{ model: Model; numbers: string[]; startMs: number; iterator: string }> => {
    const model = new Model({ limits: { retention: "aws", iteratorLifeMs: Number.POSITIVE_INFINITY } });
    const startMs = model.clock.now();
    const iterator = model.iterator();
    const numbers: string[] = [];
    for (const text of ["a", "b", "c", "d", "e"]) {
      numbers.push(model.put(text).sequenceNumber);
      await model.clock.advance(HOUR);
    }
    await model.clock.advance(21 * HOUR);
    return { model, numbers, startMs, iterator };
  };

  it("is where TRIM_HORIZON starts", async () => {
    const { model } = await trimmed();
    expect(model.page()).toEqual(["c", "d", "e"]);
  });

  // "If the time stamp is older than the current trim horizon, the iterator returned is for the oldest untrimmed data
  // record (TRIM_HORIZON)."
  it("is where an older timestamp starts", async () => {
    const { model, startMs } = await trimmed();
    expect(model.page({ type: "AT_TIMESTAMP", timestampMs: startMs })).toEqual(["c", "d", "e"]);
    expect(model.page({ type: "AT_TIMESTAMP", timestampMs: 0 })).toEqual(["c", "d", "e"]);
  });

  it("is where a trimmed record's number starts", async () => {
    const { model, numbers } = await trimmed();
    expect(model.page({ type: "AT_SEQUENCE_NUMBER", sequenceNumber: numbers[0] })).toEqual(["c", "d", "e"]);
    expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: numbers[0] })).toEqual(["c", "d", "e"]);
    expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: numbers[1] })).toEqual(["c", "d", "e"]);
  });

  it("is where an iterator goes on that stands before it", async () => {
    const { model, iterator } = await trimmed();
    const answer = model.get(iterator, 1);
    expect(texts(answer)).toEqual(["c"]);
    expect(texts(model.get(answer.NextShardIterator!))).toEqual(["d", "e"]);
  });

  it("is where a subscription goes on that starts before it", async () => {
    const { model, numbers } = await trimmed();
    const subscription = model.subscribe(model.register("reader"), {
      type: "AT_SEQUENCE_NUMBER",
      sequenceNumber: numbers[0],
    });
    expect(texts((await model.next(subscription))!)).toEqual(["c", "d", "e"]);
  });

  it("moves past all of a shard, and a subscription that starts before it waits for the next record", async () => {
    const { model, numbers } = await trimmed();
    await model.clock.advance(24 * HOUR);
    const subscription = model.subscribe(model.register("reader"), {
      type: "AFTER_SEQUENCE_NUMBER",
      sequenceNumber: numbers[0],
    });
    expect(texts((await model.next(subscription))!)).toEqual([]);
    const next = subscription.next();
    await model.clock.advance(1);
    // One timer, due at the heartbeat: it does not look every millisecond for what is gone.
    expect([model.clock.pending, model.clock.nextDueMs! - model.clock.monotonicMs()]).toEqual([1, 4_999]);
    model.put("f");
    expect(texts((await model.clock.runUntil(next))!)).toEqual(["f"]);
  });
});

describe("the retention period", () => {
  it("is longer for what has not expired once it is increased", async () => {
    const model = new Model({ limits: { retention: "aws" } });
    model.put("kept");
    await model.clock.advance(24 * HOUR);
    retain(model, "Increase", 48);
    await model.clock.advance(24 * HOUR);
    expect(model.page()).toEqual(["kept"]);
    await model.clock.advance(1);
    expect(model.page()).toEqual([]);
  });

  // "It does not make previous, expired data (older than the stream's previous retention period) accessible."
  it("brings nothing back once it is increased", async () => {
    const model = new Model({ limits: { retention: "aws" } });
    model.put("gone");
    await model.clock.advance(24 * HOUR);
    model.put("kept");
    await model.clock.advance(1);
    retain(model, "Increase", 8_760);
    expect(model.page()).toEqual(["kept"]);
    expect(model.page({ type: "AT_TIMESTAMP", timestampMs: 0 })).toEqual(["kept"]);
  });

  // "If the stream's retention period is 48 hours and is decreased to 24 hours, any data already in the stream that is
  // older than 24 hours is inaccessible."
  it("takes what is older away at once when it is decreased, for good", async () => {
    const model = new Model({ limits: { retention: "aws" } });
    retain(model, "Increase", 48);
    model.put("gone");
    await model.clock.advance(24 * HOUR + 1);
    model.put("kept");
    expect(model.page()).toEqual(["gone", "kept"]);
    retain(model, "Decrease", 24);
    expect(model.page()).toEqual(["kept"]);
    retain(model, "Increase", 48);
    expect(model.page()).toEqual(["kept"]);
  });
});

describe("a closed shard", () => {
  const closed = (): Model => {
    const model = new Model({ limits: { retention: "aws" } });
    model.put("last");
    model.split(0);
    model.put("child", { hashKey: 0n });
    return model;
  };

  it("is there as long as its last record could be read", async () => {
    const model = closed();
    await model.clock.advance(24 * HOUR);
    expect(model.listed()).toEqual([0, 1, 2]);
    expect(model.page()).toEqual(["last"]);
  });

  // ListShards "does not list expired shards".
  it("is gone after that: not listed, not described, not read, not split", async () => {
    const model = closed();
    await model.clock.advance(24 * HOUR + 1);
    expect(model.listed()).toEqual([1, 2]);
    const { StreamDescription } = model.perform("DescribeStream", { StreamName: STREAM });
    expect(StreamDescription!.Shards!.map(({ ShardId }) => ShardId)).toEqual([id(1), id(2)]);
    expect(refusalOf(() => model.iterator())).toBe(
      "ResourceNotFoundException: Shard shardId-000000000000 in stream orders under account 000000000000 does not exist",
    );
    expect(refusalOf(() => model.subscribe(model.register("reader")))).toMatch(/^ResourceNotFoundException/);
    const split = { StreamName: STREAM, ShardToSplit: id(0), NewStartingHashKey: `${KEYS / 4n}` };
    expect(refusalOf(() => model.perform("SplitShard", split))).toMatch(/^ResourceNotFoundException/);
  });

  it("that is gone does not come back when the retention period is increased", async () => {
    const model = closed();
    await model.clock.advance(24 * HOUR + 1);
    retain(model, "Increase", 48);
    expect(model.listed()).toEqual([1, 2]);
    expect(model.listed({ Type: "AT_TRIM_HORIZON" })).toEqual([1, 2]);
    expect(refusalOf(() => model.iterator())).toMatch(/^ResourceNotFoundException/);
  });

  it("is named as parent still, and is in the snapshot", async () => {
    const model = closed();
    await model.clock.advance(100 * HOUR);
    expect(model.list().map(({ ParentShardId }) => ParentShardId)).toEqual([id(0), id(0)]);
    const [shard] = model.service.snapshot()[0]!.shards;
    expect(shard).toMatchObject({ shardId: id(0), childShardIds: [id(1), id(2)], records: [{ trimmed: true }] });
  });

  it("an open one does not expire, however old", async () => {
    const model = new Model({ limits: { retention: "aws" } });
    await model.clock.advance(10_000 * HOUR);
    expect(model.listed()).toEqual([0]);
    expect(model.page()).toEqual([]);
  });
});
