// The SDK's own client with JSON, and ours beside it.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { createKinesisClient, KinesisCborProtocol } from "../../../src/kinesis/index.ts";
import type { Sdk } from "../sdk.ts";

export type MakeClient = (sdk: Sdk, endpoint: string) => KinesisClient;

const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, maxAttempts: 1 };

/** Over HTTP/1.1, as ours: an answer that is cut in its middle looks otherwise over HTTP/2. */
export const theirClient: MakeClient = ({ peers }, endpoint) => {
  const requestHandler = new peers.handlers.NodeHttpHandler();
  return new peers.client.KinesisClient({ ...config, endpoint, requestHandler });
};

export const OUR_CLIENTS: readonly (readonly [name: string, make: MakeClient])[] = [
  ["createKinesisClient", ({ peers }, endpoint) => createKinesisClient({ ...config, endpoint, peers })],
  [
    'createKinesisClient({ encoding: "json" })',
    ({ peers }, endpoint) => createKinesisClient({ ...config, endpoint, peers, encoding: "json" }),
  ],
  [
    "the SDK's client with KinesisCborProtocol",
    ({ peers }, endpoint) => {
      const protocol = new KinesisCborProtocol({ peers });
      const requestHandler = new peers.handlers.NodeHttpHandler();
      return new peers.client.KinesisClient({ ...config, endpoint, protocol, requestHandler });
    },
  ],
];
