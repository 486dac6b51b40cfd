// A process that reads until it is told to go. It says when it has read all there is; "stuck", its handler never returns.

import { PutRecordCommand } from "@aws-sdk/client-kinesis";
import { FileCheckpointStore, StreamReader, stopOnSignals } from "../../src/consumer/index.ts";
import { LocalKinesis } from "../../src/testing/index.ts";

const [, , path, how] = process.argv;
const local = new LocalKinesis({ streams: { orders: 1 } });
const kinesis = local.client();
for (const text of ["a", "b", "c"]) {
  const Data = new TextEncoder().encode(text);
  await kinesis.send(new PutRecordCommand({ StreamName: "orders", PartitionKey: text, Data }));
}

const reader = new StreamReader({
  kinesis,
  streamName: "orders",
  checkpointStore: new FileCheckpointStore(path!),
  // Only its end stores anything.
  checkpointInterval: 3_600_000,
  onEvent: ({ type }) => {
    if (type === "batch-processed") process.stdout.write("read\n");
  },
});
stopOnSignals(reader);
// Called after it: a second signal then finds nobody who listens.
if (how === "stuck") process.once("SIGTERM", () => void process.stdout.write("told\n"));
await reader.run({
  record: async () => {
    if (how !== "stuck") return;
    process.stdout.write("read\n");
    await new Promise(() => undefined);
  },
});
process.stdout.write("stopped\n");
await local.close();
