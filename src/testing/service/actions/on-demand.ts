// What a stream in ON_DEMAND mode has, and no other: warm throughput, and a say in who deals its records out.

import { invalidArgument, limitExceeded } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { hasCommitment } from "./account-settings.ts";

/** "New data streams created with the on-demand capacity mode have 4 MB/s of write [...] throughput." */
const LEAST_SHARDS = 4;
export const ON_DEMAND_STREAMS = 50;
/** 10 GiBps. */
const MOST_WARM_MIBPS = 10_240;

/** "The throughput capacity that will be immediately available for write operations": a shard takes 1 MiB a second. */
export function onDemandShards(warmThroughputMiBps = 0): number {
  return Math.max(LEAST_SHARDS, warmThroughputMiBps);
}

/** @throws `ServiceError` where one more is one too many. */
export function requireOnDemandStream(account: Account): void {
  if (account.streams.filter(({ mode }) => mode === "ON_DEMAND").length < ON_DEMAND_STREAMS) return;
  throw limitExceeded(`Account ${account.accountId} may have ${ON_DEMAND_STREAMS} streams in ON_DEMAND mode.`);
}

/** @throws `ServiceError` */
export function requireOnDemandMode(mode: "PROVISIONED" | "ON_DEMAND", setting: string): void {
  if (mode === "ON_DEMAND") return;
  throw invalidArgument(`${setting} is only supported for streams in ON_DEMAND mode, and this one is in ${mode} mode.`);
}

/** @throws `ServiceError` */
export function requireWarmThroughput(account: Account, warmThroughputMiBps: number): void {
  if (!hasCommitment(account)) {
    throw invalidArgument(
      `WarmThroughputMiBps needs MinimumThroughputBillingCommitment to be enabled for account ${account.accountId}.`,
    );
  }
  if (warmThroughputMiBps > MOST_WARM_MIBPS) {
    throw limitExceeded(`WarmThroughputMiBps ${warmThroughputMiBps} is more than ${MOST_WARM_MIBPS} (10 GiBps).`);
  }
}
