import { fc, test } from "@fast-check/vitest";
import type { KinesisStreamEvent } from "aws-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { aggregate, deaggregateAll, type UserRecord, type UserRecordInput } from "../../src/codec/index.ts";
import { type KinesisEvent, type KinesisEventOptions, makeKinesisEvent } from "../../src/testing/index.ts";
import { codedError } from "../codec/coded-error.ts";
import { userRecords } from "../properties/user-records.ts";

const paid = { partitionKey: "order-7", data: "paid" };

afterEach(() => {
  vi.restoreAllMocks();
});

/** As every consumer does it. */
function read(event: KinesisStreamEvent): UserRecord[] {
  return deaggregateAll(
    event.Records.map(({ kinesis }) => ({
      Data: Buffer.from(kinesis.data, "base64"),
      PartitionKey: kinesis.partitionKey,
      SequenceNumber: kinesis.sequenceNumber,
      ApproximateArrivalTimestamp: new Date(kinesis.approximateArrivalTimestamp * 1_000),
    })),
  );
}

const sequenceNumbers = (event: KinesisEvent): string[] => event.Records.map(({ kinesis }) => kinesis.sequenceNumber);

describe("the event", () => {
  it("looks as Lambda's", () => {
    expect(makeKinesisEvent([paid])).toEqual({
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: "1.0",
            partitionKey: "order-7",
            sequenceNumber: "49669468787676133950325537754858950969141533466435780610",
            data: "cGFpZA==",
            approximateArrivalTimestamp: 1_767_225_600,
          },
          eventSource: "aws:kinesis",
          eventVersion: "1.0",
          eventID: "shardId-000000000000:49669468787676133950325537754858950969141533466435780610",
          eventName: "aws:kinesis:record",
          invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
          awsRegion: "us-east-1",
          eventSourceARN: "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
        },
      ],
    });
  });

  it("has the fields of the documentation's own example, and its values where they are given", () => {
    // https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    const documented = {
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "1",
        sequenceNumber: "49590338271490256608559692538361571095921575989136588898",
        data: "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
        approximateArrivalTimestamp: 1_545_084_650.987,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: "shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
      eventName: "aws:kinesis:record",
      invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
      awsRegion: "us-east-2",
      eventSourceARN: "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
    };
    const event = makeKinesisEvent([{ partitionKey: "1", data: "Hello, this is a test." }], {
      streamName: "lambda-stream",
      region: "us-east-2",
      shardId: "shardId-000000000006",
      startingSequenceNumber: documented.kinesis.sequenceNumber,
      arrivalStart: new Date(1_545_084_650_987),
    });
    expect(event).toEqual({ Records: [documented] });
  });

  it("is the same in every run, whatever the time", () => {
    const first = makeKinesisEvent([paid, paid]);
    vi.useFakeTimers({ now: 5 });
    expect(makeKinesisEvent([paid, paid])).toEqual(first);
    vi.useRealTimers();
  });

  it("takes nothing, as the last invocation of an empty window", () => {
    expect(makeKinesisEvent([])).toEqual({ Records: [] });
  });

  it.each([
    ["eu-central-1", "aws"],
    ["us-gov-west-1", "aws-us-gov"],
    ["cn-north-1", "aws-cn"],
  ])("%s is of the partition %s", (region, partition) => {
    const [record] = makeKinesisEvent([paid], { region, accountId: "000000000001" }).Records;
    expect(record?.eventSourceARN).toBe(`arn:${partition}:kinesis:${region}:000000000001:stream/orders`);
    expect(record?.invokeIdentityArn).toBe(`arn:${partition}:iam::000000000001:role/lambda-role`);
  });

  it("names the consumer as its source over enhanced fan-out", () => {
    const sourceOf = (options: KinesisEventOptions) => makeKinesisEvent([paid], options).Records[0]?.eventSourceARN;
    expect(sourceOf({ consumer: "billing" })).toMatch(
      /^arn:aws:kinesis:us-east-1:123456789012:stream\/orders\/consumer\/billing:\d{10}$/,
    );
    const arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks/consumer/billing:1600000000";
    expect(sourceOf({ consumer: arn })).toBe(arn);
  });

  it("of a tumbling window says which, with what state, and if it is the last", () => {
    const [start, end] = [new Date("2020-12-09T07:04:00Z"), new Date("2020-12-09T07:06:00Z")];
    const event = makeKinesisEvent([paid], { window: { start, end, state: { 1: 282, 2: 715 } } });
    expect(event).toEqual({
      Records: makeKinesisEvent([paid]).Records,
      window: { start: "2020-12-09T07:04:00Z", end: "2020-12-09T07:06:00Z" },
      state: { 1: 282, 2: 715 },
      shardId: "shardId-000000000000",
      eventSourceARN: "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    });
    const last = makeKinesisEvent([], {
      window: { start, end, isFinalInvokeForWindow: true, isWindowTerminatedEarly: true },
    });
    expect(last).toMatchObject({ state: {}, isFinalInvokeForWindow: true, isWindowTerminatedEarly: true });
  });
});

