// Which shard may be read next: one whose parents were read to their end.

import type { ChildShard, Shard } from "@aws-sdk/client-kinesis";
import type { HashKeyRange } from "../src/codec/index.ts";

export interface ShardLineage {
  readonly shardId: string;
  /** One after a split, two after a merge. */
  readonly parents: readonly string[];
  readonly hashKeyRange: HashKeyRange;
  /** It takes no more records, so it has an end to read to. */
  readonly closed: boolean;
}

/** ListShards and the last page of a closed shard say the same in two ways. */
export function lineageOf(shard: Shard | ChildShard): ShardLineage {
  const parents = "ParentShards" in shard ? shard.ParentShards : [shard.ParentShardId, shard.AdjacentParentShardId];
  return {
    shardId: shard.ShardId ?? "",
    parents: (parents ?? []).filter((parent) => parent !== undefined),
    hashKeyRange: {
      start: BigInt(shard.HashKeyRange?.StartingHashKey ?? ""),
      end: BigInt(shard.HashKeyRange?.EndingHashKey ?? ""),
    },
    closed: "SequenceNumberRange" in shard && shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}

export function nextShard(
  known: ReadonlyMap<string, ShardLineage>,
  done: ReadonlyMap<string, unknown>,
): ShardLineage | undefined {
  // A parent that is not listed has been trimmed away: nothing is left to wait for.
  return [...known.values()].find(
    ({ parents, shardId }) => !done.has(shardId) && parents.every((parent) => !known.has(parent) || done.has(parent)),
  );
}
