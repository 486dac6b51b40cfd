// What goes wrong in the middle of a shard, and what its reader gets nevertheless: every record, in order, once.

import { DeleteStreamCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../../src/testing/index.ts";
import { gaps, id, PollingStream } from "./polling-stream.ts";

const TEXTS = ["a", "b", "c", "d", "e", "f"];
const ONE_EACH = { maxRecords: 1 };

describe("what can pass is waited out", () => {
  it.each<[string, FaultRule["fault"], number]>([
    ["a throttle", { kind: "throttled" }, 10_000],
    ["an internal failure", { kind: "error", name: "InternalFailureException" }, 10_000],
    ["credentials that have expired", { kind: "error", name: "ExpiredTokenException" }, 10_000],
    ["a connection that broke before the call came in", { kind: "reset", when: "before" }, 10_000],
    ["a connection that broke before the answer came", { kind: "reset", when: "after" }, 10_000],
    ["half an answer", { kind: "truncated" }, 10_000],
    ["an answer that never comes", { kind: "lost" }, 100_000],
    ["an answer that comes too late", { kind: "slow", ms: 40_000, when: "after" }, 100_000],
  ])("%s", async (_, fault, limitMs) => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    stream.local.faults.inject({ action: "GetShardIterator", fault });
    stream.local.faults.inject({ action: "GetRecords", fault, skip: 2, times: 2 });
    expect(await stream.read(stream.open(ONE_EACH), TEXTS.length)).toEqual(TEXTS);
    expect(stream.local.faults.unused).toEqual([]);
    expect(
      stream.eventsOf("call-failed").map(({ failures, operation, retryInMs }) => [operation, failures, retryInMs]),
    ).toEqual([
      ["GetShardIterator", 1, 50],
      ["GetRecords", 1, 50],
      ["GetRecords", 2, 100],
    ]);
    expect(stream.clock.monotonicMs()).toBeLessThan(limitMs);
    expect(stream.clock.pending).toBe(0);
  });

  it("each attempt takes one of the five calls", async () => {
    const stream = new PollingStream();
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "reset", when: "after" }, times: 9 });
    await stream.read(stream.open({ random: () => 0 }), 1);
    expect(stream.startsOf("getRecords")).toEqual([0, 0, 0, 0, 0, 1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(stream.eventsOf("call-failed").map(({ failure }) => failure.kind)).toEqual(Array(9).fill("transient"));
  });
});

describe("an iterator that has expired", () => {
  it("is replaced at once by one after the last record that was fetched", async () => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    const pages = stream.open({ maxRecords: 2 });
    expect(await stream.read(pages, 2)).toEqual(["a", "b", "c", "d"]);
    const dueMs = stream.clock.monotonicMs() + 200;
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "expired-iterator" } });
    expect(await stream.read(pages, 1)).toEqual(["e", "f"]);
    expect(stream.clock.monotonicMs()).toBe(dueMs);
    expect(stream.eventsOf("iterator-expired")).toEqual([{ type: "iterator-expired", shardId: id(0) }]);
  });

  it("because its reader was busy for longer than five minutes", async () => {
    const stream = new PollingStream();
    const pages = stream.open();
    await stream.put(["a"]);
    expect(await stream.read(pages, 1)).toEqual(["a"]);
    await stream.clock.advance(300_001);
    await stream.put(["b"]);
    expect(await stream.read(pages, 1)).toEqual(["b"]);
    expect(stream.eventsOf("iterator-expired")).toHaveLength(1);
  });

  it("before a record came: reading starts where it started", async () => {
    const stream = new PollingStream();
    const [first = ""] = await stream.put(["a", "b"]);
    const pages = stream.open({ start: { sequenceNumber: first } });
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "expired-iterator" } });
    expect(await stream.read(pages, 1)).toEqual(["a", "b"]);
  });

  // The KCL takes LATEST again, and what came in between is never read.
  it("and had started at LATEST, without a record so far: nothing is skipped", async () => {
    const stream = new PollingStream();
    await stream.put(["before"]);
    await stream.clock.advance(1_000);
    const pages = stream.open({ start: { sequenceNumber: "LATEST" } });
    expect(await stream.read(pages, 2)).toEqual([]);
    await stream.put(["a", "b"]);
    await stream.clock.advance(300_001);
    expect(await stream.read(pages, 1)).toEqual(["a", "b"]);
    expect(stream.eventsOf("iterator-expired")).toHaveLength(1);
  });

  it("again and again: new ones are taken, less and less often", async () => {
    const stream = new PollingStream();
    await stream.put(["a"]);
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "expired-iterator" }, times: 5 });
    expect(await stream.read(stream.open({ respectReadLimits: false }), 1)).toEqual(["a"]);
    expect(gaps(stream.startsOf("getRecords"))).toEqual([0, 700, 1_200, 2_200, 4_200]);
  });

  it("and the new one stands too early: what was fetched is not handed out twice", async () => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    const { getShardIterator } = stream.calls;
    stream.calls = {
      ...stream.calls,
      getShardIterator: ({ ShardId, StreamName }, signal) =>
        getShardIterator({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }, signal),
    };
    const pages = stream.open({ maxRecords: 2 });
    await stream.read(pages, 1);
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "expired-iterator" } });
    expect(await stream.read(pages, 3)).toEqual(["c", "d", "e", "f"]);
    const [, repeated] = stream.eventsOf("page-retrieved");
    expect(repeated).toMatchObject({ kinesisRecords: 0, bytes: 0 });
  });

  it("and the new one stands in the middle of what was fetched", async () => {
    const stream = new PollingStream();
    const [, second] = await stream.put(TEXTS);
    const { getShardIterator } = stream.calls;
    let asked = 0;
    stream.calls = {
      ...stream.calls,
      getShardIterator: (input, signal) =>
        getShardIterator(
          asked++ === 0 ? input : { ...input, ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: second },
          signal,
        ),
    };
    const pages = stream.open({ maxRecords: 3 });
    expect(await stream.read(pages, 1)).toEqual(["a", "b", "c"]);
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "expired-iterator" } });
    const { bytes, records } = await stream.next(pages);
    expect([bytes, records.length]).toEqual([1, 1]);
    expect(await stream.read(pages, 1)).toEqual(["e", "f"]);
  });
});

