// Calls about what surrounds a stream: encryption, monitoring, policies, the account.

import type {
  DeleteResourcePolicyInput,
  DescribeAccountSettingsInput,
  DescribeLimitsInput,
  DisableEnhancedMonitoringInput,
  EnableEnhancedMonitoringInput,
  GetResourcePolicyInput,
  MetricsName,
  MinimumThroughputBillingCommitmentInput,
  PutResourcePolicyInput,
  StartStreamEncryptionInput,
  StopStreamEncryptionInput,
  UpdateAccountSettingsInput,
} from "@aws-sdk/client-kinesis";
import { RESOURCE_ARN, STREAM_ARN, STREAM_ID, STREAM_NAME } from "./identifiers.ts";
import { type ListShape, listOf, oneOf, type ShapesOf, structure, text } from "./shape.ts";

const ENCRYPTION_TYPE = oneOf("NONE", "KMS");
const KEY_ID = text({ min: 1, max: 2048 });
const METRICS: ListShape<MetricsName> = listOf<MetricsName>(
  oneOf(
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
    "ALL",
  ),
  { min: 1, max: 7 },
);

export const SETTING_INPUTS: ShapesOf<
  | "DeleteResourcePolicy"
  | "DescribeAccountSettings"
  | "DescribeLimits"
  | "DisableEnhancedMonitoring"
  | "EnableEnhancedMonitoring"
  | "GetResourcePolicy"
  | "PutResourcePolicy"
  | "StartStreamEncryption"
  | "StopStreamEncryption"
  | "UpdateAccountSettings"
> = {
  DeleteResourcePolicy: structure<DeleteResourcePolicyInput>({ ResourceARN: RESOURCE_ARN, StreamId: STREAM_ID }, [
    "ResourceARN",
  ]),
  DescribeAccountSettings: structure<DescribeAccountSettingsInput>({}),
  DescribeLimits: structure<DescribeLimitsInput>({}),
  DisableEnhancedMonitoring: structure<DisableEnhancedMonitoringInput>(
    { ShardLevelMetrics: METRICS, StreamName: STREAM_NAME, StreamARN: STREAM_ARN, StreamId: STREAM_ID },
    ["ShardLevelMetrics"],
  ),
  EnableEnhancedMonitoring: structure<EnableEnhancedMonitoringInput>(
    { ShardLevelMetrics: METRICS, StreamName: STREAM_NAME, StreamARN: STREAM_ARN, StreamId: STREAM_ID },
    ["ShardLevelMetrics"],
  ),
  GetResourcePolicy: structure<GetResourcePolicyInput>({ ResourceARN: RESOURCE_ARN, StreamId: STREAM_ID }, [
    "ResourceARN",
  ]),
  PutResourcePolicy: structure<PutResourcePolicyInput>(
    { ResourceARN: RESOURCE_ARN, StreamId: STREAM_ID, Policy: text() },
    ["ResourceARN", "Policy"],
  ),
  StartStreamEncryption: structure<StartStreamEncryptionInput>(
    {
      EncryptionType: ENCRYPTION_TYPE,
      KeyId: KEY_ID,
      StreamName: STREAM_NAME,
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
    },
    ["EncryptionType", "KeyId"],
  ),
  StopStreamEncryption: structure<StopStreamEncryptionInput>(
    {
      EncryptionType: ENCRYPTION_TYPE,
      KeyId: KEY_ID,
      StreamName: STREAM_NAME,
      StreamARN: STREAM_ARN,
      StreamId: STREAM_ID,
    },
    ["EncryptionType", "KeyId"],
  ),
  UpdateAccountSettings: structure<UpdateAccountSettingsInput>(
    {
      MinimumThroughputBillingCommitment: structure<MinimumThroughputBillingCommitmentInput>(
        { Status: oneOf("ENABLED", "DISABLED") },
        ["Status"],
      ),
    },
    ["MinimumThroughputBillingCommitment"],
  ),
};
