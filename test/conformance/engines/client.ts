// The AWS SDK's own client, as a program would make it for a service on this machine.

import { KinesisClient, type KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export interface ClientOptions {
  readonly endpoint: string;
  readonly transport: "HTTP/1.1" | "HTTP/2";
  readonly accessKeyId?: string;
  readonly answerWithinMs?: number;
}

export function clientOf(options: ClientOptions): KinesisClient {
  const { accessKeyId = "local", answerWithinMs = 20_000, endpoint, transport } = options;
  const config: KinesisClientConfig = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: "local" },
    // What is refused or lost stays so: a scenario sees the service, not the client's patience.
    maxAttempts: 1,
  };
  // Left alone, the SDK's client speaks HTTP/2.
  if (transport === "HTTP/2") return new KinesisClient(config);
  const requestHandler = new NodeHttpHandler({ requestTimeout: answerWithinMs, throwOnRequestTimeout: true });
  return new KinesisClient({ ...config, requestHandler });
}
