import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../../src/codec/index.ts";
import type { Checkpoint, ConsumerEvent } from "../../../src/consumer/index.ts";
import { Checkpointer } from "../../../src/consumer/processing/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";

const INTERVAL_MS = 5_000;
const SAVE_MS = 10;
const NOT_STORED = { code: "KPL_KIT_CHECKPOINT_FAILED", shardId: "shardId-0" };

/** Checkpoints of one shard, on their way to a store that takes 10 ms, and throws the errors it was given first. */
class Writes {
  readonly clock: VirtualClock = new VirtualClock();
  readonly events: ConsumerEvent[] = [];
  /** What the store was asked for, and when. */
  readonly asked: { readonly number: string; readonly atMs: number }[] = [];
  readonly checkpointer: Checkpointer;
  readonly #errors: Error[];

  constructor(errors: readonly Error[] = []) {
    this.#errors = [...errors];
    const context = {
      store: {
        load: async () => new Map<string, Checkpoint>(),
        save: async (_stream: string, _shardId: string, { sequenceNumber: number }: Checkpoint) => {
          this.asked.push({ number, atMs: this.clock.monotonicMs() });
          await this.clock.sleep(SAVE_MS);
          const error = this.#errors.shift();
          if (error) throw error;
        },
      },
      streamName: "orders",
      intervalMs: INTERVAL_MS,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event: ConsumerEvent) => void this.events.push(event),
    };
    this.checkpointer = new Checkpointer("shardId-0", { sequenceNumber: "TRIM_HORIZON" }, context);
  }

  get numbers(): string[] {
    return this.asked.map(({ number }) => number);
  }

  save(...numbers: readonly string[]): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled(numbers.map((sequenceNumber) => this.checkpointer.save({ sequenceNumber })));
  }

  note(sequenceNumber: string): void {
    this.checkpointer.note({ sequenceNumber });
  }
}

function failures(count: number): Error[] {
  return Array.from({ length: count }, () => new Error("no answer"));
}

function outcomes(results: readonly PromiseSettledResult<void>[]): unknown[] {
  return results.map((result) => (result.status === "rejected" ? result.reason : "stored"));
}

describe("one write after the other, and of those that wait only the newest", () => {
  it("what comes while one is written goes with the next write", async () => {
    const writes = new Writes();
    const results = await writes.clock.runUntil(writes.save("1", "2", "4", "3"));
    expect(outcomes(results)).toEqual(["stored", "stored", "stored", "stored"]);
    expect(writes.asked).toEqual([
      { number: "1", atMs: 0 },
      { number: "4", atMs: SAVE_MS },
    ]);
  });

  it("what is stored already, or is before it, is not written", async () => {
    const writes = new Writes();
    await writes.clock.runUntil(writes.save("10"));
    expect(outcomes(await writes.clock.runUntil(writes.save("9", "10")))).toEqual(["stored", "stored"]);
    expect(writes.numbers).toEqual(["10"]);
  });

  it("each is told, with the time that it took", async () => {
    const writes = new Writes();
    await writes.clock.runUntil(writes.save("10"));
    const position = { sequenceNumber: "10", subSequenceNumber: undefined };
    expect(writes.events).toEqual([{ type: "checkpointed", shardId: "shardId-0", position, durationMs: SAVE_MS }]);
    expect(writes.checkpointer.stored).toEqual({ sequenceNumber: "10" });
  });

  it("written() waits for the last of them", async () => {
    const writes = new Writes();
    const saved = writes.save("1", "2");
    await writes.clock.runUntil(writes.checkpointer.written());
    expect(writes.checkpointer.stored.sequenceNumber).toBe("2");
    await saved;
  });
});

