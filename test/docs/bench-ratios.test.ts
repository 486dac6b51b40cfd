// The guides quote ratios of the last committed run, none better.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pages } from "./pages.ts";

interface Results {
  readonly bars: readonly {
    readonly name: string;
    readonly ratio: { readonly median: number };
    readonly met: boolean;
  }[];
}

it.each([["docs/testing.md", "local-kinesis"]])("%s has those of bench/results/%s.json", (path, name) => {
  const page = pages.find((each) => each.path === path);
  const file = new URL(`../../bench/results/${name}.json`, import.meta.url);
  const { bars } = JSON.parse(readFileSync(file, "utf8")) as Results;
  expect(bars.length).toBeGreaterThan(0);
  for (const { name: bar, ratio } of bars) expect(page?.text, bar).toContain(`${ratio.median.toFixed(1)}x`);
  expect(bars.filter(({ met }) => !met)).toEqual([]);
});
