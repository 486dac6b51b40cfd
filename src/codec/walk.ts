// The protobuf of an aggregate, read once from end to end: where its keys and its records lie, or that it is malformed.
// proto2, strictly: unknown fields are skipped, a known field with a wrong wire type is an unknown one, the last of a
// repeated scalar counts, required fields are required, and a length is checked before it is used. What is allocated
// follows from what the input holds, never from what it claims.

import { ABSENT, readCanonicalRecord } from "./canonical-record.ts";
import {
  DATA,
  EXPLICIT_HASH_KEY_INDEX,
  EXPLICIT_HASH_KEY_TABLE,
  PARTITION_KEY_INDEX,
  PARTITION_KEY_TABLE,
  RECORDS,
  TAG_KEY,
  TAGS,
} from "./frame.ts";
import { MALFORMED } from "./varint.ts";
import { type Cursor, readField } from "./wire.ts";

export { ABSENT } from "./canonical-record.ts";

/** Numbers of `Walk.records` that are one user record's. */
export const STRIDE = 4;

/** Where the keys and the user records of a message lie: numbers side by side, since objects would be as many again. */
export interface Walk {
  /** Start and end of each key. */
  readonly keys: number[];
  readonly hashKeys: number[];
  /** Of each user record: partition key index, explicit hash key index or `ABSENT`, start and end of its data. */
  readonly records: number[];
}

/** Shown each field, and how many messages it lies in. */
export type FieldVisitor = (field: Cursor, depth: number) => void;

/** The message from the cursor to its end, or `undefined` if it is no sound AggregatedRecord. */
export function walk(cursor: Cursor, visit?: FieldVisitor): Walk | undefined {
  const { end } = cursor;
  const keys: number[] = [];
  const hashKeys: number[] = [];
  const records: number[] = [];
  while (cursor.at < end) {
    if (!visit && cursor.bytes[cursor.at] === RECORDS) {
      const recordEnd = readCanonicalRecord(cursor.bytes, cursor.at, end, records);
      if (recordEnd !== MALFORMED) {
        cursor.at = recordEnd;
        continue;
      }
    }
    if (!readField(cursor)) return undefined;
    visit?.(cursor, 0);
    const { tag, from, to } = cursor;
    if (tag === RECORDS) {
      cursor.at = from;
      cursor.end = to;
      if (!walkRecord(cursor, records, visit)) return undefined;
      cursor.end = end;
    } else if (tag === PARTITION_KEY_TABLE) keys.push(from, to);
    else if (tag === EXPLICIT_HASH_KEY_TABLE) hashKeys.push(from, to);
  }
  return { keys, hashKeys, records };
}

/** Reads a Record from the cursor to its end; false if it is malformed. */
function walkRecord(cursor: Cursor, records: number[], visit: FieldVisitor | undefined): boolean {
  const { end } = cursor;
  let keyIndex = ABSENT;
  let hashKeyIndex = ABSENT;
  let dataStart = ABSENT;
  let dataEnd = ABSENT;
  while (cursor.at < end) {
    if (!readField(cursor)) return false;
    visit?.(cursor, 1);
    const { tag, from, to } = cursor;
    if (tag === PARTITION_KEY_INDEX) keyIndex = cursor.value;
    else if (tag === EXPLICIT_HASH_KEY_INDEX) hashKeyIndex = cursor.value;
    else if (tag === DATA) {
      dataStart = from;
      dataEnd = to;
    } else if (tag === TAGS) {
      // Nobody writes or reads them, but one without its required key makes the message unreadable to the KCL.
      cursor.at = from;
      cursor.end = to;
      let hasKey = false;
      while (cursor.at < to) {
        if (!readField(cursor)) return false;
        visit?.(cursor, 2);
        if (cursor.tag === TAG_KEY) hasKey = true;
      }
      if (!hasKey) return false;
      cursor.end = end;
    }
  }
  records.push(keyIndex, hashKeyIndex, dataStart, dataEnd);
  return keyIndex !== ABSENT && dataEnd !== ABSENT;
}
