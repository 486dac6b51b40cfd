// kinesis-local: kinesis-mock, compiled to JavaScript, in a worker thread. It speaks HTTP/2 too, but fails in it.

import { createRequire } from "node:module";
import { startKinesisLocal } from "../../../demo/kinesis-local.ts";
import { kinesisLocalDifferences } from "../differences/kinesis-local.ts";
import type { Engine } from "../engine.ts";
import { clientOf } from "./client.ts";
import { realTimeAccount } from "./real-time.ts";

const { version } = createRequire(import.meta.url)("kinesis-local/package.json") as { version: string };

/** Of all its accounts. */
const TRANSITION_MS = 250;

export const kinesisLocal: Engine = {
  name: "kinesis-local",
  version,
  transport: "HTTP/1.1",
  time: "real",
  lacks: ["UpdateStreamRecordDistributionStrategy"],
  differences: kinesisLocalDifferences,
  start: async () => {
    const { endpoint, stop } = await startKinesisLocal({ transitionMs: TRANSITION_MS, shardLimit: 10_000 });
    let accounts = 0;
    return {
      account: async () => {
        // It takes an access key id of twelve digits for the account's.
        const accessKeyId = String(100_000_000_000 + accounts++);
        return realTimeAccount(clientOf({ endpoint, transport: "HTTP/1.1", accessKeyId }), TRANSITION_MS);
      },
      stop,
    };
  },
};
