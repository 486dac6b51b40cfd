// What a user record of an event knows: itself as in every reader, and where in Lambda's event it stood.

import { describe, expect, it } from "vitest";
import { deaggregate as deaggregateBytes } from "../../src/codec/index.ts";
import { deaggregate, kinesisHandler, type LambdaUserRecord } from "../../src/lambda/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { eventOf, numberOf, userRecordOf } from "./events.ts";

const shardId = "shardId-000000000007";
const event = eventOf(["a.1", ["b.1", "c.1"]], { shardId });
const { eventSourceARN } = event.Records[0]!;

describe("a user record", () => {
  it("is the codec's, with its id, its shard and its source", () => {
    const ofCodec = [
      ...deaggregateBytes({
        Data: Buffer.from("a.1"),
        PartitionKey: "a",
        SequenceNumber: numberOf(event, 0),
        ApproximateArrivalTimestamp: new Date("2026-01-01T00:00:00.000Z"),
      }),
      ...deaggregateBytes({
        Data: encodeAsKpl(["b.1", "c.1"].map(userRecordOf)),
        PartitionKey: "a",
        SequenceNumber: numberOf(event, 1),
        ApproximateArrivalTimestamp: new Date("2026-01-01T00:00:00.001Z"),
      }),
    ];
    const fields = ({ data, ...others }: LambdaUserRecord) => ({ ...others, data: [...data] });
    expect([...deaggregate(event)].map(fields)).toEqual(
      ofCodec.map(({ data, ...others }) => {
        const id = `${shardId}:${others.sequenceNumber}:${others.subSequenceNumber}`;
        return { ...others, id, shardId, eventSourceARN, data: [...data] };
      }),
    );
  });

  it("has an id of its own: a Kinesis record's sequence number is all its members'", async () => {
    const ids = new Set<string>();
    await kinesisHandler((record) => ids.add(record.id))(event);
    expect(ids.size).toBe(3);
  });

  // Seconds as a double: from the year 2038 on, 2150000000.002 * 1000 is less than 2150000000002.
  it.each([1_545_084_650_000, 2_150_000_000_000])("arrived at the millisecond that Lambda says, from %i on", (from) => {
    for (let ms = from; ms < from + 200; ms++) {
      const [record] = deaggregate(eventOf(["a.1"], { arrivalStart: new Date(ms) }));
      expect(record!.approximateArrivalTimestamp).toEqual(new Date(ms));
    }
  });

  it("of an event made by hand without a time has none", () => {
    const byHand = structuredClone(event);
    for (const { kinesis } of byHand.Records) Reflect.deleteProperty(kinesis, "approximateArrivalTimestamp");
    for (const record of deaggregate(byHand)) expect(record.approximateArrivalTimestamp).toBeUndefined();
  });

  it("is unpacked when its turn comes", () => {
    const late = structuredClone(event);
    const records = deaggregate(late, { onMalformed: "throw" });
    records.next();
    late.Records[1]!.kinesis.data = "~";
    expect(() => records.next()).toThrow(expect.objectContaining({ code: "KPL_KIT_INVALID_RECORD" }));
  });
});
