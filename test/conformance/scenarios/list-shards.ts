// ListShards: pages, filters, closed shards.

import {
  ListShardsCommand,
  type ListShardsInput,
  MergeShardsCommand,
  type ShardFilter,
  type ShardFilterType,
} from "@aws-sdk/client-kinesis";
import { type Context, FIRST, STREAM, shardNumber } from "../context.ts";
import type { Observation } from "../observation.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { afterReshard, reference, silent } from "../sources.ts";

const source = reference("ListShards");
const filterSource = reference("ShardFilter");
const SECOND = "shardId-000000000001";

async function list(context: Context, input: Partial<ListShardsInput>): Promise<number[]> {
  const { Shards = [] } = await context.kinesis.send(new ListShardsCommand({ StreamName: STREAM, ...input }));
  return Shards.map(({ ShardId }) => shardNumber(ShardId));
}

/** Shards 0 and 1; after a moment, 0 is split into 2 and 3. */
async function splitAfter(context: Context): Promise<{ beforeSplit: Date; afterSplit: Date }> {
  await context.createStream({ ShardCount: 2 });
  const beforeSplit = await context.later(50);
  await context.elapse(50);
  await context.splitFirst();
  return { beforeSplit, afterSplit: await context.later(50) };
}

function filtered(
  Type: ShardFilterType,
  aws: Observation,
  filter: (times: { beforeSplit: Date; afterSplit: Date }) => Partial<ShardFilter>,
  rule: string,
): Scenario {
  return {
    call: "ListShards",
    rule: `${Type}${rule}`,
    source: filterSource,
    aws,
    run: async (context) => {
      const times = await splitAfter(context);
      return list(context, { ShardFilter: { Type, ...filter(times) } });
    },
  };
}

