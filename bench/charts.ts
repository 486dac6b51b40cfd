// npm run bench:charts. The pictures in docs/images, drawn from bench/results and from nothing else: the same results
// give the same bytes.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { codecCharts } from "./charts/codec-charts.ts";
import { packingCharts } from "./charts/packing-charts.ts";
import { type Chart, svgOf } from "./charts/svg.ts";
import type { CodecResults } from "./codec/results.ts";
import type { PackingResults } from "./packing/report.ts";

const IMAGES = new URL("../docs/images/", import.meta.url);

const charts: Record<string, Chart> = {
  ...chartsOf<CodecResults>("codec", codecCharts),
  ...chartsOf<PackingResults>("packing", packingCharts),
};
mkdirSync(IMAGES, { recursive: true });
for (const [file, chart] of Object.entries(charts)) {
  writeFileSync(new URL(file, IMAGES), await svgOf(chart));
  console.log(`docs/images/${file}`);
}

function chartsOf<Results>(name: string, draw: (results: Results) => Record<string, Chart>): Record<string, Chart> {
  const results = new URL(`results/${name}.json`, import.meta.url);
  if (existsSync(results)) return draw(JSON.parse(readFileSync(results, "utf8")) as Results);
  console.error(`no ${fileURLToPath(results)}: run npm run bench:${name} first`);
  process.exitCode = 1;
  return {};
}
