// The largest event that Lambda hands over, from base64 to user records: what a function does that has no handler of ours.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { deaggregateAll, type KinesisRecordInput } from "../../src/codec/index.ts";
import { deaggregate, type KinesisEventLike, type KinesisEventRecordLike } from "../../src/lambda/index.ts";
import type { Deaggregated } from "../lambda/contenders/promised.ts";
import { loadOf as eventOf, ROWS } from "../lambda/event.ts";
import type { Contender } from "../rounds.ts";
import type { Load, Task } from "./task.ts";

export const LAMBDA_EVENT = "Lambda event of 6 MB";
export const OF_100_B = "100 B";
export const BY_CODEC = "Buffer.from, deaggregateAll";
const BY_LAMBDA = "deaggregate of kpl-kit/lambda";
export const SYNC = "aws-kinesis-agg, Buffer.from";

const { deaggregateSync } = createRequire(import.meta.url)("aws-kinesis-agg") as {
  readonly deaggregateSync: (
    record: KinesisEventRecordLike["kinesis"],
    computeChecksums: boolean,
    callback: (error: Error | null | undefined, userRecords: Deaggregated[]) => void,
  ) => void;
};

/** A side, and what it hands over. */
interface Side extends Contender {
  answers(): Answer[];
}

interface Answer {
  readonly partitionKey: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly subSequenceNumber: number;
  readonly data: Buffer;
}

export const LAMBDA_TASKS: readonly Task[] = ROWS.filter(({ name }) => name === OF_100_B).map((row) => ({
  group: LAMBDA_EVENT,
  name: row.name,
  prepare: (): Load => {
    const { event, eventBytes, userRecords } = eventOf(row);
    const sides = [byCodec(event), byLambda(event), bySync(event)];
    assertAlike(sides, userRecords);
    return { unit: "user record", count: userRecords, bytes: eventBytes, rivals: [SYNC], contenders: sides };
  },
}));

function byCodec({ Records }: KinesisEventLike): Side {
  const unpacked = () =>
    deaggregateAll(
      Records.map(
        ({ kinesis }): KinesisRecordInput => ({
          Data: Buffer.from(kinesis.data, "base64"),
          PartitionKey: kinesis.partitionKey,
          SequenceNumber: kinesis.sequenceNumber,
          ApproximateArrivalTimestamp: new Date(kinesis.approximateArrivalTimestamp * 1_000),
        }),
      ),
    );
  return {
    name: BY_CODEC,
    run: () => {
      let tally = 0;
      for (const { partitionKey, data } of unpacked()) {
        tally += partitionKey!.length + data.length + data[0]! + data[data.length - 1]!; // none is empty
      }
      return tally;
    },
    answers: () =>
      unpacked().map(({ partitionKey, sequenceNumber, subSequenceNumber, data }) => ({
        partitionKey,
        sequenceNumber,
        subSequenceNumber,
        data: Buffer.from(data),
      })),
  };
}

function byLambda(event: KinesisEventLike): Side {
  return {
    name: BY_LAMBDA,
    run: () => {
      let tally = 0;
      for (const { partitionKey, data } of deaggregate(event)) {
        tally += partitionKey!.length + data.length + data[0]! + data[data.length - 1]!; // none is empty
      }
      return tally;
    },
    answers: () =>
      Array.from(deaggregate(event), ({ partitionKey, sequenceNumber, subSequenceNumber, data }) => ({
        partitionKey,
        sequenceNumber,
        subSequenceNumber,
        data: Buffer.from(data),
      })),
  };
}

function bySync({ Records }: KinesisEventLike): Side {
  let tally = 0;
  const read = (error: Error | null | undefined, userRecords: Deaggregated[]) => {
    if (error) throw error;
    for (const userRecord of userRecords) {
      const data = Buffer.from(userRecord.data, "base64");
      tally += userRecord.partitionKey.length + data.length + data[0]! + data[data.length - 1]!; // none is empty
    }
  };
  return {
    name: SYNC,
    run: () => {
      tally = 0;
      for (const { kinesis } of Records) deaggregateSync(kinesis, true, read);
      return tally;
    },
    answers: () => {
      const answers: Answer[] = [];
      for (const { kinesis } of Records) {
        deaggregateSync(kinesis, true, (error, userRecords) => {
          if (error) throw error;
          for (const { partitionKey, sequenceNumber, subSequenceNumber, data } of userRecords) {
            answers.push({ partitionKey, sequenceNumber, subSequenceNumber, data: Buffer.from(data, "base64") });
          }
        });
      }
      return answers;
    },
  };
}

function assertAlike(sides: readonly Side[], userRecords: number): void {
  const [first, ...others] = sides.map(({ name, answers, run }) => ({ name, answers: answers(), tally: run() }));
  assert.equal(first?.answers.length, userRecords, "all user records are unpacked");
  for (const { answers, name, tally } of others) {
    assert.deepEqual(answers, first?.answers, `${name} unpacks as ${first?.name}`);
    assert.equal(tally, first?.tally, `${name} reads as ${first?.name}`);
  }
}
