// A stream's life, and what can be seen of it: CreateStream, DeleteStream, DescribeStream, DescribeStreamSummary,
// ListStreams, DescribeLimits.

import type { EnhancedMetrics, StreamSummary } from "@aws-sdk/client-kinesis";
import type { InputOf, Nothing, OutputOf } from "../../action.ts";
import { inUse, invalidArgument, limitExceeded, ServiceError } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { openToken, sealToken } from "../opaque-token.ts";
import type { Stream } from "../stream.ts";
import {
  ON_DEMAND_STREAMS,
  onDemandShards,
  requireOnDemandMode,
  requireOnDemandStream,
  requireWarmThroughput,
} from "./on-demand.ts";
import { requireTags } from "./tag-rules.ts";

const DEFAULT_MAX_RECORD_SIZE_IN_KIB = 1_024;
/** Of DescribeStream and ListStreams: "if you specify a value greater than 100, at most 100 results are returned". */
const MOST_RESULTS = 100;

export function createStream(account: Account, input: InputOf<"CreateStream">): Nothing {
  const {
    MaxRecordSizeInKiB,
    RecordDistributionStrategy: distribution = "USER_PARTITION_KEY",
    ShardCount,
    StreamModeDetails,
    StreamName: name = "",
    Tags = {},
    WarmThroughputMiBps,
  } = input;
  account.admit("CreateStream", 5);
  const mode = StreamModeDetails?.StreamMode ?? "PROVISIONED";
  if (mode === "PROVISIONED" && ShardCount === undefined) {
    throw invalidArgument("ShardCount must be specified for a stream in PROVISIONED mode.");
  }
  if (mode === "ON_DEMAND" && ShardCount !== undefined) {
    throw invalidArgument("ShardCount must not be specified for a stream in ON_DEMAND mode.");
  }
  if (mode === "PROVISIONED" && distribution === "AUTO") {
    throw invalidArgument("RecordDistributionStrategy AUTO is only supported for a stream in ON_DEMAND mode.");
  }
  if (WarmThroughputMiBps !== undefined) {
    requireOnDemandMode(mode, "WarmThroughputMiBps");
    requireWarmThroughput(account, WarmThroughputMiBps);
  }
  requireTags(account, `stream ${name}`, Tags);
  if (account.find(name)) throw inUse(`Stream ${name} under account ${account.accountId} already exists.`);
  const { creatingAtOnce } = account.limits;
  if (account.streams.filter(({ status }) => status === "CREATING").length >= creatingAtOnce) {
    throw limitExceeded(
      `Only ${creatingAtOnce} streams may be in state CREATING at a time under account ${account.accountId}.`,
    );
  }
  const shardCount = ShardCount ?? onDemandShards(WarmThroughputMiBps);
  if (mode === "PROVISIONED") requireShards(account, shardCount);
  else requireOnDemandStream(account);
  const maxRecordSizeInKiB = MaxRecordSizeInKiB ?? DEFAULT_MAX_RECORD_SIZE_IN_KIB;
  const stream = account.newStream({ name, mode, maxRecordSizeInKiB });
  for (const [key, value] of Object.entries(Tags)) stream.tags.set(key, value);
  stream.warmThroughputMiBps = WarmThroughputMiBps;
  stream.distribution = distribution;
  const activeAtMs = stream.createdAtMs + account.options.transitionMs;
  stream.begin("CREATING", activeAtMs, (atMs) => stream.createShards(shardCount, atMs), shardCount);
  return {};
}

export function deleteStream(account: Account, input: InputOf<"DeleteStream">): Nothing {
  account.admit("DeleteStream", 5);
  const stream = account.streamOf(input);
  if (account.consumersOf(stream).length > 0 && input.EnforceConsumerDeletion !== true) {
    throw inUse(
      `Stream ${stream.name} under account ${account.accountId} has registered consumers: deregister them, or set EnforceConsumerDeletion.`,
    );
  }
  if (stream.status === "CREATING" || stream.status === "UPDATING" || stream.status === "DELETING") {
    throw notActive(account, stream);
  }
  stream.begin("DELETING", account.nowMs() + account.options.transitionMs, () => {
    stream.isDeleted = true;
  });
  return {};
}

export function describeStream(account: Account, input: InputOf<"DescribeStream">): OutputOf<"DescribeStream"> {
  const { ExclusiveStartShardId: after = "", Limit = MOST_RESULTS } = input;
  account.admit("DescribeStream", 10);
  const stream = account.streamOf(input);
  const listed = stream.shards.filter((shard) => shard.id > after && !stream.isExpired(shard));
  const page = listed.slice(0, Math.min(Limit, MOST_RESULTS));
  return {
    StreamDescription: {
      ...describe(stream),
      Shards: page.map((shard) => shard.describe()),
      HasMoreShards: page.length < listed.length,
    },
  };
}

