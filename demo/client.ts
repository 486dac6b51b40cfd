// Where the demo's stream is, and a client that works there.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { createKinesisClient } from "../src/kinesis/index.ts";

export interface Target {
  /** Unset: AWS itself. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly encoding?: "cbor" | "json" | undefined;
}

export function clientFor({ encoding = "cbor", endpoint, region }: Target): KinesisClient {
  return createKinesisClient({
    encoding,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(isLoopback(endpoint) && !process.env["AWS_ACCESS_KEY_ID"]
      ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
      : {}),
    // Throttled reads are waited out; three attempts are not enough for a long file.
    maxAttempts: 8,
  });
}

function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined) return false;
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
