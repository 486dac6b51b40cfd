// The rows of the benchmark: how large the user records are, how many share an aggregate, how many keys they have.

const MIB = 1024 * 1024;

/** PutRecords and the stream take no larger record. */
const MOST_BYTES = 10 * MIB;

type Keys = "one key" | "50 keys" | "distinct keys";

export interface Shape {
  readonly recordBytes: number;
  readonly perAggregate: number;
  readonly keys: Keys;
}

const SIZES = [10, 100, 1024, 10_240];
const COUNTS = [1, 10, 500];
const KEYS: readonly Keys[] = ["one key", "50 keys", "distinct keys"];

export const SHAPES: readonly Shape[] = COUNTS.flatMap((perAggregate) =>
  SIZES.flatMap((recordBytes) => KEYS.map((keys) => ({ recordBytes, perAggregate, keys }))),
);

/** The shape that the bars are about. */
export const REFERENCE: Shape = { recordBytes: 100, perAggregate: 500, keys: "50 keys" };

/** What the aggregator is given: 1 MiB, and the most there is where a row needs more. */
export function maxSizeOf({ recordBytes, perAggregate }: Shape): number {
  return recordBytes * perAggregate * 1.1 < MIB ? MIB : MOST_BYTES;
}

export function nameOf({ recordBytes, perAggregate, keys }: Shape): string {
  return `${perAggregate} x ${sizeName(recordBytes)}, ${keys}`;
}

export function sizeName(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${bytes / 1024} KB`;
}
