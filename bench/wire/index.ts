// npm run bench:wire. What a call costs the process that makes it: our client beside the AWS SDK's as shipped, and beside
// the least that Node can do, against a service that does nothing, over plain HTTP and over TLS.

import { fileURLToPath } from "node:url";
import { keepResults } from "../keep-results.ts";
import { thisMachine, versionsOf } from "../machine.ts";
import { seededRandom } from "../random.ts";
import { roundOptions } from "../round-options.ts";
import { barsOf } from "./bars.ts";
import { LOAD_NAMES } from "./loads.ts";
import { reportOf } from "./report.ts";
import { rowsOf, type WireResults } from "./results.ts";
import { measureInRounds, type Transport } from "./rounds.ts";

const RESULTS = fileURLToPath(new URL("../results/wire.json", import.meta.url));
const TRANSPORTS: readonly Transport[] = ["plain", "tls"];

const NOTES = [
  "SDK as shipped: new KinesisClient(), JSON over HTTP/2; its default handler makes a connection for each call, handshake and all. The sink takes 16 MB at once, so that nothing waits for it.",
  "SDK, NodeHttpHandler: the same with the SDK's other handler. kpl-kit: createKinesisClient(), CBOR over HTTP/1.1; JSON: encoding json; fresh buffers: reuseBodyBuffers false, and no releasePage.",
  "by hand: node:http or node:https, own signature, writeCbor and readCbor, nothing else: a bound, not a client.",
  "CPU is user and system of all threads of the process that calls; the sink has its own. MB are of data, before any encoding.",
];

const options = roundOptions(
  "wire",
  "CPU of PutRecords and GetRecords: kpl-kit's client, the AWS SDK as shipped, a request made by hand.",
  {
    quick: "few short rounds, hardly warm; the numbers stray more",
    filter: 'rows whose name matches, as "tls put 20 x 50 KB"',
    rounds: "rounds, in each of which every contender has its turn",
    slice: "milliseconds of CPU of a load in a turn",
  },
);

const selected = options.filter === undefined ? undefined : new RegExp(options.filter);
const loads = new Map(
  TRANSPORTS.map((transport) => [
    transport,
    LOAD_NAMES.filter((load) => selected?.test(`${transport} ${load}`) ?? true),
  ]),
);
const isComplete = [...loads.values()].every(({ length }) => length === LOAD_NAMES.length);
const settings = {
  rounds: options.rounds ?? (options.quick ? 2 : 3),
  warmUpCalls: options.quick ? 400 : 3_000,
  sliceMs: options.slice ?? (options.quick ? 100 : 800),
  inFlight: 4,
  seed: 1,
};
const machine = thisMachine();
const slices = await measureInRounds({
  ...settings,
  random: seededRandom(settings.seed),
  loads: new Map([...loads].filter(([, names]) => names.length > 0)),
  onRound: (round) => void process.stderr.write(`round ${round} of ${settings.rounds}\n`),
});
const rows = rowsOf(slices);
const results: WireResults = {
  command: "npm run bench:wire",
  date: new Date().toISOString().slice(0, 10),
  machine,
  versions: versionsOf("@aws-sdk/client-kinesis", "@smithy/core", "@smithy/node-http-handler"),
  settings,
  notes: NOTES,
  rows,
  bars: barsOf(rows),
};
console.log(reportOf(results));

keepResults(options.out ?? (isComplete && !options.quick ? RESULTS : undefined), results);
if (options.check && !results.bars.every(({ met }) => met)) process.exitCode = 1;
