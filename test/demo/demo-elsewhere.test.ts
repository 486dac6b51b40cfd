import {
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListStreamConsumersCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-kinesis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clientFor } from "../../demo/client.ts";
import type { Report } from "../../demo/report.ts";
import { createStream, untilActive } from "../../demo/stream.ts";
import { LocalKinesis } from "../../src/testing/index.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { demo } from "./run-program.ts";

const SECOND = 1_000;

describe("npm run demo -- --endpoint", { timeout: 60 * SECOND }, () => {
  const local = new LocalKinesis();
  let endpoint: string;
  let kinesis: KinesisClient;
  let proxy: FaultProxy | undefined;

  beforeAll(async () => {
    ({ endpoint } = await local.listen());
    kinesis = clientFor({ endpoint, region: "us-east-1" });
  }, 30 * SECOND);
  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
  });
  afterAll(async () => {
    kinesis.destroy();
    await local.close();
  });

  /** One that is being deleted keeps its name for a moment. */
  async function expectStreams(...names: string[]): Promise<void> {
    const listed = async () => (await kinesis.send(new ListStreamsCommand({}))).StreamNames;
    await expect.poll(listed).toEqual(names);
  }

  async function demoThrough(...script: Parameters<typeof startFaultProxy>[1]) {
    proxy = await startFaultProxy(endpoint, script);
    const { exitCode, stderr, stdout } = await demo([
      "--endpoint",
      proxy.endpoint,
      // The proxy reads it.
      "--encoding",
      "json",
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
    const { exitCode, stderr, stdout } = await demo(["--endpoint", endpoint, "--yes"], {
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
    const command = ["--endpoint", endpoint, "--stream", "orders", "--records", "300", "--json"];
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

  it.each([
    ["to the end", 0],
    ["until it was interrupted", 130],
  ])("leaves no consumer at an existing stream that was read by enhanced fan-out %s", async (_, code) => {
    const name = `fan-out-${code}`;
    const stream = { kinesis, name, signal: new AbortController().signal };
    await createStream(stream, 1);
    await untilActive(stream);
    let interrupted = code === 0;
    const outcome = await demo(["--endpoint", endpoint, "--stream", name, "--fan-out", "--records", "300"], {
      onOutput: (soFar, interrupt) => {
        if (interrupted || !soFar.includes("Read every shard")) return;
        interrupted = true;
        interrupt();
      },
    });
    expect(outcome.exitCode, outcome.stderr).toBe(code);
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    const { StreamARN } = StreamDescriptionSummary!;
    const listed = async () => (await kinesis.send(new ListStreamConsumersCommand({ StreamARN }))).Consumers;
    await expect.poll(listed).toEqual([]);
    await kinesis.send(new DeleteStreamCommand({ StreamName: name }));
  });
});
