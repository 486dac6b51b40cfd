// The results on a terminal.

import { spreadText } from "../spread.ts";
import { textTable } from "../text-table.ts";
import { verdictOf } from "../verdict.ts";
import { RIVAL } from "./contenders/index.ts";
import type { LambdaResults, LambdaRow } from "./results.ts";

export function reportOf({ bars, rows, ...head }: LambdaResults): string {
  return [headOf(head), ...rows.map(tableOf), verdictOf(bars)].join("\n\n");
}

function headOf(head: Omit<LambdaResults, "bars" | "rows">): string {
  const { command, date, machine, notes, settings, versions, wrapper } = head;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${command}   ${date}`,
    `Node ${machine.node} (V8 ${machine.v8}, OpenSSL ${machine.openssl}), ${machine.cores} x ${machine.cpu}, ${machine.platform}, load ${machine.loadAverage}`,
    packages.join(", "),
    `${settings.rounds} rounds of ${settings.sliceMs} ms a side, order drawn anew each round; medians (quartiles) over rounds, ratios within a round`,
    ...notes,
    `\n${wrapper}`,
  ].join("\n");
}

function tableOf({ aggregates, eventBytes, name, ratio, sides, userRecords }: LambdaRow): string {
  const event = `${aggregates} aggregates, ${userRecords.toLocaleString("en-US")} x ${name}, ${(eventBytes / 1e6).toFixed(2)} MB`;
  return textTable([
    [event, "ms an event", "user records/s", `x ${RIVAL}`],
    ...sides.map(({ ms, name: side, recordsPerSecond }) => [
      side,
      spreadText(ms, 1),
      recordsPerSecond.toLocaleString("en-US"),
      side === RIVAL ? "1" : spreadText(ratio, 2),
    ]),
  ]);
}
