// What a producer would lose that goes on with the shard map from before a split. Computed, not put: the demo's own
// producer refreshes its map.

import { aggregate, deaggregate, type ShardMap } from "../src/codec/index.ts";
import type { SentRecord } from "./input.ts";

export interface StaleLoss {
  readonly aggregates: number;
  readonly userRecords: number;
}

export function lossWithStaleMap(records: readonly SentRecord[], before: ShardMap, after: ShardMap): StaleLoss {
  let aggregates = 0;
  let userRecords = 0;
  for (const entry of aggregate(records, { groupBy: before })) {
    // The outer hash key decides where Kinesis puts it, and a KCL measures each user record against that shard.
    const hashRange = after.shardFor(BigInt(entry.ExplicitHashKey))?.hashKeyRange;
    if (!hashRange) continue;
    deaggregate(entry, {
      hashRange,
      rangeFilter: "kcl",
      onDropped: (drop) => {
        aggregates++;
        userRecords += drop.userRecords;
      },
    });
  }
  return { aggregates, userRecords };
}
