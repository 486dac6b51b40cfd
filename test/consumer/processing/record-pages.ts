// Pages as the unpacking hands them over, made from aggregates by the codec itself.

import { aggregate, deaggregate, type UserRecord } from "../../../src/codec/index.ts";
import type { UnpackedPage } from "../../../src/consumer/processing/index.ts";

/** A Kinesis record by the partition keys of its user records: an aggregate, unless there is one. */
export type KeysOfKinesisRecord = readonly string[];

/** Of the sequence number, a millisecond each. */
export function arrivalOf(sequenceNumber: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + sequenceNumber);
}

function userRecordsOf(keys: KeysOfKinesisRecord, sequenceNumber: number): UserRecord[] {
  const outer = { SequenceNumber: `${sequenceNumber}`, ApproximateArrivalTimestamp: arrivalOf(sequenceNumber) };
  const members = keys.map((partitionKey, at) => ({ partitionKey, data: `${sequenceNumber}/${at}` }));
  const lone = members.length === 1 ? "raw" : "wrap";
  return [...aggregate(members, { groupBy: "none", lone })].flatMap((entry) => deaggregate({ ...entry, ...outer }));
}

export interface TestPage extends UnpackedPage {
  released: number;
}

/** Its Kinesis records are numbered from `first` on; `dropped` of the last user records were filtered away. */
export function pageOf(kinesisRecords: readonly KeysOfKinesisRecord[], first = 1, dropped = 0): TestPage {
  const all = kinesisRecords.map((keys, at) => userRecordsOf(keys, first + at));
  const flat = all.flat();
  const last = flat.at(-1);
  const page: TestPage = {
    shardId: "shardId-000000000000",
    records: flat.slice(0, flat.length - dropped),
    end: last && {
      sequenceNumber: last.sequenceNumber ?? "",
      subSequenceNumber: last.subSequenceNumber,
      timestamp: last.approximateArrivalTimestamp,
    },
    bytes: flat.reduce((bytes, { data }) => bytes + data.length, 0),
    millisBehindLatest: 0,
    released: 0,
    release: () => {
      page.released++;
    },
  };
  return page;
}

/** "sequenceNumber/subSequenceNumber" */
export function idOf({
  sequenceNumber,
  subSequenceNumber = 0,
}: Pick<UserRecord, "sequenceNumber"> & { readonly subSequenceNumber?: number | undefined }): string {
  return `${sequenceNumber}/${subSequenceNumber}`;
}
