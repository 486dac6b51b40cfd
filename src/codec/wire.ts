// What a proto2 reader needs of the wire beside varints: one field after another.

import { MALFORMED, readVarint, type VarintCursor } from "./varint.ts";

/** protobuf-java's limit: deeper nesting is malformed to the KCL. */
const MAX_GROUP_DEPTH = 100;

/** A place in a message, and the field that was read last. */
export interface Cursor extends VarintCursor {
  /** Where the field begins. */
  offset: number;
  /** Field number << 3 | wire type. */
  tag: number;
  /** Start and end of its content. */
  from: number;
  to: number;
  /** Of a varint. */
  value: number;
}

export function cursorAt(bytes: Uint8Array, at: number, end: number): Cursor {
  return { bytes, at, end, offset: at, tag: 0, from: at, to: at, value: 0 };
}

/** Reads a field and passes over it; false if it is malformed. `depth` counts the groups around it. */
export function readField(cursor: Cursor, depth = 0): boolean {
  cursor.offset = cursor.at;
  const tag = readVarint(cursor);
  if (tag < 8 || tag > 0xffff_ffff) return false; // `MALFORMED`, no field 0, a tag is a uint32
  cursor.tag = tag;
  cursor.from = cursor.at;
  switch (tag & 7) {
    case 0: // varint
      cursor.value = readVarint(cursor);
      if (cursor.value === MALFORMED) return false;
      break;
    case 1: // fixed64
      cursor.at += 8;
      break;
    case 2: {
      // Compared before it is added: a length may be as large as 2^64.
      const length = readVarint(cursor);
      if (length === MALFORMED || length > cursor.end - cursor.at) return false;
      cursor.from = cursor.at;
      cursor.at += length;
      break;
    }
    case 3: {
      // A group, to the end that has its number.
      const { offset, from } = cursor;
      let goesOn = depth < MAX_GROUP_DEPTH;
      if (!goesOn) return false;
      while (goesOn) goesOn = readField(cursor, depth + 1);
      const isEnded = cursor.tag === tag + 1;
      cursor.offset = offset;
      cursor.from = from;
      // Another group's end must not pass for that of the group around this one.
      cursor.tag = isEnded ? tag : 0;
      if (!isEnded) return false;
      break;
    }
    case 5: // fixed32
      cursor.at += 4;
      break;
    default: // a group's end, which is no field; wire types 6 and 7
      return false;
  }
  cursor.to = cursor.at;
  return cursor.at <= cursor.end;
}
