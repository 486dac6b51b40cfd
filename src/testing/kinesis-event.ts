// What Lambda hands to a function on a stream, made by hand: no stream, no AWS SDK, the same bytes in every run.

import { types } from "node:util";
import {
  type AggregatorOptions,
  aggregate,
  type GroupBy,
  InvalidOptionError,
  InvalidRecordError,
  type KinesisRecordInput,
  type UserRecordInput,
} from "../codec/index.ts";

/** As `KinesisStreamRecord` of `@types/aws-lambda`. */
export interface KinesisEventRecord {
  kinesis: {
    kinesisSchemaVersion: string;
    partitionKey: string;
    sequenceNumber: string;
    /** Base64. */
    data: string;
    /** Seconds since the epoch, with the milliseconds behind the point. */
    approximateArrivalTimestamp: number;
  };
  eventSource: string;
  eventVersion: string;
  /** `shardId:sequenceNumber`. */
  eventID: string;
  eventName: string;
  invokeIdentityArn: string;
  awsRegion: string;
  eventSourceARN: string;
}

/** As `KinesisStreamEvent` of `@types/aws-lambda`. */
export interface KinesisEvent {
  Records: KinesisEventRecord[];
}

/** As `KinesisStreamTumblingWindowEvent` of `@types/aws-lambda`, with the two fields that Lambda sends besides. */
export interface KinesisTumblingWindowEvent extends KinesisEvent {
  window: { start: string; end: string };
  state: Record<string, unknown>;
  shardId: string;
  eventSourceARN: string;
  isFinalInvokeForWindow: boolean;
  isWindowTerminatedEarly: boolean;
}

export interface KinesisEventWindow {
  readonly start: Date;
  readonly end: Date;
  /**
   * What the function returned before.
   * @defaultValue `{}`, as at the window's first invocation
   */
  readonly state?: Readonly<Record<string, unknown>>;
  /** @defaultValue false */
  readonly isFinalInvokeForWindow?: boolean;
  /** @defaultValue false */
  readonly isWindowTerminatedEarly?: boolean;
}

export interface KinesisEventOptions {
  /** @defaultValue "orders" */
  readonly streamName?: string;
  /** @defaultValue "us-east-1" */
  readonly region?: string;
  /** @defaultValue "123456789012" */
  readonly accountId?: string;
  /**
   * A batch is of one shard.
   * @defaultValue "shardId-000000000000"
   */
  readonly shardId?: string;
  /**
   * Of the first record that brings none; the next differ as in a real shard.
   * @defaultValue one of 56 digits
   */
  readonly startingSequenceNumber?: string;
  /**
   * When the first record arrived, unless it says so itself.
   * @defaultValue midnight UTC, 1 January 2026
   */
  readonly arrivalStart?: Date;
  /**
   * Milliseconds from one record's arrival to the next.
   * @defaultValue 1
   */
  readonly arrivalStepMs?: number;
  /** Name or ARN of the consumer, where the event source mapping is on one (enhanced fan-out) and not on the stream. */
  readonly consumer?: string;
  /** Packs the records first; then they must be user records. */
  readonly aggregate?: AggregatorOptions & { readonly groupBy: GroupBy };
  /** Where the event source mapping has a tumbling window. */
  readonly window?: KinesisEventWindow;
}

/** A user record, which makes a plain Kinesis record; or a Kinesis record: an entry of `aggregate()`, one of GetRecords. */
export type KinesisEventInput = UserRecordInput | KinesisRecordInput;

/** Of the first record of shardId-000000000000, at midnight UTC, 1 January 2026. */
const FIRST_SEQUENCE_NUMBER = "49669468787676133950325537754858950969141533466435780610";
/** The counter of a shard's records begins at this bit. */
const SEQUENCE_NUMBER_STEP = 2n ** 80n;
const LARGEST_RECORD = 10 * 2 ** 20;
const SEQUENCE_NUMBER = /^(0|[1-9]\d{0,128})$/;
const NAME = /^[\w.-]{1,128}$/;

/**
 * An event of a Kinesis event source mapping. Without clock and randomness: the same input makes the same event.
 * @throws `KPL_KIT_INVALID_RECORD`, `KPL_KIT_INVALID_OPTION`, `KPL_KIT_RECORD_TOO_LARGE`
 * @example
 * ```ts
 * const event = makeKinesisEvent([{ partitionKey: "order-7", data: '{"amount":1}' }], { aggregate: { groupBy: "none" } });
 * const { batchItemFailures } = await handler(event);
 * ```
 */
