// What a run says: records a second, ratios within each round, and the bars.

import type { Machine } from "../machine.ts";
import { ratioOf, type Spread, spreadOf } from "../spread.ts";
import { textTable } from "../text-table.ts";
import type { LoadOptions, LoadTimes } from "./load.ts";

export interface LocalKinesisRow {
  readonly name: string;
  /** Records a second. */
  readonly put: Spread;
  readonly read: Spread;
  readonly both: Spread;
}

export interface LocalKinesisBar {
  readonly name: string;
  readonly least: number;
  readonly ratio: Spread;
  readonly met: boolean;
}

export interface LocalKinesisResults {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: LoadOptions & {
    readonly rounds: number;
    readonly recordsACall: number;
    readonly recordBytes: number;
  };
  readonly rows: readonly LocalKinesisRow[];
  readonly bars: readonly LocalKinesisBar[];
}

export function rowOf(name: string, turns: readonly LoadTimes[], { calls }: LoadOptions): LocalKinesisRow {
  const perSecond = (ms: (turn: LoadTimes) => number): Spread =>
    spreadOf(turns.map((turn) => (calls * 500 * 1_000) / ms(turn)));
  return {
    name,
    put: perSecond(({ putMs }) => putMs),
    read: perSecond(({ readMs }) => readMs),
    both: perSecond(bothMs),
  };
}

export function barsOf(times: ReadonlyMap<string, readonly LoadTimes[]>): LocalKinesisBar[] {
  const bar = (ours: string, rival: string, least: number): LocalKinesisBar => {
    const ratio = ratioOf((times.get(rival) ?? []).map(bothMs), (times.get(ours) ?? []).map(bothMs));
    return { name: `${ours} against ${rival}, put and read back`, least, ratio, met: ratio.median >= least };
  };
  return [
    bar("kpl-kit", "kinesalite", 2),
    bar("kpl-kit", "kinesis-local", 20),
    bar("kpl-kit, in process", "kpl-kit", 5),
  ];
}

export function reportOf({ bars, date, machine, rows, settings, versions }: LocalKinesisResults): string {
  const whole = (value: number) => Math.round(value).toLocaleString("en-US");
  const table = textTable([
    ["records/s, median", "put", "read back", "both"],
    ...rows.map(({ both, name, put, read }) => [name, whole(put.median), whole(read.median), whole(both.median)]),
  ]);
  const verdict = bars.map(
    ({ least, met, name, ratio }) =>
      `${met ? "met    " : "NOT MET"} ${name}: ${ratio.median.toFixed(1)}x (quartiles ${ratio.lowerQuartile.toFixed(1)} to ${ratio.upperQuartile.toFixed(1)}), at least ${least}x`,
  );
  const head = [
    `${settings.recordBytes} B records in batches of ${settings.recordsACall}, ${settings.calls} calls, ${settings.shards} shards, ${settings.rounds} rounds, ${date}`,
    `Node ${machine.node}, ${machine.cores} x ${machine.cpu}, load ${machine.loadAverage}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  ];
  return [...head, "", table, "", ...verdict].join("\n");
}

function bothMs({ putMs, readMs }: LoadTimes): number {
  return putMs + readMs;
}
