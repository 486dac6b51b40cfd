import { aggregate } from "kpl-kit";
import { LocalKinesis } from "kpl-kit/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { clientFor } from "../../demo/client.ts";
import { createStream, untilActive } from "../../demo/stream.ts";
import { handler } from "../../examples/lambda-consumer.ts";
import { makeKinesisEvent } from "../../src/testing/index.ts";
import { startFaultProxy } from "../demo/fault-proxy.ts";
import { awsEnv, runProgram } from "../demo/run-program.ts";

const SECOND = 1_000;

describe("examples/custom-producer.ts, read by examples/polling-reader.ts", { timeout: 60 * SECOND }, () => {
  const local = new LocalKinesis();
  let endpoint: string;

  beforeAll(async () => {
    ({ endpoint } = await local.listen());
    const kinesis = clientFor({ endpoint, region: "us-east-1" });
    const stream = { kinesis, name: "orders", signal: new AbortController().signal };
    await createStream(stream, 3);
    await untilActive(stream);
    kinesis.destroy();
  }, 30 * SECOND);
  afterAll(async () => {
    await local.close();
  });

  it("brings every record through, once, though some are refused on the way", async () => {
    const rows = Array.from({ length: 500 }, (_, n) => JSON.stringify({ key: `order-${n % 20}`, n }));
    const proxy = await startFaultProxy(endpoint, [
      { entries: ["throttled", undefined, "throttled"] },
      { entries: ["throttled"] },
    ]);
    const producer = await runProgram("examples/custom-producer.ts", ["orders"], {
      input: rows.join("\n"),
      env: awsEnv(proxy.endpoint),
    });
    await proxy.stop();
    expect(producer.stdout, producer.stderr).toMatch(
      /^500 user records in 3 Kinesis records\nsending again: 2 Kinesis records with \d+ user records\nsending again: 1 Kinesis records with \d+ user records\nall stored\n$/,
    );
    expect(producer.exitCode).toBe(0);

    const reader = await runProgram("examples/polling-reader.ts", ["orders"], { env: awsEnv(endpoint) });
    const expected = rows.map((row) => `${(JSON.parse(row) as { key: string }).key} ${row}`);
    expect(reader.stdout.trim().split("\n").sort(), reader.stderr).toEqual(expected.sort());
    expect(reader.exitCode).toBe(0);
  });
});

describe("examples/lambda-consumer.ts", () => {
  const order = (partitionKey: string, data: object) => ({ partitionKey, data: JSON.stringify(data) });
  const sound = aggregate([order("a", { amount: 1 }), order("b", { amount: 2 })], { groupBy: "none" });
  const faulty = aggregate([order("c", { amount: 3 }), order("d", {}), order("e", { amount: 5 })], { groupBy: "none" });
  const lone = aggregate([order("f", { amount: 6 })], { groupBy: "none" });

  async function handled(event: Parameters<typeof handler>[0]) {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    try {
      const answer = await handler(event);
      return { answer, lines: log.mock.calls.map(([line]) => String(line)) };
    } finally {
      log.mockRestore();
      error.mockRestore();
    }
  }

  it("bills every user record in order, aggregated or not", async () => {
    const { answer, lines } = await handled(makeKinesisEvent([...sound, ...lone]));
    expect(lines).toEqual(["a pays 1", "b pays 2", "f pays 6"]);
    expect(answer).toEqual({ batchItemFailures: [] });
  });

  it("names the Kinesis record that holds the first failure, and touches nothing behind it", async () => {
    const event = makeKinesisEvent([...sound, ...faulty, ...lone, ...faulty]);
    const { answer, lines } = await handled(event);
    expect(lines).toEqual(["a pays 1", "b pays 2", "c pays 3"]);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: event.Records[1]?.kinesis.sequenceNumber }] });
  });
});

describe("examples/lambda-dead-letters.ts", { timeout: 60 * SECOND }, () => {
  it("puts what cannot be read aside, and goes on with the others, in order", async () => {
    const { exitCode, stderr, stdout } = await runProgram("examples/lambda-dead-letters.ts", []);
    expect(stdout, stderr).toBe(
      "order-7 { status: 'paid' }\norder-7 { status: 'shipped' }\n0 to come again, 1 put aside\n",
    );
    expect(exitCode).toBe(0);
  });
});

describe("examples/gzip.ts", { timeout: 60 * SECOND }, () => {
  it("gives back what went in, and pays off where a record is large", async () => {
    const { exitCode, stderr, stdout } = await runProgram("examples/gzip.ts", []);
    const sizes = [...stdout.matchAll(/^(.+): (\d+) bytes packed, (\d+) bytes gzipped and packed; same again$/gm)].map(
      ([, form, packed, gzipped]) => [form, Number(gzipped) / Number(packed)] as const,
    );
    expect(
      sizes.map(([form]) => form),
      stderr,
    ).toEqual(["a flight a record", "an airport a record"]);
    expect(sizes[0]?.[1]).toBeGreaterThan(1);
    expect(sizes[1]?.[1]).toBeLessThan(0.2);
    expect(exitCode).toBe(0);
  });
});
