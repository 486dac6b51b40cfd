// What each fault does to a stream and to the program that calls it.

import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FaultRule, type InjectedFault, LocalKinesis, VirtualClock } from "../../../src/testing/index.ts";

function open(seed = 0) {
  const clock = new VirtualClock();
  const local = new LocalKinesis({ clock, seed, streams: { orders: 2 } });
  onTestFinished(() => local.close());
  return { clock, local, client: local.client(), faults: local.faults };
}

const put = new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.from("paid") });

/** The keys of all that is stored. */
function stored(local: LocalKinesis): string[] {
  return local
    .snapshot()
    .flatMap(({ shards }) => shards.flatMap(({ records }) => records.map((each) => each.partitionKey)));
}

async function outcome(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "an answer",
    (error: unknown) => (error as Error).name,
  );
}

describe("a call that is struck", () => {
  it.each<[InjectedFault, string, number]>([
    [{ kind: "error", name: "InternalFailure" }, "InternalFailure", 0],
    [{ kind: "throttled" }, "ProvisionedThroughputExceededException", 0],
    [{ kind: "reset", when: "before" }, "TimeoutError", 0],
    [{ kind: "reset", when: "after" }, "TimeoutError", 1],
    [{ kind: "truncated" }, "Error", 1],
  ])("by %j", async (fault, name, count) => {
    const { client, faults, local } = open();
    const handle = faults.inject({ fault });
    expect(await outcome(client.send(put))).toBe(name);
    expect(stored(local)).toHaveLength(count);
    expect(handle.hits).toBe(1);
    expect(await outcome(client.send(put))).toBe("an answer");
    expect(stored(local)).toHaveLength(count + 1);
  });

  it.each<["before" | "after", number]>([
    ["before", 0],
    ["after", 1],
  ])("by a delay %s its work", async (when, storedMeanwhile) => {
    const { client, clock, faults, local } = open();
    faults.inject({ fault: { kind: "slow", ms: 5_000, when } });
    const answer = outcome(client.send(put));
    await clock.advance(4_999);
    expect(stored(local)).toHaveLength(storedMeanwhile);
    expect(await clock.runUntil(answer)).toBe("an answer");
    expect(clock.monotonicMs()).toBe(5_000);
    expect(stored(local)).toHaveLength(1);
  });

  it("by a loss of its answer", async () => {
    const { client, clock, faults, local } = open();
    faults.inject({ fault: { kind: "lost" } });
    const answer = outcome(client.send(put, { requestTimeout: 1_000 }));
    expect(stored(local)).toHaveLength(1);
    expect(await clock.runUntil(answer)).toBe("TimeoutError");
  });
});

describe("PutRecords", () => {
  const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const puts = new PutRecordsCommand({
    StreamName: "orders",
    Records: keys.map((PartitionKey) => ({ PartitionKey, Data: Buffer.from("paid") })),
  });

  it.each<[string, Omit<FaultRule, "action">]>([
    ["at indexes", { fault: { kind: "throttled", entries: [1, 6] } }],
    ["of a shard", { fault: { kind: "throttled" }, shardId: "shardId-000000000001" }],
    ["by a share", { fault: { kind: "throttled", entries: { share: 0.5 }, errorCode: "InternalFailure" } }],
  ])("refuses entries %s and stores the others", async (_, rule) => {
    const { client, faults, local } = open();
    faults.inject({ ...rule, action: "PutRecords" });
    const { FailedRecordCount, Records = [] } = await client.send(puts);
    const [{ fault } = { fault: undefined }] = faults.log;
    const refused = fault?.kind === "throttled" && fault.entries !== "all" ? fault.entries : [];
    expect(refused.length).toBeGreaterThan(0);
    expect(FailedRecordCount).toBe(refused.length);
    expect(Records.flatMap(({ ErrorCode }, at) => (ErrorCode ? [at] : []))).toEqual(refused);
    for (const at of refused) {
      expect(Records[at]).toEqual({ ErrorCode: expect.any(String), ErrorMessage: expect.any(String) });
      expect(Records[at]?.ErrorCode).toBe(fault?.kind === "throttled" && fault.errorCode);
    }
    expect(stored(local).sort()).toEqual(keys.filter((__, at) => !refused.includes(at)));
  });
});