describe("sequence numbers", () => {
  it("have 56 digits and grow", () => {
    const numbers = sequenceNumbers(makeKinesisEvent(Array.from({ length: 2_000 }, () => paid)));
    for (const number of numbers) expect(number).toMatch(/^[1-9]\d{55}$/);
    const sorted = [...numbers].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    expect(numbers).toEqual(sorted);
    expect(new Set(numbers).size).toBe(2_000);
  });

  it("of records that bring their own stay, and the next go on from there", () => {
    const at = (SequenceNumber: string) => ({ Data: new Uint8Array(1), PartitionKey: "k", SequenceNumber });
    const numbers = sequenceNumbers(makeKinesisEvent([at("5"), paid, at("4965000000000000000000000000"), paid]));
    expect(numbers[0]).toBe("5");
    expect(numbers[2]).toBe("4965000000000000000000000000");
    expect(BigInt(numbers[1]!)).toBeGreaterThan(5n);
    expect(BigInt(numbers[3]!)).toBeGreaterThan(BigInt(numbers[2]!));
  });

  it("are in the event's ids too", () => {
    for (const { eventID, kinesis } of makeKinesisEvent([paid, paid], { shardId: "shardId-000000000011" }).Records)
      expect(eventID).toBe(`shardId-000000000011:${kinesis.sequenceNumber}`);
  });
});

describe("arrival times", () => {
  const arrivals = (event: KinesisEvent) => event.Records.map(({ kinesis }) => kinesis.approximateArrivalTimestamp);

  it("are seconds with a fraction, a step apart", () => {
    const options = { arrivalStart: new Date(1_545_084_650_987), arrivalStepMs: 250 };
    expect(arrivals(makeKinesisEvent([paid, paid, paid], options))).toEqual([
      1_545_084_650.987, 1_545_084_651.237, 1_545_084_651.487,
    ]);
  });

  it("of records that bring their own stay", () => {
    const Record = { Data: new Uint8Array(), PartitionKey: "k", ApproximateArrivalTimestamp: new Date(1_500) };
    expect(arrivals(makeKinesisEvent([Record, paid]))).toEqual([1.5, 1_767_225_600.001]);
  });
});

describe("records", () => {
  it("come as plain ones, as entries, and as GetRecords gave them; bytes of any view", () => {
    const bytes = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4);
    const [entry] = aggregate([paid, { partitionKey: "order-8", data: bytes }], { groupBy: "none" });
    const event = makeKinesisEvent([
      { partitionKey: "order-6", data: bytes, explicitHashKey: "7" },
      entry!,
      { Data: Buffer.from("raw"), PartitionKey: "order-9", SequenceNumber: undefined },
    ]);
    expect(read(event).map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString("latin1")])).toEqual([
      ["order-6", "\x01\x02\x03"],
      ["order-7", "paid"],
      ["order-8", "\x01\x02\x03"],
      ["order-9", "raw"],
    ]);
    expect(event.Records[0]?.kinesis.partitionKey).toBe("order-6");
  });

  it("may be as large as the service takes them", () => {
    const data = new Uint8Array(10 * 2 ** 20 - 1);
    expect(makeKinesisEvent([{ partitionKey: "k", data }]).Records[0]?.kinesis.data.length).toBe(13_981_013 - 1);
  });

  /** As hexadecimal text: comparing bytes one by one takes most of the time. */
  const shown = (list: readonly (UserRecord | UserRecordInput)[]) =>
    list.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data as Uint8Array).toString("hex")]);

  test.prop([userRecords, fc.constantFrom("none", "partitionKey")], { numRuns: 50 })(
    "that were packed come back from deaggregate, in order",
    (records, groupBy) => {
      const packed = aggregate(records, { groupBy });
      const event = makeKinesisEvent(records, { aggregate: { groupBy } });
      expect(shown(read(event))).toEqual(shown(deaggregateAll(packed)));
      expect(makeKinesisEvent(packed)).toEqual(event);
    },
  );

  test.prop([userRecords], { numRuns: 50 })("that were not packed are each a Kinesis record", (records) => {
    const { Records } = makeKinesisEvent(records);
    const back = Records.map(({ kinesis }) => ({ ...kinesis, data: Buffer.from(kinesis.data, "base64") }));
    expect(shown(back)).toEqual(shown(records));
  });
});

