// The user records of an event, Kinesis record by Kinesis record.

import {
  type DeaggregateOptions,
  type DroppedRecords,
  deaggregate as deaggregateOne,
  InvalidRecordError,
  type KinesisRecordInput,
  type MalformedPolicy,
  type MalformedReason,
  type UserRecord,
} from "../codec/index.ts";
import { type KinesisEventLike, type KinesisEventRecordLike, recordsOf } from "./kinesis-event.ts";
import { fromBase64 } from "./platform.ts";

export interface LambdaUserRecord extends UserRecord {
  /** shardId:sequenceNumber:subSequenceNumber, the idempotency key. */
  readonly id: string;
  readonly shardId: string;
  readonly eventSourceARN: string;
}

export interface MalformedOptions {
  /**
   * What becomes of a Kinesis record that has the magic but is no sound aggregate. `pass`: raw, with its reason. `throw`: it
   * fails, as if its handler had thrown. `skip`: nothing, told to `onDropped`. Or decide per record. What is not base64
   * at all cannot be passed: it fails, unless it is skipped.
   * @defaultValue "pass"
   */
  readonly onMalformed?:
    | MalformedPolicy
    | ((record: KinesisRecordInput, reason: MalformedReason | "base64") => MalformedPolicy);
  /** Told of every Kinesis record that is skipped. */
  readonly onDropped?: (
    dropped: Omit<DroppedRecords, "reason"> & { readonly reason: MalformedReason | "base64" },
  ) => void;
}

/** A Kinesis record with what is in it: the unit that Lambda redelivers. */
export interface Parent {
  readonly userRecords: readonly LambdaUserRecord[];
  /** Why its only user record, raw, is not to be handled. */
  readonly error?: Error;
}

const NOTHING = new Uint8Array(0);

/**
 * All user records of an event, in order. A Kinesis record is unpacked when its turn comes.
 * @throws `KPL_KIT_MALFORMED_AGGREGATE` where `onMalformed` says so, `KPL_KIT_INVALID_RECORD` for an event without records
 * and for data that is not base64, `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * for (const { id, partitionKey, data } of deaggregate(event)) console.log(id, partitionKey, data.length);
 * ```
 */
export function* deaggregate(event: KinesisEventLike, options: MalformedOptions = {}): Generator<LambdaUserRecord> {
  checkMalformedOptions(options);
  for (const record of recordsOf(event)) {
    const { error, userRecords } = unpack(record, options);
    if (error) throw error;
    yield* userRecords;
  }
}

/** @throws `KPL_KIT_INVALID_OPTION` */
export function checkMalformedOptions(options: MalformedOptions): void {
  deaggregateOne(NOTHING, ofCodec(options));
}

/** Never throws, whatever the record holds. */
export function unpack(record: KinesisEventRecordLike, options: MalformedOptions): Parent {
  const { approximateArrivalTimestamp: seconds, data, partitionKey, sequenceNumber } = record.kinesis;
  const bytes = fromBase64(data);
  const outer: KinesisRecordInput = {
    Data: bytes ?? NOTHING,
    PartitionKey: partitionKey,
    SequenceNumber: sequenceNumber,
    // A double's seconds have an error below the microsecond.
    ApproximateArrivalTimestamp: seconds === undefined ? undefined : new Date(Math.round(seconds * 1_000)),
  };
  try {
    if (bytes) return { userRecords: located(deaggregateOne(outer, ofCodec(options)), record) };
    const { onDropped, onMalformed } = options;
    const policy = typeof onMalformed === "function" ? onMalformed(outer, "base64") : onMalformed;
    if (policy !== "skip") throw new InvalidRecordError(`data of ${record.eventID}`, data, "base64");
    onDropped?.({ record: outer, userRecords: 1, reason: "base64" });
    return { userRecords: [] };
  } catch (error) {
    return { userRecords: located(deaggregateOne(outer), record), error: error as Error };
  }
}

/** Without the range filter: an event does not tell its shard's range. Undefined costs a plain record the least. */
function ofCodec({ onDropped, onMalformed }: MalformedOptions): DeaggregateOptions | undefined {
  return onDropped || onMalformed ? ({ onDropped, onMalformed } as DeaggregateOptions) : undefined;
}

/** Onto the records themselves: a copy of each costs as much as all the rest. */
function located(
  found: readonly UserRecord[],
  { eventID, eventSourceARN, kinesis }: KinesisEventRecordLike,
): readonly LambdaUserRecord[] {
  const userRecords = found as readonly { -readonly [Name in keyof LambdaUserRecord]: LambdaUserRecord[Name] }[];
  const [shardId = ""] = String(eventID).split(":");
  const prefix = `${shardId}:${kinesis.sequenceNumber}:`;
  for (const record of userRecords) {
    record.id = prefix + record.subSequenceNumber;
    record.shardId = shardId;
    record.eventSourceARN = eventSourceARN;
  }
  return userRecords;
}