describe("an iterator that is none to the service", () => {
  it("is replaced as well", async () => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    const pages = stream.open({ maxRecords: 3 });
    await stream.read(pages, 1);
    stream.local.faults.inject({
      action: "GetRecords",
      fault: { kind: "error", name: "InvalidArgumentException" },
      times: 3,
    });
    expect(await stream.read(pages, 1)).toEqual(["d", "e", "f"]);
    expect(stream.eventsOf("iterator-expired")).toEqual([]);
  });

  it("but not for ever", async () => {
    const stream = new PollingStream();
    const fault = { kind: "error", name: "InvalidArgumentException" } as const;
    const refusals = stream.local.faults.inject({ action: "GetRecords", fault, times: 100 });
    await expect(stream.next(stream.open())).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED" });
    expect(refusals.hits).toBe(5);
    expect(stream.clock.pending).toBe(0);
  });

  it("in a row: each page that is answered counts anew", async () => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    const pages = stream.open(ONE_EACH);
    for (const text of TEXTS) {
      const fault = { kind: "error", name: "InvalidArgumentException" } as const;
      stream.local.faults.inject({ action: "GetRecords", fault, times: 3 });
      expect(await stream.read(pages, 1)).toEqual([text]);
    }
  });
});

describe("reading fails", () => {
  it.each(["GetRecords", "GetShardIterator"] as const)("when %s is forbidden", async (action) => {
    const stream = new PollingStream();
    stream.local.faults.inject({ action, fault: { kind: "error", name: "AccessDeniedException" } });
    await expect(stream.next(stream.open())).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      operation: action,
      shardId: id(0),
      cause: expect.objectContaining({ name: "AccessDeniedException" }),
    });
    expect(stream.clock.pending).toBe(0);
  });

  it.each([
    ["is deleted", 0],
    ["is being deleted, and its shards are still listed", 30_000],
  ])("when the stream %s", async (_, transitionMs) => {
    const stream = new PollingStream({ transitionMs });
    await stream.put(["a"]);
    const pages = stream.open();
    await stream.read(pages, 1);
    await stream.clock.runUntil(stream.local.client().send(new DeleteStreamCommand({ StreamName: "orders" })));
    await expect(stream.next(pages)).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED", operation: "ListShards" });
    expect(stream.clock.pending).toBe(0);
  });

  it("but not when a shard that is listed is not found for a while, however often", async () => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    const pages = stream.open(ONE_EACH);
    for (const text of TEXTS) {
      const fault = { kind: "error", name: "ResourceNotFoundException" } as const;
      stream.local.faults.inject({ action: "GetRecords", fault, times: 3 });
      expect(await stream.read(pages, 1)).toEqual([text]);
    }
  });

  it("when a shard that is listed cannot be found, for as long as no deletion takes", async () => {
    const stream = new PollingStream();
    const fault = { kind: "error", name: "ResourceNotFoundException" } as const;
    const absences = stream.local.faults.inject({ action: "GetShardIterator", fault, times: 100 });
    await expect(stream.next(stream.open())).rejects.toMatchObject({ operation: "GetShardIterator" });
    expect(absences.hits).toBe(13);
    expect(stream.clock.monotonicMs()).toBeGreaterThan(40_000);
  });
});
