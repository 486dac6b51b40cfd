// What a stream and an account are: the calls that describe and list them.

import {
  CreateStreamCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-kinesis";
import { STREAM, shardNumber } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { quotas, reference } from "../sources.ts";

export const describeStreams: readonly Scenario[] = [
  {
    call: "DescribeStream",
    rule: "it tells name, ARN, status, mode, retention, encryption, metrics and time of creation",
    source: reference("StreamDescription"),
    aws: {
      name: STREAM,
      arn: "arn:aws:kinesis:us-east-1:ACCOUNT:stream/orders",
      status: "ACTIVE",
      mode: "PROVISIONED",
      retentionHours: 24,
      encryption: "NONE",
      metrics: [[]],
      createdWithinAMinute: true,
      hasMoreShards: false,
    },
    run: async (context) => {
      await context.createStream();
      const now = await context.later();
      const { StreamDescription: stream } = await context.kinesis.send(
        new DescribeStreamCommand({ StreamName: STREAM }),
      );
      return {
        name: stream?.StreamName,
        arn: stream?.StreamARN?.replace(/:\d{12}:/, ":ACCOUNT:"),
        status: stream?.StreamStatus,
        mode: stream?.StreamModeDetails?.StreamMode,
        retentionHours: stream?.RetentionPeriodHours,
        encryption: stream?.EncryptionType,
        metrics: stream?.EnhancedMonitoring?.map(({ ShardLevelMetrics = [] }) => ShardLevelMetrics),
        createdWithinAMinute: Math.abs((stream?.StreamCreationTimestamp?.getTime() ?? 0) - now.getTime()) < 60_000,
        hasMoreShards: stream?.HasMoreShards,
      };
    },
  },
  {
    call: "DescribeStream",
    rule: "Limit and ExclusiveStartShardId page through the shards; HasMoreShards tells whether there are more",
    source: reference("DescribeStream"),
    aws: [
      { shards: [0, 1], more: true },
      { shards: [2, 3], more: true },
      { shards: [4], more: false },
    ],
    run: async (context) => {
      await context.createStream({ ShardCount: 5 });
      const pages = [];
      let ExclusiveStartShardId: string | undefined;
      do {
        const { StreamDescription } = await context.kinesis.send(
          new DescribeStreamCommand({ StreamName: STREAM, Limit: 2, ExclusiveStartShardId }),
        );
        const shards = StreamDescription?.Shards ?? [];
        pages.push({
          shards: shards.map(({ ShardId }) => shardNumber(ShardId)),
          more: StreamDescription?.HasMoreShards,
        });
        ExclusiveStartShardId = StreamDescription?.HasMoreShards ? shards.at(-1)?.ShardId : undefined;
      } while (ExclusiveStartShardId && pages.length < 5);
      return pages;
    },
  },
  {
    call: "DescribeStream",
    rule: "Limit is 1 to 10,000",
    source: reference("DescribeStream"),
    aws: { 0: "ValidationException", 10_001: "ValidationException" },
    run: async (context) => {
      await context.createStream();
      const describe = (Limit: number) =>
        outcomeOf(context.kinesis.send(new DescribeStreamCommand({ StreamName: STREAM, Limit })));
      return { 0: await describe(0), 10_001: await describe(10_001) };
    },
  },
  {
    call: "DescribeStream",
    rule: "a stream that does not exist is not found",
    source: reference("DescribeStream"),
    aws: "ResourceNotFoundException",
    run: async ({ kinesis }) => outcomeOf(kinesis.send(new DescribeStreamCommand({ StreamName: STREAM }))),
  },
  {
    call: "DescribeStreamSummary",
    rule: "it counts the open shards: a split shard is not one of them",
    source: reference("StreamDescriptionSummary"),
    aws: { before: 2, after: 3 },
    run: async (context) => {
      const { OpenShardCount: before } = await context.createStream({ ShardCount: 2 });
      await context.splitFirst();
      return { before, after: (await context.summary()).OpenShardCount };
    },
  },
  {
    call: "DescribeStreamSummary",
    rule: "it counts the registered consumers",
    source: reference("StreamDescriptionSummary"),
    uses: ["RegisterStreamConsumer"],
    aws: { before: 0, after: 1 },
    run: async (context) => {
      const { ConsumerCount: before } = await context.createStream();
      await context.registerConsumer("billing");
      return { before, after: (await context.summary()).ConsumerCount };
    },
  },
  {
    call: "DescribeStreamSummary",
    rule: "one of name and ARN has to be given",
    source: reference("DescribeStreamSummary"),
    aws: "refused",
    run: async ({ kinesis }) => isRefused(kinesis.send(new DescribeStreamSummaryCommand({}))),
  },
  {
    call: "DescribeLimits",
    rule: "it counts the open shards and the streams on demand, and tells the limit of both",
    source: reference("DescribeLimits"),
    aws: { openShards: 3, onDemandStreams: 0, hasShardLimit: true, hasStreamLimit: true },
    run: async (context) => {
      await context.createStream({ ShardCount: 3 });
      const limits = await context.kinesis.send(new DescribeLimitsCommand());
      return {
        openShards: limits.OpenShardCount,
        onDemandStreams: limits.OnDemandStreamCount,
        hasShardLimit: (limits.ShardLimit ?? 0) > 3,
        hasStreamLimit: (limits.OnDemandStreamCountLimit ?? 0) > 0,
      };
    },
  },
  {
    call: "DescribeLimits",
    rule: "50 streams may be on demand",
    source: quotas,
    aws: { now: 1, limit: 50 },
    run: async (context) => {
      await context.createStream({ StreamModeDetails: { StreamMode: "ON_DEMAND" } });
      const limits = await context.kinesis.send(new DescribeLimitsCommand());
      return { now: limits.OnDemandStreamCount, limit: limits.OnDemandStreamCountLimit };
    },
  },
  {
    call: "ListStreams",
    rule: "Limit and ExclusiveStartStreamName page through the names; HasMoreStreams tells whether there are more",
    source: reference("ListStreams"),
    aws: [
      { names: ["a", "b"], more: true },
      { names: ["c"], more: false },
    ],
    run: async (context) => {
      for (const StreamName of ["b", "c", "a"]) await context.createStream({ StreamName });
      const pages = [];
      let ExclusiveStartStreamName: string | undefined;
      do {
        const page = await context.kinesis.send(new ListStreamsCommand({ Limit: 2, ExclusiveStartStreamName }));
        pages.push({ names: page.StreamNames ?? [], more: page.HasMoreStreams });
        ExclusiveStartStreamName = page.HasMoreStreams ? page.StreamNames?.at(-1) : undefined;
      } while (ExclusiveStartStreamName && pages.length < 5);
      return pages;
    },
  },
  {
    call: "ListStreams",
    rule: "NextToken pages through the names too",
    source: reference("ListStreams"),
    aws: { first: ["a", "b"], second: ["c"], isLast: true },
    run: async (context) => {
      for (const StreamName of ["a", "b", "c"]) await context.createStream({ StreamName });
      const first = await context.kinesis.send(new ListStreamsCommand({ Limit: 2 }));
      const { NextToken } = first;
      if (NextToken === undefined) return "no NextToken";
      const second = await context.kinesis.send(new ListStreamsCommand({ NextToken }));
      return { first: first.StreamNames, second: second.StreamNames, isLast: second.NextToken === undefined };
    },
  },
  {
    call: "ListStreams",
    rule: "each name comes with ARN, status, mode and time of creation",
    source: reference("StreamSummary"),
    aws: [
      {
        name: STREAM,
        arn: "arn:aws:kinesis:us-east-1:ACCOUNT:stream/orders",
        status: "ACTIVE",
        mode: "PROVISIONED",
        dated: true,
      },
    ],
    run: async (context) => {
      await context.createStream();
      const { StreamSummaries = [] } = await context.kinesis.send(new ListStreamsCommand());
      return StreamSummaries.map(
        ({ StreamARN, StreamCreationTimestamp, StreamModeDetails, StreamName, StreamStatus }) => ({
          name: StreamName,
          arn: StreamARN?.replace(/:\d{12}:/, ":ACCOUNT:"),
          status: StreamStatus,
          mode: StreamModeDetails?.StreamMode,
          dated: StreamCreationTimestamp instanceof Date,
        }),
      );
    },
  },
  {
    call: "ListStreams",
    rule: "a stream is listed while it is CREATING",
    source: reference("ListStreams"),
    time: "tight",
    aws: [STREAM],
    run: async ({ kinesis }) => {
      await kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 1 }));
      return (await kinesis.send(new ListStreamsCommand())).StreamNames;
    },
  },
];
