// How a reader learns that a shard is at its end. "If set to null, the shard has been closed and the requested iterator
// does not return any more data." ChildShards: "returned [...] only when the end of the current shard is reached".

import type { ChildShard, GetRecordsOutput } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { id, KEYS, Model, type ModelOptions, texts } from "./model.ts";

const CHILDREN: ChildShard[] = [
  {
    ShardId: id(1),
    ParentShards: [id(0)],
    HashKeyRange: { StartingHashKey: "0", EndingHashKey: `${KEYS / 2n - 1n}` },
  },
  {
    ShardId: id(2),
    ParentShards: [id(0)],
    HashKeyRange: { StartingHashKey: `${KEYS / 2n}`, EndingHashKey: `${KEYS - 1n}` },
  },
];

/** What each page has: its texts, whether it goes on, how many children it names. */
function pages(model: Model, limit: number): string[] {
  const seen: string[] = [];
  let iterator: string | undefined = model.iterator();
  for (let page = 0; iterator !== undefined && page < 10; page++) {
    const answer: GetRecordsOutput = model.get(iterator, limit);
    iterator = answer.NextShardIterator;
    const end = answer.ChildShards ? `, ${answer.ChildShards.length} children` : "";
    seen.push(`${texts(answer).join("+")}${iterator ? "" : ", null"}${end}`);
  }
  return seen;
}

function closed(shardEnd: NonNullable<ModelOptions["shardEnd"]>, records = 3): Model {
  const model = new Model({ shardEnd });
  for (let at = 0; at < records; at++) model.put(String(at));
  model.split(0);
  return model;
}

describe("GetRecords at the end of a shard", () => {
  it("tells it with the last records", () => {
    expect(pages(closed("with-last-records"), 2)).toEqual(["0+1", "2, null, 2 children"]);
    expect(pages(closed("with-last-records"), 3)).toEqual(["0+1+2, null, 2 children"]);
  });

  it("or with a page of its own", () => {
    expect(pages(closed("after-last-records"), 2)).toEqual(["0+1", "2", ", null, 2 children"]);
    expect(pages(closed("after-last-records"), 3)).toEqual(["0+1+2", ", null, 2 children"]);
  });

  it.each(["with-last-records", "after-last-records"] as const)("of an empty shard, %s: at once", (shardEnd) => {
    expect(pages(closed(shardEnd, 0), 2)).toEqual([", null, 2 children"]);
  });

  it("names the children with their parents and ranges", () => {
    expect(closed("with-last-records").get(closed("with-last-records").iterator()).ChildShards).toEqual(CHILDREN);
  });

  it("names both parents of a merged child", () => {
    const model = new Model({ shards: 2 });
    model.merge(0, 1);
    const [first, second] = [0, 1].map((index) => model.get(model.iterator({}, id(index))).ChildShards);
    expect(first).toEqual([
      {
        ShardId: id(2),
        ParentShards: [id(0), id(1)],
        HashKeyRange: { StartingHashKey: "0", EndingHashKey: `${KEYS - 1n}` },
      },
    ]);
    expect(second).toEqual(first);
  });

  // "If the shard is closed, GetShardIterator returns a valid iterator for the last sequence number of the shard."
  it("is told to a LATEST iterator too, which is how a consumer asks for the children again", () => {
    const model = closed("with-last-records");
    expect(model.get(model.iterator({ type: "LATEST" }))).toEqual({
      Records: [],
      MillisBehindLatest: 0,
      ChildShards: CHILDREN,
    });
  });

  it("comes to an iterator from before the split, after the last record", () => {
    const model = new Model();
    model.put("before");
    const { NextShardIterator } = model.get(model.iterator());
    model.put("after");
    model.split(0);
    expect(model.get(NextShardIterator!)).toMatchObject({ Records: [{}], ChildShards: [{}, {}] });
  });

  it("does not come while the stream is still UPDATING, nor to an open shard", async () => {
    const model = new Model({ transitionMs: 1_000 });
    model.split(0);
    await model.clock.advance(999);
    expect(model.get(model.iterator())).toEqual({
      Records: [],
      MillisBehindLatest: 0,
      NextShardIterator: expect.any(String),
    });
    await model.clock.advance(1);
    expect(model.get(model.iterator()).ChildShards).toHaveLength(2);
  });
});

describe("SubscribeToShard at the end of a shard", () => {
  /** All events until the subscription ends. */
  async function events(model: Model) {
    const subscription = model.subscribe(model.register("reader"));
    const seen: string[] = [];
    for (let event = await model.next(subscription); event; event = await model.next(subscription)) {
      const continues = event.ContinuationSequenceNumber === undefined ? ", no continuation" : "";
      const end = event.ChildShards ? `, ${event.ChildShards.length} children` : "";
      seen.push(`${texts(event).join("+")}${continues}${end}`);
    }
    expect(model.clock.pending).toBe(0);
    return seen;
  }

  it("tells it in the last event only, with the last records", async () => {
    expect(await events(closed("with-last-records"))).toEqual(["0+1+2, no continuation, 2 children"]);
  });

  it("or in an event of its own", async () => {
    expect(await events(closed("after-last-records"))).toEqual(["0+1+2", ", no continuation, 2 children"]);
  });

  it("tells it after all the records, however many events they take", async () => {
    const model = new Model();
    for (let at = 0; at < 3; at++) model.put(Buffer.alloc(700_000, String(at)));
    model.split(0);
    const subscription = model.subscribe(model.register("reader"));
    const seen: [number, boolean][] = [];
    for (let event = await model.next(subscription); event; event = await model.next(subscription)) {
      seen.push([event.Records!.length, event.ChildShards !== undefined]);
    }
    expect(seen).toEqual([
      [1, false],
      [1, false],
      [1, true],
    ]);
  });

  it("comes to a subscription that waits, when the split is done", async () => {
    const model = new Model({ transitionMs: 20_000 });
    await model.clock.advance(0);
    const arn = model.register("reader");
    await model.clock.advance(20_000);
    const subscription = model.subscribe(arn);
    await subscription.next();
    const waiting = subscription.next();
    await model.clock.advance(1_000);
    model.split(0);
    const splitMs = model.clock.monotonicMs();
    const heartbeats: number[] = [];
    let event = await model.clock.runUntil(waiting);
    while (event && !event.ChildShards) {
      expect(event.Records).toEqual([]);
      heartbeats.push(model.clock.monotonicMs());
      event = await model.next(subscription);
    }
    expect(event).toEqual({
      Records: [],
      ContinuationSequenceNumber: undefined,
      MillisBehindLatest: 0,
      ChildShards: CHILDREN,
    });
    expect(heartbeats).toHaveLength(4);
    expect(model.clock.monotonicMs()).toBe(splitMs + 20_000);
    expect(await model.next(subscription)).toBeUndefined();
    expect(model.clock.pending).toBe(0);
  });

  it("comes with a record that came while the stream was UPDATING", async () => {
    const model = new Model({ transitionMs: 0 });
    const subscription = model.subscribe(model.register("reader"), { type: "LATEST" });
    await subscription.next();
    const waiting = subscription.next();
    model.put("last");
    model.split(0);
    expect(await model.clock.runUntil(waiting)).toMatchObject({ Records: [{}], ChildShards: CHILDREN });
  });
});
