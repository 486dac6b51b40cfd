// SplitShard, MergeShards and UpdateShardCount, case by case.

import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import { HOUR, id, KEYS, Model, rangeOf, STREAM } from "./model.ts";

const split = (model: Model, index: number, at: bigint): string | undefined => refusalOf(() => model.split(index, at));
const open = (model: Model): number[] => model.listed({ Type: "AT_LATEST" });

describe("SplitShard", () => {
  // "The NewStartingHashKey hash key value and all higher hash key values in hash key range are distributed to one of the
  // child shards. All the lower hash key values in the range are distributed to the other child shard."
  it("cuts at the new starting hash key", () => {
    const model = new Model();
    model.split(0, 1_000n);
    expect(model.list().map(rangeOf)).toEqual([
      [0n, KEYS - 1n],
      [0n, 999n],
      [1_000n, KEYS - 1n],
    ]);
    expect(model.put("", { hashKey: 999n }).shardId).toBe(id(1));
    expect(model.put("", { hashKey: 1_000n }).shardId).toBe(id(2));
  });

  it.each([
    [0n, false],
    [1n, false],
    [2n, true],
    [KEYS - 2n, true],
    [KEYS - 1n, false],
    [KEYS, false],
  ])("at %i: %s, for the border must be greater than one plus the start and less than the end", (at, passes) => {
    const refusal = split(new Model(), 0, at);
    expect(refusal).toBe(
      passes
        ? undefined
        : `InvalidArgumentException: NewStartingHashKey ${at} used in SplitShard() on shard shardId-000000000000 in stream orders under account 000000000000 ` +
            `is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey ${KEYS - 1n}.`,
    );
  });

  it("knows open shards only", () => {
    const model = new Model();
    expect(split(model, 0, 9n)).toBeUndefined();
    expect(split(model, 0, 9n)).toMatch(/^InvalidArgumentException: Shard shardId-000000000000 .* is closed/);
    const unknown = { StreamName: STREAM, ShardToSplit: id(7), NewStartingHashKey: "9" };
    expect(refusalOf(() => model.perform("SplitShard", unknown))).toBe(
      "ResourceNotFoundException: Could not find shard shardId-000000000007 in stream orders under account 000000000000.",
    );
  });

  // "If you try to create more shards than are authorized for your account, you receive a LimitExceededException."
  it("stays within the account's shards, those of other streams counted", () => {
    const model = new Model({ limits: { shardsPerAccount: 4, controlCalls: "off" }, shards: 2 });
    model.service.addStream("returns", 1);
    model.split(0);
    expect(split(model, 1, KEYS - 9n)).toMatch(
      /^LimitExceededException: This request would exceed the shard limit for the account 000000000000 in us-east-1\. Current shard count for the account: 4\. Limit: 4\. Number of additional shards that would have resulted from this request: 1\./,
    );
    model.merge(2, 3);
    expect(split(model, 1, KEYS - 9n)).toBeUndefined();
  });

  it("counts from the call on, not from its end", () => {
    const model = new Model({ limits: { shardsPerAccount: 3, controlCalls: "off" }, transitionMs: 1_000 });
    model.service.addStream("returns", 1);
    model.split(0);
    expect(
      refusalOf(() =>
        model.perform("SplitShard", { StreamName: "returns", ShardToSplit: id(0), NewStartingHashKey: "9" }),
      ),
    ).toMatch(/^LimitExceededException/);
    // Which are open is another matter.
    expect(model.perform("DescribeLimits", {})).toMatchObject({ OpenShardCount: 2, ShardLimit: 3 });
  });
});

describe("MergeShards", () => {
  it("joins two, the lower one first", () => {
    const model = new Model({ shards: 3 });
    model.merge(0, 1);
    expect(open(model)).toEqual([2, 3]);
    expect(model.list()[3]).toMatchObject({ ParentShardId: id(0), AdjacentParentShardId: id(1) });
    expect(rangeOf(model.list()[3]!)[0]).toBe(0n);
  });

  it.each([
    [0, 2],
    [1, 0],
    [1, 1],
    [2, 0],
  ])("%i and %i are no pair", (one, other) => {
    expect(refusalOf(() => new Model({ shards: 3 }).merge(one, other))).toBe(
      `InvalidArgumentException: Shards ${id(one)} and ${id(other)} in stream orders under account 000000000000 are not an adjacent pair of shards eligible for merging`,
    );
  });
});

