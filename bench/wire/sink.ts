// A Kinesis that keeps nothing, in a process of its own: its CPU is nobody's cost. A port for each load, plain and over
// TLS, HTTP/1.1 and HTTP/2 on each. Answers are made once. The first request of each connection is compared with the load;
// all others are read and dropped. Tells its ports, and lives until its parent is gone.

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
import { ENCODINGS, type Encoding, jsonOf } from "./encodings.ts";
import { LOAD_NAMES, type Load, loadOf } from "./loads.ts";

export interface SinkAddress {
  readonly certificate: string;
  /** `http://127.0.0.1:PORT` and `https://127.0.0.1:PORT`, by load. */
  readonly plain: Readonly<Record<string, string>>;
  readonly tls: Readonly<Record<string, string>>;
}

type Request = IncomingMessage | Http2ServerRequest;
type Listener = (request: Request, response: ServerResponse & Http2ServerResponse) => void;

/** Room for the largest body: with Node's 64 KB an HTTP/2 client would wait for the sink, and pay for each time. */
const WINDOW = 16 * 1_048_576;

const { cert, private: key } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
});
const http2Options: SecureServerOptions = { settings: { initialWindowSize: WINDOW } };

function listenerOf(load: Load): Listener {
  const answers = ENCODINGS.map((encoding) => ({ encoding, body: encoding.write(load.answer) }));
  const expected = jsonOf(load.input);
  const known = new WeakSet<object>();
  return (request, response) => {
    const connection = "stream" in request ? request.stream.session! : request.socket; // a stream that was just opened
    const isFirst = !known.has(connection);
    known.add(connection);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => {
      if (isFirst) chunks.push(chunk);
    });
    request.on("end", () => {
      const { headers, httpVersion } = request;
      const answer = answers.find(({ encoding }) => encoding.contentType === headers["content-type"]);
      const isOther =
        !answer ||
        headers["x-amz-target"] !== `Kinesis_20131202.${load.operation}` ||
        (isFirst && !isDeepStrictEqual(readAll(answer.encoding, chunks), expected));
      const body = isOther ? Buffer.from('{"__type":"ValidationException","message":"not the load"}') : answer.body;
      response.writeHead(isOther ? 400 : 200, {
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

function readAll(encoding: Encoding, chunks: readonly Buffer[]): unknown {
  return encoding.read(Buffer.concat(chunks));
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

async function endpointsOf(scheme: string, serverOf: (listener: Listener) => Server): Promise<Record<string, string>> {
  const endpoints: Record<string, string> = {};
  for (const name of LOAD_NAMES) {
    const server = serverOf(listenerOf(loadOf(name)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    endpoints[name] = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
