// SubscribeToShard.

import type { InputOf, Subscription } from "../../action.ts";
import { inUse, limitExceeded } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { ShardSubscription } from "../subscription.ts";
import type { CallConditions } from "./call-conditions.ts";
import { refuseDryRun } from "./dry-run.ts";
import { readableShard } from "./get-records.ts";
import { startPlace } from "./start-place.ts";

export function subscribeToShard(
  account: Account,
  input: InputOf<"SubscribeToShard">,
  { through }: CallConditions = {},
): Subscription {
  const { ConsumerARN, ShardId = "", StartingPosition } = input;
  const { consumer, stream } = account.consumerOf({ ConsumerARN });
  const { accountId, limits, options } = account;
  const nowMs = account.nowMs();
  const label = `${accountId}:${stream.name}:${consumer.name}:${ShardId}`;
  const status = consumer.status(nowMs);
  if (status !== "ACTIVE") throw inUse(`Consumer ${consumer.arn} is not ACTIVE, instead in state ${status}`);
  const shard = readableShard(account, stream, ShardId);
  const place = startPlace(account, stream, shard, {
    type: StartingPosition?.Type,
    sequenceNumber: StartingPosition?.SequenceNumber,
    timestamp: StartingPosition?.Timestamp,
  });
  refuseDryRun(input);
  const own = consumer.shard(ShardId, nowMs);
  if (!own.calls.tryTake(1, nowMs)) throw limitExceeded(`Rate exceeded for SubscribeToShard: ${label}`);
  // "Within 5 seconds of a successful call, you'll get a ResourceInUseException", whether that one still runs or not;
  // later "the second call takes over the subscription".
  if (nowMs < own.subscribedAtMs + limits.takeoverAfterMs) {
    throw inUse(`Another active subscription exists for this consumer: ${label}`);
  }
  own.subscription?.beTakenOver();
  const subscription = new ShardSubscription({
    stream,
    shard,
    place,
    bytes: own.bytes,
    clock: options.clock,
    nowMs: () => account.nowMs(),
    endsAtMs: nowMs + limits.subscriptionLifeMs,
    heartbeatMs: options.heartbeatMs,
    endsWithRecords: options.shardEnd === "with-last-records",
    label,
    onClose: () => {
      if (own.subscription === subscription) own.subscription = undefined;
    },
  });
  own.subscription = subscription;
  own.subscribedAtMs = nowMs;
  return through ? through(subscription) : subscription;
}
