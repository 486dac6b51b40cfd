// SplitShard, MergeShards and UpdateShardCount. Each answers at once and takes its time; until that is over, writes go
// to the old shards.

import type { InputOf, Nothing, OutputOf } from "../../action.ts";
import { invalidArgument, limitExceeded, notFound, ServiceError } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { type ReshardingStep, stepsTo } from "../resharding.ts";
import type { Shard } from "../shard.ts";
import type { Stream } from "../stream.ts";
import { requireActive, requireShards } from "./streams.ts";

const DAY_MS = 86_400_000;
/** "Scale up to more than 10000 shards in a stream" is refused. */
const MOST_SHARDS = 10_000;

export function splitShard(account: Account, input: InputOf<"SplitShard">): Nothing {
  account.admit("SplitShard", 5);
  const stream = provisionedStreamOf(account, input);
  requireActive(account, stream);
  const shard = openShardOf(account, stream, input.ShardToSplit ?? "");
  const { end, start } = shard.range;
  const newStart = BigInt(input.NewStartingHashKey ?? "");
  // The documentation takes any hash key of the shard; the service itself wants two keys below the border and above it.
  if (newStart <= start + 1n || newStart >= end) {
    throw invalidArgument(
      `NewStartingHashKey ${newStart} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ` +
        `${account.accountId} is not both greater than one plus the shard's StartingHashKey ${start} and less than the shard's EndingHashKey ${end}.`,
    );
  }
  requireShards(account, 1);
  begin(account, stream, [{ kind: "split", start, newStart }], stream.openShards.length + 1);
  return {};
}

export function mergeShards(account: Account, input: InputOf<"MergeShards">): Nothing {
  account.admit("MergeShards", 5);
  const stream = provisionedStreamOf(account, input);
  requireActive(account, stream);
  const first = openShardOf(account, stream, input.ShardToMerge ?? "");
  const second = openShardOf(account, stream, input.AdjacentShardToMerge ?? "");
  // The service takes the lower shard first, and no pair the other way round.
  if (first.range.end + 1n !== second.range.start) {
    throw invalidArgument(
      `Shards ${first.id} and ${second.id} in stream ${stream.name} under account ${account.accountId} are not an adjacent pair of shards eligible for merging`,
    );
  }
  begin(account, stream, [{ kind: "merge", start: first.range.start }], stream.openShards.length - 1);
  return {};
}

export function updateShardCount(account: Account, input: InputOf<"UpdateShardCount">): OutputOf<"UpdateShardCount"> {
  account.admit("UpdateShardCount", 10);
  const { TargetShardCount: target = 0 } = input;
  const stream = provisionedStreamOf(account, input);
  requireActive(account, stream);
  const current = stream.openShards.length;
  const refuse = (why: string): ServiceError =>
    limitExceeded(
      `UpdateShardCount of stream ${stream.name} under account ${account.accountId} from ${current} to ${target} shards: ${why}`,
    );
  if (target > 2 * current) throw refuse("no more than double the current count");
  if (target < current / 2) throw refuse("no less than half the current count");
  if (target > MOST_SHARDS) throw refuse(`no more than ${MOST_SHARDS} shards in a stream`);
  if (target > current) requireShards(account, target - current);
  const nowMs = account.nowMs();
  const { shardCountUpdatesPerDay } = account.limits;
  const today = stream.shardCountUpdatesMs.filter((atMs) => atMs > nowMs - DAY_MS);
  if (today.length >= shardCountUpdatesPerDay)
    throw refuse(`no more than ${shardCountUpdatesPerDay} times in 24 hours`);
  stream.shardCountUpdatesMs.splice(0, stream.shardCountUpdatesMs.length, ...today, nowMs);
  begin(
    account,
    stream,
    stepsTo(
      target,
      stream.openShards.map(({ range }) => range),
    ),
    target,
  );
  return { StreamName: stream.name, CurrentShardCount: current, TargetShardCount: target, StreamARN: stream.arn };
}

function begin(account: Account, stream: Stream, steps: readonly ReshardingStep[], openShards: number): void {
  const endsAtMs = account.nowMs() + account.options.transitionMs;
  stream.begin("UPDATING", endsAtMs, (atMs) => stream.reshard(steps, atMs), openShards);
}

/** @throws `ServiceError` */
function provisionedStreamOf(
  account: Account,
  input: { StreamName?: string | undefined; StreamARN?: string | undefined },
): Stream {
  const stream = account.streamOf(input);
  if (stream.mode === "PROVISIONED") return stream;
  throw new ServiceError(
    "ValidationException",
    `Request is invalid. Stream ${stream.name} under account ${account.accountId} is in On-Demand mode.`,
  );
}

/** @throws `ServiceError` */
function openShardOf(account: Account, stream: Stream, shardId: string): Shard {
  const shard = stream.shard(shardId);
  if (!shard || stream.isExpired(shard)) {
    throw notFound(`Could not find shard ${shardId} in stream ${stream.name} under account ${account.accountId}.`);
  }
  if (shard.isOpen) return shard;
  throw invalidArgument(
    `Shard ${shardId} in stream ${stream.name} under account ${account.accountId} is closed: only open shards can be split or merged.`,
  );
}
