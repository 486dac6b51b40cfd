// What belongs into one container, and in what form it leaves: the decisions that packing and its estimate share.

import type { ResolvedAggregatorOptions } from "./aggregator-options.ts";
import type { ContainerSize } from "./container-size.ts";
import { RecordTooLargeError } from "./errors.ts";

/** Of an answer of 256 characters at four bytes. */
const FUNCTION_KEY_LENGTH = 1024;

/** Whether the record that was measured last may join the open container. */
export function joins(container: ContainerSize, options: ResolvedAggregatorOptions): boolean {
  const { maxSize, maxCount, maxRecordSize, outerPartitionKey } = options;
  const outerKeyLength =
    outerPartitionKey === "constant" ? 1 : outerPartitionKey === "first" ? container.firstKeyLength : FUNCTION_KEY_LENGTH;
  return (
    container.count < maxCount &&
    container.sizeAfter <= maxSize &&
    // The service's limit counts the partition key too. The KPL forgets it, and so exceeds the limit by its "a".
    container.sizeAfter + outerKeyLength <= maxRecordSize
  );
}

export interface LoneRecord {
  /** As an aggregate of one. */
  readonly framedLength: number;
  readonly dataLength: number;
  readonly keyLength: number;
  /** Its data begins with the magic: sent raw, a reader would take it for an aggregate made for it. */
  readonly looksAggregated: boolean;
}

/**
 * How a user record leaves that is alone in its container.
 * @throws `KPL_KIT_RECORD_TOO_LARGE`
 */
export function loneForm(record: LoneRecord, options: ResolvedAggregatorOptions): "raw" | "wrapped" {
  const { lone, maxSize, maxRecordSize } = options;
  const { framedLength, dataLength, keyLength, looksAggregated } = record;
  const framedFits = framedLength + keyLength <= maxRecordSize;
  // A forwarded aggregate is about as large as `maxSize`. It stays wrapped beyond that: raw, it would be unwrapped into
  // records that are not this one.
  const mustWrap = lone !== "raw" && looksAggregated;
  if (mustWrap && !framedFits) throw new RecordTooLargeError(framedLength + keyLength, maxRecordSize);
  if (mustWrap || (lone === "wrap" && framedFits && framedLength <= maxSize)) return "wrapped";
  if (dataLength + keyLength > maxRecordSize) throw new RecordTooLargeError(dataLength + keyLength, maxRecordSize);
  return "raw";
}
