// Calls that list and reshape shards.

import type {
  ListShardsInput,
  MergeShardsInput,
  ShardFilter,
  SplitShardInput,
  UpdateShardCountInput,
} from "@aws-sdk/client-kinesis";
import { HASH_KEY, NEXT_TOKEN, SHARD_ID, STREAM_ARN, STREAM_ID, STREAM_NAME } from "./identifiers.ts";
import { integer, oneOf, type ShapesOf, structure, TIMESTAMP } from "./shape.ts";

const SHARD_FILTER_TYPE = oneOf(
  "AFTER_SHARD_ID",
  "AT_TRIM_HORIZON",
  "FROM_TRIM_HORIZON",
  "AT_LATEST",
  "AT_TIMESTAMP",
  "FROM_TIMESTAMP",
);

export const SHARD_INPUTS: ShapesOf<"ListShards" | "MergeShards" | "SplitShard" | "UpdateShardCount"> = {
  ListShards: structure<ListShardsInput>({
    ExclusiveStartShardId: SHARD_ID,
    MaxResults: integer({ min: 1, max: 10_000 }),
    NextToken: NEXT_TOKEN,
    StreamCreationTimestamp: TIMESTAMP,
    ShardFilter: structure<ShardFilter>({ Type: SHARD_FILTER_TYPE, ShardId: SHARD_ID, Timestamp: TIMESTAMP }, ["Type"]),
    StreamName: STREAM_NAME,
    StreamARN: STREAM_ARN,
    StreamId: STREAM_ID,
  }),
  MergeShards: structure<MergeShardsInput>(
    {
      ShardToMerge: SHARD_ID,
      AdjacentShardToMerge: SHARD_ID,
      StreamName: STREAM_NAME,
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
    },
    ["ShardToMerge", "AdjacentShardToMerge"],
  ),
  SplitShard: structure<SplitShardInput>(
    {
      NewStartingHashKey: HASH_KEY,
      StreamName: STREAM_NAME,
      ShardToSplit: SHARD_ID,
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
    },
    ["ShardToSplit", "NewStartingHashKey"],
  ),
  UpdateShardCount: structure<UpdateShardCountInput>(
    {
      StreamName: STREAM_NAME,
      TargetShardCount: integer({ min: 1 }),
      ScalingType: oneOf("UNIFORM_SCALING"),
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
    },
    ["TargetShardCount", "ScalingType"],
  ),
};
