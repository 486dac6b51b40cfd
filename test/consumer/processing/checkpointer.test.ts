import { describe, expect, it } from "vitest";
import type { Checkpoint } from "../../../src/consumer/index.ts";
import { Checkpointer } from "../../../src/consumer/processing/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";

/** A store that has what it was asked for, though it says otherwise so many times. */
function checkpointerOf(lostAnswers: number): {
  readonly checkpointer: Checkpointer;
  readonly clock: VirtualClock;
  readonly saved: string[];
} {
  const clock = new VirtualClock();
  const saved: string[] = [];
  let left = lostAnswers;
  const store = {
    load: async () => new Map<string, Checkpoint>(),
    save: async (_stream: string, _shardId: string, { sequenceNumber }: Checkpoint) => {
      saved.push(sequenceNumber);
      if (left-- > 0) throw new Error("the answer was lost");
    },
  };
  const context = { store, streamName: "orders", intervalMs: 1_000, clock, random: () => 0, onEvent: () => undefined };
  const checkpointer = new Checkpointer("shardId-0", { sequenceNumber: "TRIM_HORIZON" }, context);
  return { checkpointer, clock, saved };
}

const ATTEMPTS = 5;

describe("a checkpoint whose answers were lost may be stored: none before it is stored after it", () => {
  it("not by whoever asks for an older one then", async () => {
    const { checkpointer, clock, saved } = checkpointerOf(ATTEMPTS);
    await expect(clock.runUntil(checkpointer.save({ sequenceNumber: "7" }))).rejects.toThrow("was not stored");
    await clock.runUntil(checkpointer.save({ sequenceNumber: "5" }));
    expect(saved).toEqual(Array.from({ length: ATTEMPTS + 1 }, () => "7"));
    expect(checkpointer.stored.sequenceNumber).toBe("7");
  });

  it("nor by what was noted before it, and is tried again", async () => {
    const { checkpointer, clock, saved } = checkpointerOf(ATTEMPTS);
    checkpointer.note({ sequenceNumber: "5" });
    const older = checkpointer.flush().catch(() => undefined);
    checkpointer.note({ sequenceNumber: "7" });
    await clock.runUntil(Promise.all([older, checkpointer.flush().catch(() => undefined)]));
    await clock.runUntil(checkpointer.flush());
    expect(saved).toEqual([...saved].sort());
    expect(checkpointer.stored.sequenceNumber).toBe("7");
  });

  it("and the next one follows as ever", async () => {
    const { checkpointer, clock, saved } = checkpointerOf(0);
    for (const sequenceNumber of ["5", "7", "6", "8"]) await clock.runUntil(checkpointer.save({ sequenceNumber }));
    expect(saved).toEqual(["5", "7", "8"]);
  });
});
