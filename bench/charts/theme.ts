// How the charts look: on their own white ground, so that they read alike in a light and in a dark README.

import type { Config } from "vega-lite";

/** Ours first; the colours stay apart for the colour-blind (Okabe and Ito). */
export const SIDE_COLOURS = {
  "kpl-kit": "#0072b2",
  protobufjs: "#e69f00",
  "aws-kinesis-agg": "#d55e00",
  "md5 floor": "#9a9a9a",
} as const;

export const PACKING_COLOURS = { "without packing": "#d55e00", "with packing": "#0072b2" } as const;

const INK = "#24292f";
const FAINT = "#57606a";

export const THEME: Config = {
  background: "#ffffff",
  padding: 16,
  font: "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif",
  view: { stroke: null },
  title: {
    fontSize: 16,
    color: INK,
    subtitleFontSize: 12,
    subtitleColor: FAINT,
    anchor: "start",
    offset: 14,
    subtitlePadding: 6,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: INK,
    titleColor: FAINT,
    gridColor: "#e6e8eb",
    domainColor: "#8c959f",
    tickColor: "#8c959f",
    titlePadding: 8,
  },
  legend: { labelFontSize: 12, labelColor: INK, title: null, orient: "top", symbolSize: 120 },
  header: { labelFontSize: 13, labelColor: INK, labelFontWeight: "bold", labelPadding: 6 },
  line: { strokeWidth: 2.5, point: { size: 45, filled: true } },
};
