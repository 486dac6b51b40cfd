// Which calls a fault can strike at all. A rule beside it would never strike, and its test would be green for that.

import type { ActionName } from "../action.ts";
import { INPUT_SHAPES } from "../shapes/index.ts";
import type { FaultRule, InjectedFault } from "./injected-fault.ts";

export const ACTIONS: readonly ActionName[] = Object.keys(INPUT_SHAPES) as ActionName[];

/** Those that throw ProvisionedThroughputExceededException. */
const SHARD_THROUGHPUT: readonly ActionName[] = ["GetRecords", "GetShardIterator", "PutRecord", "PutRecords"];
const TOUCHES_SHARDS: readonly ActionName[] = [...SHARD_THROUGHPUT, "MergeShards", "SplitShard", "SubscribeToShard"];
const OF_NO_STREAM: readonly ActionName[] = [
  "DescribeAccountSettings",
  "DescribeLimits",
  "ListStreams",
  "UpdateAccountSettings",
];

/** With what narrows the rule: a shard, a stream. */
export function actionsOf({ fault, shardId, streamName }: FaultRule): readonly ActionName[] {
  return actionsOfFault(fault).filter(
    (action) =>
      (shardId === undefined || TOUCHES_SHARDS.includes(action)) &&
      (streamName === undefined || !OF_NO_STREAM.includes(action)),
  );
}

function actionsOfFault(fault: InjectedFault): readonly ActionName[] {
  switch (fault.kind) {
    case "throttled":
      return fault.entries === undefined || fault.entries === "all" ? SHARD_THROUGHPUT : ["PutRecords"];
    case "expired-iterator":
      return ["GetRecords"];
    case "silent-subscription":
    case "cut-subscription":
      return ["SubscribeToShard"];
    case "stale-shards":
      return ["ListShards"];
    case "truncated":
      // Its answer is the subscription, and what ends that early is cut-subscription.
      return ACTIONS.filter((action) => action !== "SubscribeToShard");
    case "error":
    case "slow":
    case "reset":
    case "lost":
      return ACTIONS;
    default:
      return fault satisfies never;
  }
}
