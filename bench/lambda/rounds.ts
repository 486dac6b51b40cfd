// Functions measured in turn, in one process and in a fresh order each round; a ratio is taken within a round. What other
// programs had of the processor meanwhile is not counted.

import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Random, shuffled } from "../random.ts";
import { CONTENDERS, type Contender } from "./contenders/index.ts";
import type { Load } from "./event.ts";

export interface RoundsOptions {
  readonly rounds: number;
  /** Of one contender in one round, in milliseconds. */
  readonly sliceMs: number;
  readonly random: Random;
}

/** Milliseconds of one invocation, by contender and round. */
export type RoundTimes = ReadonlyMap<string, readonly number[]>;

/** For the optimizing compiler to catch up: what it last saw was another row. */
const WARM_UP_ROUNDS = 3;
const LEAST_PASSES = 3;

/** Who hands its handler something else, or replies something else, does other work. */
export async function assertAlike({ event, userRecords }: Load): Promise<void> {
  const [first, ...others] = await Promise.all(CONTENDERS.map(async ({ answer }) => await answer(event)));
  assert.equal(first?.userRecords.length, userRecords, "all user records are handled");
  for (const other of others) assert.deepEqual(other, first);
}

export async function measureInRounds({ event }: Load, options: RoundsOptions): Promise<RoundTimes> {
  const { random, rounds, sliceMs } = options;
  const times = new Map<string, number[]>(CONTENDERS.map(({ name }) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const contender of shuffled(CONTENDERS, random)) {
      const passMs = await measureSlice(contender, event, sliceMs);
      if (round >= 0) times.get(contender.name)!.push(passMs); // every name is there
    }
  }
  return times;
}

async function measureSlice({ name, run }: Contender, event: Load["event"], sliceMs: number): Promise<number> {
  // Each begins with an empty young generation, not with its neighbour's. Not a full collection: it takes the hidden
  // classes of objects that nobody holds just then, and the code that was optimized for them.
  gc({ type: "minor" });
  const expected = await run(event);
  const beganAt = performance.now();
  const used = process.cpuUsage();
  let passes = 0;
  let elapsedMs = 0;
  while (passes < LEAST_PASSES || elapsedMs < sliceMs) {
    assert.equal(await run(event), expected, name);
    passes++;
    elapsedMs = performance.now() - beganAt;
  }
  const { system, user } = process.cpuUsage(used);
  // What a contender leaves to the collector's other threads is not held against it: Lambda is paid by the clock.
  return Math.min(elapsedMs, (user + system) / 1_000) / passes;
}

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
