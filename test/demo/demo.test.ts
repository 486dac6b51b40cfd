import { type KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clientFor } from "../../demo/client.ts";
import { type KinesisLocal, startKinesisLocal } from "../../demo/kinesis-local.ts";
import type { Report } from "../../demo/report.ts";
import { createStream, untilActive } from "../../demo/stream.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { type RunProgramOptions, runProgram } from "./run-program.ts";

const SECOND = 1_000;

async function demo(args: readonly string[], options?: RunProgramOptions) {
  return await runProgram("demo/main.ts", args, options);
}

describe("npm run demo", { timeout: 60 * SECOND }, () => {
  it("brings real records in and out through a split", async () => {
    const { exitCode, stdout } = await demo(["--records", "600", "--json"]);
    const report = JSON.parse(stdout) as Report;
    expect(exitCode).toBe(0);
    expect(report.ok).toBe(true);
    expect(report.userRecords).toEqual({
      sent: 600,
      received: 600,
      missing: 0,
      duplicated: 0,
      outOfOrder: 0,
      unknown: 0,
      droppedByKcl: 0,
      malformed: 0,
    });
    // Three open shards after the split, one aggregate for each; two before.
    expect(report.kinesisRecords).toMatchObject({
      stored: 5,
      userRecordsEach: 120,
      resent: 0,
      notWhereItWasPredicted: 0,
    });
    expect(report.putPayloadUnits.plain).toBe(600);
    expect(report.putPayloadUnits.packed).toBeLessThanOrEqual(6);
    expect(report.stream.shards.filter(({ closed }) => closed)).toHaveLength(1);
    expect(report.stream.shards.filter(({ parents }) => parents.length === 1)).toHaveLength(2);
    expect(report.split?.lostWithStaleShardMap.userRecords).toBeGreaterThan(0);
  });

  it("takes NDJSON from standard input, and says in plain lines how it went", async () => {
    // Keys that an object as key table would reorder or lose, and lines with every ending.
    const rows = Array.from({ length: 90 }, (_, n) =>
      JSON.stringify({ user: ["10", "2", "__proto__", 7, "é"][n % 5], n }),
    );
    const { exitCode, stdout } = await demo(["--file", "-", "--key", "user", "--shards", "3"], {
      input: rows.join("\r\n"),
    });
    expect(stdout).toContain("90 in, 90 out: equal, in order per key");
    expect(stdout).toContain("OK: nothing lost, nothing twice, in order for each of 5 partition keys.");
    expect(stdout, "no bar in a pipe").toMatch(/^ +read: 75%$/m);
    expect(stdout).not.toContain("\u001b");
    expect(exitCode).toBe(0);
  });
});

describe("npm run demo refuses, with exit code 2 and a code", { timeout: 60 * SECOND }, () => {
  it.each([
    ["an option there isn't", ["--shard", "2"], "", "KPL_KIT_DEMO_OPTION: unknown option '--shard'"],
    [
      "input that is none",
      ["--file", "-", "--key", "k"],
      "id;name",
      "KPL_KIT_DEMO_NOT_NDJSON: standard input, line 1 is not JSON",
    ],
    [
      "an endpoint where nobody is",
      ["--endpoint", "http://127.0.0.1:9", "--yes"],
      "",
      "KPL_KIT_DEMO_ENDPOINT_REFUSED: nothing answers at http://127.0.0.1:9 (ECONNREFUSED)",
    ],
    ["to make a stream elsewhere unasked", ["--endpoint", "http://127.0.0.1:9"], "", "KPL_KIT_DEMO_CONSENT"],
  ])("%s", async (_, args, input, message) => {
    const { exitCode, stderr, stdout } = await demo(args, { input });
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });
});

