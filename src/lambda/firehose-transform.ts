// The transform Lambda of a Firehose stream: each record answered once, by its id.

import { deaggregate, InvalidRecordError, type UserRecord } from "../codec/index.ts";
import { fromBase64, logError, toBase64, toUtf8 } from "./platform.ts";

/** `FirehoseTransformationEvent` */
export interface FirehoseEventLike {
  readonly deliveryStreamArn: string;
  readonly records: readonly {
    readonly recordId: string;
    /** Milliseconds since the epoch. */
    readonly approximateArrivalTimestamp: number;
    /** Base64. */
    readonly data: string;
    /** Where the source is a stream. */
    readonly kinesisRecordMetadata?:
      | {
          readonly shardId: string;
          readonly partitionKey: string;
          readonly sequenceNumber: string;
          /** A number, its text, or nothing: Firehose has sent all three. */
          readonly subsequenceNumber: string | number;
        }
      | undefined;
  }[];
}

export interface FirehoseRecord extends UserRecord {
  readonly recordId: string;
}

/** `FirehoseTransformationResult` */
export interface FirehoseResponse {
  records: { recordId: string; result: "Ok" | "Dropped" | "ProcessingFailed"; data: string }[];
}

type Transformed = Uint8Array | string | undefined;

/**
 * Firehose itself deaggregates what it reads from a stream, and not what is put to it: an aggregate that comes through is
 * taken apart, and what is made of its members goes on as one record. Return text or bytes, with the newline that a
 * destination may want; undefined drops the record. What throws goes to the stream's error output, the others go on.
 * @throws `KPL_KIT_INVALID_RECORD` for an event that is none of Firehose, in the handler
 * @example
 * ```ts
 * export const handler = firehoseTransform((record) => `${JSON.stringify({ ...(record.json() as object), seen: true })}\n`);
 * ```
 */
export function firehoseTransform(
  transform: (record: FirehoseRecord) => Transformed | PromiseLike<Transformed>,
): (event: FirehoseEventLike) => Promise<FirehoseResponse> {
  return async (event) => {
    const records = (event as Partial<FirehoseEventLike> | null | undefined)?.records;
    if (!Array.isArray(records))
      throw new InvalidRecordError("event.records", records, "the records of a Firehose stream");
    const answered: FirehoseResponse["records"] = [];
    for (const record of records) {
      const { data, recordId } = record;
      try {
        const made = await madeOf(record, transform);
        if (made) answered.push({ recordId, result: "Ok", data: toBase64(made) });
        else answered.push({ recordId, result: "Dropped", data });
      } catch (error) {
        logError(`Firehose record ${recordId} failed:`, error);
        answered.push({ recordId, result: "ProcessingFailed", data });
      }
    }
    return { records: answered };
  };
}

async function madeOf(
  {
    approximateArrivalTimestamp: ms,
    data,
    kinesisRecordMetadata: source,
    recordId,
  }: FirehoseEventLike["records"][number],
  transform: (record: FirehoseRecord) => Transformed | PromiseLike<Transformed>,
): Promise<Uint8Array | undefined> {
  const bytes = fromBase64(data);
  if (!bytes) throw new InvalidRecordError(`data of ${recordId}`, data, "base64");
  const found = deaggregate({
    Data: bytes,
    PartitionKey: source?.partitionKey,
    SequenceNumber: source?.sequenceNumber,
    ApproximateArrivalTimestamp: new Date(ms),
  });
  const parts: Uint8Array[] = [];
  for (const userRecord of found) {
    const { aggregated, subSequenceNumber } = userRecord;
    const made = await transform(
      Object.assign(userRecord, {
        recordId,
        // Of what Firehose has taken apart itself.
        subSequenceNumber: aggregated ? subSequenceNumber : Number(source?.subsequenceNumber ?? 0),
      }),
    );
    if (made !== undefined) parts.push(typeof made === "string" ? toUtf8(made) : bytesOf(made));
  }
  return parts.length > 0 ? joined(parts) : undefined;
}

/** Of an object, which JavaScript lets through, nothing would be left but an empty record. */
function bytesOf(made: unknown): Uint8Array {
  if (ArrayBuffer.isView(made)) return made as Uint8Array;
  throw new TypeError(`a transform returns text, bytes or undefined, not ${typeof made}`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
