// The split in the middle of a run: which shard, what became of it, and what a producer would lose that missed it.

import { type Shard, ShardMap } from "../src/codec/index.ts";
import type { SentRecord } from "./input.ts";
import type { StoredEntry } from "./produce.ts";
import { lossWithStaleMap, type StaleLoss } from "./stale-map.ts";
import { listShards, type Stream, splitShard } from "./stream.ts";

export interface Split {
  readonly parent: string;
  readonly children: readonly string[];
  /** Of the user records still to come. */
  readonly lostWithStaleShardMap: StaleLoss;
}

/** Returns with the children open, and the map that has them. */
export async function splitBusiest(
  stream: Stream,
  before: ShardMap,
  stored: readonly StoredEntry[],
  toCome: readonly SentRecord[],
): Promise<{ readonly split: Split; readonly after: ShardMap }> {
  const busiest = busiestShard(before, stored);
  await splitShard(stream, busiest);
  const listed = await listShards(stream);
  const after = ShardMap.from(listed);
  const children = listed.flatMap(({ ParentShardId, ShardId }) =>
    ParentShardId === busiest.shardId && ShardId !== undefined ? [ShardId] : [],
  );
  return {
    after,
    split: { parent: busiest.shardId, children, lostWithStaleShardMap: lossWithStaleMap(toCome, before, after) },
  };
}

/** By user records: where a split helps most. */
function busiestShard(map: ShardMap, stored: readonly StoredEntry[]): Shard {
  const held = new Map<string, number>();
  for (const { entry, shardId } of stored) held.set(shardId, (held.get(shardId) ?? 0) + entry.userRecordCount);
  const of = ({ shardId }: Shard) => held.get(shardId) ?? 0;
  return map.shards.reduce((busiest, shard) => (of(shard) > of(busiest) ? shard : busiest));
}
