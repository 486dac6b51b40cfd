// When a shard may be called finished. Whoever believes it too early loses what is left in it, and starts the children
// before their parent; so two witnesses have to agree.

import type { GetRecordsOutput } from "@aws-sdk/client-kinesis";
import { type KnownShard, knownShard } from "../shards/index.ts";

export type ShardEndVerdict =
  | { readonly kind: "goes-on" }
  | { readonly kind: "ended"; readonly childShards: readonly KnownShard[] }
  /** A missing iterator without children, as kinesalite has it, children beside an iterator, or somebody else's. */
  | { readonly kind: "unconfirmed"; readonly childShardIds: readonly string[] };

type Ending = Pick<GetRecordsOutput, "ChildShards" | "NextShardIterator">;

/** What one answer says. @throws `KPL_KIT_INVALID_SHARD` */
export function shardEndOf(shardId: string, { ChildShards, NextShardIterator }: Ending): ShardEndVerdict {
  const children = ChildShards ?? [];
  if (NextShardIterator && children.length === 0) return { kind: "goes-on" };
  const areOurs = children.every(({ ParentShards }) => ParentShards?.includes(shardId));
  if (!NextShardIterator && children.length > 0 && areOurs)
    return { kind: "ended", childShards: children.map(knownShard) };
  return { kind: "unconfirmed", childShardIds: children.map(({ ShardId = "" }) => ShardId) };
}

export interface ListedFamily {
  /** Undefined once retention has trimmed it away. */
  readonly own: KnownShard | undefined;
  readonly childShards: readonly KnownShard[];
}

export function familyIn(listed: readonly KnownShard[], shardId: string): ListedFamily {
  return {
    own: listed.find((shard) => shard.shardId === shardId),
    childShards: listed.filter(({ parentShardIds }) => parentShardIds.includes(shardId)),
  };
}
