// All of them, for a scenario of producers and readers: the scripted readers that judge the model, or our own.

import type { Evidence } from "../world.ts";
import { everythingDelivered } from "./delivery.ts";
import type { Judge } from "./judge.ts";
import { checkpointsAreTrue } from "./kit-checkpoints.ts";
import { everythingDone } from "./kit-delivery.ts";
import { livesEnd } from "./kit-ends.ts";
import { kitParentsFirst } from "./kit-lineage.ts";
import { eachLifeInOrder } from "./kit-lives.ts";
import { parentsFirst } from "./lineage.ts";
import { putsKept } from "./puts-kept.ts";
import { nothingLeft } from "./rest.ts";
import { sequenceNumbersGrow } from "./sequence-numbers.ts";

export { type KeptShard, keptStream } from "./kept-stream.ts";

const JUDGES: Readonly<Record<string, Judge>> = {
  putsKept,
  sequenceNumbersGrow,
  everythingDelivered,
  parentsFirst,
  nothingLeft,
};

/** Of `StreamReader`. */
const KIT_JUDGES: Readonly<Record<string, Judge>> = {
  putsKept,
  sequenceNumbersGrow,
  everythingDone,
  eachLifeInOrder,
  kitParentsFirst,
  checkpointsAreTrue,
  livesEnd,
  nothingLeft,
};

/** A few of each judge's complaints: one fault makes a thousand. */
export function complaintsOf(evidence: Evidence, most = 5): string[] {
  return complaintsBy(JUDGES, evidence, most);
}

export function kitComplaintsOf(evidence: Evidence, most = 5): string[] {
  return complaintsBy(KIT_JUDGES, evidence, most);
}

function complaintsBy(judges: Readonly<Record<string, Judge>>, evidence: Evidence, most: number): string[] {
  return Object.entries(judges).flatMap(([name, judge]) => {
    const complaints = judge(evidence);
    const shown = complaints.slice(0, most).map((complaint) => `${name}: ${complaint}`);
    return complaints.length > most ? [...shown, `${name}: and ${complaints.length - most} more`] : shown;
  });
}
