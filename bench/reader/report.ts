// The results on a terminal.

import { spreadText } from "../spread.ts";
import { textTable } from "../text-table.ts";
import { verdictOf } from "../verdict.ts";
import { SDK_WITH_AGG } from "./names.ts";
import type { ReaderResults, ReaderRow } from "./results.ts";

export function reportOf({ bars, rows, ...head }: ReaderResults): string {
  return [headOf(head), ...rows.map(tableOf), verdictOf(bars)].join("\n\n");
}

function headOf({ command, date, machine, notes, settings, versions }: Omit<ReaderResults, "bars" | "rows">): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const { node, java } = settings.warmUpMs;
  return [
    `${command}   ${date}`,
    `Node ${machine.node} (V8 ${machine.v8}), ${machine.cores} x ${machine.cpu}, ${machine.platform}, load ${machine.loadAverage}`,
    packages.join(", "),
    `${settings.rounds} rounds, a fresh process for each turn of ${node / 1_000} s (Java: ${java / 1_000} s) of CPU to warm up and ${settings.sliceMs / 1_000} s measured; medians (quartiles) over rounds, ratios within a round`,
    ...notes,
  ].join("\n");
}

function tableOf({ name, recordsAnAggregate, sides }: ReaderRow): string {
  return textTable([
    [
      `${recordsAnAggregate} x ${name} an aggregate`,
      "CPU-s a million",
      `in ${SDK_WITH_AGG}`,
      "records/s",
      "MB/s",
      "cores",
      "MiB resident",
    ],
    ...sides.map(({ cores, cpuSeconds, megabytesPerSecond, name: side, recordsPerSecond, residentMiB, share }) => [
      side,
      spreadText(cpuSeconds, 2),
      side === SDK_WITH_AGG ? "1" : spreadText(share, 3),
      Math.round(recordsPerSecond).toLocaleString("en-US"),
      megabytesPerSecond.toFixed(megabytesPerSecond < 10 ? 1 : 0),
      cores.toFixed(2),
      residentMiB === undefined ? "-" : String(residentMiB),
    ]),
  ]);
}
