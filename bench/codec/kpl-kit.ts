// Our side, by its public door.

import {
  Aggregator,
  deaggregate,
  type KinesisRecordInput,
  type PackedEntry,
  type UserRecord,
} from "../../src/codec/index.ts";
import {
  type Codec,
  type Job,
  type PackedAnswer,
  SEQUENCE_NUMBER,
  tallyOfBytes,
  tallyOfEntries,
  type UnpackedAnswer,
} from "./codec.ts";
import type { BenchRecord, Load } from "./corpus.ts";
import { maxSizeOf } from "./shapes.ts";

export const kplKit: Codec = { name: "kpl-kit", refuses: () => undefined, encoder, decoder };

function encoder({ aggregates, shape }: Load): Job<PackedAnswer> {
  const maxSize = maxSizeOf(shape);
  // What the rivals do: a lone record is wrapped, and an aggregate has its first record's key.
  const aggregator = new Aggregator({ maxSize, maxRecordSize: maxSize, lone: "wrap", outerPartitionKey: "first" });
  const pack = (records: readonly BenchRecord[]): PackedEntry => {
    for (const record of records) aggregator.add(record);
    return aggregator.flush()!; // no batch is empty
  };
  const answers = () =>
    aggregates.map(pack).map(({ Data, PartitionKey, ExplicitHashKey }) => ({
      data: Buffer.from(Data),
      partitionKey: PartitionKey,
      explicitHashKey: ExplicitHashKey,
    }));
  const run = () => {
    let tally = 0;
    for (const records of aggregates) {
      const { Data, PartitionKey } = pack(records);
      tally += Data.length + Data[Data.length - 1]! + PartitionKey.length;
    }
    return tally;
  };
  return { run, answers, expected: tallyOfEntries(answers()) };
}

function decoder({ aggregates }: Load, frames: readonly Uint8Array[]): Job<UnpackedAnswer> {
  const kinesisRecords: KinesisRecordInput[] = frames.map((Data, at) => ({
    Data,
    PartitionKey: aggregates[at]?.[0]?.partitionKey,
    SequenceNumber: SEQUENCE_NUMBER,
    ApproximateArrivalTimestamp: new Date(0),
  }));
  const run = () => {
    let tally = 0;
    for (const kinesisRecord of kinesisRecords) tally += read(deaggregate(kinesisRecord));
    return tally;
  };
  const answers = () => kinesisRecords.flatMap((kinesisRecord) => deaggregate(kinesisRecord)).map(answerOf);
  return { run, answers, expected: tallyOfBytes(aggregates.flat()) };
}

export function answerOf(userRecord: UserRecord): UnpackedAnswer {
  const { partitionKey, explicitHashKey, sequenceNumber, subSequenceNumber, data } = userRecord;
  return { partitionKey, explicitHashKey, sequenceNumber, subSequenceNumber, data: Buffer.from(data) };
}

function read(userRecords: readonly UserRecord[]): number {
  let tally = 0;
  for (const { partitionKey, data } of userRecords) {
    const key = partitionKey!; // every record of the corpus has one, and data
    tally += key.length + key.charCodeAt(0) + data.length + data[0]! + data[data.length - 1]!;
  }
  return tally;
}
