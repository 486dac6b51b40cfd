// What becomes of the orders when a shard is throttled: a test of your own code against the in-process stream.
//
//     npx vitest run examples/order-producer.test.ts

import { deaggregateAll } from "kpl-kit";
import { LocalKinesis, VirtualClock } from "kpl-kit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { sendOrders } from "./order-producer.ts";

const orders = Array.from({ length: 40 }, (_, n) => ({ partitionKey: `customer-${n}`, data: `order ${n}` }));

function open(options: ConstructorParameters<typeof LocalKinesis>[0]) {
  const clock = new VirtualClock();
  const local = new LocalKinesis({ clock, ...options });
  onTestFinished(() => local.close());
  const producer = { kinesis: local.client(), clock, random: () => 0.5, streamName: "orders" };
  return { clock, local, producer };
}

/** What a reader would find, shard by shard. */
function stored(local: LocalKinesis): string[][] {
  const [stream] = local.snapshot();
  return (stream?.shards ?? []).map(({ records }) =>
    deaggregateAll(records.map(({ data: Data, partitionKey: PartitionKey }) => ({ Data, PartitionKey }))).map(
      (record) => record.text(),
    ),
  );
}

describe("sendOrders", () => {
  it("sends again what a throttled shard refused, and only that", async () => {
    const { clock, local, producer } = open({ streams: { orders: 2 } });
    const throttle = local.faults.inject({
      action: "PutRecords",
      shardId: "shardId-000000000001",
      times: 2,
      fault: { kind: "throttled" },
    });

    const startedAt = clock.now();
    const attempts = await clock.runUntil(sendOrders(orders, producer));

    expect(attempts).toBe(3);
    expect(throttle.hits).toBe(2);
    // It waited half of 200 ms, then half of 400 ms: no time of ours.
    expect(clock.now() - startedAt).toBe(300);
    const shards = stored(local);
    expect(shards.every((texts) => texts.length > 0)).toBe(true);
    expect(shards.flat().sort()).toEqual(orders.map(({ data }) => data).sort());
  });

  it("gets through a shard that takes less than it is given", async () => {
    // The service's own throttle, at 15 records a second instead of 1,000.
    const { clock, local, producer } = open({ streams: { orders: 1 }, limits: { writeRecordsPerSecond: 15 } });

    const attempts = await clock.runUntil(sendOrders(orders, producer));

    expect(attempts).toBeGreaterThan(1);
    expect(stored(local).flat()).toHaveLength(orders.length);
  });

  it("may store orders twice when an answer is lost: nothing on Kinesis is exactly once", async () => {
    const { clock, local, producer } = open({ streams: { orders: 1 } });
    local.faults.inject({ action: "PutRecords", fault: { kind: "reset", when: "after" } });

    await expect(clock.runUntil(sendOrders(orders, producer))).rejects.toMatchObject({ code: "ECONNRESET" });
    await clock.runUntil(sendOrders(orders, producer));

    expect(stored(local).flat()).toHaveLength(2 * orders.length);
  });
});
