// A process that saves one checkpoint after the other into a file, and prints each once it is saved: to be killed.

import { FileCheckpointStore } from "../../../src/consumer/checkpoints/index.ts";

const [path = "", shardId = "", most = "Infinity"] = process.argv.slice(2);
const store = new FileCheckpointStore(path);
for (let at = 1; at <= Number(most); at++) {
  const sequenceNumber = String(at);
  await Promise.all([
    store.save("orders", shardId, { sequenceNumber }),
    store.save("orders", `${shardId}-too`, { sequenceNumber }),
  ]);
  process.stdout.write(`${at}\n`);
}