describe("npm run demo -- --endpoint", { timeout: 60 * SECOND }, () => {
  let local: KinesisLocal;
  let kinesis: KinesisClient;
  let proxy: FaultProxy | undefined;

  beforeAll(async () => {
    local = await startKinesisLocal();
    kinesis = clientFor({ endpoint: local.endpoint, region: "us-east-1" });
  }, 30 * SECOND);
  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
  });
  afterAll(async () => {
    kinesis.destroy();
    await local.stop();
  });

  /** One that is being deleted keeps its name for a moment. */
  async function expectStreams(...names: string[]): Promise<void> {
    const listed = async () => (await kinesis.send(new ListStreamsCommand({}))).StreamNames;
    await expect.poll(listed).toEqual(names);
  }

  async function demoThrough(...script: Parameters<typeof startFaultProxy>[1]) {
    proxy = await startFaultProxy(local.endpoint, script);
    const { exitCode, stderr, stdout } = await demo([
      "--endpoint",
      proxy.endpoint,
      "--yes",
      "--json",
      "--records",
      "3000",
    ]);
    expect(stdout, stderr).not.toBe("");
    await expectStreams();
    return { exitCode, report: JSON.parse(stdout) as Report };
  }

  it("takes its stream along when it is interrupted", async () => {
    let interrupted = false;
    const { exitCode, stderr, stdout } = await demo(["--endpoint", local.endpoint, "--yes"], {
      onOutput: (soFar, interrupt) => {
        if (interrupted || !soFar.includes("1. Pack and put")) return;
        interrupted = true;
        interrupt();
      },
    });
    expect(exitCode).toBe(130);
    expect(stderr).toContain("Interrupted");
    expect(stdout).not.toContain("Result");
    await expectStreams();
  });

  it("passes when entries are throttled", async () => {
    const { exitCode, report } = await demoThrough({ entries: ["throttled"] }, { entries: ["throttled", "throttled"] });
    expect(report.kinesisRecords.resent).toBe(3);
    expect(report.userRecords).toMatchObject({ received: 3_000, duplicated: 0, outOfOrder: 0 });
    expect(exitCode).toBe(0);
  });

  it("passes when an answer is lost, and explains what lies there twice", async () => {
    const { exitCode, report } = await demoThrough({ answer: "lost" });
    expect(report.kinesisRecords.explainedDuplicates).toBe(2);
    expect(report.userRecords).toMatchObject({ received: 3_000, duplicated: 0 });
    expect(exitCode).toBe(0);
  });

  it("fails when an entry is reported as stored and isn't", async () => {
    const { exitCode, report } = await demoThrough({ entries: ["swallowed"] });
    expect(report.userRecords.missing).toBeGreaterThan(0);
    expect(report.userRecords.received).toBe(3_000 - report.userRecords.missing);
    expect(exitCode).toBe(1);
  });

  it("fails when an entry is stored twice without a reason", async () => {
    const { exitCode, report } = await demoThrough({ entries: ["doubled"] });
    expect(report.userRecords.duplicated).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
  });

  it("fails when an aggregate lies where a KCL would drop it", async () => {
    const { exitCode, report } = await demoThrough({ entries: ["misrouted"] });
    expect(report.kinesisRecords.notWhereItWasPredicted).toBe(1);
    expect(report.userRecords.droppedByKcl).toBeGreaterThan(0);
    expect(report.userRecords.missing).toBe(report.userRecords.droppedByKcl);
    expect(exitCode).toBe(1);
  });

  it("leaves an existing stream and what lies in it alone, but for the split that was asked for", async () => {
    const stream = { kinesis, name: "orders", signal: new AbortController().signal };
    await createStream(stream, 1);
    await untilActive(stream);
    const command = ["--endpoint", local.endpoint, "--stream", "orders", "--records", "300", "--json"];
    const runs = [await demo(command), await demo([...command, "--split"])];
    const reports = runs.map(({ stdout }) => JSON.parse(stdout) as Report);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(reports.map(({ stream: { shards } }) => shards.length)).toEqual([1, 3]);
    expect(reports.map(({ kinesisRecords }) => kinesisRecords.stored)).toEqual([1, 3]);
    expect(
      reports.map(({ kinesisRecords }) => kinesisRecords.ofOthers),
      "the run before is not read again",
    ).toEqual([0, 0]);
    await expectStreams("orders");
  });
});
