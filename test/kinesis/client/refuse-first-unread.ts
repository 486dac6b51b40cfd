// A service that refuses the first call by its headers, and reads the rest of it when the test says so. What comes after on
// other connections succeeds.

import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type Arrived, answer, whole } from "./server.ts";

const REFUSAL = '{"__type":"ServiceUnavailable","message":"not now"}';
const END_OF_HEADERS = "\r\n\r\n";

export interface UnreadServer {
  readonly endpoint: string;
  /** All of the first call, read now. */
  first(): Promise<Pick<Arrived, "body" | "headers">>;
}

export async function refuseFirstUnread(): Promise<UnreadServer> {
  let first: { readonly socket: Socket; readonly start: Buffer } | undefined;
  const http = createHttpServer((request, response) => {
    void whole(request).then(() => answer(response, {}));
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    if (first) return void http.emit("connection", socket);
    socket.once("data", (start: Buffer) => {
      socket.pause();
      first = { socket, start };
      socket.write(`HTTP/1.1 503 no\r\ncontent-length: ${REFUSAL.length}${END_OF_HEADERS}${REFUSAL}`);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), "close");
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    first: async () => {
      const { socket, start } = first!; // asked for after the first call
      let received = start;
      const headersEnd = (): number => received.indexOf(END_OF_HEADERS) + END_OF_HEADERS.length;
      const head = (): string => received.subarray(0, headersEnd()).toString("latin1");
      const headers = Object.fromEntries(
        [...head().matchAll(/^([\w-]+): (.*)\r$/gm)].map(([, name, value]) => [name!.toLowerCase(), value!]),
      );
      const length = headersEnd() + Number(headers["content-length"]);
      const chunks = [received];
      let size = received.length;
      socket.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
      });
      socket.resume();
      while (size < length) await once(socket, "data");
      received = Buffer.concat(chunks);
      return { headers, body: received.subarray(headersEnd(), length) };
    },
  };
}
