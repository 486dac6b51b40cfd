// Which connection a call takes: HTTP/2 where AWS pushes events, HTTP/1.1 for all else.

import { Agent as HttpAgent } from "node:http";
import { createSecureServer, type IncomingHttpHeaders } from "node:http2";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { KinesisRequestHandler } from "../../../src/kinesis/wire/index.ts";
import { newestSdk } from "../sdk.ts";

const SUBSCRIBE = "Kinesis_20131202.SubscribeToShard";

interface Made {
  readonly kind: "HTTP/1.1" | "HTTP/2";
  readonly options: unknown;
  readonly requests: { readonly headers: object; readonly hostname: string }[];
  isDestroyed: boolean;
}

/** Handlers that keep what they were made with and what came. */
function fakes() {
  const made: Made[] = [];
  const fake = (kind: Made["kind"]) =>
    class {
      readonly #made: Made;

      constructor(options: unknown) {
        this.#made = { kind, options, requests: [], isDestroyed: false };
        made.push(this.#made);
      }

      async handle(request: { readonly headers: object; readonly hostname: string }) {
        this.#made.requests.push(request);
        return { response: kind };
      }

      destroy(): void {
        this.#made.isDestroyed = true;
      }
    };
  return { made, handlers: { NodeHttpHandler: fake("HTTP/1.1"), NodeHttp2Handler: fake("HTTP/2") } as never };
}

type HandlerOptions = ConstructorParameters<typeof KinesisRequestHandler>[1];

async function kindFor(url: string, target: string, options?: HandlerOptions): Promise<string> {
  const { hostname, port, protocol } = new URL(url);
  const { handlers } = fakes();
  const handler = new KinesisRequestHandler({ handlers }, options);
  const request = { hostname, port, protocol, headers: { "x-amz-target": target, host: hostname } };
  const { response } = await handler.handle(request as never);
  return response as unknown as string;
}

describe("SubscribeToShard", () => {
  it.each([
    "https://kinesis.us-east-1.amazonaws.com",
    "https://kinesis.us-east-1.amazonaws.com:443",
    "https://kinesis-fips.us-gov-west-1.amazonaws.com",
    "https://kinesis.cn-north-1.amazonaws.com.cn",
    "https://kinesis.eu-isoe-west-1.amazonaws.eu",
    "https://kinesis.us-east-1.api.aws",
    "https://kinesis.cn-north-1.api.amazonwebservices.com.cn",
    "https://123456789012.data-kinesis.us-east-1.amazonaws.com",
    "https://vpce-0a1b-c2d3.kinesis.us-east-1.vpce.amazonaws.com",
  ])("at AWS over HTTP/2: %s", async (url) => expect(await kindFor(url, SUBSCRIBE)).toBe("HTTP/2"));

  it.each([
    "http://127.0.0.1:4567",
    "http://localhost:4566",
    "https://localhost:4566",
    "https://kinesis.example.com",
    "http://kinesis.us-east-1.amazonaws.com",
    "https://amazonaws.com.example.com",
    "https://notamazonaws.com",
    "https://kinesis.us-east-1.localhost.localstack.cloud:4566",
  ])("elsewhere, or without TLS, over HTTP/1.1: %s", async (url) =>
    expect(await kindFor(url, SUBSCRIBE)).toBe("HTTP/1.1"),
  );

  it("through an agent of the user's, which is there for a reason", async () => {
    class ProxyAgent extends Agent {}
    const url = "https://kinesis.us-east-1.amazonaws.com";
    for (const httpsAgent of [new ProxyAgent(), new Agent({ ca: "theirs" })]) {
      expect(await kindFor(url, SUBSCRIBE, { httpsAgent })).toBe("HTTP/1.1");
    }
    const others = [{ httpAgent: new HttpAgent() }, { httpsAgent: { maxSockets: 7 } }, { requestTimeout: 7 }, {}];
    for (const options of others) expect(await kindFor(url, SUBSCRIBE, options)).toBe("HTTP/2");
  });
});

it.each(["PutRecords", "GetRecords", "SubscribeToShards", "subscribetoshard"])(
  "%s at AWS over HTTP/1.1",
  async (name) => {
    expect(await kindFor("https://kinesis.us-east-1.amazonaws.com", `Kinesis_20131202.${name}`)).toBe("HTTP/1.1");
  },
);

it("HTTP/2 is made when it is needed, a connection each, and destroyed with the rest", async () => {
  const { made, handlers } = fakes();
  const options = { requestTimeout: 7 };
  const handler = new KinesisRequestHandler({ handlers }, options);
  expect(made.map(({ kind, options: given }) => [kind, given])).toEqual([["HTTP/1.1", options]]);
  const request = {
    hostname: "kinesis.us-east-1.amazonaws.com",
    protocol: "https:",
    headers: { "x-amz-target": SUBSCRIBE },
  };
  for (let call = 0; call < 3; call++) await handler.handle(request as never);
  expect(made.map(({ kind }) => kind)).toEqual(["HTTP/1.1", "HTTP/2"]);
  expect(made[1]?.options).toEqual({ disableConcurrentStreams: true });
  expect(made[1]?.requests).toHaveLength(3);
  handler.destroy();
  expect(made.map(({ isDestroyed }) => isDestroyed)).toEqual([true, true]);
});

it("the host goes as HTTP/2 names it, and the request of the caller stays as it is", async () => {
  const { made, handlers } = fakes();
  const handler = new KinesisRequestHandler({ handlers });
  const headers = { "x-amz-target": SUBSCRIBE, host: "kinesis.us-east-1.amazonaws.com", authorization: "signed" };
  const request = { hostname: headers.host, protocol: "https:", path: "/", method: "POST", headers };
  await handler.handle(request as never);
  const sent = made[1]?.requests[0];
  expect(sent?.headers).toEqual({ ":authority": headers.host, "x-amz-target": SUBSCRIBE, authorization: "signed" });
  expect(sent).toMatchObject({ hostname: headers.host, path: "/", method: "POST" });
  expect(request.headers).toBe(headers);
  expect(headers.host).toBe("kinesis.us-east-1.amazonaws.com");
});

it("over TLS, by the SDK's own handler: :authority as it was signed, without a port, and no host beside it", async () => {
  const { peers } = newestSdk();
  const heard: IncomingHttpHeaders[] = [];
  const { generate } = await import("selfsigned");
  const { cert, private: key } = await generate([{ name: "commonName", value: "kinesis.us-east-1.amazonaws.com" }]);
  const server = createSecureServer({ cert, key });
  server.on("stream", (stream, headers) => {
    heard.push(headers);
    stream.respond({ ":status": 200 });
    stream.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  class Http2 extends peers.handlers.NodeHttp2Handler {
    constructor() {
      // As if the name led here.
      const nodeHttp2ConnectOptions = { rejectUnauthorized: false, host: "127.0.0.1", port };
      super({ disableConcurrentStreams: true, nodeHttp2ConnectOptions } as never);
    }
  }
  const handler = new KinesisRequestHandler({ handlers: { ...peers.handlers, NodeHttp2Handler: Http2 } as never });
  const host = "kinesis.us-east-1.amazonaws.com";
  const request = {
    hostname: host,
    protocol: "https:",
    path: "/",
    method: "POST",
    headers: { "x-amz-target": SUBSCRIBE, host },
    body: "{}",
  };
  const { response } = await handler.handle(request as never);
  (response.body as NodeJS.ReadableStream).resume();
  expect(heard[0]).toMatchObject({ ":authority": host, ":method": "POST", ":path": "/" });
  expect(heard[0]).not.toHaveProperty("host");
  handler.destroy();
});
