// Varints as proto2 takes them: padding is legal, an eleventh byte is not. A table index is a uint64; keeping 32 bits
// would turn 2^32 into 0 and hand a user record another's partition key. A double is exact to 2^53, and beyond that
// still larger than any table or length.

export interface VarintCursor {
  readonly bytes: Uint8Array;
  /** Of the message being read; a nested message lowers it for its own length. */
  end: number;
  at: number;
}

/** A truncated or over-long varint; the cursor stays where it began. */
export const MALFORMED = -1;

export function readVarint(cursor: VarintCursor): number {
  const { bytes, at: first } = cursor;
  const only = bytes[first]!;
  // Nearly every varint of the format: a tag, a small index, a short length.
  if (only < 0x80 && first < cursor.end) {
    cursor.at = first + 1;
    return only;
  }
  const limit = Math.min(cursor.end, first + 10);
  let value = 0;
  let weight = 1;
  for (let at = first; at < limit; at++) {
    const byte = bytes[at]!; // at < limit <= end <= bytes.length
    // 63 bits came before the tenth byte: one of its bits counts, as in protobufjs (the oracle).
    const bits = byte & (at === first + 9 ? 0x01 : 0x7f);
    value += bits * weight; // `<<` wraps at 32 bits
    if (byte < 0x80) {
      cursor.at = at + 1;
      return value;
    }
    weight *= 128;
  }
  return MALFORMED;
}

/** Bytes of the minimal varint of a count or length below 2^32. */
export function varintLength(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}

/** Writes the minimal varint of a count or length below 2^32; returns where it ends. */
export function writeVarint(value: number, bytes: Uint8Array, at: number): number {
  while (value > 0x7f) {
    bytes[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}
