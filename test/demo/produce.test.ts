import type { PutRecordsResultEntry } from "@aws-sdk/client-kinesis";
import { ShardMap } from "kpl-kit";
import { describe, expect, it } from "vitest";
import { backoffMs, produce } from "../../demo/produce.ts";

const HALF = 2n ** 127n;
const shardMap = ShardMap.from([
  { ShardId: "low", HashKeyRange: { StartingHashKey: "0", EndingHashKey: `${HALF - 1n}` } },
  { ShardId: "high", HashKeyRange: { StartingHashKey: `${HALF}`, EndingHashKey: `${2n * HALF - 1n}` } },
]);

/** "low 1", "high 1" ...: an entry by its shard, told apart by its data. */
function entry(name: string) {
  const ExplicitHashKey = name.startsWith("low") ? "7" : HALF.toString();
  return { Data: Buffer.from(name), PartitionKey: "a", ExplicitHashKey, userRecordCount: 10 };
}

const entries = ["low 1", "low 2", "high 1", "low 3", "high 2"].map(entry);

/** Refuses what `refuses` says, a call and an entry at a time, and keeps what it stored in the order of storing. */
function service(refuses: (call: number, name: string) => string | undefined, attempts = 1) {
  const calls: string[][] = [];
  const stored: string[] = [];
  const slept: number[] = [];
  const put = async (records: { Data: Uint8Array }[]) => {
    const names = records.map(({ Data }) => Buffer.from(Data).toString());
    const call = calls.push(names) - 1;
    const Records = names.map((name): PutRecordsResultEntry => {
      const ErrorCode = refuses(call, name);
      if (ErrorCode) return { ErrorCode, ErrorMessage: "no" };
      return { ShardId: name.split(" ")[0], SequenceNumber: String(stored.push(name)) };
    });
    return { Records, $metadata: { attempts } };
  };
  const sleep = async (ms: number) => {
    slept.push(ms);
  };
  return { calls, stored, slept, options: { put, shardMap, sleep, random: () => 0.5 } };
}

const THROTTLED = "ProvisionedThroughputExceededException";

describe("produce", () => {
  it("has one entry of a shard under way at a time", async () => {
    const { calls, options, slept } = service(() => undefined);
    const { calls: callCount, resent, stored } = await produce(entries, options);
    expect(calls).toEqual([["low 1", "high 1"], ["low 2", "high 2"], ["low 3"]]);
    expect({ callCount, resent, slept }).toEqual({ callCount: 3, resent: 0, slept: [] });
    expect(stored.every(({ predictedShardId, sentTwice, shardId }) => predictedShardId === shardId && !sentTwice)).toBe(
      true,
    );
  });

  it("keeps a shard's order when an entry is refused, and lets the other shard go on", async () => {
    const { calls, options, slept, stored } = service((call, name) =>
      name === "low 1" && call < 2 ? THROTTLED : undefined,
    );
    const produced = await produce(entries, options);
    expect(calls).toEqual([["low 1", "high 1"], ["low 1", "high 2"], ["low 1"], ["low 2"], ["low 3"]]);
    expect(stored).toEqual(["high 1", "high 2", "low 1", "low 2", "low 3"]);
    expect(produced).toMatchObject({ calls: 5, resent: 2, resentUserRecords: 20 });
    expect(produced.stored.filter(({ sentTwice }) => sentTwice).map(({ entry: { Data } }) => String(Data))).toEqual([
      "low 1",
    ]);
    expect(slept).toEqual([backoffMs(1, () => 0.5), backoffMs(2, () => 0.5)]);
  });

  it("takes an answer without a position for a refusal", async () => {
    const { options } = service(() => undefined);
    let calls = 0;
    const produced = await produce(entries.slice(0, 1), {
      ...options,
      put: async (records) => (calls++ === 0 ? { Records: [], $metadata: {} } : await options.put(records)),
    });
    expect(produced).toMatchObject({ calls: 2, resent: 1 });
  });

  it("knows that the SDK's own second attempt may have stored an entry twice", async () => {
    const { options } = service(() => undefined, 2);
    const { stored } = await produce(entries, options);
    expect(stored.every(({ sentTwice }) => sentTwice)).toBe(true);
  });

  it.each([
    ["what would be refused again", "InvalidArgumentException", 1],
    ["what is refused for too long", THROTTLED, 21],
  ])("gives up on %s", async (_, errorCode, callCount) => {
    const { calls, options } = service(() => errorCode);
    await expect(produce(entries.slice(0, 1), options)).rejects.toMatchObject({
      code: "KPL_KIT_DEMO_PUT_FAILED",
      message: expect.stringContaining(errorCode) as string,
    });
    expect(calls).toHaveLength(callCount);
  });
});

describe("backoffMs", () => {
  it("is anywhere up to a bound that doubles, and has a ceiling", () => {
    expect([1, 2, 3, 10].map((refusals) => backoffMs(refusals, () => 0))).toEqual([0, 0, 0, 0]);
    expect([1, 2, 3, 10].map((refusals) => backoffMs(refusals, () => 1))).toEqual([100, 200, 400, 2_000]);
  });
});
