// How often a shard is asked: as often as it allows while there is something to fetch, seldom at its tip.

import { describe, expect, it } from "vitest";
import { sharedReadBudget } from "../../../src/consumer/retrieval/index.ts";
import { gaps, id, MIB, type Pages, PollingStream, rejection } from "./polling-stream.ts";

const ANY_WRITES = {
  writeRecordsPerSecond: Number.POSITIVE_INFINITY,
  writeBytesPerSecond: Number.POSITIVE_INFINITY,
};
const MINUTE_MS = 60_000;

function mebibytes(count: number): Uint8Array[] {
  return Array.from({ length: count }, () => new Uint8Array(MIB - 1)); // its partition key is the last byte
}

/** Reads until the stream's time is `endMs`, as fast as it gets pages. */
async function readUntil(stream: PollingStream, readers: readonly Pages[], endMs: number): Promise<number[]> {
  const records = readers.map(() => 0);
  const stop = new AbortController();
  const reading = readers.map(async (pages, at) => {
    while (!stop.signal.aborted) records[at]! += (await pages.next()).records.length; // one count a reader
  });
  await stream.clock.advance(endMs - stream.clock.monotonicMs());
  stop.abort();
  await stream.clock.runUntil(Promise.all(reading));
  return records;
}

/** That of its shard's readers, or a new one where nobody reads it. */
function budgetOf(stream: PollingStream): unknown {
  const { budget, release } = sharedReadBudget(stream.clock, "orders", id(0));
  release();
  return budget;
}

function mostInASecond(starts: readonly number[]): number {
  return Math.max(...starts.map((from) => starts.filter((ms) => ms >= from && ms < from + 1_000).length));
}

describe("a reader that is behind", () => {
  it("makes five calls a second, and not one that is refused", async () => {
    const stream = new PollingStream({ limits: ANY_WRITES });
    await stream.put(Array.from({ length: 400 }, String));
    await readUntil(stream, [stream.open({ maxRecords: 1 })], MINUTE_MS);
    const starts = stream.startsOf("getRecords");
    expect(new Set(gaps(starts))).toEqual(new Set([200]));
    expect(mostInASecond(starts)).toBe(5);
    expect(starts.filter((ms) => ms < MINUTE_MS)).toHaveLength(300);
    expect(stream.eventsOf("call-failed")).toEqual([]);
  });

  it("waits from start to start: what the call takes is no extra", async () => {
    const stream = new PollingStream({ latencyMs: 150 });
    await stream.put(["a", "b", "c", "d"]);
    await stream.read(stream.open({ maxRecords: 1 }), 4);
    expect(gaps(stream.startsOf("getRecords"))).toEqual([200, 200, 200]);
    expect(stream.eventsOf("page-retrieved").map(({ durationMs }) => durationMs)).toEqual([150, 150, 150, 150]);
  });

  it("after a page of 10 MiB leaves the shard alone for 5 s", async () => {
    const stream = new PollingStream({ limits: ANY_WRITES });
    await stream.put(mebibytes(12));
    const pages = stream.open();
    expect((await stream.next(pages)).bytes).toBe(10 * (MIB - 1));
    expect((await stream.next(pages)).bytes).toBe(2 * (MIB - 1));
    expect(gaps(stream.startsOf("getRecords"))).toEqual([5_000]);
    expect(stream.eventsOf("call-failed")).toEqual([]);
  });

  it("pays for partition keys too: two records of a MiB, keys and all, take a second", async () => {
    const stream = new PollingStream({ limits: ANY_WRITES });
    await stream.put(mebibytes(3));
    await stream.read(stream.open({ maxRecords: 2 }), 2);
    expect(gaps(stream.startsOf("getRecords"))).toEqual([1_000]);
  });

  it("gets 2 MiB a second", async () => {
    const stream = new PollingStream({ limits: ANY_WRITES });
    await stream.put(mebibytes(40));
    const startMs = stream.clock.monotonicMs();
    const pages = stream.open({ maxRecords: 1 });
    for (let page = 0; page < 40; page++) expect((await stream.next(pages)).records).toHaveLength(1);
    const tookMs = stream.clock.monotonicMs() - startMs;
    expect(tookMs).toBeGreaterThanOrEqual(40 * 500 - 1_500);
    expect(tookMs).toBeLessThanOrEqual(40 * 500);
    expect(stream.eventsOf("call-failed")).toEqual([]);
  });

  it("waits for nothing if it is told not to", async () => {
    const stream = new PollingStream({ limits: "off" });
    await stream.put(["a", "b", "c"]);
    await stream.read(stream.open({ maxRecords: 1, respectReadLimits: false }), 3);
    expect(gaps(stream.startsOf("getRecords"))).toEqual([0, 0]);
  });
});

