// One input, three bodies: our JSON is byte for byte the SDK's, and our CBOR says the same.

import { deepStrictEqual as same } from "node:assert/strict";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createKinesisClient } from "../../../src/kinesis/index.ts";
import "../../properties/replay.ts";
import { type Captured, captureRequests } from "../captured-requests.ts";
import { oracleReads } from "../cbor/oracle.ts";
import { anyText } from "../cbor/values.ts";
import { newestSdk } from "../sdk.ts";

const { peers } = newestSdk();
const { AddTagsToStreamCommand, GetShardIteratorCommand, KinesisClient: TheirClient, PutRecordsCommand } = peers.client;

interface Sender {
  readonly kinesis: KinesisClient;
  readonly captured: Captured;
}

function sender(make: (requestHandler: Captured["handler"]) => KinesisClient): Sender {
  const captured = captureRequests();
  return { kinesis: make(captured.handler), captured };
}

const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
const theirs = sender((requestHandler) => new TheirClient({ ...config, requestHandler }));
const ours = {
  cbor: sender((requestHandler) => createKinesisClient({ ...config, peers, requestHandler })),
  json: sender((requestHandler) => createKinesisClient({ ...config, peers, requestHandler, encoding: "json" })),
};

async function bodiesOf(make: () => object) {
  const bodies: Buffer[] = [];
  for (const { captured, kinesis } of [theirs, ours.json, ours.cbor]) {
    await kinesis.send(make() as never);
    bodies.push(captured.requests.at(-1)!.body); // it was sent
  }
  const [sdk, json, cbor] = bodies as [Buffer, Buffer, Buffer];
  return { sdk, json, cbor };
}

/** Around what is small enough to stand among the text, and what has a buffer of its own. */
const size = fc.oneof(
  fc.nat({ max: 40 }),
  fc.integer({ min: 4_090, max: 4_100 }),
  fc.integer({ min: 20_000, max: 70_000 }),
);
const bytes = fc
  .tuple(size, fc.nat({ max: 255 }))
  .map(([length, seed]) => Uint8Array.from({ length }, (_, index) => seed + index * 7));
const data = fc.oneof(bytes, anyText);
/** With lone surrogates too: JSON has an escape for them. */
const key = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom("\ud800", "\udfff", "a", '"', "\\", "\u2028", "\u007f", "\n"), maxLength: 30 }),
);
const entry = fc.record(
  { Data: data, PartitionKey: key, ExplicitHashKey: key },
  { requiredKeys: ["Data", "PartitionKey"] },
);

describe("PutRecords", () => {
  test.prop([fc.array(entry, { maxLength: 8 }), key])("JSON", async (Records, StreamName) => {
    const { json, sdk } = await bodiesOf(() => new PutRecordsCommand({ StreamName, Records: Records as never }));
    if (!json.equals(sdk)) expect(json.toString()).toBe(sdk.toString());
  });

  test.prop([fc.array(entry, { maxLength: 8 })])("CBOR", async (Records) => {
    const { cbor } = await bodiesOf(() => new PutRecordsCommand({ StreamName: "orders", Records: Records as never }));
    const sent = Records.map(({ Data, ...rest }) => ({
      ...Object.fromEntries(Object.entries(rest).map(([name, text]) => [name, wellFormed(text)])),
      Data: new Uint8Array(typeof Data === "string" ? Buffer.from(Data) : Data),
    }));
    same(oracleReads(cbor), { StreamName: "orders", Records: sent });
  });
});

test.prop([
  fc.dictionary(
    anyText.filter((text) => text !== "__proto__"),
    fc.oneof(key, fc.constant(null)),
  ),
])("tags", async (Tags) => {
  const { json, sdk } = await bodiesOf(() => new AddTagsToStreamCommand({ StreamName: "orders", Tags: Tags as never }));
  same(JSON.parse(json.toString()), JSON.parse(sdk.toString()));
});

test.prop([fc.date({ noInvalidDate: true })])("a time", async (Timestamp) => {
  const make = () => new GetShardIteratorCommand({ ShardId: "a", ShardIteratorType: "AT_TIMESTAMP", Timestamp });
  const { cbor, json, sdk } = await bodiesOf(make);
  expect(json.toString()).toBe(sdk.toString());
  expect(oracleReads(cbor)).toMatchObject({ Timestamp });
});

it("a tag by the name of __proto__ is a tag, in either", async () => {
  const Tags = Object.defineProperty({ a: "b" }, "__proto__", { value: "c", enumerable: true });
  const { cbor, json } = await bodiesOf(() => new AddTagsToStreamCommand({ StreamName: "orders", Tags }));
  expect(json.toString()).toBe('{"Tags":{"a":"b","__proto__":"c"},"StreamName":"orders"}');
  same(oracleReads(cbor), { StreamName: "orders", Tags });
});

it.each([new Date("never"), new Date(Number.NaN)])(
  "an invalid Date is refused in either: the service could take it for 1970",
  async (Timestamp) => {
    for (const { kinesis } of [ours.cbor, ours.json]) {
      const command = new GetShardIteratorCommand({ ShardId: "a", ShardIteratorType: "AT_TIMESTAMP", Timestamp });
      await expect(kinesis.send(command)).rejects.toThrow(/no place for an invalid Date/);
    }
  },
);

it("seconds in the place of a Date are the same time in either", async () => {
  const Timestamp = 1_787_036_486.712 as never;
  const { cbor, json, sdk } = await bodiesOf(
    () => new GetShardIteratorCommand({ ShardId: "a", ShardIteratorType: "AT_TIMESTAMP", Timestamp }),
  );
  expect(json.toString()).toBe(sdk.toString());
  expect(oracleReads(cbor)).toMatchObject({ Timestamp: new Date(1_787_036_486_712) });
});

/** As UTF-8 has it. */
function wellFormed(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString();
}
