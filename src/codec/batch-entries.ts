// Entries cut into PutRecords calls.

import { checkWholeNumber } from "./option-checks.ts";
import type { PackedEntry } from "./records.ts";
import { encodeUtf8 } from "./utf8.ts";

/** PutRecords takes 500 entries and 10 MiB, partition keys included. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const MOST_ENTRIES = 500;
const MOST_BYTES = 10 * 1024 * 1024;

export interface EntryBatch {
  /** As PutRecords wants them: no field that the service doesn't know. */
  readonly Records: { Data: Uint8Array; PartitionKey: string; ExplicitHashKey: string }[];
  /** The same entries, by the same index, so that a failed one leads back to its user records. */
  readonly entries: readonly PackedEntry[];
}

/** As the service counts a Kinesis record. */
export function sizeOnWire(data: Uint8Array, partitionKey: string): number {
  return data.length + encodeUtf8(partitionKey).length;
}

/** Tells of each entry, by its bytes on the wire, whether it begins a new PutRecords call. */
export function callLimit(maxCount: number = MOST_ENTRIES, maxSize: number = MOST_BYTES): (size: number) => boolean {
  let openCount = 0;
  let openSize = 0;
  return (size) => {
    const begins = openCount === 0 || openCount === maxCount || openSize + size > maxSize;
    openCount = begins ? 1 : openCount + 1;
    openSize = begins ? size : openSize + size;
    return begins;
  };
}

/**
 * Cuts entries, in order, into PutRecords calls of at most `maxCount` entries (1 to 500, default 500) and `maxSize`
 * bytes of data and partition keys (1 to 10 MiB, default 10 MiB). An entry larger than `maxSize` goes alone.
 * @throws `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * for (const { Records } of batchEntries(entries)) {
 *   await kinesis.send(new PutRecordsCommand({ StreamName: "orders", Records }));
 * }
 * ```
 */
export function batchEntries(
  entries: Iterable<PackedEntry>,
  options: { readonly maxCount?: number; readonly maxSize?: number } = {},
): EntryBatch[] {
  const { maxCount = MOST_ENTRIES, maxSize = MOST_BYTES } = options;
  checkWholeNumber("maxCount", maxCount, 1, MOST_ENTRIES);
  checkWholeNumber("maxSize", maxSize, 1, MOST_BYTES);
  const begins = callLimit(maxCount, maxSize);
  const calls: PackedEntry[][] = [];
  for (const entry of entries) {
    if (begins(sizeOnWire(entry.Data, entry.PartitionKey))) calls.push([entry]);
    else calls.at(-1)?.push(entry);
  }
  return calls.map((call) => ({
    Records: call.map(({ Data, PartitionKey, ExplicitHashKey }) => ({ Data, PartitionKey, ExplicitHashKey })),
    entries: call,
  }));
}
