// npm run bench:lambda. The largest event that Lambda hands over, through kinesisHandler and through aws-kinesis-agg wrapped
// in promises, in one process.

import { fileURLToPath } from "node:url";
import { keepResults } from "../keep-results.ts";
import { thisMachine, versionsOf } from "../machine.ts";
import { seededRandom } from "../random.ts";
import { roundOptions } from "../round-options.ts";
import { barsOf } from "./bars.ts";
import { WRAPPER } from "./contenders/index.ts";
import { loadOf, ROWS } from "./event.ts";
import { reportOf } from "./report.ts";
import { type LambdaResults, type LambdaRow, rowOf } from "./results.ts";
import { assertAlike, measureInRounds } from "./rounds.ts";

const RESULTS = fileURLToPath(new URL("../results/lambda.json", import.meta.url));

const NOTES = [
  "kpl-kit: kinesisHandler with its defaults: in order, deadline watched, digests verified. The event is parsed already; 50 partition keys.",
  "aws-kinesis-agg: wrapped as below, digests verified. Both await an async handler for each user record, which reads its key and its data.",
];

const options = roundOptions(
  "lambda",
  "A 6 MB event of 100 aggregates: kinesisHandler against aws-kinesis-agg wrapped in promises.",
  {
    quick: "few short rounds; the numbers stray more",
    filter: 'rows whose name matches, as "100 B"',
    rounds: "rounds",
    slice: "milliseconds of a side in a round",
  },
);

const selected = options.filter === undefined ? undefined : new RegExp(options.filter);
const chosen = ROWS.filter(({ name }) => selected?.test(name) ?? true);
const settings = {
  rounds: options.rounds ?? (options.quick ? 3 : 11),
  sliceMs: options.slice ?? (options.quick ? 150 : 600),
  seed: 1,
};
const machine = thisMachine();
const random = seededRandom(settings.seed);
const rows: LambdaRow[] = [];
for (const row of chosen) {
  process.stderr.write(`${row.name}\n`);
  const load = loadOf(row);
  await assertAlike(load);
  rows.push(rowOf(row, load, await measureInRounds(load, { ...settings, random })));
}

const results: LambdaResults = {
  command: "npm run bench:lambda",
  date: new Date().toISOString().slice(0, 10),
  machine,
  versions: versionsOf("aws-kinesis-agg"),
  settings,
  notes: NOTES,
  wrapper: WRAPPER,
  rows,
  bars: barsOf(rows),
};
console.log(reportOf(results));

keepResults(options.out ?? (chosen.length === ROWS.length && !options.quick ? RESULTS : undefined), results);
if (options.check && !results.bars.every(({ met }) => met)) process.exitCode = 1;
