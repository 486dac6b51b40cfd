// The results as they stand in bench/results/reader.json.

import type { Machine } from "../machine.ts";
import { ratioOf, type Spread, spreadOf } from "../spread.ts";
import type { Bar } from "../verdict.ts";
import { type Load, loadOf } from "./loads.ts";
import { SDK_WITH_AGG } from "./names.ts";
import type { RoundsOptions, Slices } from "./rounds.ts";
import type { Slice } from "./slice.ts";

export interface ReaderResults {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: Pick<RoundsOptions, "rounds" | "sliceMs" | "warmUpMs"> & {
    readonly shards: number;
    readonly aggregatesAPage: number;
    readonly seed: number;
  };
  readonly notes: readonly string[];
  readonly rows: readonly ReaderRow[];
  readonly bars: readonly ReaderBar[];
}

export interface ReaderRow extends Load {
  readonly sides: readonly Side[];
}

export interface Side {
  readonly name: string;
  /** Seconds of all threads, user and system, for a million user records. */
  readonly cpuSeconds: Spread;
  /** Of the CPU that the SDK with aws-kinesis-agg takes, how much it takes, within each round. */
  readonly share: Spread;
  readonly recordsPerSecond: number;
  /** Of user data, with 10^6 bytes. */
  readonly megabytesPerSecond: number;
  /** Processors that it kept busy. */
  readonly cores: number;
  /** The most of all rounds; absent where it could not be told. */
  readonly residentMiB: number | undefined;
}

export interface ReaderBar extends Bar {
  /** It cannot be measured here: there is no Java. */
  readonly excused: boolean;
}

export function rowsOf(slices: Slices): ReaderRow[] {
  return [...slices].map(([name, entrants]) => {
    const load = loadOf(name);
    const rival = cpuSecondsOf(entrants.get(SDK_WITH_AGG));
    return { ...load, sides: [...entrants].map(([entrant, turns]) => sideOf(entrant, turns, rival, load)) };
  });
}

/** For a million user records, of each round. */
export function cpuSecondsOf(turns: readonly Slice[] = []): number[] {
  return turns.map(({ cpuMs, records }) => (cpuMs * 1_000) / records);
}

/** The most of all rounds. */
export function residentMiBOf(turns: readonly Slice[] = []): number | undefined {
  const told = turns.flatMap(({ residentMiB }) => residentMiB ?? []);
  return told.length > 0 ? Math.max(...told) : undefined;
}

function sideOf(name: string, turns: readonly Slice[], rival: readonly number[], { recordBytes }: Load): Side {
  const cpuSeconds = cpuSecondsOf(turns);
  const recordsPerSecond = spreadOf(turns.map(({ records, wallMs }) => (records * 1_000) / wallMs)).median;
  const residentMiB = residentMiBOf(turns);
  return {
    name,
    cpuSeconds: rounded(spreadOf(cpuSeconds)),
    share: rounded(ratioOf(cpuSeconds, rival)),
    recordsPerSecond: Number(recordsPerSecond.toPrecision(4)),
    megabytesPerSecond: Number(((recordsPerSecond * recordBytes) / 1e6).toPrecision(4)),
    cores: Number(spreadOf(turns.map(({ cpuMs, wallMs }) => cpuMs / wallMs)).median.toFixed(2)),
    residentMiB: residentMiB === undefined ? undefined : Math.round(residentMiB),
  };
}

function rounded({ lowerQuartile, median, upperQuartile }: Spread): Spread {
  const round = (value: number) => Number(value.toFixed(3));
  return { median: round(median), lowerQuartile: round(lowerQuartile), upperQuartile: round(upperQuartile) };
}
