// bench/results/packing.json as the README's table of what packing saves.

import type { Compared } from "../packing/packing.ts";
import type { PackingResults } from "../packing/report.ts";
import { count, markdownTable, money } from "./figures.ts";

/** Mean bytes of the rows that are shown. */
const SHOWN: readonly number[] = [100, 1_000, 5_000, 20_000];

export function packingBlock({ date, rows, settings }: PackingResults): string {
  const { bufferedMs, maxSize, prices, rate } = settings;
  const shown = SHOWN.map((bytes) => {
    const row = rows.find(({ meanBytes }) => meanBytes === bytes);
    if (!row) throw new Error(`bench/results/packing.json has no row of ${bytes} bytes`);
    return row;
  });
  return [
    markdownTable([
      [
        "user records",
        "in a Kinesis record",
        "bytes added to each",
        "PUT payload units/s",
        "provisioned, US$/month",
        "on demand, US$/month",
      ],
      ...shown.map((row) => [
        row.name,
        count(row.userRecordsPerAggregate),
        count(row.overheadPerUserRecord),
        arrow(row.putPayloadUnitsPerSecond, count),
        arrow(row.provisionedPerMonth, money),
        arrow(row.onDemandPerMonth, money),
      ]),
    ]),
    "",
    `Without → with packing, ${count(rate)} user records/s, held back for at most ${bufferedMs} ms, aggregates of at most ${count(maxSize)} bytes,`,
    `grouped by ${settings.groupBy}. Prices of ${prices.region}, ${prices.asOf}; reading, retention and fan-out not counted. ${date}.`,
  ].join("\n");
}

function arrow({ plain, packed }: Compared, text: (value: number) => string): string {
  return `${text(plain)} → ${text(packed)}`;
}
