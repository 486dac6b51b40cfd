// EnableEnhancedMonitoring and DisableEnhancedMonitoring: which metrics of each shard the service would keep.

import type { MetricsName } from "@aws-sdk/client-kinesis";
import type { InputOf, OutputOf } from "../../action.ts";
import type { Account } from "../account.ts";
import type { Stream } from "../stream.ts";
import { activeStreamOf, beginUpdate } from "./settings-change.ts";

/** What "ALL" stands for; descriptions list them one by one. */
const ALL: readonly MetricsName[] = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
];

export function enableEnhancedMonitoring(
  account: Account,
  input: InputOf<"EnableEnhancedMonitoring">,
): OutputOf<"EnableEnhancedMonitoring"> {
  const stream = activeStreamOf(account, input);
  account.admit("EnableEnhancedMonitoring", 5, stream.name);
  const named = metricsNamed(input.ShardLevelMetrics);
  return setMetrics(account, stream, (metric) => named.has(metric) || stream.shardLevelMetrics.has(metric));
}

export function disableEnhancedMonitoring(
  account: Account,
  input: InputOf<"DisableEnhancedMonitoring">,
): OutputOf<"DisableEnhancedMonitoring"> {
  const stream = activeStreamOf(account, input);
  account.admit("DisableEnhancedMonitoring", 5, stream.name);
  const named = metricsNamed(input.ShardLevelMetrics);
  return setMetrics(account, stream, (metric) => !named.has(metric) && stream.shardLevelMetrics.has(metric));
}

function metricsNamed(metrics: readonly MetricsName[] = []): ReadonlySet<MetricsName> {
  return new Set(metrics.includes("ALL") ? ALL : metrics);
}

function setMetrics(
  account: Account,
  stream: Stream,
  isDesired: (metric: MetricsName) => boolean,
): OutputOf<"EnableEnhancedMonitoring"> {
  const current = [...stream.shardLevelMetrics];
  const desired = ALL.filter(isDesired);
  beginUpdate(account, stream, () => {
    stream.shardLevelMetrics.clear();
    for (const metric of desired) stream.shardLevelMetrics.add(metric);
  });
  return {
    StreamName: stream.name,
    CurrentShardLevelMetrics: current,
    DesiredShardLevelMetrics: [...desired],
    StreamARN: stream.arn,
  };
}
