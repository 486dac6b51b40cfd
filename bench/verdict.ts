// Whether what a benchmark is there to show was shown.

import { textTable } from "./text-table.ts";

export interface Bar {
  readonly claim: string;
  readonly needed: string;
  /** `undefined`: it was not measured. */
  readonly measured: string | undefined;
  readonly met: boolean;
}

export function verdictOf(bars: readonly Bar[]): string {
  return textTable([
    ["bar", "needed", "measured", "verdict"],
    ...bars.map(({ claim, measured, met, needed }) => [
      claim,
      needed,
      measured ?? "not measured",
      met ? "met" : measured === undefined ? "-" : "NOT MET",
    ]),
  ]);
}
