// Whole aggregates, verified and unpacked: together, one by one, by the rival, and the digest of one after the other, which
// nobody gets below who checks them so.

import assert from "node:assert/strict";
import { deaggregateAll, type KinesisRecordInput } from "../../src/codec/index.ts";
import { assertReadsAll, assertUnpackedAlike } from "../codec/agreement.ts";
import { type Codec, type Job, SEQUENCE_NUMBER, tallyOfBytes, type UnpackedAnswer } from "../codec/codec.ts";
import type { Load as CodecLoad } from "../codec/corpus.ts";
import { answerOf, kplKit } from "../codec/kpl-kit.ts";
import { md5Floor } from "../codec/md5-floor.ts";
import { awsKinesisAgg } from "../codec/rivals/aws-kinesis-agg.ts";
import { chunksOf, recordsOf } from "./corpus.ts";
import type { Load, Task } from "./task.ts";

export { FLOOR } from "../codec/md5-floor.ts";

export const DEAGGREGATE_ALL = "deaggregateAll";
/** What its caller is after is read too. */
export const READ = "deaggregateAll, key and data read";
export const RIVAL = "aws-kinesis-agg, key and data read";
const ONE_BY_ONE = "deaggregate, key and data read";

interface Shape {
  readonly recordBytes: number;
  readonly perAggregate: number;
  /** How large an aggregate is meant to be, in bytes. */
  readonly aggregateBytes: number;
}

const AGGREGATES = 16;

export const REFERENCE = "500 x 100 B";
const SHAPES: Readonly<Record<string, Shape>> = {
  [REFERENCE]: { recordBytes: 100, perAggregate: 500, aggregateBytes: 54_000 },
  "100 B in 16 KB": { recordBytes: 100, perAggregate: 147, aggregateBytes: 16_384 },
  "100 B in 51,200 B": { recordBytes: 100, perAggregate: 475, aggregateBytes: 51_200 },
  "1 KB in 16 KB": { recordBytes: 1024, perAggregate: 15, aggregateBytes: 16_384 },
  "1 KB in 51,200 B": { recordBytes: 1024, perAggregate: 48, aggregateBytes: 51_200 },
};

export const ROWS_OF_100_B: readonly string[] = ["100 B in 16 KB", "100 B in 51,200 B"];
export const ROWS_OF_1_KB: readonly string[] = ["1 KB in 16 KB", "1 KB in 51,200 B"];

export const DEAGGREGATE_TASKS: readonly Task[] = Object.entries(SHAPES).map(([name, shape]) => ({
  group: DEAGGREGATE_ALL,
  name,
  prepare: () => loadOf(shape),
}));

const together: Codec = { ...kplKit, name: READ, decoder };

function loadOf({ recordBytes, perAggregate, aggregateBytes }: Shape): Load {
  const records = recordsOf(AGGREGATES * perAggregate, recordBytes).map(({ partitionKey, data }) => ({
    partitionKey,
    data: Buffer.from(data.buffer, data.byteOffset, data.length),
  }));
  const load: CodecLoad = {
    shape: { recordBytes, perAggregate, keys: "50 keys" },
    aggregates: chunksOf(records, perAggregate),
    userRecords: records.length,
  };
  const frames = kplKit
    .encoder(load)
    .answers()
    .map(({ data }) => new Uint8Array(data));
  for (const { length } of frames) {
    assert.ok(length <= aggregateBytes && length > 0.94 * aggregateBytes, `an aggregate of ${length} bytes`);
  }
  const sides = [together, { ...kplKit, name: ONE_BY_ONE }, { ...awsKinesisAgg, name: RIVAL }].map((codec) => ({
    codec,
    job: codec.decoder(load, frames),
  }));
  assertUnpackedAlike(sides, load);
  assertReadsAll(sides);
  const floor = md5Floor(frames);
  return {
    unit: "user record",
    count: records.length,
    bytes: frames.reduce((sum, { length }) => sum + length, 0),
    rivals: [floor.name, RIVAL, ONE_BY_ONE],
    contenders: [
      { name: DEAGGREGATE_ALL, run: counted(frames, records.length) },
      ...sides.map(({ codec, job }) => ({ name: codec.name, run: job.run })),
      floor,
    ],
  };
}

function kinesisRecordsOf(frames: readonly Uint8Array[]): KinesisRecordInput[] {
  return frames.map((Data) => ({
    Data,
    PartitionKey: "a",
    SequenceNumber: SEQUENCE_NUMBER,
    ApproximateArrivalTimestamp: new Date(0),
  }));
}

function counted(frames: readonly Uint8Array[], userRecords: number): () => number {
  const kinesisRecords = kinesisRecordsOf(frames);
  const run = () => deaggregateAll(kinesisRecords).length;
  assert.equal(run(), userRecords, "all user records are counted");
  return run;
}

function decoder({ aggregates }: CodecLoad, frames: readonly Uint8Array[]): Job<UnpackedAnswer> {
  const kinesisRecords = kinesisRecordsOf(frames);
  const run = () => {
    let tally = 0;
    for (const { partitionKey, data } of deaggregateAll(kinesisRecords)) {
      const key = partitionKey!; // every record of the corpus has one, and data
      tally += key.length + key.charCodeAt(0) + data.length + data[0]! + data[data.length - 1]!;
    }
    return tally;
  };
  const answers = () => deaggregateAll(kinesisRecords).map(answerOf);
  return { run, answers, expected: tallyOfBytes(aggregates.flat()) };
}
