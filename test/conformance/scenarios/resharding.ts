// SplitShard, MergeShards and UpdateShardCount: what becomes of the shards, and what is refused.

import {
  MergeShardsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  type UpdateShardCountOutput,
} from "@aws-sdk/client-kinesis";
import { type Context, STREAM, shardNumber, textsOf } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { afterReshard, reference, silent } from "../sources.ts";

const HASH_KEYS = 2n ** 128n;
const HALF = HASH_KEYS / 2n;
const shardId = (n: number): string => `shardId-${String(n).padStart(12, "0")}`;

function split(context: Context, shard: number, hashKey: bigint): Promise<unknown> {
  return context.kinesis.send(
    new SplitShardCommand({ StreamName: STREAM, ShardToSplit: shardId(shard), NewStartingHashKey: hashKey.toString() }),
  );
}

function merge(context: Context, shard: number, adjacent: number): Promise<unknown> {
  return context.kinesis.send(
    new MergeShardsCommand({
      StreamName: STREAM,
      ShardToMerge: shardId(shard),
      AdjacentShardToMerge: shardId(adjacent),
    }),
  );
}

function updateTo(context: Context, TargetShardCount: number): Promise<UpdateShardCountOutput> {
  return context.kinesis.send(
    new UpdateShardCountCommand({ StreamName: STREAM, TargetShardCount, ScalingType: "UNIFORM_SCALING" }),
  );
}

/** Open shards by their range, in eighths of all hash keys, rounded; closed ones are left out. */
async function openRanges(context: Context): Promise<{ shard: number; from: number; to: number }[]> {
  const open = (await context.shards()).filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber);
  const eighths = (hashKey: bigint) => Number((hashKey * 8n + HALF) / HASH_KEYS);
  return open.map(({ HashKeyRange, ShardId }) => ({
    shard: shardNumber(ShardId),
    from: eighths(BigInt(HashKeyRange?.StartingHashKey ?? 0)),
    to: eighths(BigInt(HashKeyRange?.EndingHashKey ?? 0) + 1n),
  }));
}

