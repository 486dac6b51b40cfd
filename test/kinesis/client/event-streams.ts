// Frames as a service might send them: whole or broken, in JSON, in CBOR, in both, with nothing in them.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { createKinesisClient, writeCbor } from "../../../src/kinesis/index.ts";
import { type Watched, watch } from "../equality/subscription.ts";
import type { Sdk } from "../sdk.ts";
import { frame } from "./event-frame.ts";
import { serve } from "./server.ts";

const PLACE = {
  ConsumerARN: "arn:aws:kinesis:us-east-1:000000000000:stream/orders/consumer/b:1",
  ShardId: "shardId-000000000000",
};
const RECORD = { PartitionKey: "ключ", SequenceNumber: "1" };
const JSON_EVENT = JSON.stringify({
  Records: [{ ...RECORD, Data: "QUJD", ApproximateArrivalTimestamp: 1.5 }],
  MillisBehindLatest: 0,
});
const CBOR_EVENT = writeCbor({
  Records: [{ ...RECORD, Data: Buffer.from("ABC"), ApproximateArrivalTimestamp: new Date(1_500) }],
  MillisBehindLatest: 0,
});

const event = (payload: Uint8Array | string, type = "SubscribeToShardEvent"): Buffer =>
  frame({ ":message-type": "event", ":event-type": type, ":content-type": "application/json" }, payload);
const initial = (payload: Uint8Array | string): Buffer => event(payload, "initial-response");
const exception = (payload: Uint8Array | string, type = "ResourceInUseException"): Buffer =>
  frame({ ":message-type": "exception", ":exception-type": type, ":content-type": "application/json" }, payload);
const failure = frame({ ":message-type": "error", ":error-code": "InternalError", ":error-message": "why" }, "");

const corrupt = Buffer.from(event(JSON_EVENT));
corrupt[corrupt.length - 10]! ^= 1; // within the payload

/** Each stands for the frames beside it as JSON has them. */
const STREAMS: readonly (readonly [name: string, json: readonly Uint8Array[], cbor: readonly Uint8Array[]])[] = [
  ["nothing", [], []],
  ["a beginning", [initial("{}")], [initial(writeCbor({}))]],
  ["a beginning with nothing in it", [initial(""), event(JSON_EVENT)], [initial(""), event(CBOR_EVENT)]],
  ["no beginning", [event(JSON_EVENT)], [event(CBOR_EVENT)]],
  [
    "several events",
    [initial("{}"), event(JSON_EVENT), event("{}"), event(JSON_EVENT)],
    [initial("{}"), event(CBOR_EVENT), event(writeCbor({})), event(JSON_EVENT)],
  ],
  ["an event with nothing in it", [initial("{}"), event("")], [initial(writeCbor({})), event("")]],
  [
    "an event that nobody knows",
    [event(JSON_EVENT), event("{}", "New"), event(JSON_EVENT)],
    [event(CBOR_EVENT), event(writeCbor({}), "New"), event(CBOR_EVENT)],
  ],
  [
    "an exception",
    [event(JSON_EVENT), exception('{"message":"why"}')],
    [event(CBOR_EVENT), exception(writeCbor({ message: "why" }))],
  ],
  ["an exception before any event", [exception('{"message":"why"}')], [exception(writeCbor({ message: "why" }))]],
  ["an exception with nothing in it", [initial("{}"), exception("")], [initial("{}"), exception("")]],
  ["an error", [initial("{}"), failure], [initial(writeCbor({})), failure]],
  ["a frame that was changed on the way", [initial("{}"), corrupt], [initial(writeCbor({})), corrupt]],
  [
    "half a frame",
    [initial("{}"), event(JSON_EVENT).subarray(0, 40)],
    [initial("{}"), event(JSON_EVENT).subarray(0, 40)],
  ],
];

export function eventStreams(sdk: Sdk): void {
  const { peers } = sdk;
  const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, maxAttempts: 1 };

  async function watched(
    frames: readonly Uint8Array[],
    make: (endpoint: string) => KinesisClient,
    headers: object = {},
  ): Promise<Watched> {
    const body = Buffer.concat(frames);
    const { endpoint } = await serve(() => ({
      body,
      headers: { "content-type": "application/vnd.amazon.eventstream", ...headers },
    }));
    const kinesis = make(endpoint);
    onTestFinished(() => kinesis.destroy());
    return await watch(sdk, kinesis, PLACE);
  }

  const ours = (endpoint: string): KinesisClient => createKinesisClient({ ...config, endpoint, peers });
  const theirs = (endpoint: string): KinesisClient =>
    new peers.client.KinesisClient({ ...config, endpoint, requestHandler: new peers.handlers.NodeHttpHandler() });

  it.each(STREAMS)("%s: as the SDK's own client has it, in JSON and in CBOR", async (_, json, cbor) => {
    const expected = await watched(json, theirs);
    expect(await watched(json, ours)).toStrictEqual(expected);
    expect(await watched(cbor, ours)).toStrictEqual(expected);
  });

  describe("an event that is malformed", () => {
    it.each(["bf", "a1645265637380", "a1675265636f7264739b7fffffffffffffff"])(
      "%s ends the subscription with its code",
      async (hex) => {
        const { events, outcome } = await watched(
          [event(CBOR_EVENT), event(Buffer.from(hex.replace(/80$/, "9f"), "hex"))],
          ours,
        );
        expect(events).toHaveLength(1);
        expect(outcome).toMatchObject({ kind: "refused", error: { code: "KPL_KIT_MALFORMED_CBOR" } });
      },
    );
  });
}
