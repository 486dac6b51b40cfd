// The results as they stand in bench/results/codec.json: what the charts and the README are made from.

import type { Machine } from "../machine.ts";
import type { RoundTimes } from "../rounds.ts";
import { ratioOf, type Spread, spreadOf } from "../spread.ts";
import type { Bar } from "../verdict.ts";

export interface CodecResults {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Record<string, string>;
  readonly settings: { readonly rounds: number; readonly sliceMs: number; readonly seed: number };
  readonly notes: readonly string[];
  readonly rows: readonly CodecRow[];
  readonly bars: readonly Bar[];
}

export type Group = "encode" | "decode" | "encode, digest stubbed" | "decode, digest stubbed" | "plain record";

export interface CodecRow {
  readonly group: Group;
  readonly name: string;
  readonly recordBytes: number;
  readonly perAggregate: number;
  readonly keys: string;
  /** User records and bytes (of aggregates, frames included) of one pass. */
  readonly userRecords: number;
  readonly bytes: number;
  readonly sides: readonly Side[];
  /** Who sat out, and why. */
  readonly absent: readonly { readonly name: string; readonly because: string }[];
  /** How many times as fast as each we are, taken within each round. */
  readonly ratios: Readonly<Record<string, Spread>>;
}

interface Side {
  readonly name: string;
  readonly nsPerRecord: Spread;
  readonly recordsPerSecond: number;
  readonly megabytesPerSecond: number;
}

export const OURS = "kpl-kit";

export function sidesOf(times: RoundTimes, userRecords: number, bytes: number): Pick<CodecRow, "sides" | "ratios"> {
  const ours = times.get(OURS) ?? [];
  const sides = [...times].map(([name, passMs]) => {
    const nsPerRecord = spreadOf(passMs.map((ms) => (ms * 1e6) / userRecords));
    const seconds = (nsPerRecord.median * userRecords) / 1e9;
    return {
      name,
      nsPerRecord: rounded(nsPerRecord, 2),
      recordsPerSecond: Math.round(userRecords / seconds),
      megabytesPerSecond: Number((bytes / 1e6 / seconds).toFixed(1)),
    };
  });
  const ratios = Object.fromEntries(
    [...times].filter(([name]) => name !== OURS).map(([name, passMs]) => [name, rounded(ratioOf(passMs, ours), 3)]),
  );
  return { sides, ratios };
}

function rounded({ median, lowerQuartile, upperQuartile }: Spread, digits: number): Spread {
  const round = (value: number) => Number(value.toFixed(digits));
  return { median: round(median), lowerQuartile: round(lowerQuartile), upperQuartile: round(upperQuartile) };
}
