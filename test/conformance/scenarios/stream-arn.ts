// A StreamARN in place of a name, in every call that takes both.

import {
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListTagsForStreamCommand,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { FIRST, STREAM, TRIM_HORIZON, textsOf } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference } from "../sources.ts";

const ARN_OF_NONE = "arn:aws:kinesis:us-east-1:123456789012:stream/none";

export const streamArn: readonly Scenario[] = [
  {
    call: "PutRecord",
    rule: "a StreamARN stands for the name, in PutRecords, GetShardIterator and GetRecords too",
    source: reference("PutRecord"),
    aws: ["one", "two"],
    run: async (context) => {
      const { kinesis } = context;
      const { StreamARN } = await context.createStream();
      await kinesis.send(new PutRecordCommand({ StreamARN, PartitionKey: "a", Data: Buffer.from("one") }));
      const Records = [{ PartitionKey: "a", Data: Buffer.from("two") }];
      await kinesis.send(new PutRecordsCommand({ StreamARN, Records }));
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({ StreamARN, ShardId: FIRST, ...TRIM_HORIZON }),
      );
      return textsOf(await kinesis.send(new GetRecordsCommand({ StreamARN, ShardIterator })));
    },
  },
  {
    call: "DescribeStreamSummary",
    rule: "a StreamARN stands for the name, in DescribeStream, ListShards and the calls that change a stream too",
    source: reference("DescribeStreamSummary"),
    aws: {
      DescribeStreamSummary: "accepted",
      DescribeStream: "accepted",
      ListShards: "accepted",
      ListTagsForStream: "accepted",
      IncreaseStreamRetentionPeriod: "accepted",
      SplitShard: "accepted",
    },
    run: async (context) => {
      const { kinesis } = context;
      const { StreamARN } = await context.createStream();
      const RetentionPeriodHours = 48;
      const split = { StreamARN, ShardToSplit: FIRST, NewStartingHashKey: (2n ** 127n).toString() };
      const outcomes = {
        DescribeStreamSummary: await outcomeOf(kinesis.send(new DescribeStreamSummaryCommand({ StreamARN }))),
        DescribeStream: await outcomeOf(kinesis.send(new DescribeStreamCommand({ StreamARN }))),
        ListShards: await outcomeOf(kinesis.send(new ListShardsCommand({ StreamARN }))),
        ListTagsForStream: await outcomeOf(kinesis.send(new ListTagsForStreamCommand({ StreamARN }))),
        IncreaseStreamRetentionPeriod: await outcomeOf(
          kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamARN, RetentionPeriodHours })),
        ),
      };
      await context.untilActive();
      return { ...outcomes, SplitShard: await outcomeOf(kinesis.send(new SplitShardCommand(split))) };
    },
  },
  {
    call: "DescribeStreamSummary",
    rule: "both together are fine, if they mean the same stream",
    source: reference("DescribeStreamSummary"),
    aws: STREAM,
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const { StreamDescriptionSummary } = await context.kinesis.send(
        new DescribeStreamSummaryCommand({ StreamARN, StreamName: STREAM }),
      );
      return StreamDescriptionSummary?.StreamName;
    },
  },
  {
    call: "DescribeStreamSummary",
    rule: "an ARN of no stream is not found, and what is no ARN is refused",
    source: reference("DescribeStreamSummary"),
    aws: { "of no stream": "refused", "no ARN": "refused" },
    run: async ({ kinesis }) => ({
      "of no stream": await isRefused(kinesis.send(new DescribeStreamSummaryCommand({ StreamARN: ARN_OF_NONE }))),
      "no ARN": await isRefused(kinesis.send(new DescribeStreamSummaryCommand({ StreamARN: STREAM }))),
    }),
  },
];
