// npm run bench:md5. The digest engines side by side, and what comes of several digests at once: aggregates unpacked and
// packed, partition keys hashed, in one process, and in a browser if there is one.

import { fileURLToPath } from "node:url";
import { keepResults } from "../keep-results.ts";
import { thisMachine, versionsOf } from "../machine.ts";
import { seededRandom } from "../random.ts";
import { roundOptions } from "../round-options.ts";
import { measureInRounds } from "../rounds.ts";
import { barsOf } from "./bars.ts";
import { CHROMIUM_TASKS, measureInChromium } from "./chromium/index.ts";
import { DEAGGREGATE_TASKS } from "./deaggregate-all.ts";
import { ENGINE_TASKS } from "./engines.ts";
import { LAMBDA_TASKS } from "./lambda-event.ts";
import { KEY_TASKS } from "./partition-keys.ts";
import { reportOf } from "./report.ts";
import { type Md5Results, type Md5Row, rowOf } from "./results.ts";
import { SEALING_TASKS } from "./sealing.ts";
import type { Task } from "./task.ts";

const RESULTS = fileURLToPath(new URL("../results/md5.json", import.meta.url));

const NOTES = [
  "crypto.hash: of the engines with its fastest encoding, latin1, where nothing else is said; of partition keys with its default, hex.",
  "md5 floor: crypto.hash('md5') of the aggregates' messages, one after the other, and nothing else.",
  "aws-kinesis-agg: deaggregateSync, digests verified, bytes handed over; its data comes out as base64 text, and only for the Lambda event it is charged with turning that into bytes.",
  "deaggregateAll: its user records are counted; where that is said, key and data of each are read too.",
  "one digest at a time: the same code with node:crypto as its engine.",
  "Chromium: by its own clock, in the lesser number of rounds; it has no node:crypto, so the rival is the portable engine.",
];

const TASKS: readonly Task[] = [...ENGINE_TASKS, ...KEY_TASKS, ...DEAGGREGATE_TASKS, ...LAMBDA_TASKS, ...SEALING_TASKS];

const options = roundOptions("md5", "The digest engines, alone and in all that digests several messages at once.", {
  quick: "few short rounds; the numbers stray more",
  filter: 'rows whose name matches, as "deaggregateAll 500 x 100 B"',
  rounds: "rounds",
  slice: "milliseconds of a side in a round",
});

const selected = options.filter === undefined ? undefined : new RegExp(options.filter);
const isSelected = ({ group, name }: Task) => selected?.test(`${group} ${name}`) ?? true;
const settings = {
  rounds: options.rounds ?? (options.quick ? 3 : 11),
  sliceMs: options.slice ?? (options.quick ? 10 : 30),
  seed: 1,
};
const machine = thisMachine();
const random = seededRandom(settings.seed);

process.stderr.write(`warming up ${TASKS.length} rows\n`);
const prepared = TASKS.map((task) => ({ task, load: task.prepare() }));
// Every side meets every load before the first is timed, so that no row depends on the rows before it.
for (const { load } of prepared) measureInRounds(load.contenders, { rounds: 0, sliceMs: 10, random });
const measured = prepared.filter(({ task }) => isSelected(task));
const rows: Md5Row[] = [];
for (const { load, task } of measured) {
  process.stderr.write(`${rows.length + 1}/${measured.length} ${task.group} ${task.name}\n`);
  rows.push(rowOf(task.group, task.name, load, measureInRounds(load.contenders, { ...settings, random })));
}

const names = CHROMIUM_TASKS.filter(isSelected).map(({ name }) => name);
process.stderr.write("Chromium\n");
const inChromium = await measureInChromium({ ...settings, names });
process.stderr.write(`${inChromium.chromium}\n`);
rows.push(...inChromium.rows);

const results: Md5Results = {
  command: "npm run bench:md5",
  date: new Date().toISOString().slice(0, 10),
  machine,
  versions: versionsOf("aws-kinesis-agg", "tinybench"),
  chromium: inChromium.chromium,
  settings,
  notes: NOTES,
  rows,
  bars: barsOf(rows),
};
console.log(reportOf(results));

keepResults(options.out ?? (selected === undefined && !options.quick ? RESULTS : undefined), results);
if (options.check && !results.bars.every(({ met }) => met)) process.exitCode = 1;
