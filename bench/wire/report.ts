// The results on a terminal.

import type { Spread } from "../spread.ts";
import { textTable } from "../text-table.ts";
import { AS_SHIPPED } from "./contenders/index.ts";
import type { Bar, WireResults, WireRow } from "./results.ts";

export function reportOf({ bars, rows, ...head }: WireResults): string {
  return [headOf(head), ...rows.map(tableOf), verdictOf(bars)].join("\n\n");
}

function headOf({ command, date, machine, notes, settings, versions }: Omit<WireResults, "bars" | "rows">): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${command}   ${date}`,
    `Node ${machine.node} (V8 ${machine.v8}, OpenSSL ${machine.openssl}), ${machine.cores} x ${machine.cpu}, ${machine.platform}, load ${machine.loadAverage}`,
    packages.join(", "),
    `${settings.rounds} rounds, a fresh process for each turn of ${settings.warmUpCalls} calls to warm up and ${settings.sliceMs} ms of CPU or more a load, ${settings.inFlight} calls in flight; medians (quartiles) over rounds, ratios within a round`,
    ...notes,
  ].join("\n");
}

function tableOf({ load, sides, transport }: WireRow): string {
  return textTable([
    [`${load}, ${transport === "tls" ? "TLS" : "plain"}`, "ms CPU a call", `x ${AS_SHIPPED}`, "calls/s", "MB/s"],
    ...sides.map(({ callsPerSecond, cpuMs, megabytesPerSecond, name, ratio }) => [
      name,
      spreadText(cpuMs, cpuMs.median < 1 ? 3 : 2),
      name === AS_SHIPPED ? "1" : spreadText(ratio, 2),
      Math.round(callsPerSecond).toLocaleString("en-US"),
      megabytesPerSecond.toFixed(megabytesPerSecond < 10 ? 1 : 0),
    ]),
  ]);
}

function spreadText({ median, lowerQuartile, upperQuartile }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${lowerQuartile.toFixed(digits)}-${upperQuartile.toFixed(digits)})`;
}

function verdictOf(bars: readonly Bar[]): string {
  return textTable([
    ["bar", "needed", "measured", "verdict"],
    ...bars.map(({ claim, measured, met, needed }) => [
      claim,
      needed,
      measured ?? "not measured",
      met ? "met" : measured === undefined ? "-" : "NOT MET",
    ]),
  ]);
}
