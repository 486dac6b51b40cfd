// The protobuf of an aggregate, read once from end to end: where its keys and its records lie, or that it is malformed.
// proto2, strictly: unknown fields are skipped, a known field with a wrong wire type is an unknown one, the last of a
// repeated scalar counts, required fields are required, and a length is checked before it is used. What is allocated
// follows from what the input holds, never from what it claims.

import { TAG } from "./frame.ts";
import { type Cursor, MALFORMED, readVarint } from "./varint.ts";
import { readLength, readTag, skipField } from "./wire.ts";

/** No explicit hash key index in the record. */
export const ABSENT = -1;

/** Numbers side by side instead of objects: an aggregate of 500 user records would allocate as many. */
export interface Walk {
  /** Start and end of each key. */
  readonly partitionKeys: readonly number[];
  readonly explicitHashKeys: readonly number[];
  /** Of each user record: partition key index, explicit hash key index or `ABSENT`, start and end of its data. */
  readonly records: readonly number[];
}

/** Numbers of `records` that are one user record's. */
export const STRIDE = 4;

/** The message in bytes[start, end), or `undefined` if it is no sound AggregatedRecord. */
export function walk(bytes: Uint8Array, start: number, end: number): Walk | undefined {
  const cursor: Cursor = { bytes, end, at: start };
  const partitionKeys: number[] = [];
  const explicitHashKeys: number[] = [];
  const records: number[] = [];
  while (cursor.at < end) {
    const tag = readTag(cursor);
    if (tag !== TAG.records && tag !== TAG.partitionKeyTable && tag !== TAG.explicitHashKeyTable) {
      if (!skipField(cursor, tag)) return undefined;
      continue;
    }
    const fieldEnd = readLength(cursor);
    if (fieldEnd === MALFORMED) return undefined;
    if (tag === TAG.records) {
      cursor.end = fieldEnd;
      if (!walkRecord(cursor, records)) return undefined;
      cursor.end = end;
    } else (tag === TAG.partitionKeyTable ? partitionKeys : explicitHashKeys).push(cursor.at, fieldEnd);
    cursor.at = fieldEnd;
  }
  return { partitionKeys, explicitHashKeys, records };
}

/** Reads a Record from the cursor to its end; false if it is malformed. */
function walkRecord(cursor: Cursor, records: number[]): boolean {
  let keyIndex = ABSENT;
  let hashKeyIndex = ABSENT;
  let dataStart = ABSENT;
  let dataEnd = ABSENT;
  while (cursor.at < cursor.end) {
    const tag = readTag(cursor);
    if (tag === TAG.partitionKeyIndex) {
      keyIndex = readVarint(cursor);
      if (keyIndex === MALFORMED) return false;
    } else if (tag === TAG.explicitHashKeyIndex) {
      hashKeyIndex = readVarint(cursor);
      if (hashKeyIndex === MALFORMED) return false;
    } else if (tag === TAG.data) {
      dataEnd = readLength(cursor);
      if (dataEnd === MALFORMED) return false;
      dataStart = cursor.at;
      cursor.at = dataEnd;
    } else if (tag === TAG.tags) {
      if (!walkTag(cursor)) return false;
    } else if (!skipField(cursor, tag)) return false;
  }
  records.push(keyIndex, hashKeyIndex, dataStart, dataEnd);
  return keyIndex !== ABSENT && dataEnd !== ABSENT;
}

/** Nobody writes or reads tags, but one without its required key makes the whole message unreadable to the KCL. */
function walkTag(cursor: Cursor): boolean {
  const recordEnd = cursor.end;
  const end = readLength(cursor);
  if (end === MALFORMED) return false;
  cursor.end = end;
  let hasKey = false;
  while (cursor.at < end) {
    const tag = readTag(cursor);
    if (tag === TAG.tagKey) hasKey = true;
    if (!skipField(cursor, tag)) return false;
  }
  cursor.end = recordEnd;
  return hasKey;
}
