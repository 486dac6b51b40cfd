// The same bytes back, and the KCL's behaviour on odd input; stricter where the KCL would deliver half an aggregate.

import { describe, expect, it } from "vitest";
import {
  type DeaggregateOptions,
  deaggregate,
  deaggregateAll,
  inspect,
  isAggregated,
  type MalformedReason,
} from "../../src/codec/index.ts";
import { canonical } from "../oracle/encode.ts";
import { fromHex, hex } from "../oracle/frame.ts";
import {
  aggregateVectors,
  type DecodeVector,
  decodeVectors,
  toUserRecord,
  type VectorRecord,
  wireVectors,
} from "./vectors.ts";

const outer = { PartitionKey: "outer", SequenceNumber: "49590338271490256608559692538361571095921575989136588898" };

function expectRoundTrip(data: string, outerKey: string, records: readonly VectorRecord[]): void {
  const bytes = fromHex(data);
  const back = deaggregate({ ...outer, PartitionKey: outerKey, Data: bytes });
  const aggregated = isAggregated(bytes);
  expect(
    back.map((record) => ({
      partitionKey: record.partitionKey,
      explicitHashKey: record.explicitHashKey,
      dataHex: hex(record.data),
      sub: record.subSequenceNumber,
      aggregated: record.aggregated,
      malformed: record.malformed,
      sequenceNumber: record.sequenceNumber,
    })),
  ).toEqual(
    records.map((record, sub) => ({
      partitionKey: record.partitionKey,
      // A lone raw record's explicit hash key is Kinesis's business: it cannot be read back.
      explicitHashKey:
        aggregated && record.explicitHashKey !== undefined ? canonical(record.explicitHashKey) : undefined,
      dataHex: hex(toUserRecord(record).data as Uint8Array),
      sub,
      aggregated,
      malformed: undefined,
      sequenceNumber: outer.SequenceNumber,
    })),
  );
}

describe("deaggregate gives the user records back", () => {
  it.each(aggregateVectors)("$name", (vector) =>
    expectRoundTrip(vector.aggregatedHex, vector.outerPartitionKey, vector.records),
  );
  it.each(wireVectors)("KPL 1.1.1: $name", ({ kinesisRecord, records }) =>
    expectRoundTrip(kinesisRecord.dataHex, kinesisRecord.partitionKey, records),
  );
});

/** Where the KCL delivers what stands before the fault and loses the rest, the whole record comes back raw. */
const stricter: Readonly<Record<string, MalformedReason>> = {
  "pk-index-out-of-range-second": "partition-key-index",
  "pk-index-out-of-range-first": "partition-key-index",
  "ehk-index-out-of-range": "hash-key-index",
  "ehk-not-a-number": "hash-key-value",
};

/** The KCL passes these on as they are; so do we, and say why. */
const passedOn: Readonly<Record<string, MalformedReason>> = {
  "bad-md5": "digest",
  "valid-md5-garbage-protobuf": "protobuf",
  "missing-data-field": "protobuf",
};

function optionsOf({ startingHashKey, endingHashKey }: DecodeVector): DeaggregateOptions {
  if (startingHashKey === undefined || endingHashKey === undefined) return {};
  return { rangeFilter: "kcl", hashRange: { start: BigInt(startingHashKey), end: BigInt(endingHashKey) } };
}

describe("deaggregate on odd input: as the KCL, or stricter by name", () => {
  it("has all vectors", () => {
    const names = decodeVectors.map(({ name }) => name);
    expect(names).toHaveLength(24);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(stricter), ...Object.keys(passedOn)]));
  });

  it.each(decodeVectors)("$name", (vector) => {
    const Data = fromHex(vector.inputHex);
    const record = { ...outer, Data };
    const back = deaggregate(record, optionsOf(vector));
    const raw = {
      partitionKey: "outer",
      explicitHashKey: undefined,
      dataHex: vector.inputHex,
      sub: 0,
      aggregated: false,
    };
    const expected = stricter[vector.name]
      ? [{ ...raw, malformed: stricter[vector.name] }]
      : vector.expectKcl.map((user) =>
          user.passthrough
            ? { ...raw, malformed: passedOn[vector.name] }
            : {
                partitionKey: user.partitionKey,
                explicitHashKey: user.explicitHashKey,
                dataHex: user.dataHex,
                sub: user.subSequenceNumber,
                aggregated: true,
                malformed: undefined,
              },
        );
    expect(
      back.map((user) => ({
        partitionKey: user.partitionKey,
        explicitHashKey: user.explicitHashKey,
        dataHex: hex(user.data),
        sub: user.subSequenceNumber,
        aggregated: user.aggregated,
        malformed: user.malformed,
      })),
    ).toEqual(expected);
    expect(deaggregateAll([record], optionsOf(vector)).map(({ data }) => hex(data))).toEqual(
      back.map(({ data }) => hex(data)),
    );
    expect(inspect(Data).malformed).toBe(stricter[vector.name] ?? passedOn[vector.name]);
  });

  // The table's EHK text is the producer's: a KCL shows it as it stands.
  it("an explicit hash key is there only where the record has field 2", () => {
    const vector = aggregateVectors.find(({ name }) => name === "ehk-mixed-with-none");
    const back = deaggregate({ ...outer, Data: fromHex(vector!.aggregatedHex) });
    expect(back.map(({ explicitHashKey }) => explicitHashKey)).toEqual(
      vector!.records.map(({ explicitHashKey }) => explicitHashKey),
    );
    expect(back.filter(({ explicitHashKey }) => explicitHashKey === undefined).length).toBeGreaterThan(0);
  });
});
