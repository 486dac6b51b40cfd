// What our reader has to save: printed with every run, met or not.

import { ratioOf } from "../spread.ts";
import { LARGE, SMALL } from "./loads.ts";
import { KCL, OURS, SDK_WITH_AGG } from "./names.ts";
import { cpuSecondsOf, type ReaderBar, residentMiBOf } from "./results.ts";
import type { Slices } from "./rounds.ts";

const MOST_MIB = 250;

export function barsOf(slices: Slices, hasKcl: boolean): ReaderBar[] {
  return [
    atMost(slices, SMALL, 0.27, SDK_WITH_AGG),
    atMost(slices, LARGE, 0.32, SDK_WITH_AGG),
    { ...atMost(slices, SMALL, 0.36, KCL), excused: !hasKcl },
    { ...atMost(slices, LARGE, 0.7, KCL), excused: !hasKcl },
    resident(slices, SMALL),
    resident(slices, LARGE),
  ];
}

function atMost(slices: Slices, load: string, most: number, rival: string): ReaderBar {
  const entrants = slices.get(load);
  const { median } = ratioOf(cpuSecondsOf(entrants?.get(OURS)), cpuSecondsOf(entrants?.get(rival)));
  return {
    claim: `${load}: CPU of ours in that of ${rival}`,
    needed: `<= ${most}`,
    measured: Number.isNaN(median) ? undefined : median.toFixed(3),
    met: median <= most,
    excused: false,
  };
}

function resident(slices: Slices, load: string): ReaderBar {
  const most = residentMiBOf(slices.get(load)?.get(OURS));
  return {
    claim: `${load}: memory of ours, resident`,
    needed: `< ${MOST_MIB} MiB`,
    measured: most === undefined ? undefined : `${Math.round(most)} MiB`,
    met: most !== undefined && most < MOST_MIB,
    excused: false,
  };
}
