import type { Shard } from "@aws-sdk/client-kinesis";
import { expect, it } from "vitest";
import { lineageOf } from "../../demo/lineage.ts";

const HashKeyRange = { StartingHashKey: "0", EndingHashKey: "340282366920938463463374607431768211455" };

function shard(EndingSequenceNumber?: string): Shard {
  return { ShardId: "2", HashKeyRange, SequenceNumberRange: { StartingSequenceNumber: "1", EndingSequenceNumber } };
}

it.each([
  ["none of its own", {}, []],
  ["one after a split", { ParentShardId: "0" }, ["0"]],
  ["two after a merge", { ParentShardId: "0", AdjacentParentShardId: "1" }, ["0", "1"]],
])("a shard has parents: %s", (_, listed, parents) => {
  expect(lineageOf({ ...shard(), ...listed }).parents).toEqual(parents);
});

it("knows a closed shard by its last sequence number", () => {
  expect(lineageOf(shard()).closed).toBe(false);
  expect(lineageOf(shard("9")).closed).toBe(true);
});
