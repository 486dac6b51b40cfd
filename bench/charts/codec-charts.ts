// What bench:codec says, as pictures.

import type { CodecResults, CodecRow } from "../codec/results.ts";
import { REFERENCE, sizeName } from "../codec/shapes.ts";
import type { Chart } from "./svg.ts";
import { SIDE_COLOURS } from "./theme.ts";

export function codecCharts(results: CodecResults): Record<string, Chart> {
  return { "codec-throughput.svg": throughput(results), "codec-ratios.svg": ratios(results) };
}

/** Records a second of every side, at the aggregates that a busy producer makes. */
function throughput(results: CodecResults): Chart {
  const { perAggregate, keys } = REFERENCE;
  const sides = Object.keys(SIDE_COLOURS);
  const rows = results.rows.filter((row) => row.perAggregate === perAggregate && row.keys === keys && isTimed(row));
  const values = rows.flatMap(({ group, recordBytes, sides: measured }) =>
    measured.map(({ name, recordsPerSecond }) => ({
      group,
      size: sizeName(recordBytes),
      name,
      millions: recordsPerSecond / 1e6,
      label: short(recordsPerSecond),
    })),
  );
  const sizes = [...new Set(rows.map(({ recordBytes }) => recordBytes))].sort((a, b) => a - b).map(sizeName);
  return {
    title: titled(`Records a second, ${perAggregate} an aggregate, ${keys}`, results),
    data: { values },
    facet: { row: { field: "group", type: "nominal", sort: ["encode", "decode"], title: null } },
    spec: {
      width: 760,
      height: 200,
      encoding: {
        x: { field: "size", type: "nominal", sort: sizes, axis: { title: "Data of a user record", labelAngle: 0 } },
        xOffset: { field: "name", sort: sides },
        y: {
          field: "millions",
          type: "quantitative",
          scale: { type: "log", domain: [0.01, 100] },
          axis: { title: "Million records/s (log)", format: ",~r", values: [0.01, 0.1, 1, 10, 100] },
        },
      },
      layer: [
        {
          mark: { type: "bar" },
          encoding: {
            y2: { datum: 0.01 },
            color: { field: "name", type: "nominal", scale: { domain: sides, range: Object.values(SIDE_COLOURS) } },
          },
        },
        { mark: { type: "text", dy: -7, fontSize: 10.5, color: "#24292f" }, encoding: { text: { field: "label" } } },
      ],
    },
    resolve: { axis: { x: "independent" } },
  };
}

/** How many times as fast as each rival, over all rows, and how far that strays. */
function ratios(results: CodecResults): Chart {
  const rivals = ["protobufjs", "aws-kinesis-agg"] as const;
  const rows = results.rows.filter((row) => isTimed(row) && row.keys === REFERENCE.keys);
  const values = rows.flatMap(({ group, recordBytes, perAggregate, ratios: measured }) =>
    rivals.flatMap((name) => {
      const ratio = measured[name];
      return ratio
        ? [
            {
              group,
              row: `${perAggregate} x ${sizeName(recordBytes)}`,
              name,
              ...ratio,
              label: `${ratio.median.toFixed(1)}x`,
            },
          ]
        : [];
    }),
  );
  return {
    title: titled(`How many times as fast as its rivals, ${REFERENCE.keys}`, results),
    data: { values },
    facet: { column: { field: "group", type: "nominal", sort: ["encode", "decode"], title: null } },
    spec: {
      width: 330,
      height: 380,
      encoding: {
        y: { field: "row", type: "nominal", sort: null, axis: { title: "User records an aggregate x data of each" } },
        yOffset: { field: "name", sort: [...rivals] },
        x: {
          field: "median",
          type: "quantitative",
          scale: { zero: true },
          axis: { title: "Times as fast (bar: median, line: quartiles)" },
        },
      },
      layer: [
        {
          mark: { type: "bar" },
          encoding: {
            color: {
              field: "name",
              type: "nominal",
              scale: { domain: [...rivals], range: rivals.map((name) => SIDE_COLOURS[name]) },
            },
          },
        },
        {
          mark: { type: "rule", strokeWidth: 1.5, color: "#24292f" },
          encoding: { x: { field: "lowerQuartile", type: "quantitative" }, x2: { field: "upperQuartile" } },
        },
        {
          mark: { type: "text", align: "left", dx: 5, fontSize: 10.5, color: "#24292f" },
          encoding: { x: { field: "upperQuartile", type: "quantitative" }, text: { field: "label" } },
        },
        {
          mark: { type: "rule", strokeDash: [4, 3], color: "#57606a" },
          encoding: { x: { datum: 1 }, y: null, yOffset: null },
        },
      ],
    },
  } as Chart;
}

function isTimed({ group }: CodecRow): boolean {
  return group === "encode" || group === "decode";
}

function short(recordsPerSecond: number): string {
  return recordsPerSecond < 1e6
    ? `${Math.round(recordsPerSecond / 1e3)} k`
    : `${(recordsPerSecond / 1e6).toFixed(1)} M`;
}

function titled(text: string, { command, date, machine, versions }: CodecResults) {
  const packages = Object.entries(versions)
    .filter(([name]) => name !== "tinybench")
    .map((entry) => entry.join(" "));
  return {
    text,
    subtitle: [
      "Digest verified, key and data of every record read.",
      `Against ${packages.join(" (which packs no more than 1 MiB) and ")}.`,
      `Node ${machine.node} on ${machine.cpu}. ${command}, ${date}`,
    ],
  };
}
