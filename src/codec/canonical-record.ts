// A Record as every producer writes it: partition key index, explicit hash key index if there is one, data, and nothing
// else. To read just that takes a third of what the general reader takes, which is asked whenever this one is in doubt.

import { DATA, EXPLICIT_HASH_KEY_INDEX, PARTITION_KEY_INDEX } from "./frame.ts";
import { MALFORMED } from "./varint.ts";

/** Four tags, two lengths and two indexes of at most four bytes: where as many follow, none is read past the end. */
const LONGEST_HEADER = 20;

/** No explicit hash key index in the record. */
export const ABSENT = -1;

let at = 0;

/**
 * Reads the record whose tag lies at `start`, if it is canonical, into `records` as `Walk` has it; returns where it ends,
 * or `MALFORMED` for all that the general reader must decide.
 */
export function readCanonicalRecord(bytes: Uint8Array, start: number, end: number, records: number[]): number {
  if (end - start < LONGEST_HEADER) return MALFORMED;
  at = start + 1;
  const length = shortVarint(bytes);
  const recordEnd = at + length;
  if (recordEnd > end || bytes[at++] !== PARTITION_KEY_INDEX) return MALFORMED;
  const keyIndex = shortVarint(bytes);
  let hashKeyIndex = ABSENT;
  if (bytes[at] === EXPLICIT_HASH_KEY_INDEX) {
    at++;
    hashKeyIndex = shortVarint(bytes);
  }
  if (bytes[at++] !== DATA) return MALFORMED;
  const dataLength = shortVarint(bytes);
  // That the data ends with the record proves that all before it lay inside.
  if (at + dataLength !== recordEnd || keyIndex + hashKeyIndex === TOO_LONG) return MALFORMED;
  records.push(keyIndex, hashKeyIndex, at, recordEnd);
  return recordEnd;
}

const TOO_LONG = Number.POSITIVE_INFINITY;

/** Of at most four bytes, which tell all but padded ones. */
function shortVarint(bytes: Uint8Array): number {
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++]!; // LONGEST_HEADER
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return TOO_LONG;
}