/** Whether every child covers no hash key that none of its parents had. */
async function lineageHolds(context: Context): Promise<boolean> {
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
  {
    call: "UpdateShardCount",
    rule: "it tells the old and the new number; the stream is UPDATING, then ACTIVE",
    source: reference("UpdateShardCount"),
    time: "tight",
    aws: { name: STREAM, current: 1, target: 2, statuses: ["UPDATING", "ACTIVE"] },
    run: async (context) => {
      await context.createStream();
      const update = updateTo(context, 2);
      const statuses = await context.statusesAfter(update);
      const { CurrentShardCount, StreamName, TargetShardCount } = await update;
      return { name: StreamName, current: CurrentShardCount, target: TargetShardCount, statuses };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "from 1 to 2 to 4: open shards of equal size, each within the range of its parents",
    source: reference("UpdateShardCount"),
    aws: { ranges: ["0-2", "2-4", "4-6", "6-8"], summary: 4, lineage: true },
    run: async (context) => {
      await context.createStream();
      for (const target of [2, 4]) {
        await updateTo(context, target);
        await context.untilActive();
      }
      const ranges = (await openRanges(context)).map(({ from, to }) => `${from}-${to}`).toSorted();
      return { ranges, summary: (await context.summary()).OpenShardCount, lineage: await lineageHolds(context) };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "from 4 to 2: neighbours merge",
    source: reference("UpdateShardCount"),
    aws: { ranges: ["0-4", "4-8"], lineage: true },
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      await updateTo(context, 2);
      await context.untilActive();
      const ranges = (await openRanges(context)).map(({ from, to }) => `${from}-${to}`).toSorted();
      const shards = await context.shards();
      const merged = shards.filter(({ AdjacentParentShardId }) => AdjacentParentShardId !== undefined);
      return { ranges, lineage: merged.length >= 2 };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "from 2 to 3: open shards of equal size, whatever splits and merges that takes",
    source: reference("UpdateShardCount"),
    aws: { open: 3, equal: true, lineage: true },
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      await updateTo(context, 3);
      await context.untilActive();
      const open = (await context.shards()).filter((shard) => !shard.SequenceNumberRange?.EndingSequenceNumber);
      const sizes = open.map(
        ({ HashKeyRange }) => BigInt(HashKeyRange?.EndingHashKey ?? 0) - BigInt(HashKeyRange?.StartingHashKey ?? 0),
      );
      const equal = sizes.every((size) => size - sizes[0]! <= 3n && size - sizes[0]! >= -3n); // there are three
      return { open: open.length, equal, lineage: await lineageHolds(context) };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "more than double and less than half is refused",
    source: reference("UpdateShardCount"),
    aws: { "4 to 9": "LimitExceededException", "4 to 1": "LimitExceededException" },
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      return { "4 to 9": await outcomeOf(updateTo(context, 9)), "4 to 1": await outcomeOf(updateTo(context, 1)) };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "ten times in 24 hours, and no more",
    source: reference("UpdateShardCount"),
    rates: "aws",
    time: "virtual",
    aws: { first: "accepted", tenth: "accepted", eleventh: "LimitExceededException", "a day later": "accepted" },
    run: async (context) => {
      await context.createStream();
      const outcomes: string[] = [];
      for (let n = 0; n < 11; n++) {
        await context.elapse(2_000);
        outcomes.push(await outcomeOf(updateTo(context, n % 2 === 0 ? 2 : 1)));
        await context.untilActive();
      }
      await context.elapse(25 * 3_600_000);
      const later = await outcomeOf(updateTo(context, 1));
      return { first: outcomes[0], tenth: outcomes[9], eleventh: outcomes[10], "a day later": later };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "an unknown scaling type is refused",
    source: reference("UpdateShardCount"),
    aws: "refused",
    run: async (context) => {
      await context.createStream();
      const input = { StreamName: STREAM, TargetShardCount: 2, ScalingType: "SKEWED" as "UNIFORM_SCALING" };
      return isRefused(context.kinesis.send(new UpdateShardCountCommand(input)));
    },
  },
];

export const shardEnd: readonly Scenario[] = [
  {
    call: "GetRecords",
    rule: "a closed shard ends: no NextShardIterator, after all its records",
    source: reference("GetRecords"),
    aws: { records: ["a", "b"], ended: true },
    run: async (context) => {
      await context.createStream();
      await context.putAll("a", "b");
      await context.elapse(5);
      await context.splitFirst();
      const pages = await context.pagesToEnd(await context.iterator());
      return {
        records: pages.flatMap(textsOf),
        ended: !pages.at(-1)?.NextShardIterator,
      };
    },
  },
  {
    call: "GetRecords",
    rule: "at the end of a split shard, and not before, ChildShards names both children, their parent and ranges",
    source: reference("GetRecords"),
    aws: {
      before: 0,
      atTheEnd: [
        { shard: 1, parents: [0], from: 0, to: 4 },
        { shard: 2, parents: [0], from: 4, to: 8 },
      ],
    },
    run: async (context) => {
      await context.createStream();
      await context.putAll("a", "b");
      await split(context, 0, HALF);
      await context.untilActive();
      const pages = await context.pagesToEnd(await context.iterator(), 1);
      const last = pages.at(-1)?.ChildShards ?? [];
      return {
        before: pages.slice(0, -1).filter(({ ChildShards = [] }) => ChildShards.length > 0).length,
        atTheEnd: last.map(({ HashKeyRange, ParentShards = [], ShardId }) => ({
          shard: shardNumber(ShardId),
          parents: ParentShards.map(shardNumber),
          from: Number((BigInt(HashKeyRange?.StartingHashKey ?? 0) * 8n) / HASH_KEYS),
          to: Number(((BigInt(HashKeyRange?.EndingHashKey ?? 0) + 1n) * 8n) / HASH_KEYS),
        })),
      };
    },
  },
  {
    call: "GetRecords",
    rule: "at the end of either merged shard, ChildShards names the one child and both parents",
    source: reference("GetRecords"),
    aws: [{ shard: 2, parents: [0, 1] }],
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      await merge(context, 0, 1);
      await context.untilActive();
      const pages = await context.pagesToEnd(await context.iterator(undefined, shardId(1)));
      const { ChildShards = [] } = pages.at(-1) ?? {};
      return ChildShards.map(({ ParentShards = [], ShardId }) => ({
        shard: shardNumber(ShardId),
        parents: ParentShards.map(shardNumber).toSorted(),
      }));
    },
  },
  {
    call: "GetRecords",
    rule: "an iterator from before the split reads on to the end",
    source: afterReshard,
    aws: { records: ["a", "b"], ended: true },
    run: async (context) => {
      await context.createStream();
      await context.put("a");
      const first = await context.getRecords(await context.iterator());
      await context.put("b");
      await context.elapse(5);
      await context.splitFirst();
      const rest = await context.pagesToEnd(first.NextShardIterator ?? "");
      return {
        records: [first, ...rest].flatMap(textsOf),
        ended: !rest.at(-1)?.NextShardIterator,
      };
    },
  },
];
