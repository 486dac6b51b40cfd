// npm run bench:codec. Our encode and decode beside those of aws-kinesis-agg and protobufjs, and the digest that all of
// them have to compute, in one process.

import { fileURLToPath } from "node:url";
import { keepResults } from "../keep-results.ts";
import { thisMachine, versionsOf } from "../machine.ts";
import { seededRandom } from "../random.ts";
import { roundOptions } from "../round-options.ts";
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

const options = roundOptions("codec", "Encode and decode against aws-kinesis-agg, protobufjs and the MD5 floor.", {
  quick: "few short rounds; the numbers stray more",
  filter: 'rows whose name matches, as "decode 500 x 100 B, 50 keys"',
  rounds: "rounds",
  slice: "milliseconds of a side in a round",
});

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

keepResults(options.out ?? (isComplete && !options.quick ? RESULTS : undefined), results);
if (options.check && !results.bars.every(({ met }) => met)) process.exitCode = 1;