export const listShards: readonly Scenario[] = [
  {
    call: "ListShards",
    rule: "MaxResults and NextToken page through the shards; the last page has no NextToken",
    source,
    aws: [[0, 1], [2, 3], [4]],
    run: async (context) => {
      await context.createStream({ ShardCount: 5 });
      const pages = [];
      let NextToken: string | undefined;
      do {
        const place = NextToken ? { NextToken } : { StreamName: STREAM };
        const page = await context.kinesis.send(new ListShardsCommand({ ...place, MaxResults: 2 }));
        pages.push((page.Shards ?? []).map(({ ShardId }) => shardNumber(ShardId)));
        NextToken = page.NextToken;
      } while (NextToken && pages.length < 5);
      return pages;
    },
  },
  {
    call: "ListShards",
    rule: "NextToken together with a name, a shard to start at or a time of creation is refused",
    source,
    aws: {
      StreamName: "InvalidArgumentException",
      ExclusiveStartShardId: "InvalidArgumentException",
      StreamCreationTimestamp: "InvalidArgumentException",
    },
    run: async (context) => {
      const { StreamCreationTimestamp } = await context.createStream({ ShardCount: 3 });
      const { NextToken } = await context.kinesis.send(new ListShardsCommand({ StreamName: STREAM, MaxResults: 1 }));
      if (NextToken === undefined) return "no NextToken";
      const more = (input: ListShardsInput) =>
        outcomeOf(context.kinesis.send(new ListShardsCommand({ ...input, NextToken })));
      return {
        StreamName: await more({ StreamName: STREAM }),
        ExclusiveStartShardId: await more({ ExclusiveStartShardId: FIRST }),
        StreamCreationTimestamp: await more({ StreamCreationTimestamp }),
      };
    },
  },
  {
    call: "ListShards",
    rule: "neither a name nor a NextToken, or a NextToken of nobody, is refused",
    source,
    aws: { nothing: "refused", garbage: "refused" },
    run: async ({ kinesis }) => ({
      nothing: await isRefused(kinesis.send(new ListShardsCommand({}))),
      garbage: await isRefused(kinesis.send(new ListShardsCommand({ NextToken: "garbage" }))),
    }),
  },
  {
    call: "ListShards",
    rule: "the next page keeps the filter of the first",
    source: silent("the KCL sends a NextToken alone"),
    aws: [[1, 2], [3]],
    run: async (context) => {
      await splitAfter(context);
      const first = await context.kinesis.send(
        new ListShardsCommand({ StreamName: STREAM, MaxResults: 2, ShardFilter: { Type: "AT_LATEST" } }),
      );
      const { NextToken } = first;
      if (NextToken === undefined) return "no NextToken";
      const second = await context.kinesis.send(new ListShardsCommand({ NextToken, MaxResults: 2 }));
      return [first, second].map(({ Shards = [] }) => Shards.map(({ ShardId }) => shardNumber(ShardId)));
    },
  },
  {
    call: "ListShards",
    rule: "MaxResults is 1 to 10,000",
    source,
    aws: { 0: "ValidationException", 10_001: "ValidationException" },
    run: async (context) => {
      await context.createStream();
      const listed = (MaxResults: number) => outcomeOf(list(context, { MaxResults }));
      return { 0: await listed(0), 10_001: await listed(10_001) };
    },
  },
  {
    call: "ListShards",
    rule: "ExclusiveStartShardId starts behind that shard",
    source,
    aws: [2, 3],
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      return list(context, { ExclusiveStartShardId: SECOND });
    },
  },
  {
    call: "ListShards",
    rule: "a stream that does not exist is not found",
    source,
    aws: "ResourceNotFoundException",
    run: (context) => outcomeOf(list(context, {})),
  },
  filtered("FROM_TRIM_HORIZON", [0, 1, 2, 3], () => ({}), " gives all shards that still hold records, closed ones too"),
  filtered("AT_TRIM_HORIZON", [0, 1], () => ({}), " gives the shards that were open at the trim horizon"),
  filtered("AT_LATEST", [1, 2, 3], () => ({}), " gives the shards that are open now"),
  filtered("AFTER_SHARD_ID", [2, 3], () => ({ ShardId: SECOND }), " gives the shards behind that one"),
  filtered(
    "AT_TIMESTAMP",
    [0, 1],
    ({ beforeSplit }) => ({ Timestamp: beforeSplit }),
    " before a split gives the parent, and no child",
  ),
  filtered(
    "AT_TIMESTAMP",
    [1, 2, 3],
    ({ afterSplit }) => ({ Timestamp: afterSplit }),
    " after a split gives the children, and no parent",
  ),
  filtered(
    "FROM_TIMESTAMP",
    [0, 1, 2, 3],
    ({ beforeSplit }) => ({ Timestamp: beforeSplit }),
    " before a split gives parent and children",
  ),
  filtered(
    "FROM_TIMESTAMP",
    [1, 2, 3],
    ({ afterSplit }) => ({ Timestamp: afterSplit }),
    " after a split leaves out the parent",
  ),
  filtered(
    "FROM_TIMESTAMP",
    [0, 1, 2, 3],
    () => ({ Timestamp: new Date(0) }),
    " before the trim horizon is taken for the trim horizon",
  ),
  {
    call: "ListShards",
    rule: "a filter without the shard or the time that it is about is refused",
    source: filterSource,
    aws: { AFTER_SHARD_ID: "refused", AT_TIMESTAMP: "refused", FROM_TIMESTAMP: "refused" },
    run: async (context) => {
      await context.createStream();
      const listed = (Type: ShardFilterType) => isRefused(list(context, { ShardFilter: { Type } }));
      return {
        AFTER_SHARD_ID: await listed("AFTER_SHARD_ID"),
        AT_TIMESTAMP: await listed("AT_TIMESTAMP"),
        FROM_TIMESTAMP: await listed("FROM_TIMESTAMP"),
      };
    },
  },
  {
    call: "ListShards",
    rule: "a closed shard has an EndingSequenceNumber above its StartingSequenceNumber, an open one has none",
    source: reference("SequenceNumberRange"),
    aws: { closed: "above", open: ["none", "none"] },
    run: async (context) => {
      await context.createStream();
      await context.put("before");
      await context.splitFirst();
      const [closed, ...open] = (await context.shards()).map(({ SequenceNumberRange: range }) => {
        if (range?.EndingSequenceNumber === undefined) return "none";
        return BigInt(range.EndingSequenceNumber) > BigInt(range.StartingSequenceNumber ?? 0) ? "above" : "below";
      });
      return { closed, open };
    },
  },
  {
    call: "ListShards",
    rule: "a merged shard names both parents, a split one has one",
    source: afterReshard,
    aws: [
      { shard: 0, parent: null, adjacent: null },
      { shard: 1, parent: 0, adjacent: null },
      { shard: 2, parent: 0, adjacent: null },
      { shard: 3, parent: 1, adjacent: 2 },
    ],
    run: async (context) => {
      await context.createStream();
      await context.splitFirst();
      await context.kinesis.send(
        new MergeShardsCommand({
          StreamName: STREAM,
          ShardToMerge: SECOND,
          AdjacentShardToMerge: "shardId-000000000002",
        }),
      );
      await context.untilActive();
      return (await context.shards()).map(({ AdjacentParentShardId, ParentShardId, ShardId }) => ({
        shard: shardNumber(ShardId),
        parent: ParentShardId === undefined ? null : shardNumber(ParentShardId),
        adjacent: AdjacentParentShardId === undefined ? null : shardNumber(AdjacentParentShardId),
      }));
    },
  },
];
