// How much a stream takes and how it deals it out: UpdateStreamMode, UpdateMaxRecordSize, UpdateStreamWarmThroughput,
// UpdateStreamRecordDistributionStrategy.

import type { InputOf, Nothing, OutputOf } from "../../action.ts";
import { invalidArgument, limitExceeded } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { stepsTo } from "../resharding.ts";
import type { Stream } from "../stream.ts";
import { onDemandShards, requireOnDemandMode, requireOnDemandStream, requireWarmThroughput } from "./on-demand.ts";
import { activeStreamOf, beginUpdate } from "./settings-change.ts";
import { requireShards } from "./streams.ts";

/** Of one stream, in 24 hours. */
const MODE_UPDATES_A_DAY = 2;

export function updateStreamMode(account: Account, input: InputOf<"UpdateStreamMode">): Nothing {
  const { StreamModeDetails, WarmThroughputMiBps: warmMiBps } = input;
  const stream = activeStreamOf(account, input);
  account.admit("UpdateStreamMode", 5, stream.name);
  const mode = StreamModeDetails?.StreamMode ?? stream.mode;
  if (warmMiBps !== undefined) {
    if (mode === stream.mode || mode !== "ON_DEMAND") {
      throw invalidArgument("WarmThroughputMiBps is only valid when the stream mode is being updated to ON_DEMAND.");
    }
    requireWarmThroughput(account, warmMiBps);
  }
  if (mode === stream.mode) return {};
  if (mode === "ON_DEMAND") requireOnDemandStream(account);
  else requireShards(account, stream.openShards.length);
  requireModeUpdate(account, stream);
  beginUpdate(account, stream, (atMs) => {
    stream.mode = mode;
    // Both are only of streams on demand.
    stream.warmThroughputMiBps = warmMiBps;
    stream.distribution = "USER_PARTITION_KEY";
    // A stream that goes on demand keeps its shards.
    scaleTo(stream, Math.max(warmMiBps ?? 0, stream.openShards.length), atMs);
  });
  return {};
}

export function updateMaxRecordSize(account: Account, input: InputOf<"UpdateMaxRecordSize">): Nothing {
  const { MaxRecordSizeInKiB: sizeInKiB } = input;
  const stream = activeStreamOf(account, input);
  account.admit("UpdateMaxRecordSize", 5, stream.name);
  beginUpdate(account, stream, () => {
    if (sizeInKiB !== undefined) stream.maxRecordSizeInKiB = sizeInKiB;
  });
  return {};
}

export function updateStreamWarmThroughput(
  account: Account,
  input: InputOf<"UpdateStreamWarmThroughput">,
): OutputOf<"UpdateStreamWarmThroughput"> {
  const { WarmThroughputMiBps: warmMiBps = 0 } = input;
  account.admit("UpdateStreamWarmThroughput", 5);
  const stream = activeStreamOf(account, input);
  requireOnDemandMode(stream.mode, "WarmThroughputMiBps");
  requireWarmThroughput(account, warmMiBps);
  const before = stream.warmThroughputMiBps;
  beginUpdate(account, stream, (atMs) => {
    stream.warmThroughputMiBps = warmMiBps;
    scaleTo(stream, onDemandShards(warmMiBps), atMs);
  });
  return {
    StreamARN: stream.arn,
    StreamName: stream.name,
    WarmThroughput: { TargetMiBps: warmMiBps, ...(before === undefined ? {} : { CurrentMiBps: before }) },
  };
}

/** "The change takes effect immediately." */
export function updateStreamRecordDistributionStrategy(
  account: Account,
  input: InputOf<"UpdateStreamRecordDistributionStrategy">,
): Nothing {
  const stream = activeStreamOf(account, input);
  account.admit("UpdateStreamRecordDistributionStrategy", 5, stream.name);
  requireOnDemandMode(stream.mode, "RecordDistributionStrategy");
  stream.distribution = input.RecordDistributionStrategy === "AUTO" ? "AUTO" : "USER_PARTITION_KEY";
  return {};
}

function scaleTo(stream: Stream, shards: number, atMs: number): void {
  if (shards === stream.openShards.length) return;
  const ranges = stream.openShards.map(({ range }) => range);
  stream.reshard(stepsTo(shards, ranges), atMs);
}

/** @throws `ServiceError` */
function requireModeUpdate(account: Account, { modeUpdates, name }: Stream): void {
  const most = account.limits.controlCalls === "off" ? Number.POSITIVE_INFINITY : MODE_UPDATES_A_DAY;
  if (modeUpdates.tryTake(most, account.nowMs())) return;
  throw limitExceeded(
    `Stream ${name} under account ${account.accountId} can switch its capacity mode ${MODE_UPDATES_A_DAY} times in 24 hours.`,
  );
}
