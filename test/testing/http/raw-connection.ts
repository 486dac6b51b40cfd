// A TCP connection, for what no client library would send.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface RawConnection {
  readonly socket: Socket;
  /** All that has come so far. */
  received(): string;
  /** Once what has come matches. */
  until(pattern: RegExp): Promise<string>;
  /** Once the other side has ended or reset it: what has come, and how. */
  ended(): Promise<{ readonly received: string; readonly error: string | undefined }>;
}

export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  onTestFinished(() => void socket.destroy());
  let received = "";
  let error: string | undefined;
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    received += chunk;
  });
  socket.on("error", (cause: NodeJS.ErrnoException) => {
    error = cause.code;
  });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await once(socket, "connect");
  return {
    socket,
    received: () => received,
    until: async (pattern) => {
      while (!pattern.test(received)) await once(socket, "data");
      return received;
    },
    ended: async () => {
      await ended;
      return { received, error };
    },
  };
}

export function post(body: string, headers: Readonly<Record<string, string | number>> = {}): string {
  const all = {
    host: "127.0.0.1",
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "Kinesis_20131202.PutRecord",
    "content-length": Buffer.byteLength(body),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `POST / HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}
