// What Lambda hands over and takes back, as far as it is looked at: the types of `@types/aws-lambda` fit, and are not needed.

import { InvalidRecordError } from "../codec/index.ts";
import { compare } from "./sequence-number.ts";

/** A Kinesis record in an event; perhaps an aggregate. */
export interface KinesisEventRecordLike {
  /** `shardId:sequenceNumber`, the one place that tells the shard. */
  readonly eventID: string;
  readonly eventSourceARN: string;
  readonly kinesis: {
    /** Base64. */
    readonly data: string;
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    /** Seconds since the epoch, with the milliseconds behind the point. */
    readonly approximateArrivalTimestamp: number;
  };
}

/** `KinesisStreamEvent`: a batch, of one shard. */
export interface KinesisEventLike {
  readonly Records: readonly KinesisEventRecordLike[];
}

/** `Context`, as far as it matters here. */
export interface LambdaContext {
  readonly functionName: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/**
 * `KinesisStreamBatchResponse`. Lambda comes back with the record that is named and with all behind it; with none named,
 * the batch is done. It is ignored unless the event source mapping has `ReportBatchItemFailures`.
 */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * In the shard's order: nothing says that an event is sorted, and what the reply names brings back all that is higher.
 * Thrown, it fails the invocation, and Lambda comes back with the whole batch.
 * @throws `KPL_KIT_INVALID_RECORD`
 */
export function recordsOf(event: Partial<KinesisEventLike> | null | undefined): readonly KinesisEventRecordLike[] {
  const records = event?.Records;
  if (Array.isArray(records) && records.every(isOfKinesis))
    return [...records].sort((one, other) => compare(one.kinesis.sequenceNumber, other.kinesis.sequenceNumber));
  throw new InvalidRecordError("event.Records", records, "an array of Kinesis records");
}

function isOfKinesis(record: Partial<KinesisEventRecordLike> | null | undefined): record is KinesisEventRecordLike {
  return typeof record?.kinesis?.sequenceNumber === "string";
}
