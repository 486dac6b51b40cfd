// One-shot packing.

import { Aggregator } from "./aggregator.ts";
import type { AggregatorOptions } from "./aggregator-options.ts";
import { sealAll } from "./frame.ts";
import { type GroupBy, runsOf } from "./grouping.ts";
import type { PackedEntry, UserRecordInput } from "./records.ts";

/** How `aggregate` packs: the grouping has no default, because the wrong one loses data at a KCL. */
export type PackingOptions = AggregatorOptions & { readonly groupBy: GroupBy };

/**
 * Packs user records into Kinesis records, byte for byte as the KPL. The records of one partition key and shard keep
 * the order in which they came. Unless `groupBy` is `none`, all are held until the last has come.
 * @throws `KPL_KIT_INVALID_RECORD`, `KPL_KIT_RECORD_TOO_LARGE`, `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * const entries = aggregate(records, { groupBy: "partitionKey" });
 * ```
 */
export function aggregate(records: Iterable<UserRecordInput>, options: PackingOptions): PackedEntry[] {
  const frames: Uint8Array[] = [];
  const entries = [...unsealed(records, options, (frame) => frames.push(frame))];
  sealAll(frames);
  return entries;
}

/** One entry at a time, without the digests that `later` is told to write. */
export function* unsealed(
  records: Iterable<UserRecordInput>,
  options: PackingOptions,
  later: (frame: Uint8Array) => void,
): Iterable<PackedEntry> {
  const aggregator = new Aggregator(options, later);
  for (const run of runsOf(records, options.groupBy)) {
    for (const record of run) {
      const closed = aggregator.add(record);
      if (closed) yield closed;
    }
    const last = aggregator.flush();
    if (last) yield last;
  }
}