export function makeKinesisEvent(
  records: Iterable<KinesisEventInput>,
  options: KinesisEventOptions & { readonly window: KinesisEventWindow },
): KinesisTumblingWindowEvent;
export function makeKinesisEvent(records: Iterable<KinesisEventInput>, options?: KinesisEventOptions): KinesisEvent;
export function makeKinesisEvent(
  records: Iterable<KinesisEventInput>,
  options: KinesisEventOptions = {},
): KinesisEvent | KinesisTumblingWindowEvent {
  const { arrivalStepMs = 1, region = "us-east-1", shardId = "shardId-000000000000", window } = options;
  checkText("shardId", shardId, NAME, "1 to 128 letters, digits and _.-");
  if (!Number.isFinite(arrivalStepMs)) throw new InvalidOptionError("arrivalStepMs", arrivalStepMs, "a finite number");
  const arrivalStartMs = msOf("arrivalStart", options.arrivalStart ?? new Date(Date.UTC(2026, 0, 1)));
  const eventSourceARN = sourceArn({ ...options, region });
  const sequenceNumberOf = sequenceNumbers(options.startingSequenceNumber ?? FIRST_SEQUENCE_NUMBER);
  const invokeIdentityArn = `arn:${partitionOf(region)}:iam::${eventSourceARN.split(":")[4]}:role/lambda-role`;

  const Records = kinesisRecords(records, options.aggregate).map((record, index): KinesisEventRecord => {
    const at = `records[${index}]`;
    const sequenceNumber = sequenceNumberOf(`${at}.SequenceNumber`, record.SequenceNumber);
    const arrivalMs = record.ApproximateArrivalTimestamp
      ? msOf(`${at}.ApproximateArrivalTimestamp`, record.ApproximateArrivalTimestamp)
      : arrivalStartMs + index * arrivalStepMs;
    return {
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: partitionKeyOf(`${at}.PartitionKey`, record.PartitionKey),
        sequenceNumber,
        data: base64(`${at}.Data`, record.Data),
        approximateArrivalTimestamp: arrivalMs / 1_000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn,
      awsRegion: region,
      eventSourceARN,
    };
  });
  return window ? { Records, ...windowFields(window), shardId, eventSourceARN } : { Records };
}

function kinesisRecords(
  inputs: Iterable<KinesisEventInput>,
  packing: KinesisEventOptions["aggregate"],
): KinesisRecordInput[] {
  const records = Array.from(inputs);
  if (packing) return aggregate(records.map(asUserRecord), packing);
  return records.flatMap((record, index) => {
    if (isKinesisRecord(record)) return [record];
    // One a time: each a Kinesis record of its own, checked as the codec does.
    return aggregate([asUserRecord(record, index)], { groupBy: "none", maxRecordSize: LARGEST_RECORD });
  });
}

function isKinesisRecord(record: KinesisEventInput): record is KinesisRecordInput {
  return typeof record === "object" && record !== null && ("Data" in record || "PartitionKey" in record);
}

function asUserRecord(record: KinesisEventInput, index: number): UserRecordInput {
  if (typeof record === "object" && record !== null && "partitionKey" in record) return record;
  throw new InvalidRecordError(`records[${index}]`, record, "a user record: partitionKey and data");
}

/** Of one shard: they grow. */
function sequenceNumbers(first: string): (field: string, given: string | undefined) => string {
  checkText("startingSequenceNumber", first, SEQUENCE_NUMBER, "decimal digits without leading zeros");
  let previous: bigint | undefined;
  return (field, given) => {
    if (given !== undefined && !(typeof given === "string" && SEQUENCE_NUMBER.test(given)))
      throw new InvalidRecordError(field, given, "decimal digits without leading zeros");
    const following = previous === undefined ? BigInt(first) : previous + SEQUENCE_NUMBER_STEP;
    const next = given === undefined ? following : BigInt(given);
    if (previous !== undefined && next <= previous)
      throw new InvalidRecordError(field, given, `larger than the one before, ${previous}, as in a shard`);
    previous = next;
    return next.toString();
  };
}

function partitionKeyOf(field: string, partitionKey: unknown): string {
  if (typeof partitionKey === "string" && /^.{1,256}$/su.test(partitionKey)) return partitionKey;
  throw new InvalidRecordError(field, partitionKey, "1 to 256 Unicode characters");
}

function base64(field: string, data: unknown): string {
  // Not `instanceof`: a test runner's sandbox has a Uint8Array of its own.
  if (!types.isUint8Array(data)) throw new InvalidRecordError(field, data, "a Uint8Array");
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

function windowFields({ start, end, ...rest }: KinesisEventWindow) {
  const { state = {}, isFinalInvokeForWindow = false, isWindowTerminatedEarly = false } = rest;
  const [startMs, endMs] = [msOf("window.start", start), msOf("window.end", end)];
  if (endMs <= startMs) throw new InvalidOptionError("window.end", end.toISOString(), "after window.start");
  return {
    window: { start: instant(startMs), end: instant(endMs) },
    state,
    isFinalInvokeForWindow,
    isWindowTerminatedEarly,
  };
}

/** A window begins and ends with a second: Lambda writes no fraction. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

function sourceArn(options: KinesisEventOptions & { readonly region: string }): string {
  const { accountId = "123456789012", consumer, region, streamName = "orders" } = options;
  checkText("streamName", streamName, NAME, "1 to 128 letters, digits and _.-");
  checkText("region", region, /^[a-z]{2}(-[a-z]+)+-\d+$/, "a region's code, such as us-east-1");
  checkText("accountId", accountId, /^\d{12}$/, "12 digits");
  const stream = `arn:${partitionOf(region)}:kinesis:${region}:${accountId}:stream/${streamName}`;
  if (consumer === undefined) return stream;
  if (/^arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/[\w.-]+\/consumer\/[\w.-]+:\d+$/.test(consumer)) return consumer;
  checkText("consumer", consumer, NAME, "a consumer's name or ARN");
  return `${stream}/consumer/${consumer}:1545084650`; // with the second of its creation behind
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

function msOf(field: string, date: Date): number {
  if (types.isDate(date) && !Number.isNaN(date.getTime())) return date.getTime();
  throw new InvalidOptionError(field, date, "a valid Date");
}

function checkText(option: string, value: unknown, pattern: RegExp, rule: string): void {
  if (typeof value !== "string" || !pattern.test(value)) throw new InvalidOptionError(option, value, rule);
}
