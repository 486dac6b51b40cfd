// Where the demo's stream is, and a client that works there.

import { KinesisClient, type KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export interface Target {
  /** Unset: AWS itself. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

export function clientFor({ endpoint, region }: Target): KinesisClient {
  const config: KinesisClientConfig = {
    ...(region === undefined ? {} : { region }),
    // Throttled reads are waited out; three attempts are not enough for a long file.
    maxAttempts: 8,
  };
  if (endpoint === undefined) {
    // Left alone, the SDK opens an HTTP/2 session for every request (aws-sdk-js-v3 issue 8279).
    return new KinesisClient({
      ...config,
      requestHandler: { disableConcurrentStreams: false, maxConcurrentStreams: 30 },
    });
  }
  return new KinesisClient({
    ...config,
    endpoint,
    ...(isLoopback(endpoint) && !process.env["AWS_ACCESS_KEY_ID"]
      ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
      : {}),
    // HTTP/1.1: the SDK's default of HTTP/2 fails on kinesis-local, with some of the calls one by one and with all of
    // them ten at once (ERR_HTTP2_ERROR), and on every emulator that speaks HTTP/1.1 only.
    requestHandler: new NodeHttpHandler(),
  });
}

function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
