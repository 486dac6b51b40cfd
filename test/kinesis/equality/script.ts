// Every call of the API, answered and refused, in the life of a few streams. The same script on two streams that are the
// same gives the same answers, sequence numbers and iterators included.

import type { LocalKinesis, VirtualClock } from "../../../src/testing/index.ts";

export type Answer = Readonly<Record<string, unknown>>;

export interface Stage {
  readonly local: LocalKinesis;
  readonly clock: VirtualClock;
  /** Empty where the call is refused. */
  call(command: string, input?: object): Promise<Answer>;
}

const SHARD = "shardId-000000000000";
const orders = { StreamName: "orders" };
const MIDDLE = (2n ** 127n).toString();

export async function script(stage: Stage): Promise<void> {
  await streams(stage);
  await records(stage);
  await settings(stage);
  await consumers(stage);
  await resharding(stage);
  await refusals(stage);
  await stage.call("DeleteStream", { ...orders, EnforceConsumerDeletion: true });
  await stage.call("DeleteStream", orders);
}

async function streams({ call, clock }: Stage): Promise<void> {
  const Tags = { team: "ключ", "": "no key" };
  await call("CreateStream", { ...orders, ShardCount: 2, Tags });
  await call("CreateStream", { ...orders, ShardCount: 2, Tags: { team: "ключ", __proto__x: "b" } });
  await call("CreateStream", { ...orders, ShardCount: 2 });
  await clock.advance(1_234);
  await call("CreateStream", { StreamName: "returns", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  await call("ListStreams");
  await call("ListStreams", { Limit: 1 });
  await call("ListStreams", { Limit: 1, ExclusiveStartStreamName: "orders" });
  await call("DescribeStream", orders);
  await call("DescribeStream", { ...orders, Limit: 1, ExclusiveStartShardId: SHARD });
  await call("DescribeStreamSummary", orders);
  await call("DescribeStreamSummary", { StreamName: "returns" });
  await call("DescribeLimits");
  await call("DescribeAccountSettings");
  await call("ListShards", orders);
  const { NextToken } = await call("ListShards", { ...orders, MaxResults: 1 });
  await call("ListShards", { NextToken });
  await call("ListShards", { ...orders, ShardFilter: { Type: "AT_TIMESTAMP", Timestamp: new Date(clock.now()) } });
}

/** Of the widths where a length takes another form. */
const DATA = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 1_048_000].map((length) =>
  Buffer.alloc(length, "0123456789abcdef~é"),
);
const KEYS = ["a", "ключ", "😀".repeat(100), "__proto__", "\u0000", "é".repeat(256), "\ufeff", "\ufffd", '"\\'];

async function records({ call, clock }: Stage): Promise<void> {
  for (const [index, Data] of DATA.entries()) await call("PutRecord", { ...orders, PartitionKey: KEYS[index], Data });
  await call("PutRecord", { ...orders, PartitionKey: "b", Data: "text, as UTF-8: é😀" });
  const first = await call("PutRecord", { ...orders, PartitionKey: "b", Data: Buffer.from("c"), ExplicitHashKey: "0" });
  await clock.advance(777);
  const Records = KEYS.map((PartitionKey, index) => ({
    PartitionKey,
    Data: DATA[index % 6],
    ExplicitHashKey: String(index),
  }));
  await call("PutRecords", { ...orders, Records });
  await call("PutRecord", {
    ...orders,
    PartitionKey: "b",
    Data: Buffer.from("d"),
    SequenceNumberForOrdering: first["SequenceNumber"],
  });
  const at = { ...orders, ShardId: SHARD };
  const iterators = [
    { ShardIteratorType: "TRIM_HORIZON" },
    { ShardIteratorType: "LATEST" },
    { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(clock.now()) },
    { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(0) },
    { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: first["SequenceNumber"] },
    { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: first["SequenceNumber"] },
  ];
  for (const kind of iterators) {
    let { ShardIterator } = await call("GetShardIterator", { ...at, ...kind });
    for (let page = 0; page < 3 && ShardIterator; page++) {
      ({ NextShardIterator: ShardIterator } = await call("GetRecords", { ShardIterator, Limit: 4 }));
    }
    await call("GetRecords", { ShardIterator });
  }
  await call("GetShardIterator", { ...at, ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(8.64e15) });
}

async function settings({ call }: Stage): Promise<void> {
  const { StreamDescriptionSummary } = await call("DescribeStreamSummary", orders);
  const { StreamARN } = StreamDescriptionSummary as Answer;
  const resource = { ResourceARN: StreamARN };
  await call("AddTagsToStream", { ...orders, Tags: { ключ: "é", constructor: "b" } });
  await call("ListTagsForStream", orders);
  await call("ListTagsForStream", { ...orders, Limit: 1 });
  await call("RemoveTagsFromStream", { ...orders, TagKeys: ["constructor"] });
  await call("TagResource", { ...resource, Tags: { added: "" } });
  await call("ListTagsForResource", resource);
  await call("UntagResource", { ...resource, TagKeys: ["added"] });
  await call("ListTagsForResource", resource);
  await call("EnableEnhancedMonitoring", { ...orders, ShardLevelMetrics: ["IncomingBytes", "OutgoingBytes"] });
  await call("DisableEnhancedMonitoring", { ...orders, ShardLevelMetrics: ["ALL"] });
  await call("StartStreamEncryption", { ...orders, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" });
  await call("PutRecord", { ...orders, PartitionKey: "a", Data: Buffer.from("encrypted") });
  await call("StopStreamEncryption", { ...orders, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" });
  await call("IncreaseStreamRetentionPeriod", { ...orders, RetentionPeriodHours: 48 });
  await call("IncreaseStreamRetentionPeriod", { ...orders, RetentionPeriodHours: 2 });
  await call("DecreaseStreamRetentionPeriod", { ...orders, RetentionPeriodHours: 24 });
  await call("UpdateMaxRecordSize", { StreamARN, MaxRecordSizeInKiB: 2_048 });
  await call("UpdateStreamMode", { StreamARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  await call("UpdateStreamMode", { StreamARN, StreamModeDetails: { StreamMode: "PROVISIONED" } });
  await call("UpdateStreamWarmThroughput", { StreamARN, WarmThroughputMiBps: 10 });
  await call("UpdateAccountSettings", { MinimumThroughputBillingCommitment: { Status: "ENABLED" } });
  const onDemand = (await call("DescribeStreamSummary", { StreamName: "returns" }))[
    "StreamDescriptionSummary"
  ] as Answer;
  await call("UpdateStreamWarmThroughput", { StreamARN: onDemand["StreamARN"], WarmThroughputMiBps: 10 });
  await call("UpdateStreamRecordDistributionStrategy", {
    StreamARN: onDemand["StreamARN"],
    RecordDistributionStrategy: "AUTO",
  });
  await call("DescribeAccountSettings");
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "é", Action: "*" }],
  });
  await call("GetResourcePolicy", resource);
  await call("PutResourcePolicy", { ...resource, Policy });
  await call("GetResourcePolicy", resource);
  await call("DeleteResourcePolicy", resource);
  await call("DescribeStreamSummary", { StreamARN });
}

async function consumers({ call, clock }: Stage): Promise<void> {
  const { StreamDescriptionSummary } = await call("DescribeStreamSummary", orders);
  const { StreamARN, StreamCreationTimestamp } = StreamDescriptionSummary as Answer;
  const { Consumer } = await call("RegisterStreamConsumer", { StreamARN, ConsumerName: "billing", Tags: { a: "b" } });
  await clock.advance(10);
  await call("RegisterStreamConsumer", { StreamARN, ConsumerName: "billing" });
  await call("RegisterStreamConsumer", { StreamARN, ConsumerName: "shipping" });
  const { ConsumerARN } = (Consumer ?? {}) as Answer;
  await call("DescribeStreamConsumer", { ConsumerARN });
  await call("DescribeStreamConsumer", { StreamARN, ConsumerName: "nobody" });
  await call("ListStreamConsumers", { StreamARN, MaxResults: 1 });
  await call("ListStreamConsumers", { StreamARN, StreamCreationTimestamp });
  await call("DeregisterStreamConsumer", { ConsumerARN });
  await call("DeregisterStreamConsumer", { ConsumerARN: `${String(ConsumerARN)}9` });
}

async function resharding({ call }: Stage): Promise<void> {
  await call("SplitShard", { ...orders, ShardToSplit: SHARD, NewStartingHashKey: (2n ** 126n).toString() });
  await call("SplitShard", { ...orders, ShardToSplit: SHARD, NewStartingHashKey: MIDDLE });
  await call("MergeShards", {
    ...orders,
    ShardToMerge: "shardId-000000000002",
    AdjacentShardToMerge: "shardId-000000000003",
  });
  await call("UpdateShardCount", { ...orders, TargetShardCount: 3, ScalingType: "UNIFORM_SCALING" });
  await call("ListShards", orders);
  await call("DescribeStream", orders);
  const { ShardIterator } = await call("GetShardIterator", {
    ...orders,
    ShardId: SHARD,
    ShardIteratorType: "TRIM_HORIZON",
  });
  await call("GetRecords", { ShardIterator });
}

const EXCEPTIONS = [
  "AccessDeniedException",
  "ExpiredIteratorException",
  "ExpiredNextTokenException",
  "InternalFailureException",
  "InvalidArgumentException",
  "KMSAccessDeniedException",
  "KMSDisabledException",
  "KMSInvalidStateException",
  "KMSNotFoundException",
  "KMSOptInRequired",
  "KMSThrottlingException",
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "ResourceInUseException",
  "ResourceNotFoundException",
  "ValidationException",
  // Of no model, of the front doors, and of the future.
  ...["InternalFailure", "ServiceUnavailable", "IncompleteSignature", "ExpiredTokenException", "ThrottlingException"],
  ...["UnrecognizedClientException", "SomethingNew", "KinesisClient"],
];

async function refusals({ call, local }: Stage): Promise<void> {
  for (const name of EXCEPTIONS) {
    for (const message of ["in its words, é😀", ""]) {
      local.faults.inject({ fault: { kind: "error", name, message } });
      await call("ListShards", orders);
    }
  }
  local.faults.inject({ fault: { kind: "error", name: "ServiceUnavailable", body: "html" } });
  await call("ListShards", orders);
  const put = { ...orders, PartitionKey: "a", Data: Buffer.from("a") };
  local.faults.inject({ fault: { kind: "throttled", entries: [0, 2] } });
  await call("PutRecords", { ...orders, Records: [put, put, put] });
  local.faults.inject({ fault: { kind: "throttled", entries: [1], errorCode: "InternalFailure" } });
  await call("PutRecords", { ...orders, Records: [put, put] });
  local.faults.inject({ fault: { kind: "throttled" } });
  await call("PutRecord", put);
  const { ShardIterator } = await call("GetShardIterator", { ...orders, ShardId: SHARD, ShardIteratorType: "LATEST" });
  local.faults.inject({ fault: { kind: "expired-iterator" } });
  await call("GetRecords", { ShardIterator });
  for (const kind of ["reset", "truncated"] as const) {
    local.faults.inject({ action: "GetRecords", fault: kind === "reset" ? { kind, when: "after" } : { kind } });
    await call("GetRecords", { ShardIterator });
  }
  await call("GetRecords", { ShardIterator: "no iterator" });
  await call("GetRecords", { ShardIterator, Limit: 0 });
  await call("GetShardIterator", { ...orders, ShardId: "shard", ShardIteratorType: "NEVER" });
  await call("PutRecord", { ...put, PartitionKey: "" });
  await call("PutRecord", { ...put, ExplicitHashKey: "-1" });
  await call("PutRecord", { PartitionKey: "a" });
  await call("PutRecords", { ...orders, Records: [] });
  await call("DescribeStream", { StreamName: "nowhere" });
  await call("ListShards", { ...orders, MaxResults: -1 });
  await call("ListShards", { ...orders, MaxResults: 1.5 });
  await call("ListShards", { ...orders, MaxResults: Number.NaN });
  await call("CreateStream", { StreamName: "a b" });
}
