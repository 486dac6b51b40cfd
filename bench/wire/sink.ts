// A Kinesis that keeps nothing, in a process of its own: its CPU is nobody's cost. Two ports for each load, plain and over
// TLS, HTTP/1.1 and HTTP/2 on each: one compares what is sent with the load, the other reads and drops it. Answers are made
// once. Tells its ports, and lives until its parent is gone.

import { once } from "node:events";
import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type SecureServerOptions,
} from "node:http2";
import { type AddressInfo, createServer, type Server } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { generate } from "selfsigned";
import { ENCODINGS, type Encoding, jsonOf } from "../encodings.ts";
import { LOAD_NAMES, type Load, loadOf } from "./loads.ts";

export interface SinkAddress {
  readonly certificate: string;
  /** By load. */
  readonly plain: Readonly<Record<string, Endpoints>>;
  readonly tls: Readonly<Record<string, Endpoints>>;
}

/** `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT` */
export interface Endpoints {
  readonly compares: string;
  readonly drops: string;
}

type Request = IncomingMessage | Http2ServerRequest;
type Listener = (request: Request, response: ServerResponse & Http2ServerResponse) => void;

/** Room for the largest body: with Node's 64 KB an HTTP/2 client would wait for the sink, and pay for each time. */
const WINDOW = 16 * 1_048_576;

const { cert, private: key } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
  algorithm: "sha256",
  extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
});
const http2Options: SecureServerOptions = { settings: { initialWindowSize: WINDOW } };

function listenerOf(load: Load, does: keyof Endpoints): Listener {
  const answers = ENCODINGS.map((encoding) => ({ encoding, body: encoding.write(load.answer) }));
  const refusal = Buffer.from('{"__type":"ValidationException","message":"not the load"}');
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => {
      if (does === "compares") chunks.push(chunk);
    });
    request.on("end", () => {
      const { headers, httpVersion } = request;
      const answer = answers.find(({ encoding }) => encoding.contentType === headers["content-type"]);
      const isLoad =
        headers["x-amz-target"] === `Kinesis_20131202.${load.operation}` &&
        (does === "drops" || (answer && holds(answer.encoding, chunks, load)));
      const body = (isLoad && answer?.body) || refusal;
      response.writeHead(body === refusal ? 400 : 200, {
        // Who asked how: the contender is held to what it claims to speak.
        "x-amzn-requestid": `HTTP/${httpVersion} ${headers["content-type"]}`,
        "x-amz-id-2": "x".repeat(76),
        "content-type": headers["content-type"] ?? "",
        "content-length": body.length,
      });
      response.end(body);
    });
  };
}

function holds({ read }: Encoding, chunks: readonly Buffer[], { input }: Load): boolean {
  return isDeepStrictEqual(jsonOf(read(Buffer.concat(chunks))), jsonOf(input));
}

function plainServer(listener: Listener): Server {
  const http1 = createHttp1Server({ keepAliveTimeout: 0 }, listener as never);
  const http2 = widened(createHttp2Server(http2Options, listener as never));
  return createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.once("readable", () => {
      const begin = (socket.read() as Buffer | null) ?? Buffer.alloc(0);
      socket.unshift(begin);
      // An HTTP/2 client begins with "PRI * HTTP/2.0".
      (begin.subarray(0, 3).toString() === "PRI" ? http2 : http1).emit("connection", socket);
    });
  });
}

function tlsServer(listener: Listener): Server {
  return widened(createSecureServer({ ...http2Options, key, cert, allowHTTP1: true }, listener as never));
}

/** The whole connection gets as much room as a stream. */
function widened<AnyServer extends Pick<Http2Server, "on">>(server: AnyServer): AnyServer {
  server.on("session", (session) => session.setLocalWindowSize(WINDOW));
  return server;
}

async function endpointsOf(
  scheme: string,
  serverOf: (listener: Listener) => Server,
): Promise<Record<string, Endpoints>> {
  const endpointOf = async (listener: Listener): Promise<string> => {
    const server = serverOf(listener);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const endpoints: Record<string, Endpoints> = {};
  for (const name of LOAD_NAMES) {
    const load = loadOf(name);
    endpoints[name] = {
      compares: await endpointOf(listenerOf(load, "compares")),
      drops: await endpointOf(listenerOf(load, "drops")),
    };
  }
  return endpoints;
}

process.once("disconnect", () => process.exit());
const address: SinkAddress = {
  certificate: cert,
  plain: await endpointsOf("http", plainServer),
  tls: await endpointsOf("https", tlsServer),
};
process.send?.(address);
