// What bench:packing says, as pictures.

import type { Compared, PackingRow } from "../packing/packing.ts";
import type { PackingResults } from "../packing/report.ts";
import type { Chart } from "./svg.ts";
import { PACKING_COLOURS } from "./theme.ts";

interface Point {
  readonly bytes: number;
  readonly panel: string;
  readonly side: keyof typeof PACKING_COLOURS;
  readonly value: number;
}

export function packingCharts(results: PackingResults): Record<string, Chart> {
  return {
    "packing-efficiency.svg": efficiency(results),
    "packing-put-units.svg": putUnits(results),
    "packing-cost.svg": cost(results),
  };
}

function efficiency(results: PackingResults): Chart {
  const panels: Panels = {
    "Data, % of the bytes on the wire": ({ efficiency: { plain, packed } }) => ({
      plain: plain * 100,
      packed: packed * 100,
    }),
    "Bytes beside the data, a user record": ({ meanBytes, efficiency: { plain }, overheadPerUserRecord }) => ({
      plain: meanBytes / plain - meanBytes,
      packed: overheadPerUserRecord,
    }),
    "User records a Kinesis record": ({ userRecordsPerAggregate }) => ({ plain: 1, packed: userRecordsPerAggregate }),
  };
  return chart(
    "What packing adds to a record, and how many share one",
    panels,
    { type: "linear", zero: true },
    results,
  );
}

function putUnits(results: PackingResults): Chart {
  const panels: Panels = {
    "Kinesis records a second": ({ kinesisRecordsPerSecond }) => kinesisRecordsPerSecond,
    "PUT payload units (25 KiB) a second": ({ putPayloadUnitsPerSecond }) => putPayloadUnitsPerSecond,
  };
  return chart("What the service counts", panels, { type: "log" }, results);
}

function cost(results: PackingResults): Chart {
  const { region, asOf } = results.settings.prices;
  const panels: Panels = {
    "US$ a month, provisioned shards": ({ provisionedPerMonth }) => provisionedPerMonth,
    "US$ a month, on demand": ({ onDemandPerMonth }) => onDemandPerMonth,
  };
  return chart(`What writing costs (prices of ${region}, ${asOf})`, panels, { type: "log" }, results);
}

/** What each panel shows of a row, by the panel's name. */
type Panels = Readonly<Record<string, (row: PackingRow) => Compared>>;

function chart(
  title: string,
  panels: Panels,
  scale: { readonly type: "linear" | "log"; readonly zero?: true },
  results: PackingResults,
): Chart {
  const values = Object.entries(panels).flatMap(([panel, value]) =>
    results.rows.flatMap((row) => pointsOf(panel, row, value)),
  );
  const sizes = results.rows.map(({ meanBytes }) => meanBytes);
  return {
    title: titled(title, results),
    data: { values },
    facet: {
      column: {
        field: "panel",
        type: "nominal",
        sort: Object.keys(panels),
        title: null,
        header: { labelAnchor: "start" },
      },
    },
    spacing: 36,
    spec: {
      width: Object.keys(panels).length > 2 ? 260 : 360,
      height: 250,
      mark: "line",
      encoding: {
        x: {
          field: "bytes",
          type: "quantitative",
          scale: { type: "log", nice: false },
          axis: {
            title: "Data of a user record, bytes",
            format: "~s",
            values: sizes,
            labelOverlap: true,
            labelFlush: false,
          },
        },
        y: {
          field: "value",
          type: "quantitative",
          scale,
          axis: {
            title: null,
            format: ",~r",
            ...(scale.type === "log" ? { values: POWERS_OF_TEN } : { tickCount: 5 }),
          },
        },
        color: {
          field: "side",
          type: "nominal",
          scale: { domain: Object.keys(PACKING_COLOURS), range: Object.values(PACKING_COLOURS) },
        },
      },
    },
    resolve: { scale: { y: "independent" }, axis: { x: "independent" } },
  };
}

const POWERS_OF_TEN = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

function pointsOf(panel: string, row: PackingRow, value: (row: PackingRow) => Compared): Point[] {
  const { plain, packed } = value(row);
  const { meanBytes: bytes } = row;
  return [
    { panel, bytes, side: "without packing", value: plain },
    { panel, bytes, side: "with packing", value: packed },
  ];
}

function titled(text: string, { command, date, settings }: PackingResults) {
  const { rate, bufferedMs, maxSize, groupBy, keys } = settings;
  return {
    text,
    subtitle: [
      `${rate.toLocaleString("en-US")} user records/s under ${keys.toLocaleString("en-US")} keys, held back for at most ${bufferedMs} ms,`,
      `aggregates of at most ${maxSize.toLocaleString("en-US")} bytes, grouped by ${groupBy}. ${command}, ${date}`,
    ],
  };
}
