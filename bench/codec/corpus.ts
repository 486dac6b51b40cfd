// What is packed and unpacked: the same bytes in every run. Keys are no integers: those aws-kinesis-agg attaches to the
// wrong records, and a rival that answers wrongly is not timed.

import { seededRandom } from "../random.ts";
import { nameOf, type Shape } from "./shapes.ts";

export interface BenchRecord {
  readonly partitionKey: string;
  readonly data: Buffer;
}

/** One pass: several aggregates, so that no rival lives off a branch predictor that has learnt one by heart. */
export interface Load {
  readonly shape: Shape;
  readonly aggregates: readonly BenchRecord[][];
  readonly userRecords: number;
}

const MOST_RECORDS = 2_000;
const MOST_BYTES = 1024 * 1024;

export function loadOf(shape: Shape): Load {
  const { recordBytes, perAggregate, keys } = shape;
  const random = seededRandom([...nameOf(shape)].reduce((seed, char) => Math.imul(seed, 31) + char.charCodeAt(0), 7));
  const room = Math.min(MOST_RECORDS, MOST_BYTES / recordBytes);
  const count = Math.max(1, Math.floor(room / perAggregate));
  const fifty = Array.from({ length: 50 }, (_, index) => keyOf(index));
  const keyAt = (index: number): string => {
    if (keys === "one key") return fifty[0]!; // has 50, here and below
    return keys === "50 keys" ? fifty[Math.floor(random() * 50)]! : keyOf(index);
  };
  const aggregates = Array.from({ length: count }, (_, aggregate) =>
    Array.from({ length: perAggregate }, (_, member) => ({
      partitionKey: keyAt(aggregate * perAggregate + member),
      data: Buffer.from(Uint8Array.from({ length: recordBytes }, () => Math.floor(random() * 256))),
    })),
  );
  return { shape, aggregates, userRecords: count * perAggregate };
}

function keyOf(index: number): string {
  return `device-${String(index).padStart(6, "0")}`;
}
