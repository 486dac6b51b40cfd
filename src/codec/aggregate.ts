// One-shot packing.

import { Aggregator } from "./aggregator.ts";
import type { AggregatorOptions } from "./aggregator-options.ts";
import { type GroupBy, pack } from "./grouping.ts";
import type { PackedEntry, UserRecordInput } from "./records.ts";

/**
 * Packs user records into Kinesis records, byte for byte as the KPL. The records of one partition key and shard keep
 * the order in which they came. Unless `groupBy` is `none`, all are held until the last has come.
 * @throws `KPL_KIT_INVALID_RECORD`, `KPL_KIT_RECORD_TOO_LARGE`, `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * const entries = aggregate(records, { groupBy: "partitionKey" });
 * ```
 */
export function aggregate(
  records: Iterable<UserRecordInput>,
  options: AggregatorOptions & { readonly groupBy: GroupBy },
): PackedEntry[] {
  return pack(records, options.groupBy, new Aggregator(options));
}
