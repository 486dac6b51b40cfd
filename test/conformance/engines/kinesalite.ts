// kinesalite, in this process: a server for each account. It is older than half of the API, but knows the service's own
// messages. A client that resets in the middle of a request would end the process.

import { once } from "node:events";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import kinesalite from "kinesalite";
import { kinesaliteDifferences } from "../differences/kinesalite.ts";
import type { Engine } from "../engine.ts";
import { clientOf } from "./client.ts";
import { realTimeAccount } from "./real-time.ts";

const { version } = createRequire(import.meta.url)("kinesalite/package.json") as { version: string };

export const kinesaliteEngine: Engine = {
  name: "kinesalite",
  version,
  transport: "HTTP/1.1",
  time: "real",
  lacks: [
    "DeleteResourcePolicy",
    "DeregisterStreamConsumer",
    "DescribeAccountSettings",
    "DescribeLimits",
    "DescribeStreamConsumer",
    "DisableEnhancedMonitoring",
    "EnableEnhancedMonitoring",
    "GetResourcePolicy",
    "ListStreamConsumers",
    "ListTagsForResource",
    "PutResourcePolicy",
    "RegisterStreamConsumer",
    "StartStreamEncryption",
    "StopStreamEncryption",
    "SubscribeToShard",
    "TagResource",
    "UntagResource",
    "UpdateAccountSettings",
    "UpdateMaxRecordSize",
    "UpdateShardCount",
    "UpdateStreamMode",
    "UpdateStreamRecordDistributionStrategy",
    "UpdateStreamWarmThroughput",
  ],
  differences: kinesaliteDifferences,
  start: async () => ({
    account: async ({ changes }) => {
      const transitionMs = changes === "slow" ? 400 : 20;
      const server = kinesalite({
        createStreamMs: transitionMs,
        deleteStreamMs: transitionMs,
        updateStreamMs: transitionMs,
        shardLimit: 100,
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      // One of its calls never answers.
      const kinesis = clientOf({ endpoint: `http://127.0.0.1:${port}`, transport: "HTTP/1.1", answerWithinMs: 8_000 });
      return realTimeAccount(kinesis, transitionMs, async () => {
        const closed = once(server, "close");
        server.close();
        server.closeAllConnections();
        await closed;
      });
    },
    stop: async () => undefined,
  }),
};
