// The results as they stand in bench/results/lambda.json.

import type { Machine } from "../machine.ts";
import { ratioOf, type Spread, spreadOf } from "../spread.ts";
import type { Bar } from "../verdict.ts";
import { OURS, RIVAL } from "./contenders/index.ts";
import type { Load, Row } from "./event.ts";
import type { RoundTimes } from "./rounds.ts";

export interface LambdaResults {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: { readonly rounds: number; readonly sliceMs: number; readonly seed: number };
  readonly notes: readonly string[];
  /** What stands around the rival. */
  readonly wrapper: string;
  readonly rows: readonly LambdaRow[];
  readonly bars: readonly Bar[];
}

export interface LambdaRow {
  readonly name: string;
  readonly recordBytes: number;
  /** Of one event. */
  readonly aggregates: number;
  readonly userRecords: number;
  readonly eventBytes: number;
  readonly sides: readonly Side[];
  /** How many times as long the rival takes, within each round. */
  readonly ratio: Spread;
}

export interface Side {
  readonly name: string;
  /** Of an invocation. */
  readonly ms: Spread;
  readonly recordsPerSecond: number;
}

export function rowOf(
  { name, recordBytes }: Row,
  { event, eventBytes, userRecords }: Load,
  times: RoundTimes,
): LambdaRow {
  const sides = [...times].map(([side, passMs]): Side => {
    const ms = spreadOf(passMs);
    return { name: side, ms: rounded(ms), recordsPerSecond: Math.round((userRecords * 1_000) / ms.median) };
  });
  const ratio = rounded(ratioOf(times.get(RIVAL) ?? [], times.get(OURS) ?? []));
  return { name, recordBytes, aggregates: event.Records.length, userRecords, eventBytes, sides, ratio };
}

function rounded({ lowerQuartile, median, upperQuartile }: Spread): Spread {
  const round = (value: number) => Number(value.toFixed(3));
  return { median: round(median), lowerQuartile: round(lowerQuartile), upperQuartile: round(upperQuartile) };
}
