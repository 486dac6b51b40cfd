// Which HTTP a connection speaks. An HTTP/2 client that knows its server begins with a line that no HTTP/1.1 request can
// be: "PRI * HTTP/2.0".

import type { Socket } from "node:net";

const HTTP2_BEGINS = Buffer.from("PRI");

/** Never called for a connection that ends before it has said. Its bytes are all still there. */
export function whenProtocolIsKnown(socket: Socket, known: (protocol: "http1" | "http2") => void): void {
  let seen = Buffer.alloc(0);
  const look = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const begins = seen.subarray(0, HTTP2_BEGINS.length);
    const mayBeHttp2 = begins.equals(HTTP2_BEGINS.subarray(0, begins.length));
    if (mayBeHttp2 && begins.length < HTTP2_BEGINS.length) return;
    socket.off("readable", look);
    socket.unshift(seen);
    known(mayBeHttp2 ? "http2" : "http1");
  };
  socket.on("readable", look);
}
