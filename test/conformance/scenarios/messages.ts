// The service's own messages. No document tells them: kinesalite has them as they were recorded from the service, from
// the years before StreamARN. A test that matches on a text matches the same here.

import {
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DescribeStreamCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import type { ActionName } from "../../../src/testing/index.ts";
import { type Context, FIRST, STREAM } from "../context.ts";
import { messageOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { silent } from "../sources.ts";

const source = silent("kinesalite, that recorded it from the service");

function says(
  call: ActionName,
  rule: string,
  message: string,
  refused: (context: Context) => Promise<unknown>,
): Scenario {
  return {
    call,
    rule: `${rule}, in words`,
    source,
    aws: message,
    run: async (context) => {
      await context.createStream({ ShardCount: 3 });
      return messageOf(refused(context));
    },
  };
}

export const messages: readonly Scenario[] = [
  says(
    "CreateStream",
    "a name that is taken",
    "ResourceInUseException: Stream orders under account ACCOUNT already exists.",
    ({ kinesis }) => kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 1 })),
  ),
  says(
    "DescribeStream",
    "an unknown stream",
    "ResourceNotFoundException: Stream none under account ACCOUNT not found.",
    ({ kinesis }) => kinesis.send(new DescribeStreamCommand({ StreamName: "none" })),
  ),
  says(
    "CreateStream",
    "a name with other characters",
    "ValidationException: 1 validation error detected: Value 'a/b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ({ kinesis }) => kinesis.send(new CreateStreamCommand({ StreamName: "a/b", ShardCount: 1 })),
  ),
  says(
    "PutRecord",
    "a partition key of 257 characters",
    `ValidationException: 1 validation error detected: Value '${"k".repeat(257)}' at 'partitionKey' failed to satisfy constraint: Member must have length less than or equal to 256`,
    (context) => context.put("x", { PartitionKey: "k".repeat(257) }),
  ),
  says(
    "PutRecord",
    "an explicit hash key of 2^128",
    "InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456",
    (context) => context.put("x", { ExplicitHashKey: (2n ** 128n).toString() }),
  ),
  says(
    "PutRecords",
    "no entry",
    "ValidationException: 1 validation error detected: Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ({ kinesis }) => kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records: [] })),
  ),
  says(
    "GetShardIterator",
    "AT_SEQUENCE_NUMBER without a number",
    "InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber.",
    (context) => context.iterator({ ShardIteratorType: "AT_SEQUENCE_NUMBER" }),
  ),
  says(
    "GetShardIterator",
    "AT_TIMESTAMP without a time",
    "InvalidArgumentException: Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
    (context) => context.iterator({ ShardIteratorType: "AT_TIMESTAMP" }),
  ),
  says(
    "GetShardIterator",
    "an unknown shard",
    "ResourceNotFoundException: Shard shardId-000000000007 in stream orders under account ACCOUNT does not exist",
    (context) => context.iterator(undefined, "shardId-000000000007"),
  ),
  says(
    "GetShardIterator",
    "an unknown type",
    "ValidationException: 1 validation error detected: Value 'FIRST' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]",
    ({ kinesis }) => {
      const ShardIteratorType = "FIRST" as "LATEST";
      return kinesis.send(new GetShardIteratorCommand({ StreamName: STREAM, ShardId: FIRST, ShardIteratorType }));
    },
  ),
  says("GetRecords", "no iterator", "InvalidArgumentException: Invalid ShardIterator.", (context) =>
    context.getRecords("garbage"),
  ),
  says(
    "SplitShard",
    "a hash key outside of the shard",
    "InvalidArgumentException: NewStartingHashKey 0 used in SplitShard() on shard shardId-000000000001 in stream orders under account ACCOUNT is not both greater than one plus the shard's StartingHashKey 113427455640312821154458202477256070485 and less than the shard's EndingHashKey 226854911280625642308916404954512140969.",
    ({ kinesis }) =>
      kinesis.send(
        new SplitShardCommand({
          StreamName: STREAM,
          ShardToSplit: "shardId-000000000001",
          NewStartingHashKey: "0",
        }),
      ),
  ),
  says(
    "SplitShard",
    "an unknown shard",
    "ResourceNotFoundException: Could not find shard shardId-000000000007 in stream orders under account ACCOUNT.",
    ({ kinesis }) =>
      kinesis.send(
        new SplitShardCommand({
          StreamName: STREAM,
          ShardToSplit: "shardId-000000000007",
          NewStartingHashKey: "1000",
        }),
      ),
  ),
  says(
    "MergeShards",
    "shards that are no neighbours",
    "InvalidArgumentException: Shards shardId-000000000000 and shardId-000000000002 in stream orders under account ACCOUNT are not an adjacent pair of shards eligible for merging",
    ({ kinesis }) =>
      kinesis.send(
        new MergeShardsCommand({
          StreamName: STREAM,
          ShardToMerge: FIRST,
          AdjacentShardToMerge: "shardId-000000000002",
        }),
      ),
  ),
  says(
    "IncreaseStreamRetentionPeriod",
    "fewer hours than 24",
    "InvalidArgumentException: Minimum allowed retention period is 24 hours. Requested retention period (12 hours) is too short.",
    ({ kinesis }) =>
      kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName: STREAM, RetentionPeriodHours: 12 })),
  ),
  says(
    "DecreaseStreamRetentionPeriod",
    "more hours than there are",
    "InvalidArgumentException: Requested retention period (48 hours) for stream orders can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API.",
    ({ kinesis }) =>
      kinesis.send(new DecreaseStreamRetentionPeriodCommand({ StreamName: STREAM, RetentionPeriodHours: 48 })),
  ),
];
