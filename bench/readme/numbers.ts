// A number of a bench stands in the README between <!-- bench:NAME --> and <!-- /bench:NAME -->, and nowhere else.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CodecResults } from "../codec/results.ts";
import type { PackingResults } from "../packing/report.ts";
import { bundleSizes } from "./bundle-size.ts";
import { packingBlock } from "./packing-block.ts";
import { protobufjsBlock } from "./protobufjs-block.ts";
import { speedBlock } from "./speed-block.ts";

/** By name of the block. */
export type Numbers = Readonly<Record<string, string>>;

export function numbersOf(results: URL = new URL("../results/", import.meta.url)): Numbers {
  const codec = resultsOf<CodecResults>(results, "codec");
  return {
    speed: speedBlock(codec),
    protobufjs: protobufjsBlock(codec, bundleSizes()),
    packing: packingBlock(resultsOf<PackingResults>(results, "packing")),
  };
}

function resultsOf<Results>(folder: URL, name: string): Results {
  const path = fileURLToPath(new URL(`${name}.json`, folder));
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Results;
  } catch (cause) {
    throw new Error(`no results in ${path}: npm run bench:${name} writes them`, { cause });
  }
}

const BLOCK = /(<!-- bench:([a-z]+) -->\n)([\s\S]*?)(<!-- \/bench:\2 -->)/g;

/** The text with the numbers in its blocks. @throws for a block that has none, or that is missing or marked wrongly. */
export function fill(text: string, numbers: Numbers): string {
  assertAllMarked(text, numbers);
  return text.replace(BLOCK, (_, begin: string, name: string, __, end: string) => `${begin}${numbers[name]}\n${end}`);
}

/** Names of the blocks that do not hold what the results do. */
export function staleIn(text: string, numbers: Numbers): string[] {
  assertAllMarked(text, numbers);
  return [...text.matchAll(BLOCK)].flatMap(([, , name = "", block]) => (block === `${numbers[name]}\n` ? [] : [name]));
}

/** What stands outside of every block. */
export function withoutBlocks(text: string): string {
  return text.replace(BLOCK, "");
}

function assertAllMarked(text: string, numbers: Numbers): void {
  const whole = [...text.matchAll(BLOCK)].map(([, , name]) => name);
  const begun = [...text.matchAll(/<!-- bench:(.*?) -->/g)].map(([, name]) => name);
  const known = Object.keys(numbers).sort().join(", ");
  if (whole.toSorted().join(", ") === known && begun.length === whole.length) return;
  throw new Error(
    `the blocks begun are ${begun.join(", ")}, those that also end ${whole.join(", ")}; needed: ${known}`,
  );
}
