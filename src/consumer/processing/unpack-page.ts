// A page of Kinesis records as the user's code gets it.

import { type DeaggregateOptions, deaggregateAll, type UserRecord } from "../../codec/index.ts";
import { releasePage } from "../../kinesis/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { OnConsumerEvent } from "../consumer-event.ts";
import type { HeldPage } from "../retrieval/index.ts";
import type { KnownShard } from "../shards/index.ts";
import type { ResumeFilter } from "./resume-filter.ts";
import type { UnpackedPage } from "./unpacked-page.ts";

export interface UnpackOptions {
  readonly onMalformed: DeaggregateOptions["onMalformed"];
  readonly rangeFilter: DeaggregateOptions["rangeFilter"];
  /** Whether its memory is given back to the client that read it. */
  readonly reusePages: boolean;
  readonly onEvent: OnConsumerEvent;
}

/** @throws `KPL_KIT_MALFORMED_AGGREGATE` where `onMalformed` says so, and what it throws itself */
export function unpackPage(
  { page, release }: HeldPage,
  { hashKeyRange, shardId }: KnownShard,
  resume: ResumeFilter,
  { onEvent, onMalformed, rangeFilter, reusePages }: UnpackOptions,
): UnpackedPage {
  const unpacked = deaggregateAll(page.records, {
    hashRange: hashKeyRange,
    ...(rangeFilter ? { rangeFilter } : {}),
    ...(onMalformed ? { onMalformed } : {}),
    onDropped: ({ reason, record, userRecords }) =>
      onEvent({ type: "records-dropped", shardId, sequenceNumber: record.SequenceNumber, userRecords, reason }),
  });
  return {
    shardId,
    records: resume.rest(unpacked),
    end: endOf(page.records.at(-1)?.SequenceNumber, unpacked, page.records.at(-1)?.ApproximateArrivalTimestamp),
    bytes: page.bytes,
    millisBehindLatest: page.millisBehindLatest,
    release: () => {
      release();
      if (reusePages) releasePage({ Records: page.records });
    },
  };
}

/** The page's last user record; where its Kinesis record has none that is delivered, that record. */
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
