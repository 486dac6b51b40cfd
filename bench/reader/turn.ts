// A contender's turn, in a fresh process: as `node turn.mjs <turn as JSON>`. The first pages compared, warm-up, then so much of
// the CPU's time. Tells what it measured, and ends.

import { setTimeout as sleep } from "node:timers/promises";
import { CONTENDERS, type Place } from "./contenders/index.ts";
import { loadOf } from "./loads.ts";
import type { ContenderName } from "./names.ts";
import { type Slice, type Stat, slice } from "./slice.ts";
import { Tally } from "./tally.ts";

export interface Turn {
  readonly contender: string;
  readonly load: string;
  readonly place: Place;
  /** Of each shard's first page. */
  readonly digests: readonly string[];
  /** Of CPU, as is the slice: on a busy machine it takes longer to get as far. */
  readonly warmUpMs: number;
  readonly sliceMs: number;
}

/** Of the clock, for the whole turn: whoever takes longer hangs. */
const MOST_MS = 5 * 60_000;

async function take(turn: Turn): Promise<Slice> {
  const { contender: name, digests, load, place } = turn;
  const contender = CONTENDERS[name as ContenderName];
  const tally = new Tally(loadOf(load), digests, contender.data);
  const measured = async (): Promise<Slice> => {
    await tally.compared;
    return await slice(name, turn, () => statOf(tally));
  };
  return await Promise.race([
    measured(),
    contender.read(place, tally).then(() => Promise.reject(new Error(`${name} has stopped reading`))),
    sleep(MOST_MS).then(() => Promise.reject(new Error(`${name} hangs`))),
  ]);
}

function statOf({ records, wrong }: Tally): Stat {
  const { system, user } = process.cpuUsage();
  return { records, wrong, cpuMs: (system + user) / 1_000, residentMiB: process.memoryUsage.rss() / 2 ** 20 };
}

const taken = await take(JSON.parse(process.argv[2] ?? "") as Turn);
// None of the readers would come to an end by itself.
process.send?.(taken, () => process.exit());
