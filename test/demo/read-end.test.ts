import type { ConsumerEvent } from "kpl-kit/consumer";
import { describe, expect, it } from "vitest";
import type { StoredEntry } from "../../demo/produce.ts";
import { ReadEnd } from "../../demo/read-end.ts";

function stored(shardId: string, sequenceNumber: string): StoredEntry {
  const entry = { Data: Buffer.from("a"), PartitionKey: "k", ExplicitHashKey: "0", userRecordCount: 1 };
  return { entry, predictedShardId: shardId, shardId, sequenceNumber, sentTwice: false };
}

function page(shardId: string, kinesisRecords: number, millisBehindLatest = 0): ConsumerEvent {
  return { type: "page-retrieved", shardId, kinesisRecords, millisBehindLatest, bytes: 0, durationMs: 0 };
}

function ended(shardId: string, ...childShardIds: readonly string[]): ConsumerEvent {
  return { type: "shard-ended", shardId, childShardIds };
}

describe("all is read of a stream of its own", () => {
  it("when the tip has shown itself and all that was retrieved before it has come", () => {
    const end = new ReadEnd([stored("0", "10")], false);
    end.note(page("0", 2));
    end.meet("0", "10");
    expect(end.isReached, "the tip is still to come").toBe(false);
    end.note(page("0", 0));
    expect(end.isReached, "one is fetched ahead").toBe(false);
    end.meet("0", "11");
    expect(end.isReached).toBe(true);
  });

  it("not at an empty page with more behind it", () => {
    const end = new ReadEnd([stored("0", "10")], false);
    end.note(page("0", 1));
    end.meet("0", "10");
    end.note(page("0", 0, 5_000));
    expect(end.isReached).toBe(false);
  });

  it.each([
    ["listed", { type: "shards-listed", shardIds: ["0", "1"] }],
    ["named at its parent's end", ended("0", "1")],
  ] as const)("when every shard is at its tip or its end, also one that is only %s", (_, event) => {
    const end = new ReadEnd([stored("0", "10")], false);
    end.note(page("0", 1));
    end.meet("0", "10");
    end.note(event);
    end.note(ended("0"));
    expect(end.isReached, "shard 1 has not been looked at").toBe(false);
    end.note(page("1", 0));
    expect(end.isReached).toBe(true);
  });
});

it("of a stream of others, all is read when all that was acknowledged has come: the tip may never", () => {
  const end = new ReadEnd([stored("0", "10"), stored("0", "9")], true);
  end.note(page("0", 5, 5_000));
  expect(end.awaited, "by value: as text, 9 comes after 10").toMatchObject({ sequenceNumber: "9" });
  end.meet("0", "9");
  expect(end.isReached).toBe(false);
  end.meet("0", "10");
  expect(end.isReached).toBe(true);
});
