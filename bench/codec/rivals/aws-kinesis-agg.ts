// aws-kinesis-agg as its own README uses it, and at its best: bytes in, where base64 text would cost it a decoding, in
// records of the Lambda form, which it need not rename. Its data comes out as base64 text; what its user pays to turn
// that into bytes is not charged.

import { createRequire } from "node:module";
import {
  type Codec,
  type Job,
  type PackedAnswer,
  SEQUENCE_NUMBER,
  tallyOfEntries,
  type UnpackedAnswer,
} from "../codec.ts";
import type { BenchRecord, Load } from "../corpus.ts";
import { maxSizeOf } from "../shapes.ts";

interface Encoded {
  readonly partitionKey: string;
  readonly data: Buffer;
  readonly ExplicitHashKey?: string;
}

interface Deaggregated {
  readonly partitionKey: string;
  readonly explicitPartitionKey: string | undefined;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  /** base64 */
  readonly data: string;
}

interface LambdaRecord {
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly data: Uint8Array;
}

interface RecordAggregator {
  aggregateRecords(records: readonly BenchRecord[], forceFlush: boolean, onReady: Callback<Encoded>): void;
}

type Callback<Result> = (error: Error | null | undefined, result?: Result) => void;

// Its own types lack RecordAggregator, and need the AWS SDK v2.
const { RecordAggregator, deaggregateSync } = createRequire(import.meta.url)("aws-kinesis-agg") as {
  readonly RecordAggregator: new () => RecordAggregator;
  readonly deaggregateSync: (
    record: LambdaRecord,
    computeChecksums: boolean,
    onDone: Callback<readonly Deaggregated[]>,
  ) => void;
};

/** Compiled into it. */
const MOST_BYTES = 1024 * 1024;

export const awsKinesisAgg: Codec = {
  name: "aws-kinesis-agg",
  refuses: (direction, shape) =>
    direction === "encode" && maxSizeOf(shape) > MOST_BYTES ? "takes at most 1 MiB" : undefined,
  encoder,
  decoder,
};

function encoder({ aggregates }: Load): Job<PackedAnswer> {
  const aggregator = new RecordAggregator();
  let tally = 0;
  const count: Callback<Encoded> = (error, entry) => {
    if (!entry) throw error ?? new Error("nothing was packed");
    tally += entry.data.length + entry.data[entry.data.length - 1]! + entry.partitionKey.length;
  };
  const run = () => {
    tally = 0;
    for (const records of aggregates) aggregator.aggregateRecords(records, true, count);
    return tally;
  };
  const answers = () => {
    const entries: PackedAnswer[] = [];
    for (const records of aggregates) {
      aggregator.aggregateRecords(records, true, (error, entry) => {
        if (!entry) throw error ?? new Error("nothing was packed");
        const { data, partitionKey, ExplicitHashKey: explicitHashKey } = entry;
        entries.push({ data, partitionKey, explicitHashKey });
      });
    }
    return entries;
  };
  return { run, answers, expected: tallyOfEntries(answers()) };
}

function decoder({ aggregates }: Load, frames: readonly Uint8Array[]): Job<UnpackedAnswer> {
  const kinesisRecords: LambdaRecord[] = frames.map((data) => ({
    data,
    partitionKey: "a",
    sequenceNumber: SEQUENCE_NUMBER,
  }));
  let tally = 0;
  const read: Callback<readonly Deaggregated[]> = (error, userRecords) => {
    if (!userRecords) throw error ?? new Error("nothing was unpacked");
    for (const { partitionKey, data } of userRecords) {
      tally += partitionKey.length + partitionKey.charCodeAt(0);
      tally += data.length + data.charCodeAt(0) + data.charCodeAt(data.length - 1);
    }
  };
  const run = () => {
    tally = 0;
    for (const kinesisRecord of kinesisRecords) deaggregateSync(kinesisRecord, true, read);
    return tally;
  };
  const answers = () => {
    const unpacked: UnpackedAnswer[] = [];
    for (const kinesisRecord of kinesisRecords) {
      deaggregateSync(kinesisRecord, true, (error, userRecords) => {
        if (!userRecords) throw error ?? new Error("nothing was unpacked");
        for (const { partitionKey, explicitPartitionKey, sequenceNumber, subSequenceNumber, data } of userRecords) {
          const bytes = Buffer.from(data, "base64");
          unpacked.push({
            partitionKey,
            explicitHashKey: explicitPartitionKey,
            sequenceNumber,
            subSequenceNumber,
            data: bytes,
          });
        }
      });
    }
    return unpacked;
  };
  return { run, answers, expected: tallyOfBase64(aggregates.flat()) };
}

function tallyOfBase64(records: readonly BenchRecord[]): number {
  let tally = 0;
  for (const { partitionKey, data } of records) {
    const text = data.toString("base64");
    tally += partitionKey.length + partitionKey.charCodeAt(0);
    tally += text.length + text.charCodeAt(0) + text.charCodeAt(text.length - 1);
  }
  return tally;
}
