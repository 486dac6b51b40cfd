// The results as they stand in bench/results/wire.json.

import type { Machine } from "../machine.ts";
import { ratioOf, type Spread, spreadOf } from "../spread.ts";
import type { Bar } from "../verdict.ts";
import { AS_SHIPPED } from "./contenders/index.ts";
import { bytesOf, loadOf } from "./loads.ts";
import type { Slices, Transport } from "./rounds.ts";
import type { Slice } from "./turn.ts";

export interface WireResults {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: {
    readonly rounds: number;
    readonly warmUpCalls: number;
    readonly sliceMs: number;
    readonly inFlight: number;
    readonly seed: number;
  };
  readonly notes: readonly string[];
  readonly rows: readonly WireRow[];
  readonly bars: readonly Bar[];
}

export interface WireRow {
  readonly transport: Transport;
  readonly load: string;
  readonly records: number;
  readonly recordBytes: number;
  readonly sides: readonly Side[];
}

export interface Side {
  readonly name: string;
  /** Of all threads, user and system, a call. */
  readonly cpuMs: Spread;
  /** By the clock, with the calls in flight that the settings say. */
  readonly callsPerSecond: number;
  /** Of data, likewise. */
  readonly megabytesPerSecond: number;
  /** How many times as much CPU the SDK as shipped takes, within each round. */
  readonly ratio: Spread;
}

export function rowsOf(slices: Slices): WireRow[] {
  return [...slices].flatMap(([transport, loads]) =>
    [...loads].map(([name, contenders]) => rowOf(transport, name, contenders)),
  );
}

function rowOf(transport: Transport, name: string, contenders: ReadonlyMap<string, readonly Slice[]>): WireRow {
  const load = loadOf(name);
  const shipped = (contenders.get(AS_SHIPPED) ?? []).map(({ cpuMs }) => cpuMs);
  const sides = [...contenders].map(([contender, turns]): Side => {
    const cpuMs = turns.map((turn) => turn.cpuMs);
    const callsPerSecond = spreadOf(turns.map(({ calls, wallMs }) => (calls * 1_000) / wallMs)).median;
    return {
      name: contender,
      cpuMs: rounded(spreadOf(cpuMs), 4),
      callsPerSecond: Number(callsPerSecond.toPrecision(4)),
      megabytesPerSecond: Number(((callsPerSecond * bytesOf(load)) / 1e6).toPrecision(4)),
      ratio: rounded(ratioOf(shipped, cpuMs), 3),
    };
  });
  return { transport, load: name, records: load.records, recordBytes: load.recordBytes, sides };
}

function rounded({ median, lowerQuartile, upperQuartile }: Spread, digits: number): Spread {
  const round = (value: number) => Number(value.toFixed(digits));
  return { median: round(median), lowerQuartile: round(lowerQuartile), upperQuartile: round(upperQuartile) };
}
