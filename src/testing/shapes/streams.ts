// Calls that make, show, change and delete a stream.

import type {
  CreateStreamInput,
  DecreaseStreamRetentionPeriodInput,
  DeleteStreamInput,
  DescribeStreamInput,
  DescribeStreamSummaryInput,
  IncreaseStreamRetentionPeriodInput,
  ListStreamsInput,
  StreamModeDetails,
  UpdateMaxRecordSizeInput,
  UpdateStreamModeInput,
  UpdateStreamWarmThroughputInput,
} from "@aws-sdk/client-kinesis";
import type { UpdateStreamRecordDistributionStrategyInput } from "../action.ts";
import { NEXT_TOKEN, SHARD_ID, STREAM_ARN, STREAM_ID, STREAM_NAME } from "./identifiers.ts";
import { BOOLEAN, integer, oneOf, type ShapesOf, structure } from "./shape.ts";
import { TAG_MAP } from "./tags.ts";

const PAGE_SIZE = integer({ min: 1, max: 10_000 });
const WARM_THROUGHPUT = integer({ min: 0 });
const MAX_RECORD_SIZE = integer({ min: 1024, max: 10_240 });
const DISTRIBUTION = oneOf("AUTO", "USER_PARTITION_KEY");
const STREAM_MODE = structure<StreamModeDetails>({ StreamMode: oneOf("PROVISIONED", "ON_DEMAND") }, ["StreamMode"]);

export const STREAM_INPUTS: ShapesOf<
  | "CreateStream"
  | "DecreaseStreamRetentionPeriod"
  | "DeleteStream"
  | "DescribeStream"
  | "DescribeStreamSummary"
  | "IncreaseStreamRetentionPeriod"
  | "ListStreams"
  | "UpdateMaxRecordSize"
  | "UpdateStreamMode"
  | "UpdateStreamRecordDistributionStrategy"
  | "UpdateStreamWarmThroughput"
> = {
  CreateStream: structure<CreateStreamInput>(
    {
      ShardCount: integer({ min: 1 }),
      StreamName: STREAM_NAME,
      StreamModeDetails: STREAM_MODE,
      Tags: TAG_MAP,
      WarmThroughputMiBps: WARM_THROUGHPUT,
      MaxRecordSizeInKiB: MAX_RECORD_SIZE,
      RecordDistributionStrategy: DISTRIBUTION,
    },
    ["StreamName"],
  ),
  DecreaseStreamRetentionPeriod: structure<DecreaseStreamRetentionPeriodInput>(
    // The bounds hang on the stream's own period, so no constraint of the shape says them.
    { RetentionPeriodHours: integer(), StreamName: STREAM_NAME, StreamARN: STREAM_ARN, StreamId: STREAM_ID },
    ["RetentionPeriodHours"],
  ),
  DeleteStream: structure<DeleteStreamInput>({
    StreamName: STREAM_NAME,
    EnforceConsumerDeletion: BOOLEAN,
    StreamARN: STREAM_ARN,
    StreamId: STREAM_ID,
  }),
  DescribeStream: structure<DescribeStreamInput>({
    Limit: PAGE_SIZE,
    ExclusiveStartShardId: SHARD_ID,
    StreamName: STREAM_NAME,
    StreamARN: STREAM_ARN,
    StreamId: STREAM_ID,
  }),
  DescribeStreamSummary: structure<DescribeStreamSummaryInput>({
    StreamName: STREAM_NAME,
    StreamARN: STREAM_ARN,
    StreamId: STREAM_ID,
  }),
  IncreaseStreamRetentionPeriod: structure<IncreaseStreamRetentionPeriodInput>(
    { RetentionPeriodHours: integer(), StreamName: STREAM_NAME, StreamARN: STREAM_ARN, StreamId: STREAM_ID },
    ["RetentionPeriodHours"],
  ),
  ListStreams: structure<ListStreamsInput>({
    Limit: PAGE_SIZE,
    ExclusiveStartStreamName: STREAM_NAME,
    NextToken: NEXT_TOKEN,
  }),
  UpdateMaxRecordSize: structure<UpdateMaxRecordSizeInput>(
    { StreamARN: STREAM_ARN, StreamId: STREAM_ID, MaxRecordSizeInKiB: MAX_RECORD_SIZE },
    ["MaxRecordSizeInKiB"],
  ),
  UpdateStreamMode: structure<UpdateStreamModeInput>(
    {
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
      StreamModeDetails: STREAM_MODE,
      WarmThroughputMiBps: WARM_THROUGHPUT,
    },
    ["StreamARN", "StreamModeDetails"],
  ),
  UpdateStreamRecordDistributionStrategy: structure<UpdateStreamRecordDistributionStrategyInput>(
    { StreamARN: STREAM_ARN, RecordDistributionStrategy: DISTRIBUTION },
    ["StreamARN", "RecordDistributionStrategy"],
  ),
  UpdateStreamWarmThroughput: structure<UpdateStreamWarmThroughputInput>(
    { StreamARN: STREAM_ARN, StreamName: STREAM_NAME, StreamId: STREAM_ID, WarmThroughputMiBps: WARM_THROUGHPUT },
    ["WarmThroughputMiBps"],
  ),
};
