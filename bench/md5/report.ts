// The results on a terminal.

import { spreadText } from "../spread.ts";
import { textTable } from "../text-table.ts";
import { verdictOf } from "../verdict.ts";
import type { Md5Results, Md5Row, Side } from "./results.ts";

export function reportOf({ bars, rows, ...head }: Md5Results): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const tables = groups.map((group) =>
    tableOf(
      group,
      rows.filter((row) => row.group === group),
    ),
  );
  return ["", headOf(head), ...tables, verdictOf(bars)].join("\n\n");
}

function headOf(head: Omit<Md5Results, "bars" | "rows">): string {
  const { chromium, command, date, machine, notes, settings, versions } = head;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${command}   ${date}`,
    `Node ${machine.node} (V8 ${machine.v8}, OpenSSL ${machine.openssl}), ${machine.cores} x ${machine.cpu}, ${machine.platform}, load ${machine.loadAverage}`,
    packages.join(", "),
    `browser: ${chromium}`,
    `${settings.rounds} to ${2 * settings.rounds} rounds of ${settings.sliceMs} ms a side, until the ratios settle, order drawn anew each round; medians, ratios as median (quartiles) over rounds`,
    ...notes,
  ].join("\n");
}

function tableOf(group: string, rows: readonly Md5Row[]): string {
  const rivals = [...new Set(rows.flatMap((row) => row.rivals))];
  const hasBytes = rows.some(({ bytes }) => bytes !== undefined);
  const header = [group, "ns each", ...(hasBytes ? ["MB/s"] : []), ...rivals.map((name) => `x ${name}`)];
  const lines = rows.flatMap(({ count, name, sides, unit }) => [
    [`${name}: ${count.toLocaleString("en-US")} ${unit}s a pass`],
    ...sides.map((side) => [
      `  ${side.name}`,
      side.ns.median.toFixed(side.ns.median < 100 ? 1 : 0),
      ...(hasBytes ? [side.megabytesPerSecond?.toFixed(0) ?? "-"] : []),
      ...rivals.map((rival) => ratioText(side, rival)),
    ]),
  ]);
  return textTable([header, ...lines]);
}

function ratioText({ name, ratios }: Side, rival: string): string {
  const ratio = ratios[rival];
  if (!ratio) return name === rival ? "1" : "-";
  return spreadText(ratio, 2);
}
