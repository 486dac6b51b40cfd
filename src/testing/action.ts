// The calls of the Kinesis API that the model knows, with the AWS SDK's own types. Only types: nothing loads the SDK.

import type {
  AddTagsToStreamInput,
  CreateStreamInput,
  DecreaseStreamRetentionPeriodInput,
  DeleteResourcePolicyInput,
  DeleteStreamInput,
  DeregisterStreamConsumerInput,
  DescribeAccountSettingsInput,
  DescribeAccountSettingsOutput,
  DescribeLimitsInput,
  DescribeLimitsOutput,
  DescribeStreamConsumerInput,
  DescribeStreamConsumerOutput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  DisableEnhancedMonitoringInput,
  EnableEnhancedMonitoringInput,
  EnhancedMonitoringOutput,
  GetRecordsInput,
  GetRecordsOutput,
  GetResourcePolicyInput,
  GetResourcePolicyOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
  IncreaseStreamRetentionPeriodInput,
  ListShardsInput,
  ListShardsOutput,
  ListStreamConsumersInput,
  ListStreamConsumersOutput,
  ListStreamsInput,
  ListStreamsOutput,
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  ListTagsForStreamInput,
  ListTagsForStreamOutput,
  MergeShardsInput,
  PutRecordInput,
  PutRecordOutput,
  PutRecordsInput,
  PutRecordsOutput,
  PutResourcePolicyInput,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput,
  RemoveTagsFromStreamInput,
  SplitShardInput,
  StartStreamEncryptionInput,
  StopStreamEncryptionInput,
  SubscribeToShardEvent,
  SubscribeToShardInput,
  TagResourceInput,
  UntagResourceInput,
  UpdateAccountSettingsInput,
  UpdateAccountSettingsOutput,
  UpdateMaxRecordSizeInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
  UpdateStreamModeInput,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput,
} from "@aws-sdk/client-kinesis";

/** Of calls whose answer has no body. */
export type Nothing = Record<never, never>;

/** Newer than the oldest supported SDK, so its type is ours. */
export interface UpdateStreamRecordDistributionStrategyInput {
  readonly StreamARN?: string | undefined;
  readonly RecordDistributionStrategy?: string | undefined;
}

export interface Actions {
  AddTagsToStream: { input: AddTagsToStreamInput; output: Nothing };
  CreateStream: { input: CreateStreamInput; output: Nothing };
  DecreaseStreamRetentionPeriod: { input: DecreaseStreamRetentionPeriodInput; output: Nothing };
  DeleteResourcePolicy: { input: DeleteResourcePolicyInput; output: Nothing };
  DeleteStream: { input: DeleteStreamInput; output: Nothing };
  DeregisterStreamConsumer: { input: DeregisterStreamConsumerInput; output: Nothing };
  DescribeAccountSettings: { input: DescribeAccountSettingsInput; output: DescribeAccountSettingsOutput };
  DescribeLimits: { input: DescribeLimitsInput; output: DescribeLimitsOutput };
  DescribeStream: { input: DescribeStreamInput; output: DescribeStreamOutput };
  DescribeStreamConsumer: { input: DescribeStreamConsumerInput; output: DescribeStreamConsumerOutput };
  DescribeStreamSummary: { input: DescribeStreamSummaryInput; output: DescribeStreamSummaryOutput };
  DisableEnhancedMonitoring: { input: DisableEnhancedMonitoringInput; output: EnhancedMonitoringOutput };
  EnableEnhancedMonitoring: { input: EnableEnhancedMonitoringInput; output: EnhancedMonitoringOutput };
  GetRecords: { input: GetRecordsInput; output: GetRecordsOutput };
  GetResourcePolicy: { input: GetResourcePolicyInput; output: GetResourcePolicyOutput };
  GetShardIterator: { input: GetShardIteratorInput; output: GetShardIteratorOutput };
  IncreaseStreamRetentionPeriod: { input: IncreaseStreamRetentionPeriodInput; output: Nothing };
  ListShards: { input: ListShardsInput; output: ListShardsOutput };
  ListStreamConsumers: { input: ListStreamConsumersInput; output: ListStreamConsumersOutput };
  ListStreams: { input: ListStreamsInput; output: ListStreamsOutput };
  ListTagsForResource: { input: ListTagsForResourceInput; output: ListTagsForResourceOutput };
  ListTagsForStream: { input: ListTagsForStreamInput; output: ListTagsForStreamOutput };
  MergeShards: { input: MergeShardsInput; output: Nothing };
  PutRecord: { input: PutRecordInput; output: PutRecordOutput };
  PutRecords: { input: PutRecordsInput; output: PutRecordsOutput };
  PutResourcePolicy: { input: PutResourcePolicyInput; output: Nothing };
  RegisterStreamConsumer: { input: RegisterStreamConsumerInput; output: RegisterStreamConsumerOutput };
  RemoveTagsFromStream: { input: RemoveTagsFromStreamInput; output: Nothing };
  SplitShard: { input: SplitShardInput; output: Nothing };
  StartStreamEncryption: { input: StartStreamEncryptionInput; output: Nothing };
  StopStreamEncryption: { input: StopStreamEncryptionInput; output: Nothing };
  SubscribeToShard: { input: SubscribeToShardInput; output: Subscription };
  TagResource: { input: TagResourceInput; output: Nothing };
  UntagResource: { input: UntagResourceInput; output: Nothing };
  UpdateAccountSettings: { input: UpdateAccountSettingsInput; output: UpdateAccountSettingsOutput };
  UpdateMaxRecordSize: { input: UpdateMaxRecordSizeInput; output: Nothing };
  UpdateShardCount: { input: UpdateShardCountInput; output: UpdateShardCountOutput };
  UpdateStreamMode: { input: UpdateStreamModeInput; output: Nothing };
  UpdateStreamRecordDistributionStrategy: { input: UpdateStreamRecordDistributionStrategyInput; output: Nothing };
  UpdateStreamWarmThroughput: { input: UpdateStreamWarmThroughputInput; output: UpdateStreamWarmThroughputOutput };
}

export type ActionName = keyof Actions;
export type InputOf<Name extends ActionName> = Actions[Name]["input"];
export type OutputOf<Name extends ActionName> = Actions[Name]["output"];

/** One subscription of SubscribeToShard, seen from the door that pushes its events on. */
export interface Subscription {
  /**
   * The next event, when there is one. Undefined after the last: shard end, or the end of its life. One call at a time.
   * @throws `ServiceError` that goes out as an exception event (ResourceInUseException after a takeover, ...)
   * @throws `BrokenConnectionError`
   */
  next(): Promise<SubscribeToShardEvent | undefined>;
  /** The reader has gone: no timer and no listener is left. A `next` that waits resolves with undefined. */
  close(): void;
}
