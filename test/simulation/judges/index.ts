// All of them, for a scenario of producers and readers.

import type { Evidence } from "../world.ts";
import { everythingDelivered } from "./delivery.ts";
import type { Judge } from "./judge.ts";
import { parentsFirst } from "./lineage.ts";
import { putsKept } from "./puts-kept.ts";
import { nothingLeft } from "./rest.ts";
import { sequenceNumbersGrow } from "./sequence-numbers.ts";

const JUDGES: Readonly<Record<string, Judge>> = {
  putsKept,
  sequenceNumbersGrow,
  everythingDelivered,
  parentsFirst,
  nothingLeft,
};

/** A few of each judge's complaints: one fault makes a thousand. */
export function complaintsOf(evidence: Evidence, most = 5): string[] {
  return Object.entries(JUDGES).flatMap(([name, judge]) => {
    const complaints = judge(evidence);
    const shown = complaints.slice(0, most).map((complaint) => `${name}: ${complaint}`);
    return complaints.length > most ? [...shown, `${name}: and ${complaints.length - most} more`] : shown;
  });
}
