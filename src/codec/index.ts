// kpl-kit: the codec of the KPL's aggregated record format. No dependency, no I/O.

export { aggregate } from "./aggregate.ts";
export { Aggregator } from "./aggregator.ts";
export type { AggregatorOptions } from "./aggregator-options.ts";
export { batchEntries, type EntryBatch } from "./batch-entries.ts";
export { deaggregate, deaggregateAll } from "./deaggregate.ts";
export type { DeaggregateOptions, DroppedRecords, MalformedPolicy } from "./deaggregate-options.ts";
export {
  InvalidOptionError,
  InvalidPositionError,
  InvalidRecordError,
  InvalidShardError,
  KplKitError,
  MalformedAggregateError,
  type MalformedReason,
  RecordTooLargeError,
} from "./errors.ts";
export { estimatePacking, type PackingEstimate } from "./estimate-packing.ts";
export { isAggregated } from "./frame.ts";
export type { GroupBy } from "./grouping.ts";
export { hashKeyOf, hashKeysOf } from "./hash-keys.ts";
export { type InspectedField, type Inspection, inspect } from "./inspect.ts";
export { comparePositions, type Position, type Sentinel } from "./position.ts";
export type { PackedEntry, UserRecordInput } from "./records.ts";
export { type HashKeyRange, type Shard, type ShardInput, ShardMap } from "./shard-map.ts";
export type { KinesisRecordInput, UserRecord } from "./user-record.ts";
/** @internal For the consumer. */
export { deaggregateVerified, verifyDigests } from "./verified.ts";
