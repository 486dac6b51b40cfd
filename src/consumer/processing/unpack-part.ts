// Kinesis records as the user's code gets them.

import { type DeaggregateOptions, deaggregateVerified, type UserRecord } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { OnConsumerEvent } from "../consumer-event.ts";
import type { KnownShard } from "../shards/index.ts";
import type { PagePart } from "./page-parts.ts";
import type { ResumeFilter } from "./resume-filter.ts";
import type { UnpackedPage } from "./unpacked-page.ts";

export interface UnpackOptions {
  readonly onMalformed: DeaggregateOptions["onMalformed"];
  readonly rangeFilter: DeaggregateOptions["rangeFilter"];
  readonly onEvent: OnConsumerEvent;
}

/** @throws `KPL_KIT_MALFORMED_AGGREGATE` where `onMalformed` says so, and what it throws itself */
export function unpackPart(
  { bytes, records }: PagePart,
  sound: readonly boolean[],
  { hashKeyRange, shardId }: KnownShard,
  resume: ResumeFilter,
  { onEvent, onMalformed, rangeFilter }: UnpackOptions,
): Omit<UnpackedPage, "millisBehindLatest" | "release"> {
  const last = records.at(-1);
  const options: DeaggregateOptions = {
    hashRange: hashKeyRange,
    ...(rangeFilter ? { rangeFilter } : {}),
    ...(onMalformed ? { onMalformed } : {}),
    onDropped: ({ reason, record, userRecords }) =>
      onEvent({ type: "records-dropped", shardId, sequenceNumber: record.SequenceNumber, userRecords, reason }),
  };
  const unpacked = deaggregateVerified(records, options, sound);
  return {
    shardId,
    records: resume.rest(unpacked),
    end: endOf(last?.SequenceNumber, unpacked, last?.ApproximateArrivalTimestamp),
    bytes,
  };
}

/** The last user record; where its Kinesis record has none that is delivered, that record. */
function endOf(
  sequenceNumber: string | undefined,
  unpacked: readonly UserRecord[],
  timestamp: Date | undefined,
): Checkpoint | undefined {
  if (sequenceNumber === undefined) return undefined;
  const last = unpacked.at(-1);
  const subSequenceNumber = last?.sequenceNumber === sequenceNumber ? last.subSequenceNumber : 0;
  return { sequenceNumber, subSequenceNumber, ...(timestamp ? { timestamp } : {}) };
}
