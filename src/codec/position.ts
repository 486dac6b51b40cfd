// The order of positions in a shard. KCL: ExtendedSequenceNumber.

import { InvalidPositionError } from "./errors.ts";

export type Sentinel = "AT_TIMESTAMP" | "TRIM_HORIZON" | "LATEST" | "SHARD_END";

export interface Position {
  readonly sequenceNumber: string | Sentinel;
  readonly subSequenceNumber?: number | undefined;
}

/** Numbers lie between LATEST and SHARD_END. */
const NUMBER = 3;
const RANKS = new Map([
  ["AT_TIMESTAMP", 0],
  ["TRIM_HORIZON", 1],
  ["LATEST", 2],
  ["SHARD_END", 4],
]);

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
  const byRank = rank - rankOf(b);
  if (byRank !== 0) return byRank;
  const byNumber = rank === NUMBER ? compareDecimals(a.sequenceNumber, b.sequenceNumber) : 0;
  return byNumber || (a.subSequenceNumber ?? 0) - (b.subSequenceNumber ?? 0);
}

function rankOf({ sequenceNumber, subSequenceNumber }: Position): number {
  if (subSequenceNumber !== undefined && !(Number.isSafeInteger(subSequenceNumber) && subSequenceNumber >= 0)) {
    throw new InvalidPositionError("subSequenceNumber", subSequenceNumber, "a whole number from 0");
  }
  const rank = RANKS.get(sequenceNumber) ?? (/^\d+$/.test(sequenceNumber) ? NUMBER : undefined);
  if (rank !== undefined) return rank;
  throw new InvalidPositionError("sequenceNumber", sequenceNumber, `decimal, or ${[...RANKS.keys()].join(", ")}`);
}

/** Sequence numbers have 56 digits: more than a double holds, and a BigInt for each comparison costs more than this. */
function compareDecimals(a: string, b: string): number {
  const left = withoutLeadingZeros(a);
  const right = withoutLeadingZeros(b);
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}

function withoutLeadingZeros(digits: string): string {
  let at = 0;
  while (at < digits.length - 1 && digits[at] === "0") at++;
  return at === 0 ? digits : digits.slice(at);
}
