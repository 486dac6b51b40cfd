// Sequence numbers of Kinesis records, by value: they are integers of up to 129 digits, and not all of one length.

/** As for a sort. A sequence number has no leading zeros. */
export function compare(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}
