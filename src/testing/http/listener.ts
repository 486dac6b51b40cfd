// One port of 127.0.0.1 for HTTP/1.1 and for HTTP/2 without TLS.

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Clock } from "../../kinesis/index.ts";
import type { Performer } from "../door.ts";
import { type AnswerHeaders, type Exchange, http1Exchange, http2Exchange } from "./exchange.ts";
import { whenProtocolIsKnown } from "./protocol-of-connection.ts";
import { serve } from "./serve.ts";

export interface Listener {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly port: number;
  /** Cuts every connection at once, whatever it waits for. Resolves when the port and all else is free. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Answers carry its date. */
  readonly clock: Clock;
  /** @defaultValue 0, any free one */
  readonly port?: number;
  /** Of each answer's `x-amzn-requestid`. @defaultValue random UUIDs */
  readonly requestId?: () => string;
}

// Only a limit for what comes on top: with Node's 10 MB, one answer of that size in flight refuses all other calls.
const HTTP2_SESSION_MEGABYTES = 1_024;

/** @throws the operating system's error if the port is taken */
export async function listen(performer: Performer, options: ListenOptions): Promise<Listener> {
  const { clock, port: wanted = 0, requestId = randomUUID } = options;
  const stamp = (): AnswerHeaders => {
    const id = requestId();
    return { "x-amzn-requestid": id, "x-amz-id-2": btoa(id), date: new Date(clock.now()).toUTCString() };
  };
  const exchanges = new Set<Exchange>();
  const accept = (exchange: Exchange): void => {
    exchanges.add(exchange);
    exchange.response.once("close", () => exchanges.delete(exchange));
    void serve(exchange, performer);
  };

  // No timer ends a connection: the client's next call could be on its way.
  const http1 = createHttp1Server({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  http1.on("request", (request, response) => accept(http1Exchange(request, response, stamp)));
  const http2 = createHttp2Server({ maxSessionMemory: HTTP2_SESSION_MEGABYTES });
  http2.on("stream", (stream, headers) => accept(http2Exchange(stream, headers, stamp)));

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A client's reset. Unheard, it would end the process.
    socket.on("error", () => undefined);
    whenProtocolIsKnown(socket, (protocol) => (protocol === "http2" ? http2 : http1).emit("connection", socket));
  });
  server.listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    const closing = [server, ...[...exchanges].map(({ response }) => response)].map(closed);
    server.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all(closing);
  };
  return { endpoint: `http://127.0.0.1:${port}`, port, close };
}

async function closed(emitter: { once(event: "close", run: () => void): unknown }): Promise<void> {
  await new Promise<void>((resolve) => emitter.once("close", resolve));
}
