// The AWS SDK's client, with what it brings.

import { KinesisClient, type KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Load } from "../loads.ts";
import { commandOf } from "./command.ts";
import { type Connection, CREDENTIALS, REGION } from "./contender.ts";

export function asShipped(endpoint: string, load: Load): Connection {
  return connection({ endpoint }, load);
}

export function overHttp1(endpoint: string, load: Load): Connection {
  return connection({ endpoint, requestHandler: new NodeHttpHandler() }, load);
}

function connection(config: KinesisClientConfig, load: Load): Connection {
  const client = new KinesisClient({ region: REGION, credentials: CREDENTIALS, ...config });
  const command = commandOf(load);
  return { call: () => client.send(command()), close: () => client.destroy() };
}
