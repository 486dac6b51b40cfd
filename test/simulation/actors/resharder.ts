// Splits, merges and changes of the shard count, at random instants.

import {
  type KinesisClient,
  MergeShardsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
} from "@aws-sdk/client-kinesis";
import type { ShardSnapshot } from "../../../src/testing/index.ts";
import type { Random } from "../../fuzz/random.ts";
import { explained } from "../explained.ts";
import type { World } from "../world.ts";

export interface ResharderRole {
  readonly name: string;
  readonly streamName: string;
  readonly untilMs: number;
  /** On average half of it from one to the next. */
  readonly longestPauseMs: number;
  readonly mostShards: number;
}

export async function reshard(world: World, role: ResharderRole): Promise<void> {
  const { longestPauseMs, mostShards, name, streamName, untilMs } = role;
  const random = world.randomFor(name);
  const client = world.client(name);
  for (;;) {
    // At times the next while the last still goes on, or in the same second.
    await world.clock.sleep(1 + random.int(random.once(3) ? 1_000 : longestPauseMs));
    if (world.clock.monotonicMs() >= untilMs) break;
    // Not by ListShards: what is to be tested is that readers find their way, not that this one does.
    const { shards } = world.kinesis.snapshot().find((stream) => stream.streamName === streamName)!; // it is never deleted
    const open = shards
      .filter(({ closedAt }) => closedAt === undefined)
      .sort((a, b) => (a.hashKeyRange.start < b.hashKeyRange.start ? -1 : 1));
    const change = random.pick(["split", "merge", "count"]);
    const done =
      change === "count"
        ? updateCount(client, streamName, open.length, mostShards, random)
        : change === "merge" && open.length > 1
          ? merge(client, streamName, open, random)
          : open.length < mostShards
            ? split(client, streamName, random.pick(open), random)
            : Promise.resolve("nothing");
    world.log(name, await done.catch(tooLate));
  }
  client.destroy();
}

/** The shard that it saw open was closed while the call was on its way. */
function tooLate(error: unknown): string {
  const { message, name } = error as Error;
  return name === "InvalidArgumentException" && message.includes("is closed") ? "came too late" : explained(error);
}

async function split(client: KinesisClient, StreamName: string, shard: ShardSnapshot, random: Random): Promise<string> {
  const { hashKeyRange, shardId } = shard;
  const { end, start } = hashKeyRange;
  // Anywhere inside, so that the halves differ.
  const newStart = start + ((end - start) * BigInt(1 + random.int(98))) / 100n + 2n;
  await client.send(
    new SplitShardCommand({ StreamName, ShardToSplit: shardId, NewStartingHashKey: newStart.toString() }),
  );
  return `split ${shardId}`;
}

async function merge(
  client: KinesisClient,
  StreamName: string,
  open: readonly ShardSnapshot[],
  random: Random,
): Promise<string> {
  const at = random.int(open.length - 1);
  const [ShardToMerge, AdjacentShardToMerge] = [open[at]!.shardId, open[at + 1]!.shardId]; // at + 1 < length
  await client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
  return `merged ${ShardToMerge} and ${AdjacentShardToMerge}`;
}

async function updateCount(
  client: KinesisClient,
  StreamName: string,
  count: number,
  most: number,
  random: Random,
): Promise<string> {
  const least = Math.ceil(count / 2);
  const TargetShardCount = least + random.int(Math.min(2 * count, most) - least + 1);
  await client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }));
  return `updates the count from ${count} to ${TargetShardCount}`;
}