describe("a reader", () => {
  it("meets an expired iterator", async () => {
    const { client, faults } = open();
    const start = { StreamName: "orders", ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
    faults.inject({ fault: { kind: "expired-iterator" }, shardId: "shardId-000000000000" });
    const get = new GetRecordsCommand({ ShardIterator });
    await expect(client.send(get)).rejects.toMatchObject({
      name: "ExpiredIteratorException",
      message: expect.stringContaining("Iterator expired"),
    });
    expect(await outcome(client.send(get))).toBe("an answer");
  });

  it("gets the shards of before the last split, or of a while ago", async () => {
    const { client, clock, faults } = open();
    const count = async (): Promise<number> => {
      const { Shards } = await client.send(new ListShardsCommand({ StreamName: "orders" }));
      return Shards!.length;
    };
    const split = { StreamName: "orders", ShardToSplit: "shardId-000000000000", NewStartingHashKey: "1000" };
    await clock.advance(60_000);
    await client.send(new SplitShardCommand(split));
    await clock.advance(60_000);
    faults.inject({ fault: { kind: "stale-shards" } });
    expect([await count(), await count()]).toEqual([2, 4]);
    faults.inject({ fault: { kind: "stale-shards", byMs: 90_000 } });
    expect([await count(), await count()]).toEqual([2, 4]);
    faults.inject({ fault: { kind: "stale-shards", byMs: 30_000 } });
    expect([await count(), await count()]).toEqual([4, 4]);
  });

  async function subscription(client: KinesisClient) {
    const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName: "orders" }));
    const { StreamARN } = summary.StreamDescriptionSummary!;
    const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "billing" }));
    return new SubscribeToShardCommand({
      ConsumerARN: Consumer!.ConsumerARN,
      ShardId: "shardId-000000000000",
      StartingPosition: { Type: "TRIM_HORIZON" },
    });
  }

  it("gets a subscription on which nothing comes, not even its end", async () => {
    const { client, clock, faults } = open();
    const subscribe = await subscription(client);
    faults.inject({ fault: { kind: "silent-subscription" } });
    const { EventStream } = await client.send(subscribe);
    let settled = false;
    const next = outcome(EventStream![Symbol.asyncIterator]().next()).finally(() => {
      settled = true;
    });
    await clock.advance(3_600_000);
    expect(settled).toBe(false);
    client.destroy();
    expect(await next).toBe("Error");
  });

  it("gets a subscription that is cut after some events", async () => {
    const { client, clock, faults } = open();
    const subscribe = await subscription(client);
    faults.inject({ fault: { kind: "cut-subscription", afterEvents: 3 } });
    const { EventStream } = await client.send(subscribe);
    const read = async (): Promise<number> => {
      let events = 0;
      for await (const _ of EventStream!) events++;
      return events;
    };
    expect(await clock.runUntil(read())).toBe(3);
    expect(clock.pending).toBe(0);
  });
});

describe("a plan", () => {
  const rules: FaultRule[] = [
    { fault: { kind: "reset", when: "after" }, probability: 0.3, until: Date.UTC(2026, 0, 1, 0, 1) },
    { fault: { kind: "throttled" }, action: "PutRecord", probability: 0.3, until: Date.UTC(2026, 0, 1, 0, 1) },
  ];

  async function history(seed: number) {
    const { client, clock, faults, local } = open();
    faults.plan({ seed, rules });
    const outcomes: string[] = [];
    for (let call = 0; call < 100; call++) {
      outcomes.push(await outcome(client.send(put)));
      await clock.advance(1_000);
    }
    return { outcomes, log: faults.log, stored: stored(local).length };
  }

  it("strikes the same by the same seed, otherwise by another, and ends when it says", async () => {
    const one = await history(1);
    expect(await history(1)).toEqual(one);
    expect((await history(2)).outcomes).not.toEqual(one.outcomes);
    expect(new Set(one.outcomes.slice(0, 60))).toEqual(
      new Set(["an answer", "TimeoutError", "ProvisionedThroughputExceededException"]),
    );
    expect(new Set(one.outcomes.slice(60))).toEqual(new Set(["an answer"]));
    const refusals = one.outcomes.filter((each) => each.startsWith("Provisioned")).length;
    expect(one.stored).toBe(100 - refusals);
  });
});
