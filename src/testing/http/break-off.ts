// How an answer looks to the client when its connection breaks.

import type { Break } from "../broken-connection.ts";
import type { AnswerHeaders, Exchange } from "./exchange.ts";

export interface Unsent {
  /** Unset when they are on their way already. */
  readonly headers?: AnswerHeaders;
  readonly bytes: Buffer;
}

export function breakOff(exchange: Exchange, how: Break, unsent: Unsent): void {
  switch (how) {
    case "lost":
      // The connection stays until the client leaves, or the listener closes.
      return;
    case "truncated":
      truncate(exchange, unsent);
      return;
    case "reset":
      exchange.reset();
      return;
    default:
      how satisfies never;
  }
}

function truncate(exchange: Exchange, { headers, bytes }: Unsent): void {
  // What has no bytes has no middle to be cut at.
  if (bytes.length < 2) {
    exchange.reset();
    return;
  }
  if (headers) exchange.writeHead(200, headers);
  exchange.response.write(bytes.subarray(0, bytes.length / 2), () => exchange.cut());
}
