// The KCL's turn: as that of a contender in Node, in a JVM that is asked over its standard input.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { FIRST_BYTE, KEY_LENGTH, loadOf, recordsAPage, SHARDS, STREAM, shardIdOf } from "../loads.ts";
import { type Slice, type Stat, slice } from "../slice.ts";
import type { Turn } from "../turn.ts";
import type { Kcl } from "./build-kcl.ts";
import { makeLeaseTable } from "./lease-table.ts";

/** Of the clock, for the whole turn. */
const MOST_MS = 5 * 60_000;

export async function takeKclTurn({ classPath, java: program }: Kcl, turn: Turn): Promise<Slice> {
  const { contender, digests, place } = turn;
  const application = `kcl-${Date.now()}`;
  await makeLeaseTable(place.tables, application);
  const load = loadOf(turn.load);
  const what = [load.recordBytes, recordsAPage(load), KEY_LENGTH, FIRST_BYTE].map(String);
  const options = ["-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", classPath];
  const java = spawn(program, [...options, "Consumer", place.endpoint, place.tables, STREAM, application, ...what], {
    env: { ...process.env, AWS_EC2_METADATA_DISABLED: "true" },
  });
  const ended = once(java, "exit");
  const late = setTimeout(() => java.kill("SIGKILL"), MOST_MS);
  try {
    const next = linesOf(java);
    await compareFirstPages(next, digests);
    return await slice(contender, turn, async () => {
      java.stdin.write("\n");
      return statOf(await next());
    });
  } finally {
    clearTimeout(late);
    java.kill("SIGKILL");
    await ended;
  }
}

/** The words of the next line. */
type Next = () => Promise<readonly string[]>;

function linesOf(java: ChildProcessWithoutNullStreams): Next {
  let problem = "";
  java.stderr.setEncoding("utf8").on("data", (text: string) => (problem = `${problem}${text}`.slice(-2_000)));
  // To a JVM that has ended: the line that does not come tells.
  java.stdin.on("error", () => undefined);
  const lines = createInterface({ input: java.stdout })[Symbol.asyncIterator]();
  return async () => {
    const line = await lines.next();
    if (line.done) throw new Error(`the KCL has ended, or hangs: ${problem}`);
    return line.value.split(" ");
  };
}

async function compareFirstPages(next: Next, digests: readonly string[]): Promise<void> {
  const delivered = new Map<string, string>();
  while (delivered.size < SHARDS) {
    const [, shardId = "", digest = ""] = await next(); // "page", for nothing else was asked yet
    delivered.set(shardId, digest);
  }
  if (digests.some((digest, shard) => delivered.get(shardIdOf(shard)) !== digest)) {
    throw new Error("the first page of a shard, as the KCL delivers it, is not the stream's");
  }
}

function statOf([, ...words]: readonly string[]): Stat {
  const [records = 0, wrong = 0, cpuNs = 0, residentBytes = 0] = words.map(Number);
  const residentMiB = residentBytes > 0 ? residentBytes / 2 ** 20 : undefined;
  return { records, wrong, cpuMs: cpuNs / 1e6, residentMiB };
}
