import { PutRecordCommand, RegisterStreamConsumerCommand } from "@aws-sdk/client-kinesis";
import { expect, it, onTestFinished } from "vitest";
import { writeCbor } from "../../../src/kinesis/index.ts";
import { LocalKinesis } from "../../../src/testing/index.ts";

it("the events of the in-process stream are CBOR for who asks in CBOR", async () => {
  const local = new LocalKinesis({ streams: { orders: 1 } });
  onTestFinished(() => local.close());
  const { endpoint } = await local.listen();
  const kinesis = local.client();
  const Data = Buffer.from("paid");
  await kinesis.send(new PutRecordCommand({ StreamName: "orders", PartitionKey: "ключ", Data }));
  const StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
  const { Consumer } = await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "billing" }));
  const place = { ConsumerARN: Consumer?.ConsumerARN, ShardId: "shardId-000000000000" };
  const leave = new AbortController();
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-cbor-1.1",
      "x-amz-target": "Kinesis_20131202.SubscribeToShard",
    },
    body: writeCbor({ ...place, StartingPosition: { Type: "TRIM_HORIZON" } }),
    signal: leave.signal,
  });
  expect(response.headers.get("content-type")).toBe("application/vnd.amazon.eventstream");
  let received = "";
  const expected = writeCbor({ Data, PartitionKey: "ключ" }).subarray(1, -1).toString("latin1");
  for await (const chunk of response.body!) {
    received += Buffer.from(chunk as Uint8Array).toString("latin1");
    if (received.includes(expected)) break;
  }
  leave.abort();
  expect(received).toContain("application/x-amz-cbor-1.1");
  expect(received).not.toContain("json");
});