export function describeStreamSummary(
  account: Account,
  input: InputOf<"DescribeStreamSummary">,
): OutputOf<"DescribeStreamSummary"> {
  account.admit("DescribeStreamSummary", 20);
  const stream = account.streamOf(input);
  const { distribution, maxRecordSizeInKiB, mode, openShards, warmThroughputMiBps } = stream;
  return {
    StreamDescriptionSummary: {
      ...describe(stream),
      OpenShardCount: openShards.length,
      ConsumerCount: account.consumersOf(stream).length,
      MaxRecordSizeInKiB: maxRecordSizeInKiB,
      ...(mode === "ON_DEMAND" ? { RecordDistributionStrategy: distribution } : {}),
      ...(warmThroughputMiBps === undefined
        ? {}
        : { WarmThroughput: { TargetMiBps: warmThroughputMiBps, CurrentMiBps: warmThroughputMiBps } }),
    },
  };
}

export function listStreams(account: Account, input: InputOf<"ListStreams">): OutputOf<"ListStreams"> {
  const { ExclusiveStartStreamName, Limit = MOST_RESULTS, NextToken } = input;
  account.admit("ListStreams", 5);
  const after = NextToken === undefined ? (ExclusiveStartStreamName ?? "") : readToken(account, NextToken);
  // By code unit, so that the order is the same on every machine.
  const listed = account.streams.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = listed.slice(0, Math.min(Limit, MOST_RESULTS));
  const last = page.at(-1);
  const more = page.length < listed.length;
  return {
    StreamNames: page.map(({ name }) => name),
    HasMoreStreams: more,
    StreamSummaries: page.map(summarize),
    ...(more && last ? { NextToken: sealToken("streams", [last.name, account.nowMs()]) } : {}),
  };
}

export function describeLimits(account: Account): OutputOf<"DescribeLimits"> {
  account.admit("DescribeLimits", 1);
  return {
    // The largest number that the answer's shape has: JSON knows no Infinity.
    ShardLimit: Math.min(account.limits.shardsPerAccount, 1_000_000),
    OpenShardCount: provisioned(account).reduce((sum, { openShards }) => sum + openShards.length, 0),
    OnDemandStreamCount: account.streams.filter(({ mode }) => mode === "ON_DEMAND").length,
    OnDemandStreamCountLimit: ON_DEMAND_STREAMS,
  };
}

/** @throws `ServiceError` LimitExceededException where so many more open shards are too many. */
export function requireShards(account: Account, additional: number): void {
  const { accountId, limits, region } = account;
  const open = provisioned(account).reduce((sum, { shardsClaimed }) => sum + shardsClaimed, 0);
  if (open + additional <= limits.shardsPerAccount) return;
  throw limitExceeded(
    `This request would exceed the shard limit for the account ${accountId} in ${region}. Current shard count for the account: ` +
      `${open}. Limit: ${limits.shardsPerAccount}. Number of additional shards that would have resulted from this request: ${additional}. ` +
      "Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) " +
      "for current limits and how to request higher limits.",
  );
}

/** @throws `ServiceError` ResourceInUseException */
export function requireActive(account: Account, stream: Stream): void {
  if (stream.status !== "ACTIVE") throw notActive(account, stream);
}

function notActive({ accountId }: Account, { name, status }: Stream): ServiceError {
  return inUse(`Stream ${name} under account ${accountId} not ACTIVE, instead in state ${status}`);
}

function provisioned({ streams }: Account): Stream[] {
  return streams.filter(({ mode }) => mode === "PROVISIONED");
}

/** @throws `ServiceError` */
function readToken(account: Account, token: string): string {
  const [name, issuedAt] = openToken("streams", token) ?? [];
  if (name === undefined) throw invalidArgument("Invalid NextToken.");
  if (account.nowMs() - Number(issuedAt) > account.limits.tokenLifeMs) {
    throw new ServiceError("ExpiredNextTokenException", "NextToken has expired.");
  }
  return name;
}

/** "The approximate time": whole seconds. */
function createdAt({ createdAtMs }: Stream): Date {
  return new Date(Math.floor(createdAtMs / 1_000) * 1_000);
}

function summarize(stream: Stream): StreamSummary {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    StreamCreationTimestamp: createdAt(stream),
  };
}

/** What DescribeStream and DescribeStreamSummary both tell. */
function describe(stream: Stream): StreamSummary & {
  readonly RetentionPeriodHours: number;
  readonly EnhancedMonitoring: EnhancedMetrics[];
  readonly EncryptionType: "KMS" | "NONE";
  readonly KeyId?: string;
  readonly StreamCreationTimestamp: Date;
} {
  const { encryption, retentionHours, shardLevelMetrics } = stream;
  return {
    ...summarize(stream),
    StreamCreationTimestamp: createdAt(stream),
    RetentionPeriodHours: retentionHours,
    EnhancedMonitoring: [{ ShardLevelMetrics: [...shardLevelMetrics] }],
    EncryptionType: encryption ? "KMS" : "NONE",
    ...(encryption ? { KeyId: encryption.keyId } : {}),
  };
}
