// A process with one reader's life over HTTP, that prints what it left behind and then ends by itself, or never.

import { PutRecordCommand } from "@aws-sdk/client-kinesis";
import { StreamReader } from "../../src/consumer/index.ts";
import { createKinesisClient } from "../../src/kinesis/index.ts";
import { LocalKinesis } from "../../src/testing/index.ts";
import { textOf } from "./user-record-text.ts";

const retrieval = process.argv[2] === "fan-out" ? { consumerName: "bills" } : "polling";
const unhandled: string[] = [];
process.on("unhandledRejection", (error) => unhandled.push(String(error)));
const warnings: string[] = [];
process.on("warning", ({ name }) => warnings.push(name));

const local = new LocalKinesis({ streams: { orders: 12 } });
const { endpoint } = await local.listen();
const kinesis = createKinesisClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "any" },
});
for (let at = 0; at < 50; at++) {
  const Data = new TextEncoder().encode(`${at}`);
  await kinesis.send(new PutRecordCommand({ StreamName: "orders", PartitionKey: `${at}`, Data }));
}

const reader = new StreamReader({ kinesis, streamName: "orders", retrieval });
const read: string[] = [];
await reader.run({
  record: async (record) => {
    read.push(textOf(record));
    // Every shard then waits for its next page.
    if (read.length === 50) setImmediate(() => void reader.stop());
  },
});
kinesis.destroy();
// Of subscriptions the stream itself has timers, until it has seen that they are closed.
const timers = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout" && retrieval === "polling");
await local.close();
// Nobody ends it: sockets close, and then there is nothing left that could.
process.once("exit", () => {
  // Sorted: shards are read side by side.
  const numbers = read.map(Number).toSorted((a, b) => a - b);
  // Besides its standard output.
  const left = process.getActiveResourcesInfo().filter((kind) => kind !== "PipeWrap");
  process.stdout.write(JSON.stringify({ left, timers, unhandled, warnings, read: numbers }));
});
