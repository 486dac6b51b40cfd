import { describe, expect, it } from "vitest";
import { type ConsumerEvent, type KclMetric, kclMetricsOf } from "../../src/consumer/index.ts";
import { id, OrdersStream, textOf } from "./orders-stream.ts";

type Datum = readonly [name: string, unit: KclMetric["unit"], value: number];

const shardId = id(7);
const position = { sequenceNumber: "49", subSequenceNumber: 2 };
const error = new Error("no answer");
const failure = { kind: "transient", retryable: true, mayHaveBeenStored: false, code: "HTTP 503" } as const;
const FAILED_CALL = { type: "call-failed", failure, error, failures: 1, retryInMs: 100 } as const;

/** Of each type of event: what it may look like, and the metrics it gives. */
const METRICS: {
  readonly [Type in ConsumerEvent["type"]]: readonly (readonly [Extract<ConsumerEvent, { type: Type }>, ...Datum[]])[];
} = {
  "page-retrieved": [
    [
      { type: "page-retrieved", shardId, kinesisRecords: 3, bytes: 900, millisBehindLatest: 40, durationMs: 25 },
      ["KinesisDataFetcher.getRecords.Success", "Count", 1],
      ["KinesisDataFetcher.getRecords.Time", "Milliseconds", 25],
    ],
  ],
  "call-failed": [
    [{ ...FAILED_CALL, operation: "GetRecords", shardId }, ["KinesisDataFetcher.getRecords.Success", "Count", 0]],
    [{ ...FAILED_CALL, operation: "GetShardIterator", shardId }],
    [{ ...FAILED_CALL, operation: "SubscribeToShard", shardId }],
    [{ ...FAILED_CALL, operation: "GetRecords" }],
    [{ ...FAILED_CALL, operation: "ListShards", shardId: undefined }],
  ],
  "iterator-expired": [[{ type: "iterator-expired", shardId }, ["ExpiredIterator", "Count", 1]]],
  "batch-processed": [
    [
      { type: "batch-processed", shardId, userRecords: 12, bytes: 900, millisBehindLatest: 40, durationMs: 25 },
      ["RecordsProcessed", "Count", 12],
      ["DataBytesProcessed", "Bytes", 900],
      ["MillisBehindLatest", "Milliseconds", 40],
      ["RecordProcessor.processRecords.Success", "Count", 1],
      ["RecordProcessor.processRecords.Time", "Milliseconds", 25],
    ],
  ],
  "processing-failed": [
    [
      { type: "processing-failed", shardId, position, error, failures: 1, retryInMs: 100 },
      ["RecordProcessor.processRecords.Success", "Count", 0],
    ],
  ],
  checkpointed: [
    [
      { type: "checkpointed", shardId, position, durationMs: 5 },
      ["UpdateLease.Success", "Count", 1],
      ["UpdateLease.Time", "Milliseconds", 5],
    ],
  ],
  "checkpoint-failed": [
    [
      { type: "checkpoint-failed", shardId, position, error, failures: 1, retryInMs: undefined },
      ["UpdateLease.Success", "Count", 0],
    ],
  ],
  abandoned: [[{ type: "abandoned", shardId, userRecords: 3 }]],
  "position-refused": [[{ type: "position-refused", shardId, position, error }]],
  "position-trimmed": [[{ type: "position-trimmed", shardId, position, missingMs: 60_000 }]],
  "record-given-up": [[{ type: "record-given-up", shardId, position, how: "skipped" }]],
  "records-dropped": [
    [{ type: "records-dropped", shardId, sequenceNumber: "49", userRecords: 3, reason: "outside-range" }],
  ],
  "shard-end-unconfirmed": [[{ type: "shard-end-unconfirmed", shardId, childShardIds: [] }]],
  "shard-ended": [[{ type: "shard-ended", shardId, childShardIds: [id(8), id(9)] }]],
  "shard-started": [[{ type: "shard-started", shardId, position }]],
  "shards-listed": [[{ type: "shards-listed", shardIds: [shardId] }]],
  "subscription-ended": [[{ type: "subscription-ended", shardId, reason: "silent" }]],
  "subscription-started": [[{ type: "subscription-started", shardId }]],
};

describe("each event gives the KCL's metrics of its shard, and no others", () => {
  const cases = Object.values(METRICS).flat();

  it.each(
    cases.map(([event, ...data]) => ({
      event,
      data,
      what: `${event.type} ${"operation" in event ? event.operation : ""}`,
    })),
  )("$what gives $data.length", ({ data, event }) => {
    const metrics = data.map(([name, unit, value]) => ({ name, unit, value, operation: "ProcessTask", shardId }));
    expect(kclMetricsOf(event)).toEqual(metrics);
  });
});

describe("over a reader's run, the sums are what was put", () => {
  function sumOf(events: readonly ConsumerEvent[], name: string, shard: number): number {
    const metrics = events.flatMap((event) => kclMetricsOf(event));
    const own = metrics.filter((metric) => metric.name === name && metric.shardId === id(shard));
    return own.reduce((sum, { value }) => sum + value, 0);
  }

  it.each(["loop", "record", "processor"])("%s form", async (form) => {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    await orders.put(["a", "bb"], 0);
    await orders.putAggregate(["c", "d", "e"], 0);
    await orders.put(["f".repeat(1_000)], 1);
    const put = orders.local
      .snapshot()[0]!
      .shards.map(({ records }) => records.reduce((sum, { data }) => sum + data.length, 0));
    const reader = orders.reader();
    const read: string[] = [];
    if (form === "loop") read.push(...(await orders.take(reader, 6)));
    else {
      const run =
        form === "record"
          ? reader.run({ record: (record) => void read.push(textOf(record)) })
          : reader.run(() => ({ processRecords: async ({ records }) => void read.push(...records.map(textOf)) }));
      await orders.clock.advance(10_000);
      await orders.clock.runUntil(reader.stop());
      await run;
    }
    expect(read).toHaveLength(6);
    expect([0, 1].map((shard) => sumOf(orders.events, "RecordsProcessed", shard))).toEqual([5, 1]);
    expect([0, 1].map((shard) => sumOf(orders.events, "DataBytesProcessed", shard))).toEqual(put);
  });
});
