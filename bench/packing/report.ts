// The packing results on a terminal, and their form in bench/results/packing.json.

import { type Machine, thisMachine } from "../machine.ts";
import { textTable } from "../text-table.ts";
import type { Compared, PackingRow, PackingSettings } from "./packing.ts";
import { priceText } from "./prices.ts";

export interface PackingResults {
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly settings: PackingSettings & { readonly keys: number };
  readonly rows: readonly PackingRow[];
}

export function resultsOf(
  command: string,
  settings: PackingResults["settings"],
  rows: readonly PackingRow[],
): PackingResults {
  return { command, date: new Date().toISOString().slice(0, 10), machine: thisMachine(), settings, rows };
}

export function reportOf({ command, date, settings, rows }: PackingResults): string {
  const { rate, bufferedMs, maxSize, groupBy, prices } = settings;
  return [
    `${command}   ${date}`,
    `${count(rate)} user records/s, held back for at most ${bufferedMs} ms, aggregates of at most ${count(maxSize)} bytes, grouped by ${groupBy}`,
    `${priceText(prices)}; a month has 730 hours. Reading, retention and fan-out not counted; keys spread evenly.`,
    "",
    textTable([
      [
        "user records",
        "mean B",
        "per aggregate",
        "overhead B",
        "data of wire",
        "Kinesis records/s",
        "PutRecords/s",
        "encode ns",
      ],
      ...rows.map((row) => [
        row.name,
        row.meanBytes.toFixed(0),
        row.userRecordsPerAggregate.toFixed(1),
        row.overheadPerUserRecord.toFixed(1),
        `${(row.efficiency.packed * 100).toFixed(1)} %`,
        arrow(row.kinesisRecordsPerSecond, count),
        arrow(row.putRecordsCallsPerSecond, count),
        row.encodeNsPerRecord.toFixed(0),
      ]),
    ]),
    "",
    textTable([
      ["without -> with packing", "PUT units/s", "shards", "US$/month", "GiB/month", "US$/month on demand"],
      ...rows.map((row) => [
        row.name,
        arrow(row.putPayloadUnitsPerSecond, count),
        arrow(row.shardsNeeded, count),
        arrow(row.provisionedPerMonth, money),
        arrow(row.onDemandGibPerMonth, count),
        arrow(row.onDemandPerMonth, money),
      ]),
    ]),
  ].join("\n");
}

function arrow({ plain, packed }: Compared, text: (value: number) => string): string {
  return `${text(plain)} -> ${text(packed)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

function money(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
