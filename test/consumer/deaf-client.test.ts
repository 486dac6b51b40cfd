// A client that does not listen to its signal: neither a stop nor a deadline waits for it.

import { describe, expect, it } from "vitest";
import { type ConsumerEvent, StreamReader } from "../../src/consumer/index.ts";
import { VirtualClock } from "../../src/testing/index.ts";

function deafReader(clock: VirtualClock, events: ConsumerEvent[] = []): StreamReader {
  const kinesis = { send: () => new Promise<never>(() => undefined) };
  return new StreamReader({ streamName: "orders", kinesis, clock, onEvent: (event) => events.push(event) });
}

describe("a client that never answers, and ignores its abort signal", () => {
  it("is not waited for by a stop", async () => {
    const clock = new VirtualClock();
    const reader = deafReader(clock);
    const run = reader.run({ record: () => undefined });
    await clock.advance(1_000);
    await clock.runUntil(Promise.all([reader.stop(), run]), { limitMs: 0 });
    expect(clock.pending).toBe(0);
  });

  it("has 30 s for each call; at the start the reader gives up after ten, with the cause", async () => {
    const clock = new VirtualClock();
    const events: ConsumerEvent[] = [];
    const run = deafReader(clock, events).run({ record: () => undefined });
    await expect(clock.runUntil(run)).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      cause: { name: "TimeoutError", message: "no answer within 30000 ms" },
    });
    expect(events.map(({ type }) => type)).toEqual(Array.from({ length: 10 }, () => "call-failed"));
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(300_000);
    expect(clock.pending).toBe(0);
  });
});
