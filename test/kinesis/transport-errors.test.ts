// What is done about a call that reaches no Kinesis, by real sockets: nobody listens, a name that is none, a stranger who
// answers, a certificate that nobody trusts, no credentials.

import { once } from "node:events";
import { Agent } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { KinesisClient, type KinesisClientConfig, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { classifyError, type KinesisFailure } from "../../src/kinesis/index.ts";

const PUT = new PutRecordCommand({ StreamName: "orders", PartitionKey: "order-7", Data: Buffer.from("paid") });
const LEFT_OPEN = { kind: "transient", retryable: true, mayHaveBeenStored: true } as const;
const NOT_STORED = { kind: "transient", retryable: true, mayHaveBeenStored: false } as const;

async function failureOf(endpoint: string, config: KinesisClientConfig = {}): Promise<KinesisFailure> {
  const client = new KinesisClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    ...config,
  });
  onTestFinished(() => client.destroy());
  try {
    await client.send(PUT);
  } catch (error) {
    return classifyError(error);
  }
  throw new Error("the call was answered");
}

/** The port of who does this with each connection. */
async function serve(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function stranger(meet: (socket: Socket) => void): Promise<number> {
  return serve(
    createServer((socket) => {
      socket.on("error", () => undefined);
      meet(socket);
    }),
  );
}

const answers = (head: string, body = "") =>
  stranger((socket) => socket.once("data", () => socket.end(`HTTP/1.1 ${head}\r\n\r\n${body}`)));

async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const HANDLERS = [
  { over: "HTTP/1.1", requestHandler: () => new NodeHttpHandler() },
  { over: "HTTP/2", requestHandler: () => new NodeHttp2Handler() },
] as const;

describe.each(HANDLERS)("over $over", ({ over, requestHandler }) => {
  const meet = (endpoint: string) => failureOf(endpoint, { requestHandler: requestHandler() });

  it("nobody listens", async () => {
    const failure = await meet(`http://127.0.0.1:${await closedPort()}`);
    expect(failure).toEqual({ ...NOT_STORED, code: "ECONNREFUSED" });
  });

  it("a name that no server knows", async () => {
    // Too long to be asked for: no resolver is.
    const failure = await meet(`http://${"a".repeat(64)}.invalid`);
    expect(failure).toMatchObject(NOT_STORED);
    expect(["ENOTFOUND", "EAI_AGAIN"]).toContain(failure.code);
  });

  it("who listens hangs up", async () => {
    const port = await stranger((socket) => socket.once("data", () => socket.end()));
    expect(await meet(`http://127.0.0.1:${port}`)).toMatchObject(LEFT_OPEN);
  });

  it("who listens speaks something else", async () => {
    const port = await stranger((socket) => socket.end("220 mail.example ESMTP\r\n"));
    expect(await meet(`http://127.0.0.1:${port}`)).toMatchObject(LEFT_OPEN);
  });

  it("who listens knows no TLS", async () => {
    const port = await answers("400 Bad Request");
    expect(await meet(`https://127.0.0.1:${port}`)).toMatchObject({ kind: "transient" });
  });

  it("who listens hangs up during the handshake", async () => {
    const port = await stranger((socket) => socket.once("data", () => socket.end()));
    expect(await meet(`https://127.0.0.1:${port}`)).toMatchObject({ kind: "transient" });
  });

  it("a certificate that nobody trusts: fatal, and nothing was sent", async () => {
    const { cert, private: key } = await generate([{ name: "commonName", value: "elsewhere.example" }], {
      keySize: 2048,
    });
    let received = 0;
    const server = createTlsServer({ cert, key, ALPNProtocols: over === "HTTP/2" ? ["h2"] : [] }, (socket) => {
      socket
        .on("error", () => undefined)
        .on("data", ({ length }) => {
          received += length;
        });
    });
    server.on("tlsClientError", () => undefined);
    const failure = await meet(`https://127.0.0.1:${await serve(server)}`);
    expect(failure).toEqual({
      kind: "fatal",
      retryable: false,
      mayHaveBeenStored: false,
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    expect(received).toBe(0);
  });
});

describe("a stranger's answer", () => {
  it.each<[string, () => Promise<number>, Partial<KinesisFailure>]>([
    ["500 without a body", () => answers("500 Oops\r\ncontent-length: 0"), { ...LEFT_OPEN, code: "HTTP 500" }],
    ["413 without a body", () => answers("413 Too Large\r\ncontent-length: 0"), { kind: "fatal", code: "HTTP 413" }],
    ["307", () => answers("307 Elsewhere\r\ncontent-length: 0"), { kind: "fatal", code: "HTTP 307" }],
    ["a page, as if all were well", () => answers("200 OK\r\ncontent-length: 6", "<html>"), LEFT_OPEN],
    ["a page that ends early", () => answers("200 OK\r\ncontent-length: 60", '{"ShardId"'), LEFT_OPEN],
    ["chunks that end early", () => answers("200 OK\r\ntransfer-encoding: chunked", "9\r\n{"), LEFT_OPEN],
  ])("%s", async (_, listen, is) => {
    const endpoint = `http://127.0.0.1:${await listen()}`;
    expect(await failureOf(endpoint, { requestHandler: new NodeHttpHandler() })).toMatchObject(is);
  });

  it("half a refusal, which the SDK takes for a whole one, is no reason to give the record up", async () => {
    const half = '{"__type":"ProvisionedThrou';
    const port = await answers(`400 Bad Request\r\ncontent-length: ${half.length}`, half);
    const requestHandler = new NodeHttpHandler();
    expect(await failureOf(`http://127.0.0.1:${port}`, { requestHandler })).toEqual({
      ...NOT_STORED,
      code: "HTTP 400",
    });
  });
});

it("a host of two addresses, at neither of which anybody listens", async () => {
  const lookup = (_host: string, _options: unknown, found: (error: null, addresses: object[]) => void): void =>
    found(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ]);
  const httpAgent = new Agent({ lookup, autoSelectFamily: true } as never);
  const endpoint = `http://two.invalid:${await closedPort()}`;
  const failure = await failureOf(endpoint, { requestHandler: new NodeHttpHandler({ httpAgent }) });
  expect(failure).toMatchObject(NOT_STORED);
});

describe("before the call is made", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("no credentials anywhere", async () => {
    for (const name of Object.keys(process.env).filter((each) => each.startsWith("AWS_"))) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    expect(await failureOf("http://127.0.0.1:1", { credentials: undefined as never })).toEqual({
      kind: "credentials",
      retryable: true,
      mayHaveBeenStored: false,
      code: "CredentialsProviderError",
    });
  });

  it("a provider of one's own that cannot reach its vault", async () => {
    const credentials = () =>
      Promise.reject(new Error("vault", { cause: Object.assign(new Error(), { code: "ETIMEDOUT" }) }));
    expect(await failureOf("http://127.0.0.1:1", { credentials })).toMatchObject({
      kind: "transient",
      code: "ETIMEDOUT",
    });
  });

  it.each<[string, string, KinesisClientConfig]>([
    ["an endpoint that is none", "http://", {}],
    [
      "a mistake in the user's middleware",
      "http://127.0.0.1:1",
      { credentials: () => Promise.reject(new TypeError("x")) },
    ],
  ])("%s is fatal", async (_, endpoint, config) => {
    expect(await failureOf(endpoint, config)).toMatchObject({ kind: "fatal", retryable: false });
  });
});
