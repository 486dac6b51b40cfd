// What belongs into one container, and in what form it leaves: the decisions that packing and its estimate share.

import type { ResolvedAggregatorOptions } from "./aggregator-options.ts";
import type { ContainerSize } from "./container-size.ts";
import { RecordTooLargeError } from "./errors.ts";
import { type Payload, startsWithMagic } from "./frame.ts";

/** Of an answer of 256 characters at four bytes. */
const FUNCTION_KEY_LENGTH = 1024;

/** Whether the record that was measured last may join the open container. */
export function joins(container: ContainerSize, options: ResolvedAggregatorOptions): boolean {
  return container.count < options.maxCount && container.sizeAfter <= options.maxSize && fitsRecord(container, options);
}

/** The service's limit counts the partition key too. The KPL forgets it, and so exceeds the limit by its "a". */
function fitsRecord(container: ContainerSize, { maxRecordSize, outerPartitionKey }: ResolvedAggregatorOptions): boolean {
  const room = maxRecordSize - container.sizeAfter;
  if (room >= FUNCTION_KEY_LENGTH) return true; // no key is longer
  if (outerPartitionKey === "constant") return room >= 1;
  return outerPartitionKey === "first" && room >= container.firstKeyLength;
}

/** How a user record leaves that is alone in its container, taken or just measured. */
export function loneForm(
  container: ContainerSize,
  data: Payload,
  options: ResolvedAggregatorOptions,
): "raw" | "wrapped" | "too-large" {
  const { lone, maxSize, maxRecordSize } = options;
  const isTaken = container.count > 0;
  const framedLength = isTaken ? container.size : container.sizeAfter;
  const keyLength = isTaken ? container.firstKeyLength : container.keyLength;
  const framedFits = framedLength + keyLength <= maxRecordSize;
  // Raw, an aggregate that is forwarded would be unwrapped by a reader into records that are not this one. It stays
  // wrapped beyond `maxSize`, since it was as large as that before.
  if (lone !== "raw" && startsWithMagic(data)) return framedFits ? "wrapped" : "too-large";
  if (lone === "wrap" && framedFits && framedLength <= maxSize) return "wrapped";
  return data.length + keyLength <= maxRecordSize ? "raw" : "too-large";
}

/** @throws `KPL_KIT_RECORD_TOO_LARGE` for a record just measured. */
export function checkLone(container: ContainerSize, data: Payload, options: ResolvedAggregatorOptions): void {
  if (loneForm(container, data, options) !== "too-large") return;
  const isRaw = options.lone === "raw" || !startsWithMagic(data);
  const length = isRaw ? data.length : container.sizeAfter;
  throw new RecordTooLargeError(length + container.keyLength, options.maxRecordSize);
}
