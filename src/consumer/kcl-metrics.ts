// What a consumer tells, under the names that the KCL's dashboards and alarms know.
// https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-kcl.html

import type { ConsumerEvent } from "./consumer-event.ts";

export interface KclMetric {
  readonly name: string;
  readonly unit: "Bytes" | "Count" | "Milliseconds";
  readonly value: number;
  /** KCL: dimension `Operation`. */
  readonly operation: "ProcessTask";
  /** KCL: dimension `ShardId`. */
  readonly shardId: string;
}

type Datum = readonly [name: string, unit: KclMetric["unit"], value: number];

/**
 * The KCL's metrics that an event counts for, with the KCL's units; none for what the KCL does not measure.
 * @example
 * ```ts
 * const onEvent = (event: ConsumerEvent) => {
 *   for (const { name, unit, value, operation, shardId } of kclMetricsOf(event)) publish(name, value, unit, { operation, shardId });
 * };
 * ```
 */
export function kclMetricsOf(event: ConsumerEvent): readonly KclMetric[] {
  const shardId = "shardId" in event ? event.shardId : undefined;
  if (shardId === undefined) return [];
  return dataOf(event).map(([name, unit, value]) => ({ name, unit, value, operation: "ProcessTask", shardId }));
}

function dataOf(event: ConsumerEvent): readonly Datum[] {
  switch (event.type) {
    case "page-retrieved":
      return timed("KinesisDataFetcher.getRecords", event.durationMs);
    case "call-failed":
      return event.operation === "GetRecords" ? [failed("KinesisDataFetcher.getRecords")] : [];
    case "iterator-expired":
      return [["ExpiredIterator", "Count", 1]];
    case "batch-processed":
      return [
        ["RecordsProcessed", "Count", event.userRecords],
        ["DataBytesProcessed", "Bytes", event.bytes],
        ["MillisBehindLatest", "Milliseconds", event.millisBehindLatest],
        ...timed("RecordProcessor.processRecords", event.durationMs),
      ];
    case "processing-failed":
      return [failed("RecordProcessor.processRecords")];
    case "checkpointed":
      return timed("UpdateLease", event.durationMs);
    case "checkpoint-failed":
      return [failed("UpdateLease")];
    case "abandoned":
    case "position-refused":
    case "position-trimmed":
    case "record-given-up":
    case "records-dropped":
    case "shard-end-unconfirmed":
    case "shard-ended":
    case "shard-started":
    case "shards-listed":
    case "subscription-ended":
    case "subscription-started":
      return [];
    default:
      return event satisfies never;
  }
}

function timed(what: string, durationMs: number): Datum[] {
  return [
    [`${what}.Success`, "Count", 1],
    [`${what}.Time`, "Milliseconds", durationMs],
  ];
}

function failed(what: string): Datum {
  return [`${what}.Success`, "Count", 0];
}
