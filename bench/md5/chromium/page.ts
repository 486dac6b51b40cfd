// The page: measures in rounds what it is asked for, and posts what it found.

import { seededRandom, shuffled } from "../../random.ts";
import type { Contender } from "../../rounds.ts";
import type { Load } from "../task.ts";
import { CHROMIUM_TASKS } from "./tasks.ts";

export interface PageSettings {
  /** Of the rows to measure. */
  readonly names: readonly string[];
  readonly rounds: number;
  readonly sliceMs: number;
  readonly seed: number;
}

export interface PageRow extends Omit<Load, "contenders"> {
  readonly name: string;
  /** Milliseconds of one pass, by side and round. */
  readonly times: readonly (readonly [side: string, passMs: readonly number[]])[];
}

export type PageReply = { readonly rows: readonly PageRow[] } | { readonly error: string };

const WARM_UP_ROUNDS = 3;
const LEAST_PASSES = 3;

let reply: PageReply;
try {
  const settings = (await (await fetch("/settings")).json()) as PageSettings;
  reply = { rows: measured(settings) };
} catch (error) {
  reply = { error: String(error instanceof Error ? error.stack : error) };
}
await fetch("/reply", { method: "POST", body: JSON.stringify(reply) });

function measured({ names, rounds, seed, sliceMs }: PageSettings): PageRow[] {
  const random = seededRandom(seed);
  const tasks = CHROMIUM_TASKS.filter(({ name }) => names.includes(name)).map(({ name, prepare }) => {
    const { contenders, ...load } = prepare();
    if (new Set(contenders.map(({ run }) => run())).size > 1) throw new Error(`${name}: the sides' answers differ`);
    return { name, contenders, load };
  });
  // All sides meet their loads before the first is timed, so that no row depends on those before it.
  for (const { contenders } of tasks) for (const contender of contenders) measureSlice(contender, 10);
  return tasks.map(({ contenders, load, name }) => {
    const times = new Map<string, number[]>(contenders.map((contender) => [contender.name, []]));
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const contender of shuffled(contenders, random)) {
        const passMs = measureSlice(contender, sliceMs);
        if (round >= 0) times.get(contender.name)!.push(passMs); // every name is there
      }
    }
    return { ...load, name, times: [...times] };
  });
}

/** A browser's clock is coarse: it is read at both ends of a slice, not of a pass. */
function measureSlice({ name, run }: Contender, sliceMs: number): number {
  const expected = run();
  const beganAt = performance.now();
  let passes = 0;
  let elapsedMs = 0;
  while (passes < LEAST_PASSES || elapsedMs < sliceMs) {
    if (run() !== expected) throw new Error(`${name} read something else`);
    passes++;
    elapsedMs = performance.now() - beganAt;
  }
  return elapsedMs / passes;
}
