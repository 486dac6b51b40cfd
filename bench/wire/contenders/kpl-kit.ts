import { createKinesisClient, type KinesisClientOptions, releasePage } from "../../../src/kinesis/index.ts";
import type { Load } from "../loads.ts";
import { commandOf } from "./command.ts";
import { type Contender, CREDENTIALS, REGION } from "./contender.ts";

export function kplKit(options: KinesisClientOptions): Contender["connect"] {
  return (endpoint: string, load: Load) => {
    const client = createKinesisClient({ region: REGION, credentials: CREDENTIALS, endpoint, ...options });
    const command = commandOf(load);
    const connection = { call: () => client.send(command()), close: () => client.destroy() };
    return options.reuseBodyBuffers === false ? connection : { ...connection, done: releasePage };
  };
}
