// Every call of the API, by its name. Each is a function of the account and the validated input; it changes the account
// or throws a ServiceError, and never both.

import type { ActionName, InputOf, OutputOf } from "../../action.ts";
import type { Account } from "../account.ts";
import type { CallConditions } from "./call-conditions.ts";
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from "./consumers.ts";
import { getRecords, getShardIterator } from "./get-records.ts";
import { listShards } from "./list-shards.ts";
import { putRecord, putRecords } from "./put-records.ts";
import { mergeShards, splitShard, updateShardCount } from "./resharding.ts";
import {
  createStream,
  deleteStream,
  describeLimits,
  describeStream,
  describeStreamSummary,
  listStreams,
} from "./streams.ts";
import { subscribeToShard } from "./subscribe-to-shard.ts";

export type { CallConditions } from "./call-conditions.ts";
export { standsOn } from "./get-records.ts";
export { shardOf } from "./put-records.ts";

type ActionTable = {
  readonly [Name in ActionName]: (
    account: Account,
    input: InputOf<Name>,
    conditions?: CallConditions,
  ) => OutputOf<Name>;
};

// control plane: open. Still missing, one function each `(account: Account, input: InputOf<"X">) => OutputOf<"X">` in
// files by idea (tags.ts, encryption.ts, monitoring.ts, policies.ts, account-settings.ts, stream-settings.ts,
// retention.ts): AddTagsToStream RemoveTagsFromStream ListTagsForStream TagResource UntagResource ListTagsForResource
// StartStreamEncryption StopStreamEncryption EnableEnhancedMonitoring DisableEnhancedMonitoring PutResourcePolicy
// GetResourcePolicy DeleteResourcePolicy DescribeAccountSettings UpdateAccountSettings UpdateStreamMode
// UpdateMaxRecordSize UpdateStreamWarmThroughput UpdateStreamRecordDistributionStrategy IncreaseStreamRetentionPeriod
// DecreaseStreamRetentionPeriod. Then Partial goes.
export const ACTIONS: Partial<ActionTable> = {
  CreateStream: createStream,
  DeleteStream: deleteStream,
  DeregisterStreamConsumer: deregisterStreamConsumer,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeStreamConsumer: describeStreamConsumer,
  DescribeStreamSummary: describeStreamSummary,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  ListShards: listShards,
  ListStreamConsumers: listStreamConsumers,
  ListStreams: listStreams,
  MergeShards: mergeShards,
  PutRecord: putRecord,
  PutRecords: putRecords,
  RegisterStreamConsumer: registerStreamConsumer,
  SplitShard: splitShard,
  SubscribeToShard: subscribeToShard,
  UpdateShardCount: updateShardCount,
};
