// A service that does what the test says, request by request, on a port of 127.0.0.1.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { readCbor } from "../../../src/kinesis/index.ts";

export const CBOR = "application/x-amz-cbor-1.1";
export const JSON_1_1 = "application/x-amz-json-1.1";

export interface Arrived {
  readonly operation: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What it is written in. */
  readonly encoding: "cbor" | "json";
  /** The body, read when it is asked for. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface Server {
  readonly endpoint: string;
  /** Whole requests, in the order of their arrival. */
  readonly arrived: readonly Arrived[];
  /** Sockets that were ever open. */
  readonly connections: () => number;
}

/** Undefined: it has answered by itself, or never will. */
export type Respond = (
  arrived: Arrived,
  index: number,
  response: ServerResponse,
) => Reply | undefined | Promise<Reply | undefined>;

export async function serve(respond: Respond): Promise<Server> {
  const arrived: Arrived[] = [];
  return await serveRaw(arrived, async (request, response) => {
    const each = await whole(request);
    if (!each) return;
    const reply = await respond(each, arrived.push(each) - 1, response);
    if (reply) answer(response, reply);
  });
}

/** Before anything of the body is read. */
export async function serveRaw(
  arrived: readonly Arrived[],
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): Promise<Server> {
  let connections = 0;
  const server = createServer((request, response) => void handle(request, response));
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, arrived, connections: () => connections };
}

export function answer(response: ServerResponse, { body = "", headers = {}, status = 200 }: Reply): void {
  const bytes = Buffer.from(body as Uint8Array);
  response.writeHead(status, { "content-length": bytes.length, "x-amzn-requestid": "r", ...headers }).end(bytes);
}

/** Undefined: the client has gone before its end. */
export async function whole(request: IncomingMessage): Promise<Arrived | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // A request that is aborted on the way is none.
    return undefined;
  }
  const headers = request.headers as Readonly<Record<string, string>>;
  const body = Buffer.concat(chunks);
  const encoding = headers["content-type"] === CBOR ? "cbor" : "json";
  const [, operation = ""] = (headers["x-amz-target"] ?? "").split(".");
  return {
    operation,
    headers,
    body,
    encoding,
    get input() {
      return (encoding === "cbor" ? readCbor(body) : JSON.parse(body.toString())) as Arrived["input"];
    },
  };
}

/** Whether the body is the one that was signed: made at another time, from the same bytes. */
export function isAsSigned({ body, headers }: Pick<Arrived, "body" | "headers">): boolean {
  return createHash("sha256").update(body).digest("hex") === headers["x-amz-content-sha256"];
}

export function refusal(name: string, status = 400): Reply {
  return { status, headers: { "content-type": JSON_1_1 }, body: JSON.stringify({ __type: name, message: "no" }) };
}
