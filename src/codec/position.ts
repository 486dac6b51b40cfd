// The order of positions in a shard. KCL: ExtendedSequenceNumber.

import { compareDecimals } from "./decimal.ts";
import { InvalidPositionError } from "./errors.ts";

export type Sentinel = "AT_TIMESTAMP" | "TRIM_HORIZON" | "LATEST" | "SHARD_END";

export interface Position {
  readonly sequenceNumber: string | Sentinel;
  readonly subSequenceNumber?: number | undefined;
}

/** In their order. */
const SENTINELS: readonly string[] = ["AT_TIMESTAMP", "TRIM_HORIZON", "LATEST", "SHARD_END"];
/** Between the last two. */
const NUMBER = 2.5;

/**
 * AT_TIMESTAMP < TRIM_HORIZON < LATEST < sequence numbers by value < SHARD_END, ties by sub-sequence number (absent: 0).
 * Negative, 0 or positive as for `sort`.
 * @throws `KPL_KIT_INVALID_POSITION`
 * @example
 * ```ts
 * comparePositions({ sequenceNumber: "9" }, { sequenceNumber: "10", subSequenceNumber: 1 }); // negative
 * ```
 */
export function comparePositions(a: Position, b: Position): number {
  const rank = rankOf(a);
  return (
    rank - rankOf(b) ||
    // Sequence numbers have 56 digits: more than a double holds, and a BigInt for each comparison costs more than this.
    (rank === NUMBER ? compareDecimals(a.sequenceNumber, b.sequenceNumber) : 0) ||
    (a.subSequenceNumber ?? 0) - (b.subSequenceNumber ?? 0)
  );
}

/** @throws `KPL_KIT_INVALID_POSITION` */
function rankOf({ sequenceNumber, subSequenceNumber = 0 }: Position): number {
  if (!Number.isSafeInteger(subSequenceNumber) || subSequenceNumber < 0) {
    throw new InvalidPositionError("subSequenceNumber", subSequenceNumber, "a whole number from 0");
  }
  const rank = SENTINELS.indexOf(sequenceNumber);
  if (rank >= 0) return rank;
  if (typeof sequenceNumber === "string" && /^\d+$/.test(sequenceNumber)) return NUMBER;
  throw new InvalidPositionError("sequenceNumber", sequenceNumber, `decimal, or ${SENTINELS.join(", ")}`);
}
