// npm run bench:local-kinesis. The in-process stream beside the emulators, each in a process of its own, by the AWS SDK's
// client over HTTP/1.1; and beside itself, without HTTP.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { Command } from "commander";
import { LocalKinesis } from "../../src/testing/index.ts";
import { keepResults } from "../keep-results.ts";
import { thisMachine, versionsOf } from "../machine.ts";
import { seededRandom, shuffled } from "../random.ts";
import { type LoadOptions, type LoadTimes, runLoad } from "./load.ts";
import { barsOf, type LocalKinesisResults, reportOf, rowOf } from "./report.ts";

const RESULTS = fileURLToPath(new URL("../results/local-kinesis.json", import.meta.url));
const SERVE = fileURLToPath(new URL("serve.ts", import.meta.url));
const SERVERS = ["kpl-kit", "kinesalite", "kinesis-local"];

interface Options {
  readonly rounds: number;
  readonly calls: number;
  readonly check?: true;
  readonly out?: string;
}

const given = process.argv.slice(2);
const { calls, check, out, rounds } = new Command("bench:local-kinesis")
  .description("Put and read back 100 B records in batches of 500: LocalKinesis, kinesalite, kinesis-local.")
  .option("--rounds <count>", "rounds, in each of which every side has its turn", Number, 5)
  .option("--calls <count>", "PutRecords calls of a turn", Number, 20)
  .option("--check", "exit code 1 if a bar is not met")
  .option("--out <file>", "JSON results (default: bench/results/local-kinesis.json, for a run without options)")
  .parse()
  .opts<Options>();

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
const load: LoadOptions = { calls, shards: 4 };
const machine = thisMachine();
const local = new LocalKinesis({ limits: "off" });
const children: ChildProcess[] = [];
const clients = new Map<string, KinesisClient>([["kpl-kit, in process", local.client()]]);
try {
  for (const name of SERVERS) {
    const child = fork(SERVE, [name], { execArgv: ["--import", "tsx"] });
    children.push(child);
    const endpoint = await Promise.race([once(child, "message"), once(child, "exit").then(() => [undefined])]);
    if (typeof endpoint[0] !== "string") throw new Error(`${name} did not start`);
    clients.set(name, clientOf(endpoint[0]));
  }
  const times = new Map<string, LoadTimes[]>([...clients.keys()].map((name) => [name, []]));
  const random = seededRandom(1);
  for (let round = 0; round <= rounds; round++) {
    process.stderr.write(round === 0 ? "warming up\n" : `round ${round} of ${rounds}\n`);
    for (const [name, kinesis] of shuffled([...clients], random)) {
      const turn = await runLoad(kinesis, load);
      if (round > 0) times.get(name)!.push(turn); // every name is there
    }
  }
  const rows = [...times].map(([name, turns]) => rowOf(name, turns, load));
  const results: LocalKinesisResults = {
    command: "npm run bench:local-kinesis",
    date: new Date().toISOString().slice(0, 10),
    machine,
    versions: versionsOf("@aws-sdk/client-kinesis", "kinesalite", "kinesis-local"),
    settings: { rounds, ...load, recordsACall: 500, recordBytes: 100 },
    rows,
    bars: barsOf(times),
  };
  console.log(reportOf(results));
  keepResults(out ?? (given.length === 0 ? RESULTS : undefined), results);
  if (check && !results.bars.every(({ met }) => met)) process.exitCode = 1;
} finally {
  for (const kinesis of clients.values()) kinesis.destroy();
  await local.close();
  for (const child of children) child.disconnect();
}

/** As everybody would make it: HTTP/1.1 is what all three speak. */
function clientOf(endpoint: string): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    requestHandler: new NodeHttpHandler(),
  });
}
