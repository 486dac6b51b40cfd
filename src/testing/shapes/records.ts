// Calls of the data path: writing, reading, subscribing.

import type {
  GetRecordsInput,
  GetShardIteratorInput,
  PutRecordInput,
  PutRecordsInput,
  PutRecordsRequestEntry,
  StartingPosition,
  SubscribeToShardInput,
} from "@aws-sdk/client-kinesis";
import {
  CONSUMER_ARN,
  HASH_KEY,
  SEQUENCE_NUMBER,
  SHARD_ID,
  STREAM_ARN,
  STREAM_ID,
  STREAM_NAME,
} from "./identifiers.ts";
import {
  type BlobShape,
  BOOLEAN,
  integer,
  listOf,
  oneOf,
  type ShapesOf,
  type StringShape,
  structure,
  TIMESTAMP,
  text,
} from "./shape.ts";

const DATA: BlobShape = { type: "blob", max: 10_485_760 };
const PARTITION_KEY = text({ min: 1, max: 256 });
const SHARD_ITERATOR_TYPE: StringShape = oneOf(
  "AFTER_SEQUENCE_NUMBER",
  "LATEST",
  "AT_TIMESTAMP",
  "AT_SEQUENCE_NUMBER",
  "TRIM_HORIZON",
);

// A record without a partition key has no shard, except on a stream that deals its records out itself (AUTO). Only the
// stream knows which it is: it refuses what lacks a key.
const ENTRY = structure<PutRecordsRequestEntry>(
  { PartitionKey: PARTITION_KEY, ExplicitHashKey: HASH_KEY, Data: DATA },
  ["Data"],
  // A Java object prints so; the number means nothing.
  "com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310",
);

export const RECORD_INPUTS: ShapesOf<
  "GetRecords" | "GetShardIterator" | "PutRecord" | "PutRecords" | "SubscribeToShard"
> = {
  GetRecords: structure<GetRecordsInput>(
    {
      ShardIterator: text({ min: 1, max: 512 }),
      Limit: integer({ min: 1, max: 10_000 }),
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
      DryRun: BOOLEAN,
    },
    ["ShardIterator"],
  ),
  GetShardIterator: structure<GetShardIteratorInput>(
    {
      ShardId: SHARD_ID,
      ShardIteratorType: SHARD_ITERATOR_TYPE,
      StartingSequenceNumber: SEQUENCE_NUMBER,
      StreamName: STREAM_NAME,
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
      Timestamp: TIMESTAMP,
      DryRun: BOOLEAN,
    },
    ["ShardId", "ShardIteratorType"],
  ),
  PutRecord: structure<PutRecordInput>(
    {
      SequenceNumberForOrdering: SEQUENCE_NUMBER,
      PartitionKey: PARTITION_KEY,
      ExplicitHashKey: HASH_KEY,
      Data: DATA,
      StreamName: STREAM_NAME,
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
      DryRun: BOOLEAN,
    },
    ["Data"],
  ),
  PutRecords: structure<PutRecordsInput>(
    {
      Records: listOf<PutRecordsRequestEntry>(ENTRY, { min: 1, max: 500 }),
      StreamName: STREAM_NAME,
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
      DryRun: BOOLEAN,
    },
    ["Records"],
  ),
  SubscribeToShard: structure<SubscribeToShardInput>(
    {
      ConsumerARN: CONSUMER_ARN,
      ShardId: SHARD_ID,
      StartingPosition: structure<StartingPosition>(
        { Type: SHARD_ITERATOR_TYPE, SequenceNumber: SEQUENCE_NUMBER, Timestamp: TIMESTAMP },
        ["Type"],
      ),
      StreamId: STREAM_ID,
      DryRun: BOOLEAN,
    },
    ["ConsumerARN", "ShardId", "StartingPosition"],
  ),
};
