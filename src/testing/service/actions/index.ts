// Every call of the API, by its name. Each is a function of the account and the validated input; it changes the account
// or throws a ServiceError, and never both.

import type { ActionName, InputOf, OutputOf } from "../../action.ts";
import type { Account } from "../account.ts";
import { describeAccountSettings, updateAccountSettings } from "./account-settings.ts";
import type { CallConditions } from "./call-conditions.ts";
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from "./consumers.ts";
import { startStreamEncryption, stopStreamEncryption } from "./encryption.ts";
import { getRecords, getShardIterator } from "./get-records.ts";
import { listShards } from "./list-shards.ts";
import { disableEnhancedMonitoring, enableEnhancedMonitoring } from "./monitoring.ts";
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from "./policies.ts";
import { putRecord, putRecords } from "./put-records.ts";
import { mergeShards, splitShard, updateShardCount } from "./resharding.ts";
import { decreaseStreamRetentionPeriod, increaseStreamRetentionPeriod } from "./retention.ts";
import {
  updateMaxRecordSize,
  updateStreamMode,
  updateStreamRecordDistributionStrategy,
  updateStreamWarmThroughput,
} from "./stream-settings.ts";
import {
  createStream,
  deleteStream,
  describeLimits,
  describeStream,
  describeStreamSummary,
  listStreams,
} from "./streams.ts";
import { subscribeToShard } from "./subscribe-to-shard.ts";
import {
  addTagsToStream,
  listTagsForResource,
  listTagsForStream,
  removeTagsFromStream,
  tagResource,
  untagResource,
} from "./tags.ts";

export type { CallConditions } from "./call-conditions.ts";
export { standsOn } from "./get-records.ts";
export { streamOfListing } from "./list-shards.ts";
export { shardOf } from "./put-records.ts";

type ActionTable = {
  readonly [Name in ActionName]: (
    account: Account,
    input: InputOf<Name>,
    conditions?: CallConditions,
  ) => OutputOf<Name>;
};

export const ACTIONS: ActionTable = {
  AddTagsToStream: addTagsToStream,
  CreateStream: createStream,
  DecreaseStreamRetentionPeriod: decreaseStreamRetentionPeriod,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteStream: deleteStream,
  DeregisterStreamConsumer: deregisterStreamConsumer,
  DescribeAccountSettings: describeAccountSettings,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeStreamConsumer: describeStreamConsumer,
  DescribeStreamSummary: describeStreamSummary,
  DisableEnhancedMonitoring: disableEnhancedMonitoring,
  EnableEnhancedMonitoring: enableEnhancedMonitoring,
  GetRecords: getRecords,
  GetResourcePolicy: getResourcePolicy,
  GetShardIterator: getShardIterator,
  IncreaseStreamRetentionPeriod: increaseStreamRetentionPeriod,
  ListShards: listShards,
  ListStreamConsumers: listStreamConsumers,
  ListStreams: listStreams,
  ListTagsForResource: listTagsForResource,
  ListTagsForStream: listTagsForStream,
  MergeShards: mergeShards,
  PutRecord: putRecord,
  PutRecords: putRecords,
  PutResourcePolicy: putResourcePolicy,
  RegisterStreamConsumer: registerStreamConsumer,
  RemoveTagsFromStream: removeTagsFromStream,
  SplitShard: splitShard,
  StartStreamEncryption: startStreamEncryption,
  StopStreamEncryption: stopStreamEncryption,
  SubscribeToShard: subscribeToShard,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAccountSettings: updateAccountSettings,
  UpdateMaxRecordSize: updateMaxRecordSize,
  UpdateShardCount: updateShardCount,
  UpdateStreamMode: updateStreamMode,
  UpdateStreamRecordDistributionStrategy: updateStreamRecordDistributionStrategy,
  UpdateStreamWarmThroughput: updateStreamWarmThroughput,
};
