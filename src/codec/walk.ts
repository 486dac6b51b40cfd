// The protobuf of an aggregate, read once from end to end: where its keys and its records lie, or that it is malformed.
// proto2, strictly: unknown fields are skipped, a known field with a wrong wire type is an unknown one, the last of a
// repeated scalar counts, required fields are required, and a length is checked before it is used. What is allocated
// follows from what the input holds, never from what it claims.

import { TAG } from "./frame.ts";
import { type Cursor, MALFORMED, readVarint } from "./varint.ts";
import { readLength, readTag, skipField } from "./wire.ts";

/** No explicit hash key index in the record. */
export const ABSENT = -1;

/** Numbers of `Walk.records` that are one user record's. */
export const STRIDE = 4;

/** Numbers side by side instead of objects: an aggregate of 500 user records would allocate as many. */
class Numbers {
  values: Float64Array = new Float64Array(STRIDE * 128);
  length = 0;

  clear(): void {
    this.length = 0;
    if (this.values.length > MOST_KEPT) this.values = new Float64Array(STRIDE * 128);
  }

  /** Makes room for a user record more. */
  reserve(): void {
    if (this.length + STRIDE <= this.values.length) return;
    const grown = new Float64Array(2 * this.values.length);
    grown.set(this.values);
    this.values = grown;
  }
}

/** Of 10,000 user records, 320 KB: one aggregate of 10 MiB shall not hold its 40 MB for ever. */
const MOST_KEPT = STRIDE * 10_000;

/** Where the keys and the user records of a message lie. */
export interface Walk {
  /** Start and end of each key. */
  readonly partitionKeys: Numbers;
  readonly explicitHashKeys: Numbers;
  /** Of each user record: partition key index, explicit hash key index or `ABSENT`, start and end of its data. */
  readonly records: Numbers;
}

/** One for all walks, which call nobody: its memory costs small aggregates more than the walk. */
const found: Walk = { partitionKeys: new Numbers(), explicitHashKeys: new Numbers(), records: new Numbers() };

/** The message in bytes[start, end), or `undefined` if it is no sound AggregatedRecord. Good until the next walk. */
export function walk(bytes: Uint8Array, start: number, end: number): Walk | undefined {
  const cursor: Cursor = { bytes, end, at: start };
  const { partitionKeys, explicitHashKeys, records } = found;
  partitionKeys.clear();
  explicitHashKeys.clear();
  records.clear();
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
    } else {
      const keys = tag === TAG.partitionKeyTable ? partitionKeys : explicitHashKeys;
      keys.reserve();
      keys.values[keys.length++] = cursor.at;
      keys.values[keys.length++] = fieldEnd;
      cursor.at = fieldEnd;
    }
  }
  return found;
}

/** Reads a Record from the cursor to its end; false if it is malformed. */
function walkRecord(cursor: Cursor, records: Numbers): boolean {
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
  records.reserve();
  const { values, length } = records;
  values[length] = keyIndex;
  values[length + 1] = hashKeyIndex;
  values[length + 2] = dataStart;
  values[length + 3] = dataEnd;
  records.length = length + STRIDE;
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
