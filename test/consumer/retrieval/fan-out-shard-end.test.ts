// The end of a shard is what the service says with ChildShards, and nothing else.

import { DeleteStreamCommand, DeregisterStreamConsumerCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { eventOf, FanOut, FROM_BEGINNING, ScriptedSubscriptions, textsOf } from "./fan-out.ts";

const PARENT = "shardId-000000000000";
const CHILD = {
  ShardId: "shardId-000000000001",
  ParentShards: [PARENT],
  HashKeyRange: { StartingHashKey: "0", EndingHashKey: String(2n ** 128n - 1n) },
};
const DAY_MS = 86_400_000;

describe.each(["with-last-records", "after-last-records"] as const)("the end comes %s", (shardEnd) => {
  it("a split: all records, then two children", async () => {
    const fanOut = await FanOut.make({ shardEnd });
    await fanOut.put("a", "b");
    await fanOut.split();
    const pages = await fanOut.open();
    const read: string[] = [];
    let last = await fanOut.run(pages.next());
    for (; !last.childShards; last = await fanOut.run(pages.next())) read.push(...textsOf(last));
    expect([...read, ...textsOf(last)]).toEqual(["a", "b"]);
    expect(last.childShards).toEqual([
      expect.objectContaining({ shardId: "shardId-000000000001", parentShardIds: [PARENT] }),
      expect.objectContaining({ shardId: "shardId-000000000002", parentShardIds: [PARENT] }),
    ]);
    expect(fanOut.clock.pending, "the connection is gone").toBe(0);
    expect(fanOut.eventsOf("subscription-ended")).toMatchObject([{ reason: "ended" }]);
  });

  it("a merge while the shard is read: each parent ends with the child of both", async () => {
    const fanOut = await FanOut.make({ shardEnd, streams: { orders: 2 } });
    const both = [await fanOut.open(FROM_BEGINNING, { shard: 0 }), await fanOut.open(FROM_BEGINNING, { shard: 1 })];
    for (const pages of both) await fanOut.run(pages.next());
    await fanOut.merge();
    for (const pages of both) {
      let last = await fanOut.run(pages.next());
      while (!last.childShards) last = await fanOut.run(pages.next());
      expect(last.childShards).toMatchObject([{ parentShardIds: [PARENT, "shardId-000000000001"] }]);
    }
    expect(fanOut.clock.pending).toBe(0);
  });
});

describe("an end that is not confirmed is none", () => {
  it.each([
    ["no children", { ContinuationSequenceNumber: undefined }, []],
    [
      "children of another shard",
      { ContinuationSequenceNumber: undefined, ChildShards: [{ ...CHILD, ParentShards: ["x"] }] },
      [CHILD.ShardId],
    ],
    ["children, and yet it continues", { ContinuationSequenceNumber: "2", ChildShards: [CHILD] }, [CHILD.ShardId]],
  ])("%s: its records are handed out, and the shard is subscribed to again", async (_, change, childShardIds) => {
    const fanOut = await FanOut.make();
    const end = eventOf([], { ContinuationSequenceNumber: undefined, ChildShards: [CHILD] });
    const subscriptions = new ScriptedSubscriptions([eventOf(["1", "2"], change)], [eventOf([], change)], [end]);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    const first = await fanOut.run(pages.next());
    expect(textsOf(first)).toEqual(["1", "2"]);
    expect(first.childShards).toBeUndefined();
    expect(await fanOut.run(pages.next())).toMatchObject({ records: [], childShards: [{ shardId: CHILD.ShardId }] });
    expect(subscriptions.inputs.slice(1).map((input) => input.StartingPosition)).toEqual(
      Array(2).fill({ Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: "2" }),
    );
    expect(fanOut.eventsOf("shard-end-unconfirmed").map((event) => event.childShardIds)).toEqual(
      Array(2).fill(childShardIds),
    );
  });
});

describe("what is not there", () => {
  it("a shard that retention has trimmed away: its last page names its children", async () => {
    const fanOut = await FanOut.make();
    const pages = await fanOut.open();
    await fanOut.split();
    await fanOut.clock.advance(2 * DAY_MS);
    expect(await fanOut.run(pages.next())).toEqual({
      records: [],
      bytes: 0,
      millisBehindLatest: 0,
      childShards: [
        expect.objectContaining({ shardId: "shardId-000000000001" }),
        expect.objectContaining({ shardId: "shardId-000000000002" }),
      ],
    });
  });

  it("it is looked for by the stream's ARN, which reaches another account too", async () => {
    const fanOut = await FanOut.make();
    const inputs: unknown[] = [];
    const listShards: typeof fanOut.calls.listShards = (input, signal) => {
      inputs.push(input);
      return fanOut.calls.listShards(input, signal);
    };
    const pages = await fanOut.open(FROM_BEGINNING, { calls: { ...fanOut.calls, listShards } });
    await fanOut.split();
    await fanOut.clock.advance(2 * DAY_MS);
    await fanOut.run(pages.next());
    expect(inputs).toEqual([{ StreamARN: "arn:aws:kinesis:us-east-1:000000000000:stream/orders" }]);
  });

  it("a deleted stream cannot be read", async () => {
    const fanOut = await FanOut.make();
    const pages = await fanOut.open();
    await fanOut.run(pages.next());
    const next = pages.next();
    const refused = expect(next).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED" });
    await fanOut.clock.advance(1_000);
    await fanOut.kinesis.send(new DeleteStreamCommand({ StreamName: "orders", EnforceConsumerDeletion: true }));
    await fanOut.clock.advance(60_000);
    await refused;
    expect(fanOut.clock.pending).toBe(0);
  });

  it("a consumer that was deregistered is not the end of the shard", async () => {
    const fanOut = await FanOut.make();
    const pages = await fanOut.open();
    await fanOut.run(pages.next());
    const next = pages.next();
    const refused = expect(next).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      shardId: PARENT,
      cause: { name: "ResourceNotFoundException" },
    });
    await fanOut.clock.advance(1_000);
    await fanOut.kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN: fanOut.consumerARN }));
    await fanOut.clock.advance(60_000);
    await refused;
  });

  it("told by an error that the SDK has no class for: the same", async () => {
    const fanOut = await FanOut.make();
    const gone = Object.assign(new Error("gone"), { name: "ResourceNotFoundException" });
    const subscriptions = new ScriptedSubscriptions([gone]);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    await expect(fanOut.run(pages.next())).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED", cause: gone });
    expect(subscriptions.inputs).toHaveLength(1);
  });

  it("what the caller may not read fails for good", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ action: "SubscribeToShard", fault: { kind: "error", name: "AccessDeniedException" } });
    await expect(fanOut.run((await fanOut.open()).next())).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      operation: "SubscribeToShard",
      cause: { name: "AccessDeniedException" },
    });
    expect(fanOut.clock.pending).toBe(0);
  });
});
