// npm run bench:reader. What a user record costs the process that reads it: our reader beside lifion-kinesis, the AWS SDK with
// aws-kinesis-agg, and the KCL for Java, from an endless stream of aggregates over local HTTP.

import { fileURLToPath } from "node:url";
import { keepResults } from "../keep-results.ts";
import { thisMachine, versionsOf } from "../machine.ts";
import { seededRandom } from "../random.ts";
import { roundOptions } from "../round-options.ts";
import { barsOf } from "./bars.ts";
import { entrantsOf } from "./entrants.ts";
import { AGGREGATES_A_PAGE, LOADS, SHARDS } from "./loads.ts";
import { ALL_NAMES } from "./names.ts";
import { reportOf } from "./report.ts";
import { type ReaderResults, rowsOf } from "./results.ts";
import { measureInRounds } from "./rounds.ts";

const RESULTS = fileURLToPath(new URL("../results/reader.json", import.meta.url));

const NOTES = [
  `The source: ${SHARDS} shards without end, each answer ${AGGREGATES_A_PAGE} aggregates of 50 KB, over plain HTTP/1.1; its CPU is not counted. All look at the key and the data of every user record; of each shard the first page is compared with the stream.`,
  "kpl-kit: the loop form with a checkpoint each batch, in memory; record form: run({ record }), its own checkpoints; reusePages: the loop with that option. respectReadLimits false, and its own client: CBOR.",
  "SDK + aws-kinesis-agg: NodeHttpHandler, digests verified, no checkpoints; data stays base64 text, and to decode it is not charged. lifion-kinesis: pollDelay 0, no checkpoints, no digests; it needs DynamoDB, which is dynalite.",
  "KCL for Java 3.5.1: CBOR, G1 with -Xmx1g, no metrics, no checkpoints, polling without its pause of at least 200 ms, leases in dynalite.",
];

const options = roundOptions(
  "reader",
  "CPU, throughput and memory of readers: kpl-kit, lifion-kinesis, SDK + aws-kinesis-agg, KCL for Java.",
  {
    quick: "one short round, hardly warm, the KCL least of all; the numbers stray more",
    filter: 'turns whose name matches, as "100 B kpl-kit"',
    check: "exit code 1 if a bar is not met, or was not measured; without Java, the KCL's are left out",
    rounds: "rounds, in each of which every reader has its turn",
    slice: "milliseconds of CPU that are measured of a turn",
  },
);

// Said once by each SDK of each process.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
process.env["AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE"] ??= "true";
const selected = options.filter === undefined ? undefined : new RegExp(options.filter);
const chosen = new Map(
  LOADS.map(({ name: load }) => [load, ALL_NAMES.filter((name) => selected?.test(`${load} ${name}`) ?? true)]),
);
const isComplete = [...chosen.values()].every(({ length }) => length === ALL_NAMES.length);
const settings = {
  rounds: options.rounds ?? (options.quick ? 1 : 3),
  warmUpMs: options.quick ? { node: 500, java: 5_000 } : { node: 2_000, java: 60_000 },
  sliceMs: options.slice ?? (options.quick ? 500 : 3_000),
  shards: SHARDS,
  aggregatesAPage: AGGREGATES_A_PAGE,
  seed: 1,
};
const machine = thisMachine();
const { entrants, noKcl } = await entrantsOf(new Set([...chosen.values()].flat()));
if (noKcl !== undefined) console.error(`without the KCL for Java: ${noKcl.missing}. ${noKcl.details}`);
const slices = await measureInRounds({
  ...settings,
  random: seededRandom(settings.seed),
  entrants: new Map(
    [...chosen]
      .map(([load, names]) => [load, entrants.filter(({ name }) => names.includes(name))] as const)
      .filter(([, some]) => some.length > 0),
  ),
  onTurn: (round, load, name) => void process.stderr.write(`round ${round} of ${settings.rounds}: ${load}, ${name}\n`),
});
const results: ReaderResults = {
  command: "npm run bench:reader",
  date: new Date().toISOString().slice(0, 10),
  machine,
  versions: versionsOf("@aws-sdk/client-kinesis", "aws-kinesis-agg", "lifion-kinesis", "dynalite"),
  settings,
  notes: noKcl === undefined ? NOTES : [...NOTES, `The KCL took no part: ${noKcl.missing}.`],
  rows: rowsOf(slices),
  bars: barsOf(slices, noKcl === undefined),
};
console.log(reportOf(results));

keepResults(options.out ?? (isComplete && !options.quick ? RESULTS : undefined), results);
if (options.check && !results.bars.every(({ excused, met }) => met || excused)) process.exitCode = 1;
