// A shard as the report tells of it.

import type { Shard } from "@aws-sdk/client-kinesis";
import type { HashKeyRange } from "../src/codec/index.ts";

export interface ShardLineage {
  readonly shardId: string;
  /** One after a split, two after a merge. */
  readonly parents: readonly string[];
  readonly hashKeyRange: HashKeyRange;
  /** It takes no more records. */
  readonly closed: boolean;
}

export function lineageOf(shard: Shard): ShardLineage {
  return {
    shardId: shard.ShardId ?? "",
    parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter((parent) => parent !== undefined),
    hashKeyRange: {
      start: BigInt(shard.HashKeyRange?.StartingHashKey ?? ""),
      end: BigInt(shard.HashKeyRange?.EndingHashKey ?? ""),
    },
    closed: shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}
