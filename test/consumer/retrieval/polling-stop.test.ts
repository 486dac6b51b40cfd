// Stopped at any moment, a poller rejects with the reason, and leaves nothing behind.

import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { FaultRule, LocalKinesisOptions } from "../../../src/testing/index.ts";
import { PollingStream, rejection } from "./polling-stream.ts";

const REASON = new Error("stopped");

interface Scene {
  readonly options?: LocalKinesisOptions;
  readonly faults?: readonly FaultRule[];
  readonly stepMs: number;
  readonly endMs: number;
}

const SCENES: Readonly<Record<string, Scene>> = {
  "reading, calls under way and waits between them": { options: { latencyMs: 40 }, stepMs: 31, endMs: 1_500 },
  "waiting for an answer that never comes": {
    faults: [{ action: "GetRecords", fault: { kind: "lost" }, times: 2 }],
    stepMs: 2_450,
    endMs: 65_000,
  },
  "throttled again and again": {
    faults: [{ action: ["GetRecords", "GetShardIterator"], fault: { kind: "throttled" }, times: 100 }],
    stepMs: 490,
    endMs: 20_000,
  },
  "with iterators that expire, and shards that are not found": {
    options: { latencyMs: 40 },
    faults: [
      { action: "GetRecords", fault: { kind: "expired-iterator" }, times: 3 },
      { action: "GetRecords", fault: { kind: "error", name: "ResourceNotFoundException" }, times: 5 },
    ],
    stepMs: 230,
    endMs: 10_000,
  },
};

describe.each(Object.entries(SCENES))(
  "a poller that is stopped while %s",
  (_, { endMs, faults = [], options, stepMs }) => {
    it("rejects with the reason, with no timer and no listener left", async () => {
      for (let stopMs = 0; stopMs <= endMs; stopMs += stepMs) {
        const stream = new PollingStream(options);
        await stream.put(["a", "b", "c"]);
        for (const fault of faults) stream.local.faults.inject(fault);
        const controller = new AbortController();
        const { signal } = controller;
        const pages = [1, 2, 3].map(() => stream.open({ signal, maxRecords: 1 }));
        const reading = Promise.all(
          pages.map(async (each) => {
            for (;;) await each.next();
          }),
        );
        const outcome = rejection(reading);
        await stream.clock.advance(stopMs);
        controller.abort(REASON);
        expect(await outcome, `after ${stopMs} ms`).toBe(REASON);
        await stream.clock.advance(0);
        expect(stream.clock.pending, `after ${stopMs} ms`).toBe(0);
        expect(getEventListeners(signal, "abort"), `after ${stopMs} ms`).toEqual([]);
        for (const each of pages) expect(await rejection(each.next())).toBe(REASON);
      }
    });
  },
);

describe("a poller", () => {
  it("that is stopped before its first page asks nothing", async () => {
    const stream = new PollingStream();
    const pages = stream.open({ signal: AbortSignal.abort(REASON) });
    expect(await rejection(pages.next())).toBe(REASON);
    expect(stream.called).toEqual([]);
  });

  it("that has read its shard to the end listens to its signal no more", async () => {
    const stream = new PollingStream();
    await stream.split();
    const { signal } = new AbortController();
    await stream.read(stream.open({ signal }));
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(stream.clock.pending).toBe(0);
  });
});
