// Every way in which an error of the in-process stream can reach a program.

import { KinesisClient, type KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { createKinesisClient } from "../../src/kinesis/index.ts";
import type { LocalKinesis } from "../../src/testing/index.ts";

export interface Door {
  readonly name: string;
  readonly overHttp: boolean;
  /** @param timeoutMs of a call; unset: none. */
  readonly open: (local: LocalKinesis, endpoint: string, timeoutMs?: number) => KinesisClient;
}

function config(endpoint: string): KinesisClientConfig {
  return {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
}

function http1(requestTimeout?: number): NodeHttpHandler {
  return new NodeHttpHandler(requestTimeout === undefined ? {} : { requestTimeout, throwOnRequestTimeout: true });
}

/** As the client makes it by default: a connection for each call. */
function http2(requestTimeout?: number): NodeHttp2Handler {
  return new NodeHttp2Handler({ disableConcurrentStreams: true, ...(requestTimeout ? { requestTimeout } : {}) });
}

function sharedHttp2(requestTimeout?: number): NodeHttp2Handler {
  return new NodeHttp2Handler(requestTimeout ? { requestTimeout } : {});
}

export const DOORS: readonly Door[] = [
  {
    name: "client()",
    overHttp: false,
    open: (local, _endpoint, timeoutMs) => local.client(timeoutMs === undefined ? {} : { requestTimeoutMs: timeoutMs }),
  },
  {
    name: "the SDK's client over HTTP/1.1",
    overHttp: true,
    open: (_, endpoint, timeoutMs) => new KinesisClient({ ...config(endpoint), requestHandler: http1(timeoutMs) }),
  },
  {
    name: "the SDK's client over HTTP/2",
    overHttp: true,
    open: (_, endpoint, timeoutMs) => new KinesisClient({ ...config(endpoint), requestHandler: http2(timeoutMs) }),
  },
  {
    name: "the SDK's client over one HTTP/2 connection",
    overHttp: true,
    open: (_, endpoint, timeoutMs) =>
      new KinesisClient({ ...config(endpoint), requestHandler: sharedHttp2(timeoutMs) }),
  },
  {
    name: "our client, CBOR over HTTP/1.1",
    overHttp: true,
    open: (_, endpoint, timeoutMs) => createKinesisClient({ ...config(endpoint), requestHandler: http1(timeoutMs) }),
  },
  {
    name: "our client, CBOR over HTTP/2",
    overHttp: true,
    open: (_, endpoint, timeoutMs) => createKinesisClient({ ...config(endpoint), requestHandler: http2(timeoutMs) }),
  },
  {
    name: "our client, JSON over HTTP/1.1",
    overHttp: true,
    open: (_, endpoint, timeoutMs) =>
      createKinesisClient({ ...config(endpoint), encoding: "json", requestHandler: http1(timeoutMs) }),
  },
];
