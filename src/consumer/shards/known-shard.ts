// A shard as a consumer has to know it, alike from ListShards and from the last page of its parent.

import type { ChildShard, Shard } from "@aws-sdk/client-kinesis";
import { type HashKeyRange, InvalidShardError } from "../../codec/index.ts";

export interface KnownShard {
  readonly shardId: string;
  /** One after a split, two after a merge. They need not be listed any more. */
  readonly parentShardIds: readonly string[];
  readonly hashKeyRange: HashKeyRange;
  /** It takes no more records, so there is an end to read to. What is not closed yet may be soon. */
  readonly closed: boolean;
}

/** @throws `KPL_KIT_INVALID_SHARD` */
export function knownShard(shard: Shard | ChildShard): KnownShard {
  const { HashKeyRange: range, ShardId: shardId } = shard;
  if (!shardId) throw new InvalidShardError("ShardId", shardId, "there");
  const parents = "ParentShards" in shard ? shard.ParentShards : parentsOf(shard);
  return {
    shardId,
    parentShardIds: (parents ?? []).filter((parent) => parent !== undefined),
    hashKeyRange: {
      start: bound(`HashKeyRange.StartingHashKey of ${shardId}`, range?.StartingHashKey),
      end: bound(`HashKeyRange.EndingHashKey of ${shardId}`, range?.EndingHashKey),
    },
    closed: "SequenceNumberRange" in shard && shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}

function parentsOf({ AdjacentParentShardId, ParentShardId }: Shard): (string | undefined)[] {
  return [ParentShardId, AdjacentParentShardId];
}

function bound(field: string, text: string | undefined): bigint {
  if (text !== undefined && /^\d+$/.test(text)) return BigInt(text);
  throw new InvalidShardError(field, text, "decimal");
}
