// The AWS SDK's own client, by both of its ways to a server.

import { KinesisClient, type KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export type Transport = "HTTP/1.1" | "HTTP/2";

export const TRANSPORTS: readonly Transport[] = ["HTTP/1.1", "HTTP/2"];

/** HTTP/2 is the client's default. One attempt, unless it is told otherwise. */
export function sdkClient(endpoint: string, transport: Transport, config: KinesisClientConfig = {}): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    ...(transport === "HTTP/1.1" ? { requestHandler: new NodeHttpHandler() } : {}),
    ...config,
  });
}

/** What a caller's code can tell an error by. */
export interface SeenError {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export async function errorOf(call: Promise<unknown>): Promise<SeenError> {
  try {
    await call;
  } catch (error) {
    return error as SeenError;
  }
  throw new Error("the call was answered");
}
