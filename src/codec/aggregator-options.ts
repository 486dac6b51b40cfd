// The options of an aggregate, resolved once at the door.

import { checkOneOf, checkWholeNumber } from "./option-checks.ts";
import type { UserRecordInput } from "./records.ts";

export interface AggregatorOptions {
  /**
   * Bytes of an aggregate, frame included; 64 to 10 MiB. KPL: `AggregationMaxSize`.
   * @defaultValue 51,200
   */
  readonly maxSize?: number;
  /**
   * User records of an aggregate; 1 to 2^32-1. KPL: `AggregationMaxCount`.
   * @defaultValue 2^32-1
   */
  readonly maxCount?: number;
  /**
   * The stream's limit of data and partition key together, in bytes; 1 to 10 MiB. Kinesis: `MaxRecordSizeInKiB`.
   * @defaultValue 1 MiB
   */
  readonly maxRecordSize?: number;
  /**
   * A user record that stays alone: `raw` as the KPL sends it, `wrap` as an aggregate of one, `auto`: raw, but wrapped
   * when its data begins as an aggregate does, so that a reader does not unwrap it once too often. Wrapped or not, it
   * keeps its own partition key. One that is too large for `maxSize` is raw.
   * @defaultValue "raw"
   */
  readonly lone?: "raw" | "wrap" | "auto";
  /**
   * The partition key of an aggregate of two or more: `constant` is "a" as the KPL, `first` the first record's key, or
   * a function, for whose answer 1,024 bytes are set aside (Lambda's ParallelizationFactor needs a varying one).
   * @defaultValue "constant"
   */
  readonly outerPartitionKey?: "constant" | "first" | ((records: readonly UserRecordInput[]) => string);
}

export type ResolvedAggregatorOptions = Required<AggregatorOptions>;

const MIB = 1024 * 1024;

/** @throws `KPL_KIT_INVALID_OPTION` */
export function resolveAggregatorOptions(options: AggregatorOptions = {}): ResolvedAggregatorOptions {
  const {
    maxSize = 51_200,
    maxCount = 2 ** 32 - 1,
    maxRecordSize = MIB,
    lone = "raw",
    outerPartitionKey = "constant",
  } = options;
  checkWholeNumber("maxSize", maxSize, 64, 10 * MIB);
  checkWholeNumber("maxCount", maxCount, 1, 2 ** 32 - 1);
  checkWholeNumber("maxRecordSize", maxRecordSize, 1, 10 * MIB);
  checkOneOf("lone", lone, ["raw", "wrap", "auto"]);
  if (typeof outerPartitionKey !== "function")
    checkOneOf("outerPartitionKey", outerPartitionKey, ["constant", "first"]);
  return { maxSize, maxCount, maxRecordSize, lone, outerPartitionKey };
}
