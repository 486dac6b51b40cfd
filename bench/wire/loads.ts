// What is sent and what is answered: the calls of a producer and of a consumer. Both sides of the wire make the same bytes
// from the same seed, so that each can tell whether the other got them.

import type { GetRecordsInput, GetRecordsOutput, PutRecordsInput, PutRecordsOutput } from "@aws-sdk/client-kinesis";
import { seededRandom } from "../random.ts";

export type Load = PutLoad | GetLoad;

export interface PutLoad extends Size {
  readonly operation: "PutRecords";
  readonly input: PutRecordsInput;
  readonly answer: PutRecordsOutput;
}

export interface GetLoad extends Size {
  readonly operation: "GetRecords";
  readonly input: GetRecordsInput;
  readonly answer: GetRecordsOutput;
}

interface Size {
  readonly name: string;
  readonly records: number;
  readonly recordBytes: number;
}

/** The loads that the bars are about. */
export const LARGE_PUT = "put 20 x 50 KB";
export const LARGE_PAGE = "get 40 x 50 KB";
export const SMALLEST = "put 1 x 100 B";

const PUTS: readonly Size[] = [
  { name: LARGE_PUT, records: 20, recordBytes: 50_000 },
  { name: "put 500 x 1 KB", records: 500, recordBytes: 1_000 },
  { name: "put 500 x 100 B", records: 500, recordBytes: 100 },
  { name: SMALLEST, records: 1, recordBytes: 100 },
];
const PAGES: readonly Size[] = [
  { name: LARGE_PAGE, records: 40, recordBytes: 50_000 },
  { name: "get 10,000 x 100 B", records: 10_000, recordBytes: 100 },
];

export const LOAD_NAMES: readonly string[] = [...PUTS, ...PAGES].map(({ name }) => name);

export function loadOf(name: string): Load {
  const put = PUTS.find((size) => size.name === name);
  if (put) return putOf(put);
  const page = PAGES.find((size) => size.name === name);
  if (page) return pageOf(page);
  throw new Error(`no load is called ${name}`);
}

/** Of the records' data: what the caller wants carried. */
export function bytesOf({ records, recordBytes }: Size): number {
  return records * recordBytes;
}

function putOf(size: Size): PutLoad {
  const bytes = seededBytes();
  return {
    ...size,
    operation: "PutRecords",
    input: {
      StreamName: "stream",
      // As a packed aggregate has it, with an explicit hash key.
      Records: Array.from({ length: size.records }, (_, index) => ({
        Data: bytes(size.recordBytes),
        PartitionKey: `key-${index}`,
        ExplicitHashKey: `3402823669209384634633746074317${10_000_000 + index}`,
      })),
    },
    answer: {
      FailedRecordCount: 0,
      Records: Array.from({ length: size.records }, (_, index) => ({
        SequenceNumber: sequenceNumberOf(index),
        ShardId: "shardId-000000000000",
      })),
    },
  };
}

function pageOf(size: Size): GetLoad {
  const bytes = seededBytes();
  return {
    ...size,
    operation: "GetRecords",
    input: { ShardIterator: "A".repeat(230), Limit: 10_000 },
    answer: {
      Records: Array.from({ length: size.records }, (_, index) => ({
        SequenceNumber: sequenceNumberOf(index),
        ApproximateArrivalTimestamp: new Date(1_787_036_486_712 + index),
        Data: bytes(size.recordBytes),
        PartitionKey: `partition-key-${index}`,
        EncryptionType: "NONE",
      })),
      NextShardIterator: "B".repeat(230),
      MillisBehindLatest: 0,
    },
  };
}

function sequenceNumberOf(index: number): string {
  return `4954${String(index).padStart(52, "0")}`;
}

function seededBytes(): (length: number) => Uint8Array {
  const random = seededRandom(1);
  return (length) => {
    const words = new Uint32Array(Math.ceil(length / 4));
    for (let at = 0; at < words.length; at++) words[at] = random() * 2 ** 32;
    return new Uint8Array(words.buffer, 0, length);
  };
}
