// The results on a terminal.

import { type Spread, spreadText } from "../spread.ts";
import { textTable } from "../text-table.ts";
import { FLOOR } from "./md5-floor.ts";
import { type CodecResults, type CodecRow, type Group, OURS } from "./results.ts";

export function headOf({ command, date, machine, versions, settings, notes }: CodecResults): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${command}   ${date}`,
    `Node ${machine.node} (V8 ${machine.v8}, OpenSSL ${machine.openssl}), ${machine.cores} x ${machine.cpu}, ${machine.platform}, load ${machine.loadAverage}`,
    packages.join(", "),
    `${settings.rounds} to ${2 * settings.rounds} rounds of ${settings.sliceMs} ms a side, until the ratios settle, order drawn anew each round; medians, ratios as median (quartiles) over rounds`,
    ...notes,
  ].join("\n");
}

export function tableOf(group: Group, rows: readonly CodecRow[]): string {
  const others = [...new Set(rows.flatMap(({ ratios }) => Object.keys(ratios)))];
  const header = [
    group,
    "records/s",
    "MB/s",
    "ns/record",
    ...others.map((name) => (name === FLOOR ? "of the floor" : `x ${name}`)),
  ];
  const lines = rows.map((row) => {
    const ours = row.sides.find(({ name }) => name === OURS);
    return [
      row.name,
      ours ? ours.recordsPerSecond.toLocaleString("en-US") : "-",
      ours ? ours.megabytesPerSecond.toLocaleString("en-US") : "-",
      ours ? ours.nsPerRecord.median.toFixed(0) : "-",
      ...others.map((name) => cellOf(name, row)),
    ];
  });
  return textTable([header, ...lines]);
}

function cellOf(name: string, { ratios, absent }: CodecRow): string {
  const ratio = ratios[name];
  if (!ratio) return absent.find((side) => side.name === name)?.because ?? "-";
  return name === FLOOR ? percent(ratio) : spreadText(ratio, 2);
}

function percent({ median }: Spread): string {
  return `${(median * 100).toFixed(0)} %`;
}
