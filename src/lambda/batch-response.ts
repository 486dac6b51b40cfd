// The reply: at most one Kinesis record, the lowest that is not done. Lambda reads the lowest of several as its checkpoint, and
// what happens to an identifier that it does not know is told in two ways; so it gets one, as it stood in the event.

import { InvalidRecordError } from "../codec/index.ts";
import type { BatchResponse } from "./kinesis-event.ts";
import { compare } from "./sequence-number.ts";

export interface BatchResponseOptions {
  /**
   * By what a Kinesis record is named: an event source mapping wants its sequence number, and nothing else. A target of
   * EventBridge Pipes is said to want its `eventID`: try it before you trust it.
   * @defaultValue "sequenceNumber"
   */
  readonly identifier?: "sequenceNumber" | "eventID";
}

/** What of a failed user record is needed. */
export interface FailedRecord {
  readonly sequenceNumber: string | undefined;
  readonly shardId?: string;
}

/**
 * The reply for these user records: their lowest Kinesis record, or that all is done.
 * @throws `KPL_KIT_INVALID_RECORD` for one without a sequence number: what failed, nobody could tell Lambda
 * @example
 * ```ts
 * const failed = records.filter((record) => !store(record));
 * return toBatchResponse(failed);
 * ```
 */
export function toBatchResponse(
  failed: Iterable<FailedRecord>,
  { identifier = "sequenceNumber" }: BatchResponseOptions = {},
): BatchResponse {
  const [lowest] = Array.from(failed, named).sort((one, other) => compare(one.sequenceNumber, other.sequenceNumber));
  if (!lowest) return { batchItemFailures: [] };
  const { sequenceNumber, shardId = "" } = lowest;
  return {
    batchItemFailures: [{ itemIdentifier: identifier === "eventID" ? `${shardId}:${sequenceNumber}` : sequenceNumber }],
  };
}

function named({ sequenceNumber, shardId }: FailedRecord): { sequenceNumber: string; shardId: string | undefined } {
  if (typeof sequenceNumber === "string") return { sequenceNumber, shardId };
  throw new InvalidRecordError("sequenceNumber", sequenceNumber, "that of a Kinesis record");
}

/**
 * A reply that was made for expanded records, as Lambda should get it: of all that it names the lowest, once.
 * @throws `KPL_KIT_INVALID_RECORD` for an identifier that is no sequence number (an `eventID`, nothing), and for a list of
 * results: thrown on, it makes Lambda bring the whole batch again, where such a reply may have been ignored
 * @example
 * ```ts
 * const response = await processPartialResponse(expandKinesisEvent(event), handleRecord, processor, { context });
 * return collapseBatchItemFailures(response);
 * ```
 */
export function collapseBatchItemFailures(
  response: { readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[] | null } | null | undefined,
): BatchResponse {
  // What was settled one by one is no reply yet: as one, it would say that all is done.
  if (Array.isArray(response)) throw new InvalidRecordError("response", response, "an object with batchItemFailures");
  const failures = response?.batchItemFailures ?? [];
  return toBatchResponse(
    [...failures].map((failure: { readonly itemIdentifier: string } | null) => {
      const itemIdentifier = failure?.itemIdentifier;
      if (typeof itemIdentifier === "string" && /^\d+$/.test(itemIdentifier)) return { sequenceNumber: itemIdentifier };
      throw new InvalidRecordError("itemIdentifier", itemIdentifier, "the sequence number of a Kinesis record");
    }),
  );
}
