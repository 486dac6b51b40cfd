// Each life ends in time, for a reason, and altogether: afterwards nothing of it is under way, delivered or stored.

import type { KitLog } from "../kit-log.ts";
import type { Judge } from "./judge.ts";

/** Errors that the user's code, the store, or a record given up explains. */
const EXPLAINED: ReadonlySet<string> = new Set([
  "KPL_KIT_CHECKPOINT_FAILED",
  "KPL_KIT_PROCESSING_FAILED",
  "StoreError",
  "UserError",
]);

export const livesEnd: Judge = ({ kitReaders }) => kitReaders.flatMap(unsoundEnds);

function unsoundEnds(reader: KitLog): string[] {
  const complaints: string[] = [];
  const over = new Set<number>();
  const begun = new Set<number>();
  for (const event of reader.events) {
    const who = `${reader.name}, life ${event.life}`;
    if (event.type === "begun") begun.add(event.life);
    if (event.type === "delivered" && over.has(event.life))
      complaints.push(`${who} is given ${event.place} after its end`);
    if (event.type === "saving" && over.has(event.life))
      complaints.push(`${who} stores ${event.checkpoint.sequenceNumber} of ${event.shardId} after its end`);
    if (event.type !== "over") continue;
    over.add(event.life);
    const { allowedMs, calls, error, hasLeft, how, timers, tookMs } = event;
    if (tookMs > allowedMs) complaints.push(`${who} took ${tookMs} ms to end, where ${allowedMs} ms were allowed`);
    if (timers > 0) complaints.push(`${who} has left ${timers} timers`);
    if (calls > 0) complaints.push(`${who} has left ${calls} calls`);
    if (error !== undefined && !EXPLAINED.has(error)) complaints.push(`${who} ended with ${error}`);
    if (how === "by itself" && error === undefined && !hasLeft) complaints.push(`${who} ended without a reason`);
  }
  for (const life of begun) if (!over.has(life)) complaints.push(`${reader.name}, life ${life} never ended`);
  return complaints;
}
