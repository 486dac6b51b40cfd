// "This operation has a limit of five transactions per second per shard." "Each shard can read up to 2 MiB per second"
// (GetRecords).

import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import { id, KEYS, MIB, Model, texts } from "./model.ts";

const TOO_FAST =
  "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.";
const ANY_WRITES = {
  writeRecordsPerSecond: Number.POSITIVE_INFINITY,
  writeBytesPerSecond: Number.POSITIVE_INFINITY,
};

describe("five calls a second", () => {
  it("are admitted at once, and not one more", () => {
    const model = new Model({ limits: "aws" });
    const iterator = model.iterator();
    for (let call = 0; call < 5; call++) model.get(iterator);
    expect(refusalOf(() => model.get(iterator))).toBe(TOO_FAST);
  });

  it("come back every 200 ms, however often one asked in vain", async () => {
    const model = new Model({ limits: "aws" });
    const iterator = model.iterator();
    for (let call = 0; call < 5; call++) model.get(iterator);
    for (let asked = 0; asked < 9; asked++) {
      await model.clock.advance(20);
      expect(
        refusalOf(() => model.get(iterator)),
        `${model.clock.monotonicMs()} ms`,
      ).toBe(TOO_FAST);
    }
    await model.clock.advance(20);
    model.get(iterator);
    expect(refusalOf(() => model.get(iterator))).toBe(TOO_FAST);
  });

  it("are of the shard, not of its reader", () => {
    const model = new Model({ limits: "aws", shards: 2 });
    for (const iterator of [model.iterator(), model.iterator({ type: "LATEST" }), model.iterator()]) {
      refusalOf(() => model.get(iterator));
      refusalOf(() => model.get(iterator));
    }
    expect(refusalOf(() => model.get(model.iterator()))).toBe(TOO_FAST);
    expect(model.page({}, id(1))).toEqual([]);
  });
});

describe("2 MiB a second", () => {
  /** So many records of 1 MiB. */
  const filled = (count: number, more: object = {}): Model => {
    const model = new Model({ limits: { ...ANY_WRITES, readCallsPerSecond: Number.POSITIVE_INFINITY, ...more } });
    for (let at = 0; at < count; at++) model.put(new Uint8Array(MIB - 1));
    return model;
  };

  // "The maximum size of data that GetRecords can return is 10 MiB. If a call returns this amount of data, subsequent calls
  // made within the next 5 seconds throw ProvisionedThroughputExceededException."
  it("a page of 10 MiB, which is the largest, shuts the shard for 5 s exactly", async () => {
    const model = filled(12);
    const { NextShardIterator: next, Records } = model.get(model.iterator());
    expect(Records).toHaveLength(10);
    expect(refusalOf(() => model.get(next!))).toBe(TOO_FAST);
    await model.clock.advance(4_999);
    expect(refusalOf(() => model.get(next!))).toBe(TOO_FAST);
    await model.clock.advance(1);
    expect(model.get(next!).Records).toHaveLength(2);
  });

  it("a page of 3 MiB shuts it for a second and a half", async () => {
    const model = filled(4);
    const { NextShardIterator: next } = model.get(model.iterator(), 3);
    await model.clock.advance(1_499);
    expect(refusalOf(() => model.get(next!))).toBe(TOO_FAST);
    await model.clock.advance(1);
    expect(model.get(next!).Records).toHaveLength(1);
  });

  it("a refused call takes none of the five", async () => {
    const model = filled(2, { readCallsPerSecond: 5 });
    const { NextShardIterator: next } = model.get(model.iterator());
    for (let call = 0; call < 10; call++) expect(refusalOf(() => model.get(next!))).toBe(TOO_FAST);
    await model.clock.advance(1);
    for (let call = 0; call < 4; call++) model.get(next!);
    expect(refusalOf(() => model.get(next!))).toBe(TOO_FAST);
  });

  it("all readers of a shard share, those of another do not", () => {
    const model = new Model({ limits: ANY_WRITES, shards: 2 });
    for (let at = 0; at < 3; at++) model.put(new Uint8Array(MIB - 1), { hashKey: 0n });
    model.put("elsewhere", { hashKey: KEYS - 1n });
    const other = model.iterator();
    model.page();
    expect(refusalOf(() => model.get(other))).toBe(TOO_FAST);
    expect(model.page({}, id(1))).toEqual(["elsewhere"]);
  });

  it("an iterator that was refused still stands where it stood", async () => {
    const model = new Model({ limits: { readCallsPerSecond: 1 } });
    for (const text of ["one", "two"]) model.put(text);
    const first = model.get(model.iterator(), 1);
    expect(refusalOf(() => model.get(first.NextShardIterator!))).toBe(TOO_FAST);
    await model.clock.advance(1_000);
    expect(texts(model.get(first.NextShardIterator!))).toEqual(["two"]);
  });
});

describe("a page", () => {
  // "The maximum number of records that can be returned per call is 10,000."
  it("has 10,000 records at most", () => {
    const model = new Model();
    for (let at = 0; at < 10_001; at++) model.put("");
    const first = model.get(model.iterator());
    expect(first.Records).toHaveLength(10_000);
    expect(model.get(first.NextShardIterator!).Records).toHaveLength(1);
  });

  it("has as many as Limit, and the next begins after them", () => {
    const model = new Model();
    for (const text of ["a", "b", "c", "d"]) model.put(text);
    const first = model.get(model.iterator(), 3);
    expect(texts(first)).toEqual(["a", "b", "c"]);
    expect(texts(model.get(first.NextShardIterator!, 3))).toEqual(["d"]);
  });

  it("has a record that is larger than all it may hold, alone", () => {
    const model = new Model({ limits: { getRecordsBytes: 3 } });
    for (const text of ["", "larger", "x", ""]) model.put(text, { key: "k" });
    const pages: string[][] = [];
    for (let iterator: string | undefined = model.iterator(), page = 0; page < 4; page++) {
      const answer = model.get(iterator!);
      pages.push(texts(answer));
      iterator = answer.NextShardIterator;
    }
    expect(pages).toEqual([[""], ["larger"], ["x", ""], []]);
  });
});
