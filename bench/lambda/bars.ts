// What the adapter has to reach: printed with every run, met or not.

import type { Bar } from "../verdict.ts";
import { RIVAL } from "./contenders/index.ts";
import type { LambdaRow } from "./results.ts";

const NEEDED: Readonly<Record<string, number>> = { "100 B": 2, "1 KB": 1.15 };

export function barsOf(rows: readonly LambdaRow[]): Bar[] {
  return Object.entries(NEEDED).map(([name, needed]) => {
    const ratio = rows.find((row) => row.name === name)?.ratio.median;
    return {
      claim: `an event of 6 MB with user records of ${name}, against ${RIVAL} in promises`,
      needed: `>= ${needed}x`,
      measured: ratio === undefined ? undefined : `${ratio.toFixed(2)}x`,
      met: ratio !== undefined && ratio >= needed,
    };
  });
}
