import { describe, expect, it } from "vitest";
import { lineageOf, nextShard } from "../../demo/lineage.ts";

const HashKeyRange = { StartingHashKey: "0", EndingHashKey: "340282366920938463463374607431768211455" };

function shard(ShardId: string, ParentShardId?: string, AdjacentParentShardId?: string) {
  return lineageOf({
    ShardId,
    ParentShardId,
    AdjacentParentShardId,
    HashKeyRange,
    SequenceNumberRange: { StartingSequenceNumber: "1" },
  });
}

function orderOf(...shards: ReturnType<typeof shard>[]): string[] {
  const known = new Map(shards.map((known) => [known.shardId, known]));
  const done = new Map<string, true>();
  for (let next = nextShard(known, done); next; next = nextShard(known, done)) done.set(next.shardId, true);
  return [...done.keys()];
}

describe("the order of reading", () => {
  it.each([
    [
      "a parent before its children, however they are listed",
      [shard("2", "0"), shard("3", "0"), shard("0"), shard("1")],
      ["0", "2", "3", "1"],
    ],
    ["both parents of a merge", [shard("2", "0", "1"), shard("1"), shard("0")], ["1", "0", "2"]],
    ["grandchildren last", [shard("4", "2"), shard("2", "0"), shard("0")], ["0", "2", "4"]],
    ["children whose parent has been trimmed", [shard("2", "0"), shard("3", "0", "1")], ["2", "3"]],
  ])("%s", (_, listed, order) => expect(orderOf(...listed)).toEqual(order));
});

it("knows a closed shard by its last sequence number", () => {
  const range = { StartingSequenceNumber: "1", EndingSequenceNumber: "9" };
  expect(shard("0").closed).toBe(false);
  expect(lineageOf({ ShardId: "0", HashKeyRange, SequenceNumberRange: range }).closed).toBe(true);
});

it("reads a shard's parents from a closed shard's last page as from ListShards", () => {
  expect(lineageOf({ ShardId: "2", ParentShards: ["0", "1"], HashKeyRange })).toEqual(shard("2", "0", "1"));
});
