// The end of a closed shard, as GetRecords tells it.

import { shardNumber, textsOf } from "../context.ts";
import { HALF, HASH_KEYS, merge, shardId, split } from "../reshard.ts";
import type { Scenario } from "../scenario.ts";
import { afterReshard, reference } from "../sources.ts";

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
