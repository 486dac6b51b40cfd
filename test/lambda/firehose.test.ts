// The transform Lambda of a Firehose stream: each record answered once, by its id.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FirehoseEventLike, type FirehoseRecord, firehoseTransform } from "../../src/lambda/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { utf8 } from "../oracle/frame.ts";
import { logged, userRecordOf } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString("base64");

type Given = FirehoseEventLike["records"][number];

function eventOf(...records: readonly (string | Uint8Array | Partial<Given>)[]): FirehoseEventLike {
  return {
    deliveryStreamArn: "arn:aws:firehose:us-east-1:123456789012:deliverystream/orders",
    records: records.map((record, at) => ({
      recordId: `id-${at}`,
      approximateArrivalTimestamp: 1_767_225_600_000 + at,
      ...(typeof record === "string" || record instanceof Uint8Array
        ? { data: base64(record) }
        : { data: "", ...record }),
    })),
  };
}

/** The answers with their data as text. */
async function answers(transform: Parameters<typeof firehoseTransform>[0], event: FirehoseEventLike) {
  const { records } = await firehoseTransform(transform)(event);
  return records.map(({ recordId, result, data }) => `${recordId} ${result} ${Buffer.from(data, "base64").toString()}`);
}

const aggregate = encodeAsKpl(["a.1", "b.1", "c.1"].map(userRecordOf));

describe("each record is answered once, by its id", () => {
  it("Ok with what was made, Dropped and ProcessingFailed with what came", async () => {
    const lines = logged();
    const transform = (record: FirehoseRecord) => {
      if (record.text() === "c") throw new Error("no c");
      return record.text() === "b" ? undefined : `${record.text().toUpperCase()}\n`;
    };
    expect(await answers(transform, eventOf("a", "b", "c", "d"))).toEqual([
      "id-0 Ok A\n",
      "id-1 Dropped b",
      "id-2 ProcessingFailed c",
      "id-3 Ok D\n",
    ]);
    expect(lines).toEqual([[expect.stringContaining("id-2"), new Error("no c")]]);
  });

  it.each<[string, Parameters<typeof firehoseTransform>[0], string]>([
    ["text", () => "made", "Ok made"],
    ["text, later", async () => "é", "Ok é"],
    ["no text", () => "", "Ok "],
    ["bytes", () => utf8("made"), "Ok made"],
    ["a view of bytes", () => utf8("unmade!").subarray(2, 6), "Ok made"],
    ["a Buffer", () => Buffer.from("made"), "Ok made"],
    ["nothing", () => undefined, "Dropped came"],
    ["nothing, later", async () => undefined, "Dropped came"],
    ["a rejection", () => Promise.reject(new Error("no")), "ProcessingFailed came"],
    ["an object, which is no data", () => ({ amount: 5 }) as unknown as string, "ProcessingFailed came"],
    ["a number", () => 5 as unknown as string, "ProcessingFailed came"],
    ["null", () => null as unknown as string, "ProcessingFailed came"],
  ])("%s", async (_, transform, answer) => {
    expect(await answers(transform, eventOf("came"))).toEqual([`id-0 ${answer}`]);
  });

  it("data that is not base64 fails alone", async () => {
    const transform = vi.fn(() => "made");
    const { records } = await firehoseTransform(transform)(eventOf({ data: "~" }, "a"));
    expect(records).toEqual([
      { recordId: "id-0", result: "ProcessingFailed", data: "~" },
      { recordId: "id-1", result: "Ok", data: base64("made") },
    ]);
    expect(transform).toHaveBeenCalledTimes(1);
  });

  it("no records, no answers", async () => expect(await answers(() => "made", eventOf())).toEqual([]));
});

describe("an aggregate that comes through is one record", () => {
  it("made of what its members became", async () => {
    expect(await answers((record) => `${record.text()};`, eventOf("x.1", aggregate))).toEqual([
      "id-0 Ok x.1;",
      "id-1 Ok a.1;b.1;c.1;",
    ]);
  });

  it("without those that are dropped; Dropped where all are", async () => {
    const came = Buffer.from(aggregate).toString();
    const without = (text: string) => (record: FirehoseRecord) => (record.text() === text ? undefined : record.data);
    expect(await answers(without("b.1"), eventOf(aggregate))).toEqual(["id-0 Ok a.1c.1"]);
    expect(await answers(() => undefined, eventOf(aggregate))).toEqual([`id-0 Dropped ${came}`]);
  });

  it("fails whole", async () => {
    const transform = (record: FirehoseRecord) => {
      if (record.text() === "b.1") throw new Error("no b.1");
      return record.data;
    };
    const { records } = await firehoseTransform(transform)(eventOf(aggregate));
    expect(records).toEqual([{ recordId: "id-0", result: "ProcessingFailed", data: base64(aggregate) }]);
  });

  it("is raw where its digest is another's", async () => {
    const malformed = Uint8Array.from(aggregate);
    malformed[malformed.length - 1]! ^= 1;
    const seen: unknown[] = [];
    await answers((record) => void seen.push(record.malformed), eventOf(malformed));
    expect(seen).toEqual(["digest"]);
  });
});

describe("what a transform knows of a record", () => {
  const source = { shardId: "shardId-000000000000", partitionKey: "order-7", sequenceNumber: "5" };
  async function seenOf(record: Partial<Given>): Promise<FirehoseRecord[]> {
    const seen: FirehoseRecord[] = [];
    await answers((each) => void seen.push(each), eventOf(record));
    return seen;
  }

  // Firehose has sent all three.
  it.each<[string | number, number]>([
    [3, 3],
    ["3", 3],
    ["", 0],
  ])("of a stream's record with subsequenceNumber %j", async (subsequenceNumber, subSequenceNumber) => {
    const [record] = await seenOf({ kinesisRecordMetadata: { ...source, subsequenceNumber } });
    expect(record).toMatchObject({
      recordId: "id-0",
      partitionKey: "order-7",
      sequenceNumber: "5",
      subSequenceNumber,
      aggregated: false,
      approximateArrivalTimestamp: new Date(1_767_225_600_000),
    });
  });

  it("of a record that was put: no key, no number", async () => {
    const [record] = await seenOf({ data: base64("paid") });
    expect(record).toMatchObject({ partitionKey: undefined, sequenceNumber: undefined, subSequenceNumber: 0 });
    expect(record!.text()).toBe("paid");
  });

  it("of an aggregate's members: each its own key and place", async () => {
    const metadata = { ...source, subsequenceNumber: "" };
    const seen = await seenOf({ data: base64(aggregate), kinesisRecordMetadata: metadata });
    expect(seen.map(({ partitionKey, subSequenceNumber }) => [partitionKey, subSequenceNumber])).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
  });
});
