// Events of EventBridge Pipes from a stream: an array, with the fields of `kinesis` beside the others.

import { InvalidRecordError } from "../codec/index.ts";
import type { KinesisEventLike, KinesisEventRecordLike } from "./kinesis-event.ts";

/** `KinesisPipesRecord` */
export type PipesRecordLike = Omit<KinesisEventRecordLike, "kinesis"> & KinesisEventRecordLike["kinesis"];

/**
 * The event that Lambda would get from the same stream, for all that takes one. Pipes does not deaggregate. As a target,
 * reply by `toBatchResponse(failed, { identifier: "eventID" })`; an enrichment has no partial reply, and may return more
 * records than it got: above a target's limit (10 for SQS, SNS and an event bus) Pipes does not invoke the target.
 * @throws `KPL_KIT_INVALID_RECORD` for what is no array
 * @example
 * ```ts
 * export const handler = async (event: unknown) => [...deaggregate(fromPipes(event))].map((record) => record.json());
 * ```
 */
export function fromPipes(event: unknown): KinesisEventLike {
  if (!Array.isArray(event)) throw new InvalidRecordError("event", event, "an array: the event of a pipe");
  return { Records: (event as (PipesRecordLike | null)[]).map(nested) };
}

/** What is none of Kinesis stays so, and is refused by whoever takes the event. */
function nested(record: PipesRecordLike | null): KinesisEventRecordLike {
  const { approximateArrivalTimestamp, data, partitionKey, sequenceNumber, ...others } = {
    ...record,
  } as PipesRecordLike;
  return { ...others, kinesis: { approximateArrivalTimestamp, data, partitionKey, sequenceNumber } };
}