describe("several readers of a shard in one process", () => {
  it("share its calls, each its part", async () => {
    const stream = new PollingStream({ limits: ANY_WRITES });
    await stream.put(Array.from({ length: 400 }, String));
    const readers = [1, 2, 3].map(() => stream.open({ maxRecords: 1 }));
    const read = await readUntil(stream, readers, MINUTE_MS);
    const starts = stream.startsOf("getRecords");
    expect(mostInASecond(starts)).toBe(5);
    expect(starts.length).toBeGreaterThanOrEqual(300);
    expect(stream.eventsOf("call-failed")).toEqual([]);
    for (const records of read) expect(records).toBeGreaterThan(80);
  });

  it("share its bytes: one waits until what the other got is paid", async () => {
    const stream = new PollingStream({ limits: ANY_WRITES });
    await stream.put(mebibytes(4));
    await stream.next(stream.open());
    await stream.next(stream.open());
    expect(gaps(stream.startsOf("getRecords"))).toEqual([2_000]);
    expect(stream.eventsOf("call-failed")).toEqual([]);
  });

  it("wait for a shard in debt as long as that takes, and nothing has failed", async () => {
    const stream = new PollingStream({ limits: "off", latencyMs: 1_500 });
    await stream.put(mebibytes(11));
    const readers = Array.from({ length: 16 }, () => stream.open());
    await stream.clock.runUntil(Promise.all(readers.map((pages) => pages.next())));
    // Ten calls were under way before the first was answered: 100 MiB.
    const [, , , , , , , , , tenth = 0, eleventh = 0] = stream.startsOf("getRecords");
    expect(eleventh - tenth).toBeGreaterThan(49_000);
    expect(stream.eventsOf("call-failed")).toEqual([]);
  });

  it.each<[string, (stream: PollingStream, pages: Pages, stopped: AbortController) => unknown]>([
    ["that is stopped", (_stream, _pages, stopped) => stopped.abort()],
    ["that has read its shard to the end", (stream, pages) => stream.next(pages)],
    [
      "that has failed",
      (stream, pages) => {
        stream.local.faults.inject({ action: "GetRecords", fault: { kind: "error", name: "AccessDeniedException" } });
        return rejection(stream.next(pages));
      },
    ],
  ])("share with one until then, %s", async (_, end) => {
    const stream = new PollingStream();
    await stream.put(["a", "b"]);
    await stream.split();
    const stopped = new AbortController();
    const pages = stream.open({ maxRecords: 1, signal: stopped.signal });
    await stream.next(pages);
    const held = budgetOf(stream);
    expect(budgetOf(stream)).toBe(held);
    await end(stream, pages, stopped);
    expect(budgetOf(stream)).not.toBe(held);
  });

  it("of other shards wait for nothing", async () => {
    const stream = new PollingStream({ streams: { orders: 2 }, limits: ANY_WRITES });
    await stream.put(mebibytes(4));
    await stream.next(stream.open());
    await stream.next(stream.open({ shard: 1 }));
    expect(gaps(stream.startsOf("getRecords"))).toEqual([0]);
  });
});

describe("a reader at the tip", () => {
  it("asks less and less often, and often again once a record comes", async () => {
    const stream = new PollingStream();
    const pages = stream.open();
    await stream.read(pages, 7);
    await stream.put(["a"]);
    await stream.read(pages, 4);
    const expected = [200, 400, 800, 1_500, 1_500, 1_500, 1_500, 200, 200, 400];
    expect(gaps(stream.startsOf("getRecords"))).toEqual(expected);
  });

  it("waits no longer than idleTimeBetweenReads", async () => {
    const stream = new PollingStream();
    await stream.read(stream.open({ idleTimeBetweenReads: 500 }), 5);
    expect(gaps(stream.startsOf("getRecords"))).toEqual([200, 400, 500, 500]);
  });

  it("of an idle hour makes 2,400 calls", async () => {
    const stream = new PollingStream();
    await readUntil(stream, [stream.open()], 60 * MINUTE_MS);
    const calls = stream.startsOf("getRecords").length;
    expect(calls).toBeGreaterThan(2_395);
    expect(calls).toBeLessThan(2_405);
  });

  it("is not one that got no records and is told that there are some", async () => {
    const stream = new PollingStream();
    const { getRecords } = stream.calls;
    stream.calls = {
      ...stream.calls,
      getRecords: async (input, signal) => ({ ...(await getRecords(input, signal)), MillisBehindLatest: 60_000 }),
    };
    await stream.read(stream.open(), 4);
    expect(gaps(stream.startsOf("getRecords"))).toEqual([200, 200, 200]);
  });
});
