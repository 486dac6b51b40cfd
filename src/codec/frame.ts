// The frame of an aggregate: F3 89 9A C2, a protobuf AggregatedRecord, the MD5 of the protobuf's bytes (KPL,
// kinesis_record.h). The KCL takes nothing of 20 bytes or fewer for an aggregate, not even an empty one.

import { DIGEST_LENGTH, digestFollows } from "./md5/index.ts";

export const MAGIC_LENGTH = 4;
export const FRAME_LENGTH: number = MAGIC_LENGTH + DIGEST_LENGTH;

/** The tag bytes of the three messages: field number << 3 | wire type. */
export const TAG = {
  partitionKeyTable: 0x0a,
  explicitHashKeyTable: 0x12,
  records: 0x1a,
  partitionKeyIndex: 0x08,
  explicitHashKeyIndex: 0x10,
  data: 0x1a,
  tags: 0x22,
  tagKey: 0x0a,
} as const;

/** Bytes, or just how many: enough to tell a size, and whether it begins with the magic. */
export interface Payload {
  readonly length: number;
  readonly [index: number]: number;
}

export function startsWithMagic(data: Payload): boolean {
  return data[0] === 0xf3 && data[1] === 0x89 && data[2] === 0x9a && data[3] === 0xc2;
}

export function writeMagic(bytes: Uint8Array): void {
  bytes[0] = 0xf3;
  bytes[1] = 0x89;
  bytes[2] = 0x9a;
  bytes[3] = 0xc2;
}

/** Has the magic and is long enough; whether it is an aggregate, its digest tells. */
export function isFramed(data: Uint8Array): boolean {
  return data.length > FRAME_LENGTH && startsWithMagic(data);
}

export function hasSoundDigest(framed: Uint8Array): boolean {
  return digestFollows(framed, MAGIC_LENGTH, framed.length - DIGEST_LENGTH);
}

/** The same of several: where an engine has more than one lane, they are digested side by side. */
export function soundDigests(framed: readonly Uint8Array[]): boolean[] {
  return framed.map(hasSoundDigest);
}

/** Longer than 20 bytes, magic, and the digest matches: the KCL's test. */
export function isAggregated(data: Uint8Array): boolean {
  return isFramed(data) && hasSoundDigest(data);
}
