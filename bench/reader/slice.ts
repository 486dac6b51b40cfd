// What is measured of a reader that is running: after its warm-up, records and CPU over a slice of its own CPU's time.

import { setTimeout as sleep } from "node:timers/promises";

export interface Slice {
  readonly records: number;
  readonly wallMs: number;
  /** Of all threads, user and system. */
  readonly cpuMs: number;
  /** The most that was seen, warm-up included; `undefined` for a JVM where there is no /proc. */
  readonly residentMiB: number | undefined;
}

/** Since the process began. */
export interface Stat {
  readonly records: number;
  readonly wrong: number;
  readonly cpuMs: number;
  /** At this moment. */
  readonly residentMiB: number | undefined;
}

/** Of the clock. */
const ASKED_EVERY_MS = 50;

export async function slice(
  name: string,
  { sliceMs, warmUpMs }: { readonly warmUpMs: number; readonly sliceMs: number },
  ask: () => Stat | Promise<Stat>,
): Promise<Slice> {
  let residentMiB: number | undefined;
  const statAfter = async (cpuMs: number): Promise<Stat> => {
    const first = await ask();
    let last = first;
    while (last.cpuMs < first.cpuMs + cpuMs) {
      await sleep(ASKED_EVERY_MS);
      last = await ask();
      if (last.residentMiB !== undefined) residentMiB = Math.max(residentMiB ?? 0, last.residentMiB);
    }
    return last;
  };
  const before = await statAfter(warmUpMs);
  const beganAt = performance.now();
  const after = await statAfter(sliceMs);
  const wallMs = performance.now() - beganAt;
  if (after.wrong > 0) throw new Error(`${name} delivered ${after.wrong} records that are none of the stream's`);
  return { records: after.records - before.records, wallMs, cpuMs: after.cpuMs - before.cpuMs, residentMiB };
}
