// A Kinesis record that is no aggregate: our whole work on it against the least that gives the same answer, an object
// with the same fields, built by hand. As in every other row, key and data of each record are read.

import assert from "node:assert/strict";
import { deaggregate, hashKeyOf, type KinesisRecordInput, type UserRecord } from "../../src/codec/index.ts";
import type { Contender } from "../rounds.ts";
import { SEQUENCE_NUMBER, tallyOfBytes } from "./codec.ts";
import { loadOf } from "./corpus.ts";
import { REFERENCE } from "./shapes.ts";

export const BY_HAND = "built by hand";

class HandBuilt implements UserRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string | undefined;
  readonly explicitHashKey: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly subSequenceNumber: number;
  readonly aggregated: boolean;
  readonly approximateArrivalTimestamp: Date | undefined;
  readonly malformed: undefined;

  constructor({ Data, PartitionKey, SequenceNumber, ApproximateArrivalTimestamp }: KinesisRecordInput) {
    this.data = Data!; // every record of the corpus has data
    this.partitionKey = PartitionKey;
    this.explicitHashKey = undefined;
    this.sequenceNumber = SequenceNumber;
    this.subSequenceNumber = 0;
    this.aggregated = false;
    this.approximateArrivalTimestamp = ApproximateArrivalTimestamp;
    this.malformed = undefined;
  }

  get hashKey(): bigint | undefined {
    return this.partitionKey === undefined ? undefined : hashKeyOf(this.partitionKey);
  }

  text(): string {
    return new TextDecoder().decode(this.data);
  }

  json(): unknown {
    return JSON.parse(this.text());
  }
}

export interface PlainRecords {
  readonly count: number;
  readonly bytes: number;
  readonly contenders: readonly Contender[];
}

export function plainRecords(): PlainRecords {
  const records = loadOf(REFERENCE).aggregates.flat();
  const kinesisRecords: KinesisRecordInput[] = records.map(({ partitionKey, data }) => ({
    Data: new Uint8Array(data),
    PartitionKey: partitionKey,
    SequenceNumber: SEQUENCE_NUMBER,
    ApproximateArrivalTimestamp: new Date(0),
  }));
  for (const kinesisRecord of kinesisRecords) {
    assert.deepEqual(fieldsOf(deaggregate(kinesisRecord)), fieldsOf([new HandBuilt(kinesisRecord)]));
  }
  // The latest results are kept: one that nobody keeps is never built.
  const kept: UserRecord[][] = Array.from({ length: 64 }, () => []);
  const deaggregated = () => {
    let tally = 0;
    for (let at = 0; at < kinesisRecords.length; at++) {
      const userRecords = deaggregate(kinesisRecords[at]!); // at < length
      kept[at & 63] = userRecords;
      for (const { partitionKey, data } of userRecords) {
        const key = partitionKey!; // every record of the corpus has one, and data
        tally += key.length + key.charCodeAt(0) + data.length + data[0]! + data[data.length - 1]!;
      }
    }
    return tally;
  };
  const keptByHand: UserRecord[][] = Array.from({ length: 64 }, () => []);
  const byHand = () => {
    let tally = 0;
    for (let at = 0; at < kinesisRecords.length; at++) {
      const userRecords = [new HandBuilt(kinesisRecords[at]!)]; // as above
      keptByHand[at & 63] = userRecords;
      for (const { partitionKey, data } of userRecords) {
        const key = partitionKey!;
        tally += key.length + key.charCodeAt(0) + data.length + data[0]! + data[data.length - 1]!;
      }
    }
    return tally;
  };
  const expected = tallyOfBytes(records);
  assert.equal(deaggregated(), expected, "kpl-kit reads every key and all data");
  assert.equal(byHand(), expected, `${BY_HAND} reads every key and all data`);
  return {
    count: kinesisRecords.length,
    bytes: kinesisRecords.reduce((sum, { Data }) => sum + (Data?.length ?? 0), 0),
    contenders: [
      { name: "kpl-kit", run: deaggregated },
      { name: BY_HAND, run: byHand },
    ],
  };
}

function fieldsOf(userRecords: readonly UserRecord[]): unknown {
  return userRecords.map((record) => ({ ...record, hashKey: record.hashKey, text: record.text() }));
}
