// A contender's turn, in a fresh process: as `node --import tsx --expose-gc turn.ts <turn as JSON>`. Warm-up, then each load,
// timed. Tells what it measured, and ends.

import assert from "node:assert/strict";
import { type Answer, CONTENDERS, type Connection, type Contender } from "./contenders/index.ts";
import { type Load, loadOf } from "./loads.ts";
import type { Endpoints } from "./sink.ts";

export interface Turn {
  readonly contender: string;
  /** In the order in which they are measured. */
  readonly loads: readonly Seat[];
  /** Before all others. A client has made thousands of calls before the compiler is done with it. */
  readonly warmUp: Seat & { readonly calls: number };
  /** Of CPU, not by the clock: on a busy machine it takes longer to get as far. */
  readonly sliceMs: number;
  readonly inFlight: number;
}

export interface Seat {
  readonly load: string;
  readonly endpoints: Endpoints;
}

export interface Slice {
  readonly load: string;
  readonly calls: number;
  /** A call. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** What a slice has at least, however slow the contender. */
const LEAST_CALLS = 16;

/** To ask for the CPU's time costs a few percent of the smallest call. */
const ASKED_EVERY = 8;

/** Of a slice, for its load alone, before it: until the compiler is done with it. */
const SETTLE = 1;

async function take({ contender: name, inFlight, loads, sliceMs, warmUp }: Turn): Promise<Slice[]> {
  const contender = CONTENDERS.find((each) => each.name === name);
  if (!contender) throw new Error(`no contender is called ${name}`);
  const first = await begin(contender, warmUp, inFlight);
  await first.calls(0, warmUp.calls);
  first.end();
  const slices: Slice[] = [];
  for (const seat of loads) {
    const { calls, end } = await begin(contender, seat, inFlight);
    await calls(sliceMs * SETTLE, LEAST_CALLS * SETTLE);
    // A full collection would take the hidden classes that no object has just then, and the code made for them.
    globalThis.gc?.({ type: "minor" });
    const beganAt = performance.now();
    const before = process.cpuUsage();
    const count = await calls(sliceMs, LEAST_CALLS);
    const cpuMs = cpuMsSince(before) / count;
    slices.push({ load: seat.load, calls: count, cpuMs, wallMs: performance.now() - beganAt });
    end();
  }
  return slices;
}

async function begin(
  contender: Contender,
  { endpoints, load: name }: Seat,
  inFlight: number,
): Promise<{ readonly calls: Calls; readonly end: () => void }> {
  const load = loadOf(name);
  const compared = contender.connect(endpoints.compares, load);
  await assertIsRival(contender, compared, load);
  compared.close();
  const connection = contender.connect(endpoints.drops, load);
  return { calls: callsOf(connection, load, inFlight), end: () => connection.close() };
}

/** Who gets another answer, or gets it another way than it says, does other work. */
async function assertIsRival({ name, speaks }: Contender, connection: Connection, load: Load): Promise<void> {
  const { $metadata, ...answer } = await connection.call();
  assert.equal($metadata.requestId, speaks, `${name} speaks what it says`);
  assert.deepEqual(answer, load.answer, `${name} gets the answer to ${load.name}`);
}

type Calls = (cpuMs: number, least: number) => Promise<number>;

/** Makes calls until they have taken so much CPU, at least so many, always some at once. Returns how many they were. */
function callsOf(connection: Connection, load: Load, inFlight: number): Calls {
  const expected = tallyOf(load.answer as Answer);
  return async (cpuMs, least) => {
    const before = process.cpuUsage();
    let begun = 0;
    let goesOn = true;
    const one = async (): Promise<void> => {
      while (goesOn) {
        begun++;
        if (begun % ASKED_EVERY === 0) goesOn = begun < least || cpuMsSince(before) < cpuMs;
        const answer = await connection.call();
        if (tallyOf(answer) !== expected) throw new Error(`another answer to ${load.name}`);
        connection.done?.(answer);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, one));
    return begun;
  };
}

/** Of all threads, user and system. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { system, user } = process.cpuUsage(before);
  return (system + user) / 1_000;
}

/** What every caller looks at: whether all was stored, and the data of what was read. */
function tallyOf({ FailedRecordCount = 0, Records = [] }: Answer): number {
  let tally = Records.length - FailedRecordCount;
  for (const { Data } of Records) {
    if (Data) tally += Data.length + Data[0]! + Data[Data.length - 1]!; // none is empty
  }
  return tally;
}

process.send?.(await take(JSON.parse(process.argv[2] ?? "") as Turn));
process.disconnect?.();
