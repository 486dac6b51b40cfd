// A Lambda that puts a poison user record aside and goes on: else it would hold up its shard until its retries are spent,
// and then take all of its aggregate with it. Here, on an event made by hand:
//
//     npx tsx examples/lambda-dead-letters.ts

import { aggregate } from "kpl-kit";
import { json, kinesisHandler } from "kpl-kit/lambda";
import { makeKinesisEvent } from "kpl-kit/testing";

/** Stands for a queue. */
const deadLetters: { readonly id: string; readonly data: string; readonly because: string }[] = [];

const handler = kinesisHandler(({ partitionKey, value }) => console.log(partitionKey, value), {
  decode: json,
  order: "partitionKey",
  concurrency: 10,
  onRecordFailure: async ({ data, id }, error) => {
    // What cannot be read today cannot be read tomorrow. All else is worth another try.
    if ((error as { readonly code?: unknown }).code !== "KPL_KIT_UNDECODABLE_RECORD") return "retry";
    await Promise.resolve(deadLetters.push({ id, data: Buffer.from(data).toString("base64"), because: String(error) }));
    return "skip";
  },
});

const orders = [
  { partitionKey: "order-7", data: '{"status":"paid"}' },
  { partitionKey: "order-8", data: "<status>paid</status>" },
  { partitionKey: "order-7", data: '{"status":"shipped"}' },
];
const event = makeKinesisEvent(aggregate(orders, { groupBy: "none" }));
const { batchItemFailures } = await handler(event);
console.log(`${batchItemFailures.length} to come again, ${deadLetters.length} put aside`);