describe("a store that fails is asked again, five times in all", () => {
  it("after waits that double", async () => {
    const writes = new Writes(failures(4));
    expect(outcomes(await writes.clock.runUntil(writes.save("1")))).toEqual(["stored"]);
    const waits = writes.events.flatMap((event) => (event.type === "checkpoint-failed" ? [event.retryInMs] : []));
    expect(waits).toEqual([50, 100, 200, 400]);
    const attempts = [0, 50, 150, 350, 750].map((ms, at) => ({ number: "1", atMs: ms + at * SAVE_MS }));
    expect(writes.asked).toEqual(attempts);
  });

  it("then all who wait are told, each with its own position", async () => {
    const writes = new Writes(failures(5));
    const results = await writes.clock.runUntil(writes.save("1", "2"));
    expect(outcomes(results)).toMatchObject([
      { ...NOT_STORED, position: { sequenceNumber: "1" }, cause: { message: "no answer" } },
      { ...NOT_STORED, position: { sequenceNumber: "2" } },
    ]);
    expect(writes.events.at(-1)).toMatchObject({ type: "checkpoint-failed", failures: 5, retryInMs: undefined });
    expect(writes.checkpointer.stored.sequenceNumber).toBe("TRIM_HORIZON");
    expect(writes.clock.pending).toBe(0);
  });

  it("but once only where it says that the same call never succeeds", async () => {
    const never = new InvalidOptionError("streamName", "", "a name");
    const writes = new Writes([never]);
    const [failed] = outcomes(await writes.clock.runUntil(writes.save("1")));
    expect(failed).toMatchObject({ ...NOT_STORED, cause: never });
    expect(writes.numbers).toEqual(["1"]);
  });
});

describe("what is only noted is stored an interval after the first note, or when it is flushed", () => {
  it("the newest of the interval, in one write", async () => {
    const writes = new Writes();
    writes.note("1");
    await writes.clock.advance(INTERVAL_MS - 1);
    writes.note("2");
    expect(writes.asked).toEqual([]);
    await writes.clock.advance(INTERVAL_MS * 3);
    expect(writes.asked).toEqual([{ number: "2", atMs: INTERVAL_MS }]);
  });

  it("flushed: at once, and not again when the interval is over", async () => {
    const writes = new Writes();
    writes.note("1");
    await writes.clock.runUntil(writes.checkpointer.flush());
    await writes.clock.runUntil(writes.checkpointer.flush());
    await writes.clock.advance(INTERVAL_MS * 2);
    expect(writes.asked).toEqual([{ number: "1", atMs: 0 }]);
  });

  it("not stored: noted again, and stored after the next interval though nothing new comes", async () => {
    const writes = new Writes(failures(5));
    writes.note("1");
    await writes.clock.advance(INTERVAL_MS * 3);
    expect(writes.numbers).toEqual(["1", "1", "1", "1", "1", "1"]);
    expect(writes.checkpointer.stored.sequenceNumber).toBe("1");
  });

  it("a flush that fails says so, and the next one tries again", async () => {
    const writes = new Writes(failures(5));
    writes.note("1");
    await expect(writes.clock.runUntil(writes.checkpointer.flush())).rejects.toMatchObject(NOT_STORED);
    await writes.clock.runUntil(writes.checkpointer.flush());
    expect(writes.checkpointer.stored.sequenceNumber).toBe("1");
  });
});

describe("closed: another reader may have taken over", () => {
  const why = new Error("the reader has stopped");

  it("all who wait are told at once, though the store never answers", async () => {
    const writes = new Writes();
    const saved = writes.save("1", "2");
    writes.checkpointer.close(why);
    expect(outcomes(await saved)).toMatchObject([
      { ...NOT_STORED, cause: why },
      { ...NOT_STORED, cause: why },
    ]);
    await writes.clock.advance(INTERVAL_MS);
    expect(writes.numbers).toEqual(["1"]);
  });

  it("what failed is not tried again", async () => {
    const writes = new Writes(failures(5));
    const saved = writes.save("1");
    await writes.clock.advance(SAVE_MS);
    writes.checkpointer.close(why);
    await saved;
    await writes.clock.advance(60_000);
    expect(writes.numbers).toEqual(["1"]);
    expect(writes.clock.pending).toBe(0);
  });

  it("nothing is begun, and what is noted stays where it is", async () => {
    const writes = new Writes();
    writes.note("1");
    writes.checkpointer.close(why);
    writes.note("2");
    expect(writes.clock.pending).toBe(0);
    expect(outcomes(await writes.save("3"))).toMatchObject([{ ...NOT_STORED, cause: why }]);
    await expect(writes.checkpointer.flush()).rejects.toMatchObject(NOT_STORED);
    expect(writes.asked).toEqual([]);
  });
});
