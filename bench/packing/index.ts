// npm run bench:packing. What packing saves, told for payload sizes or for a file of the user's own payloads.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { type PackingSettings, packingOf } from "./packing.ts";
import { type Payloads, payloadsOfFile, payloadsOfSize } from "./payloads.ts";
import { DEFAULT_PRICES, type Prices, parsePrices, priceText } from "./prices.ts";
import { reportOf, resultsOf } from "./report.ts";

const RESULTS = fileURLToPath(new URL("../results/packing.json", import.meta.url));
const SIZES = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

interface Options {
  readonly size?: number[];
  readonly file?: string;
  readonly separator: string;
  readonly key?: string;
  readonly keys: number;
  readonly rate: number;
  readonly bufferedTime: number;
  readonly maxSize: number;
  readonly groupBy: PackingSettings["groupBy"];
  readonly shards?: number;
  readonly prices?: Prices;
  readonly json?: true;
  readonly out?: string;
}

const command = new Command("bench:packing")
  .description("User records per aggregate, overhead, PUT payload units, shards and cost, without packing and with.")
  .option("--size <bytes[,bytes...]>", `payload sizes (default: ${SIZES.join(",")})`, parseSizes)
  .addOption(new Option("--file <path>", "payloads of your own, one a line").conflicts("size"))
  .option("--separator <text>", "between the payloads of the file; \\n, \\t and \\0 are understood", unescaped, "\n")
  .option("--key <field>", "the partition key is this field of each payload's JSON (default: drawn from --keys)")
  .option("--keys <count>", "partition keys to draw from, evenly", wholeNumber, 1_000)
  .option("--rate <count>", "user records a second", positive, 1_000)
  .option("--buffered-time <ms>", "how long a user record waits for others; KPL: RecordMaxBufferedTime", positive, 100)
  .option("--max-size <bytes>", "of an aggregate; KPL: AggregationMaxSize", wholeNumber, 51_200)
  .addOption(
    new Option("--group-by <how>", "what may share an aggregate")
      .choices(["shards", "partitionKey", "none"])
      .default("shards"),
  )
  .option("--shards <count>", "of the stream (default: as many as it needs without packing)", wholeNumber)
  .option("--prices <name=US$,...>", `default: ${priceText(DEFAULT_PRICES)}`, parsePrices)
  .option("--json", "JSON instead of tables")
  .option("--out <file>", "JSON results (default: bench/results/packing.json, for a run without options)")
  .parse();
const options = command.opts<Options>();

const { file, size = SIZES, keys, separator, key: keyField } = options;
const settings = {
  rate: options.rate,
  bufferedMs: options.bufferedTime,
  maxSize: options.maxSize,
  groupBy: options.groupBy,
  shards: options.shards,
  prices: options.prices ?? DEFAULT_PRICES,
  keys,
};
const given = process.argv.slice(2);
const payloads = payloadsGiven();
const rows = payloads.map((each) => packingOf(each, settings));
const results = resultsOf(
  ["npm run bench:packing", ...(given.length > 0 ? ["--", ...given] : [])].join(" "),
  settings,
  rows,
);

console.log(options.json ? JSON.stringify(results, undefined, 1) : reportOf(results));
const out = options.out ?? (given.length === 0 ? RESULTS : undefined);
if (out !== undefined) {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(results, undefined, 1)}\n`);
  console.error(`\nwritten: ${out}`);
}

function payloadsGiven(): Payloads[] {
  if (file === undefined) return size.map((bytes) => payloadsOfSize(bytes, keys));
  try {
    return [payloadsOfFile(file, { separator, keyField, keys })];
  } catch (error) {
    return command.error(`error: ${(error as Error).message}`);
  }
}

function parseSizes(text: string): number[] {
  return text.split(",").map((part) => {
    const bytes = Number(part);
    if (part.trim() !== "" && Number.isInteger(bytes) && bytes >= 0) return bytes;
    throw new InvalidArgumentError(`"${part}" is no number of bytes`);
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("a whole number above 0 is needed");
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("a number above 0 is needed");
}

function unescaped(text: string): string {
  return text.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("\\0", "\0");
}
