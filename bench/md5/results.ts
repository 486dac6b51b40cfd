// The results as they stand in bench/results/md5.json.

import type { Machine } from "../machine.ts";
import type { RoundTimes } from "../rounds.ts";
import { ratioOf, type Spread, spreadOf } from "../spread.ts";
import type { Bar } from "../verdict.ts";
import type { Load } from "./task.ts";

export interface Md5Results {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** Which it was, or why there was none. */
  readonly chromium: string;
  readonly settings: { readonly rounds: number; readonly sliceMs: number; readonly seed: number };
  readonly notes: readonly string[];
  readonly rows: readonly Md5Row[];
  readonly bars: readonly Bar[];
}

export interface Md5Row extends Omit<Load, "contenders"> {
  readonly group: string;
  readonly name: string;
  readonly sides: readonly Side[];
}

export interface Side {
  readonly name: string;
  /** Of one message, key or user record. */
  readonly ns: Spread;
  readonly megabytesPerSecond?: number;
  /** How many times as fast as each rival it is, taken within each round. */
  readonly ratios: Readonly<Record<string, Spread>>;
}

export function rowOf(group: string, name: string, load: Omit<Load, "contenders">, times: RoundTimes): Md5Row {
  const { bytes, count, rivals, unit } = load;
  const sides = [...times].map(([side, passMs]): Side => {
    const ns = spreadOf(passMs.map((ms) => (ms * 1e6) / count));
    const others = rivals.filter((rival) => rival !== side);
    return {
      name: side,
      ns: rounded(ns, 2),
      ...(bytes !== undefined && { megabytesPerSecond: Number(((bytes * 1e3) / (ns.median * count)).toFixed(1)) }),
      ratios: Object.fromEntries(others.map((rival) => [rival, rounded(ratioOf(times.get(rival) ?? [], passMs), 3)])),
    };
  });
  return { group, name, unit, count, ...(bytes !== undefined && { bytes }), rivals, sides };
}

function rounded({ median, lowerQuartile, upperQuartile }: Spread, digits: number): Spread {
  const round = (value: number) => Number(value.toFixed(digits));
  return { median: round(median), lowerQuartile: round(lowerQuartile), upperQuartile: round(upperQuartile) };
}
