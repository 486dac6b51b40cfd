// User records as plain rows, so that a test can say `toEqual`, and the container that a hash key rule needs.

import type { PackedEntry, UserRecord, UserRecordInput } from "../../src/codec/index.ts";
import { deaggregate } from "../../src/codec/index.ts";
import { canonical } from "../oracle/encode.ts";
import { hashOfBytes, hex, utf8 } from "../oracle/frame.ts";

export interface Row {
  readonly partitionKey: string | undefined;
  readonly data: string;
}

export interface FullRow extends Row {
  readonly explicitHashKey: string | undefined;
}

export function dataOf({ data }: UserRecordInput): Uint8Array {
  return typeof data === "string" ? utf8(data) : data;
}

export function sent(record: UserRecordInput): FullRow {
  const { partitionKey, explicitHashKey } = record;
  return {
    partitionKey,
    explicitHashKey: explicitHashKey === undefined ? undefined : canonical(explicitHashKey),
    data: hex(dataOf(record)),
  };
}

export function received({ partitionKey, explicitHashKey, data }: UserRecord): FullRow {
  return { partitionKey, explicitHashKey, data: hex(data) };
}

/** What a reader gets of these entries, one by one. */
export function unpack(entries: readonly PackedEntry[]): UserRecord[] {
  return entries.flatMap((entry) => deaggregate(entry));
}

export function effectiveHashKey({ partitionKey, explicitHashKey }: UserRecordInput): bigint {
  return explicitHashKey === undefined ? hashOfBytes(utf8(partitionKey)) : BigInt(explicitHashKey);
}

/** Bytes of data and outer partition key together: what the stream's record limit counts. */
export function recordSize({ Data, PartitionKey }: PackedEntry): number {
  return Data.length + utf8(PartitionKey).length;
}
