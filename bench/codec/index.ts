// npm run bench:codec. Our encode and decode beside those of aws-kinesis-agg and protobufjs, and the digest that all of
// them have to compute, in one process.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { thisMachine, versionsOf } from "../machine.ts";
import { seededRandom } from "../random.ts";
import { verdictOf } from "../verdict.ts";
import { barsOf } from "./bars.ts";
import { TASKS, warmUp } from "./measure.ts";
import { headOf, tableOf } from "./report.ts";
import type { CodecResults, CodecRow } from "./results.ts";

const RESULTS = fileURLToPath(new URL("../results/codec.json", import.meta.url));

const NOTES = [
  "kpl-kit: one Aggregator, reused, exact sizes and limits kept; deaggregate, digest verified, keys and data read.",
  "aws-kinesis-agg: RecordAggregator and deaggregateSync as its API hands records over, data as base64 text: decoding that is not charged; it makes no outer explicit hash key.",
  "protobufjs: static code, the same entry as ours, without sizes or limits.",
  "md5 floor: crypto.hash('md5') of the same bytes; below about 100 bytes the call, not the digest, is what it costs.",
];

interface Options {
  readonly quick?: true;
  readonly check?: true;
  readonly filter?: string;
  readonly rounds?: number;
  readonly slice?: number;
  readonly out?: string;
}

const options = new Command("bench:codec")
  .description("Encode and decode against aws-kinesis-agg, protobufjs and the MD5 floor.")
  .option("--quick", "few short rounds; the numbers stray more")
  .option("--filter <regex>", 'rows whose name matches, as "decode 500 x 100 B, 50 keys"')
  .option("--check", "exit code 1 if a bar is not met, or was not measured")
  .option("--rounds <count>", "rounds", Number)
  .option("--slice <ms>", "milliseconds of a side in a round", Number)
  .option("--out <file>", "JSON results (default: bench/results/codec.json, for a whole run that is not quick)")
  .parse()
  .opts<Options>();

const selected = options.filter === undefined ? undefined : new RegExp(options.filter);
const tasks = TASKS.filter(({ group, name }) => selected?.test(`${group} ${name}`) ?? true);
const isComplete = tasks.length === TASKS.length;
const settings = {
  rounds: options.rounds ?? (options.quick ? 3 : 11),
  sliceMs: options.slice ?? (options.quick ? 10 : 30),
  seed: 1,
};
const machine = thisMachine();
const random = seededRandom(settings.seed);

process.stderr.write(`warming up ${TASKS.length} rows\n`);
warmUp({ ...settings, rounds: 0, sliceMs: 10, random });
const rows: CodecRow[] = [];
for (const { group, name, measure } of tasks) {
  process.stderr.write(`${rows.length + 1}/${tasks.length} ${group} ${name}\n`);
  rows.push(measure({ ...settings, random }));
}

const results: CodecResults = {
  command: "npm run bench:codec",
  date: new Date().toISOString().slice(0, 10),
  machine,
  versions: versionsOf("aws-kinesis-agg", "protobufjs", "tinybench"),
  settings,
  notes: NOTES,
  rows,
  bars: barsOf(rows, isComplete),
};

console.log(`\n${headOf(results)}\n`);
for (const group of new Set(rows.map((row) => row.group))) {
  console.log(
    `${tableOf(
      group,
      rows.filter((row) => row.group === group),
    )}\n`,
  );
}
console.log(verdictOf(results.bars));

const out = options.out ?? (isComplete && !options.quick ? RESULTS : undefined);
if (out !== undefined) {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(results, undefined, 1)}\n`);
  console.log(`\nwritten: ${out}`);
}
if (options.check && !results.bars.every(({ met }) => met)) process.exitCode = 1;
