// The results on a terminal.

import { spreadText } from "../spread.ts";
import { textTable } from "../text-table.ts";
import { verdictOf } from "../verdict.ts";
import { AS_SHIPPED } from "./contenders/index.ts";
import type { WireResults, WireRow } from "./results.ts";

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
