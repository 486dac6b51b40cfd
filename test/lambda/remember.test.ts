// What an instance passes over when it gets a failed batch again: the user records that were done, and nothing else.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type KinesisHandlerOptions, kinesisHandler } from "../../src/lambda/index.ts";
import { eventOf, logged, numberOf, redelivered, type TestContext } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

/** A function, what it handled since it was asked last, and for which texts it fails from now on. */
function instance(options: KinesisHandlerOptions = {}) {
  const handled: string[] = [];
  const failing = new Set<string>();
  const handler = kinesisHandler<TestContext>(
    async (record) => {
      const text = record.text();
      handled.push(text);
      if (failing.has(text)) throw new Error(`no ${text}`);
    },
    { remember: true, ...options },
  );
  const run = async (event: ReturnType<typeof eventOf>, context?: TestContext): Promise<string[]> => {
    await handler(event, context);
    return handled.splice(0);
  };
  return { run, failing };
}

const event = eventOf(["a.1", ["b.1", "b.2", "b.3"], "c.1"]);
const again = redelivered(event, numberOf(event, 1));

describe("remember", () => {
  it("is off unless it is asked for", async () => {
    const { run, failing } = instance({ remember: false });
    failing.add("b.2");
    expect(await run(event)).toEqual(["a.1", "b.1", "b.2"]);
    expect(await run(again)).toEqual(["b.1", "b.2"]);
  });

  it("passes over what was done in the reported Kinesis record, and not over what failed", async () => {
    const { run, failing } = instance();
    failing.add("b.2");
    expect(await run(event)).toEqual(["a.1", "b.1", "b.2"]);
    expect(await run(again)).toEqual(["b.2"]);
    failing.clear();
    expect(await run(again)).toEqual(["b.2", "b.3", "c.1"]);
  });

  it("passes over what was done behind it", async () => {
    const { run, failing } = instance({ order: "none", concurrency: 5 });
    failing.add("b.2");
    expect(await run(event)).toEqual(["a.1", "b.1", "b.2", "b.3", "c.1"]);
    failing.clear();
    expect(await run(again)).toEqual(["b.2"]);
  });

  it("remembers what an invocation in between did not come to", async () => {
    const { run, failing } = instance({ order: "none", concurrency: 5 });
    failing.add("b.2").add("b.1");
    await run(event);
    expect(await run(again, { getRemainingTimeInMillis: () => 0 })).toEqual([]);
    failing.delete("b.1");
    expect(await run(again)).toEqual(["b.1", "b.2"]);
    failing.clear();
    expect(await run(again)).toEqual(["b.2"]);
  });

  it("counts a user record that was skipped as done", async () => {
    const { run, failing } = instance({ onRecordFailure: (record) => (record.text() === "b.1" ? "skip" : "retry") });
    failing.add("b.1").add("b.2");
    expect(await run(event)).toEqual(["a.1", "b.1", "b.2"]);
    expect(await run(again)).toEqual(["b.2"]);
  });

  it("forgets what lies before the reported place: a replay from there is handled", async () => {
    const { run, failing } = instance();
    failing.add("b.2");
    await run(event);
    expect(await run(event)).toEqual(["a.1", "b.2"]);
  });

  it("forgets, too, what the place has since passed", async () => {
    const { run, failing } = instance();
    failing.add("b.2");
    await run(event);
    failing.clear();
    failing.add("c.1");
    expect(await run(again)).toEqual(["b.2", "b.3", "c.1"]);
    expect(await run(again)).toEqual(["b.1", "b.2", "b.3", "c.1"]);
  });

  it("forgets when the batch succeeds: a replay is handled", async () => {
    const { run, failing } = instance();
    failing.add("b.2");
    await run(event);
    failing.clear();
    await run(again);
    expect(await run(event)).toEqual(["a.1", "b.1", "b.2", "b.3", "c.1"]);
  });

  it.each([
    ["another shard", { shardId: "shardId-000000000001" }],
    ["another stream", { streamName: "payments" }],
  ])("%s with the same numbers is handled, and its success forgets nothing", async (_, other) => {
    const { run, failing } = instance();
    failing.add("b.2");
    await run(event);
    failing.clear();
    const elsewhere = eventOf(["a.1", ["b.1", "b.2", "b.3"], "c.1"], other);
    expect(await run(elsewhere)).toEqual(["a.1", "b.1", "b.2", "b.3", "c.1"]);
    expect(await run(again)).toEqual(["b.2", "b.3", "c.1"]);
  });

  it("another stream's failure takes over nothing of what was done in this one", async () => {
    const { run, failing } = instance();
    failing.add("b.2");
    await run(event);
    failing.add("b.1");
    const elsewhere = eventOf(["a.1", ["b.1", "b.2", "b.3"], "c.1"], { streamName: "payments" });
    expect(await run(elsewhere)).toEqual(["a.1", "b.1"]);
    expect(await run(redelivered(elsewhere, numberOf(event, 1)))).toEqual(["b.1"]);
  });

  it("is of the shard that failed last", async () => {
    const { run, failing } = instance();
    failing.add("b.2");
    await run(event);
    await run(eventOf(["a.1", ["b.1", "b.2", "b.3"], "c.1"], { shardId: "shardId-000000000001" }));
    expect(await run(again)).toEqual(["b.1", "b.2"]);
  });

  it("is bounded: of more than 20,000 user records, those are handled again", async () => {
    const { run, failing } = instance();
    const texts = Array.from({ length: 20_002 }, (_, at) => `a.${at}`);
    const large = eventOf([texts]);
    failing.add("a.20001");
    await run(large);
    expect(await run(large)).toEqual(["a.20000", "a.20001"]);
  });
});
