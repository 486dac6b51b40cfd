// What our client has to save: printed with every run, met or not.

import type { Bar } from "../verdict.ts";
import { OURS } from "./contenders/index.ts";
import { LARGE_PAGE, LARGE_PUT } from "./loads.ts";
import type { WireRow } from "./results.ts";

export function barsOf(rows: readonly WireRow[]): Bar[] {
  return [atLeast(rows, 4, LARGE_PUT), atLeast(rows, 5, LARGE_PAGE)];
}

function atLeast(rows: readonly WireRow[], needed: number, load: string): Bar {
  const row = rows.find((each) => each.transport === "tls" && each.load === load);
  const ratio = row?.sides.find(({ name }) => name === OURS)?.ratio.median;
  return {
    claim: `${load} over TLS: CPU of the SDK as shipped, in times of ours`,
    needed: `>= ${needed}x`,
    measured: ratio === undefined ? undefined : `${ratio.toFixed(2)}x`,
    met: ratio !== undefined && ratio >= needed,
  };
}
