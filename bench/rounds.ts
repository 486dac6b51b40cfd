// Rivals measured in turn: A B C, B C A, ... Round after round each gets a slice of time, in a fresh order, so that a rising
// clock, a warm cache or the garbage of a neighbour falls on all of them, and a ratio is taken within one round. A slice in
// which other programs had the processor is measured anew, and what they took of it in the end is not counted.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Bench } from "tinybench";
import { type Random, shuffled } from "./random.ts";
import { ratioOf } from "./spread.ts";

export interface Contender {
  readonly name: string;
  /** One pass over the load. What it returns depends on all that it has read, and is always the same. */
  readonly run: () => number;
}

export interface RoundsOptions {
  /** At least; twice as many where the ratios have not settled. */
  readonly rounds: number;
  /** Of one contender in one round, in milliseconds. */
  readonly sliceMs: number;
  readonly random: Random;
}

/** Milliseconds of one pass, by contender and round. */
export type RoundTimes = ReadonlyMap<string, readonly number[]>;

const LEAST_PASSES = 3;

/** Of a ratio, the standard error that is left. */
const SETTLED = 0.015;

/** For the optimizing compiler to catch up: what it last saw was another row. */
const WARM_UP_ROUNDS = 3;

/** Of a slice's time, how much of it the process must have had a processor. */
const LEAST_SHARE = 0.97;
const MOST_TRIES = 4;

export function measureInRounds(contenders: readonly Contender[], options: RoundsOptions): RoundTimes {
  const { rounds, sliceMs, random } = options;
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds || (round < 2 * rounds && !hasSettled(times)); round++) {
    for (const contender of shuffled(contenders, random)) {
      if (round < 0) measureSlice(contender, sliceMs);
      else times.get(contender.name)!.push(undisturbed(contender, sliceMs)); // every name is there
    }
  }
  return times;
}

/** Whether more rounds would hardly move the median of any ratio to the first contender. */
function hasSettled(times: RoundTimes): boolean {
  const [first = [], ...others] = times.values();
  return others.every((other) => {
    const { median, lowerQuartile, upperQuartile } = ratioOf(other, first);
    // The standard error of a median, were the rounds normally distributed.
    const error = (0.93 * (upperQuartile - lowerQuartile)) / Math.sqrt(first.length);
    return error <= SETTLED * median;
  });
}

function undisturbed(contender: Contender, sliceMs: number): number {
  let best = measureSlice(contender, sliceMs);
  for (let tries = 1; best.share < LEAST_SHARE && tries < MOST_TRIES; tries++) {
    const slice = measureSlice(contender, sliceMs);
    if (slice.share > best.share) best = slice;
  }
  return best.passMs;
}

interface Slice {
  readonly passMs: number;
  /** Processor time by wall time. */
  readonly share: number;
}

function measureSlice({ name, run }: Contender, sliceMs: number): Slice {
  // Each slice begins with an empty young generation, not with its neighbour's. Not a full collection: it takes the hidden
  // classes of objects that nobody holds just then, and the code that was optimized for them.
  gc({ type: "minor" });
  const expected = run();
  let wrong = 0;
  const bench = new Bench({ time: sliceMs, iterations: LEAST_PASSES, warmup: false, throws: true });
  const checked = () => {
    if (run() !== expected) wrong++;
  };
  bench.add(name, checked, { async: false });
  const beganAt = performance.now();
  const used = process.cpuUsage();
  const result = bench.runSync()[0]?.result;
  const { user, system } = process.cpuUsage(used);
  const share = (user + system) / 1_000 / (performance.now() - beganAt);
  if (result?.state !== "completed") throw new Error(`${name} was not measured: ${result?.state}`);
  if (wrong > 0) throw new Error(`${name} read something else in ${wrong} passes`);
  // The mean, not the median: what a contender leaves to the garbage collector is part of its cost.
  return { passMs: result.latency.mean * Math.min(1, share), share };
}

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
