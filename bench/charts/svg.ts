// A chart's specification to SVG, without a browser. The same specification gives the same bytes.

import { parse, resetSVGDefIds, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { THEME } from "./theme.ts";

export type Chart = TopLevelSpec;

export async function svgOf(chart: Chart): Promise<string> {
  // Ids count on from chart to chart: the bytes of one must not depend on those drawn before it.
  resetSVGDefIds();
  const { spec } = compile({ ...chart, config: THEME });
  const view = new View(parse(spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