describe("bad input names its field", () => {
  const start = new Date(0);
  const none = undefined as never;
  const sound = { Data: new Uint8Array(), PartitionKey: "k" };
  const option = "KPL_KIT_INVALID_OPTION";
  const record = "KPL_KIT_INVALID_RECORD";

  it.each<readonly [string, string, () => unknown]>([
    [option, "streamName", () => makeKinesisEvent([], { streamName: "a stream" })],
    [option, "region", () => makeKinesisEvent([], { region: "Frankfurt" })],
    [option, "accountId", () => makeKinesisEvent([], { accountId: "12345" })],
    [option, "shardId", () => makeKinesisEvent([], { shardId: "" })],
    [option, "consumer", () => makeKinesisEvent([], { consumer: "arn:aws:kinesis:us-east-1:1:stream/orders" })],
    [option, "startingSequenceNumber", () => makeKinesisEvent([], { startingSequenceNumber: "LATEST" })],
    [option, "arrivalStart", () => makeKinesisEvent([], { arrivalStart: new Date(Number.NaN) })],
    [option, "arrivalStart", () => makeKinesisEvent([], { arrivalStart: 5 as never })],
    [option, "arrivalStepMs", () => makeKinesisEvent([], { arrivalStepMs: Number.NaN })],
    [option, "window.start", () => makeKinesisEvent([], { window: { start: none, end: start } })],
    [option, "window.end", () => makeKinesisEvent([], { window: { start, end: none } })],
    [option, "window.end", () => makeKinesisEvent([], { window: { start, end: start } })],
    [option, "maxSize", () => makeKinesisEvent([paid], { aggregate: { groupBy: "none", maxSize: 1 } })],
    [record, "partitionKey", () => makeKinesisEvent([{ partitionKey: "", data: "x" }])],
    [record, "data", () => makeKinesisEvent([{ partitionKey: "k", data: none }])],
    [record, "explicitHashKey", () => makeKinesisEvent([{ ...paid, explicitHashKey: "-1" }])],
    [record, "records[1]", () => makeKinesisEvent([paid, none])],
    [record, "records[0]", () => makeKinesisEvent([{}])],
    [record, "records[0]", () => makeKinesisEvent(["paid" as never])],
    [record, "records[1]", () => makeKinesisEvent([paid, sound], { aggregate: { groupBy: "none" } })],
    [record, "records[1].Data", () => makeKinesisEvent([sound, { PartitionKey: "k" }])],
    [record, "records[0].Data", () => makeKinesisEvent([{ Data: "cGFpZA==" as never, PartitionKey: "k" }])],
    [record, "records[0].PartitionKey", () => makeKinesisEvent([{ Data: new Uint8Array() }])],
    [record, "records[0].PartitionKey", () => makeKinesisEvent([{ ...sound, PartitionKey: "k".repeat(257) }])],
    [record, "records[0].SequenceNumber", () => makeKinesisEvent([{ ...sound, SequenceNumber: "5a" }])],
    [record, "records[0].SequenceNumber", () => makeKinesisEvent([{ ...sound, SequenceNumber: 5 as never }])],
    [record, "records[1].SequenceNumber", () => makeKinesisEvent([paid, { ...sound, SequenceNumber: "5" }])],
    [
      option,
      "records[0].ApproximateArrivalTimestamp",
      () => makeKinesisEvent([{ ...sound, ApproximateArrivalTimestamp: 5 as never }]),
    ],
  ])("%s: %s", (code, field, run) => {
    expect(codedError(run)).toMatchObject({ code, field, retryable: false });
  });

  it("a record too large for any stream", () => {
    const data = new Uint8Array(10 * 2 ** 20);
    expect(codedError(() => makeKinesisEvent([{ partitionKey: "k", data }])).code).toBe("KPL_KIT_RECORD_TOO_LARGE");
  });
});
