// Shards split, merged and counted, and what became of them.

import {
  MergeShardsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  type UpdateShardCountOutput,
} from "@aws-sdk/client-kinesis";
import { type Context, STREAM, shardNumber } from "./context.ts";

export const HASH_KEYS: bigint = 2n ** 128n;
export const HALF: bigint = HASH_KEYS / 2n;
export const shardId = (n: number): string => `shardId-${String(n).padStart(12, "0")}`;

export function split(context: Context, shard: number, hashKey: bigint): Promise<unknown> {
  return context.kinesis.send(
    new SplitShardCommand({ StreamName: STREAM, ShardToSplit: shardId(shard), NewStartingHashKey: hashKey.toString() }),
  );
}

export function merge(context: Context, shard: number, adjacent: number): Promise<unknown> {
  return context.kinesis.send(
    new MergeShardsCommand({
      StreamName: STREAM,
      ShardToMerge: shardId(shard),
      AdjacentShardToMerge: shardId(adjacent),
    }),
  );
}

export function updateTo(context: Context, TargetShardCount: number): Promise<UpdateShardCountOutput> {
  return context.kinesis.send(
    new UpdateShardCountCommand({ StreamName: STREAM, TargetShardCount, ScalingType: "UNIFORM_SCALING" }),
  );
}

/** Open shards by their range, in eighths of all hash keys, rounded; closed ones are left out. */
export async function openRanges(context: Context): Promise<{ shard: number; from: number; to: number }[]> {
  const open = (await context.shards()).filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber);
  const eighths = (hashKey: bigint) => Number((hashKey * 8n + HALF) / HASH_KEYS);
  return open.map(({ HashKeyRange, ShardId }) => ({
    shard: shardNumber(ShardId),
    from: eighths(BigInt(HashKeyRange?.StartingHashKey ?? 0)),
    to: eighths(BigInt(HashKeyRange?.EndingHashKey ?? 0) + 1n),
  }));
}

/** Whether every child covers no hash key that none of its parents had. */
export async function lineageHolds(context: Context): Promise<boolean> {
  const shards = await context.shards();
  const byId = new Map(shards.map((shard) => [shard.ShardId, shard]));
  const bound = (hashKey: string | undefined) => BigInt(hashKey ?? -1);
  return shards.every(({ AdjacentParentShardId, HashKeyRange, ParentShardId }, at) => {
    const parents = [ParentShardId, AdjacentParentShardId].flatMap((id) => byId.get(id ?? "") ?? []);
    // Those that were there from the start.
    if (parents.length === 0) return at < 3;
    const starts = parents.map((parent) => bound(parent.HashKeyRange?.StartingHashKey)).toSorted(ascending);
    const ends = parents.map((parent) => bound(parent.HashKeyRange?.EndingHashKey)).toSorted(ascending);
    return bound(HashKeyRange?.StartingHashKey) >= starts[0]! && bound(HashKeyRange?.EndingHashKey) <= ends.at(-1)!; // parents.length > 0
  });
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