describe("UpdateShardCount", () => {
  it.each([
    [1, 2],
    [3, 6],
    [5, 10],
    [7, 14],
    [100, 200],
  ])("from %i to %i only splits: each old shard has two children", (from, to) => {
    const model = new Model({ shards: from });
    model.scaleTo(to);
    expect(model.list()).toHaveLength(from + to);
    for (const { AdjacentParentShardId } of model.list()) expect(AdjacentParentShardId).toBeUndefined();
  });

  it.each([
    [2, 1],
    [6, 3],
    [10, 5],
    [14, 7],
    [200, 100],
  ])("from %i to %i only merges: two old shards have one child", (from, to) => {
    const model = new Model({ shards: from });
    model.scaleTo(to);
    expect(model.list()).toHaveLength(from + to);
    expect(model.list().filter(({ AdjacentParentShardId }) => AdjacentParentShardId !== undefined)).toHaveLength(to);
  });

  // "Uniform scaling creates shards of equal size."
  it.each([
    [1, 2],
    [4, 3],
    [3, 4],
    [5, 7],
    [9, 5],
    [64, 33],
  ])("from %i to %i makes shards of equal size", (from, to) => {
    const model = new Model({ shards: from });
    const answer = model.perform("UpdateShardCount", {
      StreamName: STREAM,
      TargetShardCount: to,
      ScalingType: "UNIFORM_SCALING",
    });
    expect(answer).toEqual({ StreamName: STREAM, StreamARN: model.arn, CurrentShardCount: from, TargetShardCount: to });
    const widths = model.list({ Type: "AT_LATEST" }).map((shard) => rangeOf(shard)[1] - rangeOf(shard)[0] + 1n);
    expect(widths).toHaveLength(to);
    for (const width of widths) {
      const off = width - KEYS / BigInt(to);
      expect(off < 200n && off > -200n, `${off} hash keys`).toBe(true);
    }
  });

  it("again makes equal what splits had made unequal", () => {
    const model = new Model();
    for (const at of [10n, 20n, 30n]) model.split(open(model).at(-1)!, at);
    model.scaleTo(4);
    for (const shard of model.list({ Type: "AT_LATEST" })) {
      expect(rangeOf(shard)[1] - rangeOf(shard)[0] + 1n).toBe(KEYS / 4n);
    }
  });

  it("knows its own bounds", () => {
    const model = new Model({ shards: 5 });
    const to = (count: number): string | undefined => refusalOf(() => model.scaleTo(count));
    expect(to(11)).toMatch(/^LimitExceededException: .* from 5 to 11 shards: no more than double/);
    expect(to(2)).toMatch(/^LimitExceededException: .* from 5 to 2 shards: no less than half/);
    expect(to(3)).toBeUndefined();
    expect(refusalOf(() => new Model({ shards: 9_000 }).scaleTo(10_001))).toMatch(/no more than 10000 shards/);
    const full = new Model({ limits: { shardsPerAccount: 4 }, shards: 3 });
    expect(refusalOf(() => full.scaleTo(5))).toMatch(
      /^LimitExceededException: This request would exceed the shard limit/,
    );
  });

  it("runs ten times in a rolling day", async () => {
    const model = new Model({ limits: "aws" });
    for (let update = 0; update < 10; update++) {
      model.scaleTo(update % 2 === 0 ? 2 : 1);
      await model.clock.advance(HOUR);
    }
    const again = (): string | undefined => refusalOf(() => model.scaleTo(2));
    await model.clock.advance(14 * HOUR - 1);
    expect(again()).toMatch(/^LimitExceededException: .* no more than 10 times in 24 hours/);
    await model.clock.advance(1);
    expect(again()).toBeUndefined();
    expect(refusalOf(() => model.scaleTo(1))).toMatch(/10 times/);
  });
});

// "Kinesis Data Streams immediately returns a response and sets the stream status to UPDATING. [...] Read and write
// operations continue to work while the stream is in the UPDATING state."
describe("while the stream is UPDATING", () => {
  const updating = (change: (model: Model) => void): Model => {
    const model = new Model({ shards: 2, transitionMs: 30_000 });
    model.put("before", { hashKey: 0n });
    change(model);
    return model;
  };

  it.each<[string, (model: Model) => void]>([
    ["SplitShard", (model) => model.split(0)],
    ["MergeShards", (model) => model.merge(0, 1)],
    ["UpdateShardCount", (model) => model.scaleTo(4)],
  ])("by %s, writes go to the old shards and all can be read; after it, to the new ones", async (_, change) => {
    const model = updating(change);
    await model.clock.advance(29_999);
    expect(model.status()).toBe("UPDATING");
    expect(open(model)).toEqual([0, 1]);
    expect(model.put("during", { hashKey: 0n }).shardId).toBe(id(0));
    expect(model.page()).toEqual(["before", "during"]);
    await model.clock.advance(1);
    expect(model.status()).toBe("ACTIVE");
    expect(model.put("after", { hashKey: 0n }).shardId).toBe(id(2));
    expect(model.page()).toEqual(["before", "during"]);
    expect(model.page({}, id(2))).toEqual(["after"]);
  });

  it.each<[string, (model: Model) => void]>([
    ["SplitShard", (model) => model.split(1)],
    ["MergeShards", (model) => model.merge(0, 1)],
    ["UpdateShardCount", (model) => model.scaleTo(4)],
    ["DeleteStream", (model) => model.perform("DeleteStream", { StreamName: STREAM })],
  ])("%s is refused", (_, call) => {
    const model = updating((given) => given.split(0));
    expect(refusalOf(() => call(model))).toBe(
      "ResourceInUseException: Stream orders under account 000000000000 not ACTIVE, instead in state UPDATING",
    );
  });

  it("the shards close and open when the time is over, not when somebody looks", async () => {
    const model = updating((given) => given.split(0));
    const startMs = model.clock.now();
    await model.clock.advance(HOUR);
    const [closed, , child] = model.service.snapshot()[0]!.shards;
    expect(closed!.closedAt).toEqual(new Date(startMs + 30_000));
    expect(child!.createdAt).toEqual(new Date(startMs + 30_000));
  });
});
