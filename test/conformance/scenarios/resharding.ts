// SplitShard and MergeShards: what becomes of the shards and their records, and what is refused.

import { outcomeOf } from "../outcome.ts";
import { HALF, HASH_KEYS, merge, openRanges, shardId, split, updateTo } from "../reshard.ts";
import type { Scenario } from "../scenario.ts";
import { afterReshard, reference, silent } from "../sources.ts";

export const resharding: readonly Scenario[] = [
  {
    call: "SplitShard",
    rule: "the stream is UPDATING, then ACTIVE",
    source: reference("SplitShard"),
    time: "tight",
    aws: ["UPDATING", "ACTIVE"],
    run: async (context) => {
      await context.createStream();
      return context.statusesAfter(split(context, 0, HALF));
    },
  },
  {
    call: "SplitShard",
    rule: "the lower hash keys go to one child, the new starting hash key and those above it to the other",
    source: reference("SplitShard"),
    aws: [
      { shard: 1, from: 0, to: 3 },
      { shard: 2, from: 3, to: 8 },
    ],
    run: async (context) => {
      await context.createStream();
      await split(context, 0, (HASH_KEYS * 3n) / 8n);
      await context.untilActive();
      return openRanges(context);
    },
  },
  {
    call: "SplitShard",
    rule: "records put before are in the parent, records put after in the children",
    source: afterReshard,
    aws: { parent: ["before"], lower: ["low"], upper: ["high"] },
    run: async (context) => {
      await context.createStream();
      await context.put("before");
      await split(context, 0, HALF);
      await context.untilActive();
      await context.put("low", { ExplicitHashKey: "0" });
      await context.put("high", { ExplicitHashKey: HALF.toString() });
      return {
        parent: await context.read(),
        lower: await context.read(undefined, shardId(1)),
        upper: await context.read(undefined, shardId(2)),
      };
    },
  },
  {
    call: "SplitShard",
    rule: "records are taken and read while the stream is UPDATING",
    source: reference("SplitShard"),
    time: "tight",
    aws: { put: "accepted", stored: ["before", "meanwhile"] },
    run: async (context) => {
      await context.createStream();
      await context.put("before");
      await split(context, 0, HALF);
      const put = await outcomeOf(context.put("meanwhile"));
      await context.untilActive();
      const everywhere = [];
      for (const shard of [0, 1, 2]) everywhere.push(...(await context.read(undefined, shardId(shard))));
      return { put, stored: everywhere };
    },
  },
  {
    call: "SplitShard",
    rule: "a stream that is UPDATING cannot be resharded again",
    source: reference("SplitShard"),
    time: "tight",
    aws: { SplitShard: "ResourceInUseException", MergeShards: "ResourceInUseException" },
    run: async (context) => {
      await context.createStream({ ShardCount: 3 });
      await split(context, 0, 1_000n);
      const [SplitShard, MergeShards] = await Promise.all([
        outcomeOf(split(context, 1, HALF)),
        outcomeOf(merge(context, 1, 2)),
      ]);
      return { SplitShard, MergeShards };
    },
  },
  {
    call: "SplitShard",
    rule: "the new starting hash key lies within the shard, above its start",
    source: reference("SplitShard"),
    aws: { start: "InvalidArgumentException", below: "InvalidArgumentException", above: "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream({ ShardCount: 3 });
      const { HashKeyRange } = (await context.shards())[1] ?? {};
      const start = BigInt(HashKeyRange?.StartingHashKey ?? 0);
      const end = BigInt(HashKeyRange?.EndingHashKey ?? 0);
      return {
        start: await outcomeOf(split(context, 1, start)),
        below: await outcomeOf(split(context, 1, start - 1n)),
        above: await outcomeOf(split(context, 1, end + 1n)),
      };
    },
  },
  {
    call: "SplitShard",
    rule: "a shard that was split or merged is refused",
    source: silent("a closed shard has no records to divide"),
    aws: { SplitShard: "InvalidArgumentException", MergeShards: "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      await context.splitFirst();
      return {
        MergeShards: await outcomeOf(merge(context, 0, 1)),
        SplitShard: await outcomeOf(split(context, 0, 1_000n)),
      };
    },
  },
  {
    call: "SplitShard",
    rule: "an unknown shard and an unknown stream are not found",
    source: reference("SplitShard"),
    aws: { stream: "ResourceNotFoundException", shard: "ResourceNotFoundException" },
    run: async (context) => {
      const stream = await outcomeOf(split(context, 0, HALF));
      await context.createStream();
      return { stream, shard: await outcomeOf(split(context, 7, HALF)) };
    },
  },
  {
    call: "SplitShard",
    rule: "a stream on demand is not split, merged or updated by hand",
    source: reference("SplitShard"),
    uses: ["UpdateShardCount"],
    aws: {
      SplitShard: "ValidationException",
      MergeShards: "ValidationException",
      UpdateShardCount: "ValidationException",
    },
    run: async (context) => {
      await context.createStream({ StreamModeDetails: { StreamMode: "ON_DEMAND" } });
      return {
        SplitShard: await outcomeOf(split(context, 0, 1_000n)),
        MergeShards: await outcomeOf(merge(context, 0, 1)),
        UpdateShardCount: await outcomeOf(updateTo(context, 8)),
      };
    },
  },
  {
    call: "MergeShards",
    rule: "two neighbours become one shard with both ranges",
    source: reference("MergeShards"),
    time: "tight",
    aws: {
      statuses: ["UPDATING", "ACTIVE"],
      open: [
        { shard: 2, from: 4, to: 6 },
        { shard: 3, from: 6, to: 8 },
        { shard: 4, from: 0, to: 4 },
      ],
    },
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      const statuses = await context.statusesAfter(merge(context, 0, 1));
      return { statuses, open: await openRanges(context) };
    },
  },
  {
    call: "MergeShards",
    rule: "shards that are no neighbours, and a shard with itself, are refused",
    source: reference("MergeShards"),
    aws: { apart: "InvalidArgumentException", itself: "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream({ ShardCount: 3 });
      return { apart: await outcomeOf(merge(context, 0, 2)), itself: await outcomeOf(merge(context, 1, 1)) };
    },
  },
  {
    call: "MergeShards",
    rule: "an unknown shard and an unknown stream are not found",
    source: reference("MergeShards"),
    aws: { stream: "ResourceNotFoundException", shard: "ResourceNotFoundException" },
    run: async (context) => {
      const stream = await outcomeOf(merge(context, 0, 1));
      await context.createStream();
      return { stream, shard: await outcomeOf(merge(context, 0, 7)) };
    },
  },
];
