// What a proto2 reader needs of the wire beside varints: tags, spans, and the skipping of what it doesn't know.

import { type Cursor, MALFORMED, readVarint } from "./varint.ts";

/** protobuf-java's limit: deeper nesting is malformed to the KCL. */
const MAX_GROUP_DEPTH = 100;

const WIRE_TYPE = { varint: 0, fixed64: 1, delimited: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/** A tag, field number << 3 | wire type, or `MALFORMED`: it is a uint32, and there is no field 0. */
export function readTag(cursor: Cursor): number {
  const tag = readVarint(cursor);
  return tag > 0xffff_ffff || tag < 8 ? MALFORMED : tag;
}

/** The end of a length-delimited field whose tag was read, or `MALFORMED`; the cursor then stands where its content begins. */
export function readLength(cursor: Cursor): number {
  const length = readVarint(cursor);
  return length === MALFORMED || length > cursor.end - cursor.at ? MALFORMED : cursor.at + length;
}

/** Passes over a field whose tag was read; false if it is malformed. */
export function skipField(cursor: Cursor, tag: number): boolean {
  if ((tag & 7) !== WIRE_TYPE.groupStart) return skipValue(cursor, tag);
  // The open groups, innermost last: a group ends with the tag of its own number.
  const open = [tag];
  while (open.length > 0) {
    const inner = readTag(cursor);
    const wireType = inner & 7;
    if (inner === MALFORMED) return false;
    if (wireType === WIRE_TYPE.groupStart) {
      if (open.push(inner) > MAX_GROUP_DEPTH) return false;
    } else if (wireType === WIRE_TYPE.groupEnd) {
      if (open.pop() !== inner - 1) return false;
    } else if (!skipValue(cursor, inner)) return false;
  }
  return true;
}

function skipValue(cursor: Cursor, tag: number): boolean {
  if (tag === MALFORMED) return false;
  switch (tag & 7) {
    case WIRE_TYPE.varint:
      return readVarint(cursor) !== MALFORMED;
    case WIRE_TYPE.fixed64:
      cursor.at += 8;
      break;
    case WIRE_TYPE.fixed32:
      cursor.at += 4;
      break;
    case WIRE_TYPE.delimited: {
      const end = readLength(cursor);
      if (end === MALFORMED) return false;
      cursor.at = end;
      break;
    }
    default:
      return false; // a group's end without its start, or wire type 6 or 7
  }
  return cursor.at <= cursor.end;
}
