// Readers of the same bytes agree: one by one and together, by view and by copy, by records and by inspection.

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  type DeaggregateOptions,
  deaggregate,
  deaggregateAll,
  type Inspection,
  inspect,
  type KinesisRecordInput,
  type UserRecord,
} from "../../src/codec/index.ts";
import { expectEveryByteOnce } from "../codec/inspected-bytes.ts";
import { effectiveHashKey } from "../codec/user-record-rows.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { concat, frame, hex } from "../oracle/frame.ts";
import { fewUserRecords, narrowHashKey, userRecords } from "./user-records.ts";

const aggregated: fc.Arbitrary<Uint8Array> = fewUserRecords.map(encodeAsKpl);

const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: aggregated },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 100 }) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 60 }).map(frame) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(aggregated, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([sound, at, flip]) => sound.map((byte, i) => (i === at % sound.length ? byte ^ flip : byte))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(aggregated, fc.nat()).map(([sound, length]) => sound.slice(0, length % sound.length)),
  },
);

const kinesisRecord: fc.Arbitrary<KinesisRecordInput> = fc.record(
  {
    Data: bytes,
    PartitionKey: fc.string(),
    SequenceNumber: fc.nat().map(String),
    ApproximateArrivalTimestamp: fc.date({ noInvalidDate: true }),
  },
  { requiredKeys: [] },
);

function show(users: readonly UserRecord[]): unknown {
  return users.map((user) => [
    user.partitionKey,
    user.explicitHashKey,
    user.hashKey,
    hex(user.data),
    user.sequenceNumber,
    user.subSequenceNumber,
    user.aggregated,
    user.malformed,
    user.approximateArrivalTimestamp,
  ]);
}

function printed(inspection: Inspection): string {
  return JSON.stringify(inspection, (_, value: unknown) =>
    value instanceof Uint8Array ? hex(value) : typeof value === "bigint" ? `${value}n` : value,
  );
}

const options: fc.Arbitrary<DeaggregateOptions> = fc.oneof(
  fc.constant({}),
  fc.record({
    copy: fc.boolean(),
    onMalformed: fc.constantFrom("pass", "skip"),
    rangeFilter: fc.constantFrom("off", "user-record", "kcl"),
    hashRange: fc
      .tuple(narrowHashKey(), narrowHashKey())
      .map(([a, b]) => ({ start: a < b ? a : b, end: a < b ? b : a })),
  }),
);

describe("decode", () => {
  test.prop([fc.array(kinesisRecord, { maxLength: 12 }), options], { numRuns: 300 })(
    "deaggregateAll is one by one",
    (records, chosen) => {
      const dropped: [unknown[], unknown[]] = [[], []];
      const all = deaggregateAll(records, { ...chosen, onDropped: (drop) => dropped[0].push(drop) });
      const each = records.flatMap((record) =>
        deaggregate(record, { ...chosen, onDropped: (drop) => dropped[1].push(drop) }),
      );
      expect(show(all)).toEqual(show(each));
      expect(dropped[0]).toEqual(dropped[1]);
    },
  );

  test.prop([bytes], { numRuns: 300 })("a copy is what the view shows", (Data) => {
    expect(show(deaggregate({ Data }, { copy: true }))).toEqual(show(deaggregate({ Data })));
  });

  test.prop([bytes, fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 })], { numRuns: 300 })(
    "what lies before and behind the bytes is nobody's",
    (Data, before, behind) => {
      const embedded = concat(before, Data, behind).subarray(before.length, before.length + Data.length);
      expect(show(deaggregate({ Data: embedded }))).toEqual(show(deaggregate({ Data })));
      expect(printed(inspect(embedded))).toBe(printed(inspect(Data)));
    },
  );

  test.prop([bytes], { numRuns: 300 })("inspect covers every byte once, and agrees with deaggregate", (Data) => {
    const inspection = inspect(Data);
    expectEveryByteOnce(Data, inspection);
    const users = deaggregate(Data);
    const [first] = users;
    expect(inspection.malformed).toBe(first?.malformed);
    expect(inspection.kind).toBe(first?.malformed ? "malformed" : first && !first.aggregated ? "plain" : "aggregate");
    if (inspection.kind === "aggregate") expect(inspection.userRecords).toBe(users.length);
  });

  test.prop([userRecords, narrowHashKey(), narrowHashKey()], { numRuns: 300 })(
    "the range filter is a comparison of hash keys",
    (records, a, b) => {
      const hashRange = { start: a < b ? a : b, end: a < b ? b : a };
      const held = records.map(
        (record) => hashRange.start <= effectiveHashKey(record) && effectiveHashKey(record) <= hashRange.end,
      );
      const Data = encodeAsKpl(records);
      fc.pre(Data.length > 20);
      let dropped = 0;
      const onDropped: DeaggregateOptions["onDropped"] = ({ userRecords: count }) => {
        dropped += count;
      };
      const some = deaggregate({ Data }, { hashRange, rangeFilter: "user-record", onDropped });
      expect(some.map(({ subSequenceNumber }) => subSequenceNumber)).toEqual([...held.keys()].filter((i) => held[i]));
      expect(some.length + dropped).toBe(records.length);
      expect(deaggregate({ Data }, { hashRange, rangeFilter: "kcl" })).toHaveLength(
        held.every(Boolean) ? records.length : 0,
      );
    },
  );
});
