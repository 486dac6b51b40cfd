// One Kinesis in a process of its own, as `node --import tsx serve.ts <name>`: tells its endpoint, and lives until its
// parent is gone.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import kinesalite from "kinesalite";
import { startKinesisLocal } from "../../demo/kinesis-local.ts";
import { LocalKinesis } from "../../src/testing/index.ts";

const SHARD_LIMIT = 1_000;

async function endpointOf(name: string | undefined): Promise<string> {
  switch (name) {
    case "kpl-kit": {
      const { endpoint } = await new LocalKinesis({ limits: "off" }).listen();
      return endpoint;
    }
    case "kinesalite": {
      const server = kinesalite({ createStreamMs: 0, deleteStreamMs: 0, shardLimit: SHARD_LIMIT });
      await once(server.listen(0, "127.0.0.1"), "listening");
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
    case "kinesis-local": {
      const { endpoint } = await startKinesisLocal({ shardLimit: SHARD_LIMIT });
      return endpoint;
    }
    default:
      throw new Error(`no engine is called ${name}`);
  }
}

process.once("disconnect", () => process.exit());
process.send?.(await endpointOf(process.argv[2]));
