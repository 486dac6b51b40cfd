// One request and its answer, whichever HTTP carries them.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { Readable, Writable } from "node:stream";

export type AnswerHeaders = Readonly<Record<string, string | number>>;

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly request: Readable;
  /** Emits "close" once, when the answer is complete or the client has gone. */
  readonly response: Writable;
  /** Aborted when the client goes before all of its answer is written. */
  readonly gone: AbortSignal;
  writeHead(status: number, headers: AnswerHeaders): void;
  /** What is written still arrives, but no end. */
  cut(): void;
  /** Nothing more arrives. */
  reset(): void;
}

/** What every answer carries. */
export type Stamp = () => AnswerHeaders;

export function http1Exchange(request: IncomingMessage, response: ServerResponse, stamp: Stamp): Exchange {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableEnded) gone.abort();
  });
  return {
    method: request.method!, // set in a request that a server got
    path: request.url!,
    headers: request.headers,
    request,
    response,
    gone: gone.signal,
    writeHead: (status, headers) => void response.writeHead(status, { ...stamp(), ...headers }),
    cut: () => void request.socket.destroy(),
    reset: () => void request.socket.resetAndDestroy(),
  };
}

export function http2Exchange(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, stamp: Stamp): Exchange {
  const gone = new AbortController();
  // A stream ends its own writing when it breaks, so that it looks answered when it closes.
  stream.once("aborted", () => gone.abort());
  stream.on("error", heard);
  // Only the stream: other calls share the connection, and a fault hits the one call that it is meant for, as it does over
  // HTTP/1.1 and in the process. And without an error code: to the AWS SDK that is a broken connection, after which it
  // retries a call that got no answer; after INTERNAL_ERROR it doesn't.
  const reset = (): void => void stream.destroy();
  return {
    method: String(headers[":method"]),
    path: String(headers[":path"]),
    headers,
    request: stream,
    response: stream,
    gone: gone.signal,
    writeHead: (status, others) => stream.respond({ ":status": status, ...stamp(), ...others }),
    cut: reset,
    reset,
  };
}

/** A client that resets, or an answer to one that has gone; "close" tells of both. Unheard, it would end the process. */
function heard(): void {}
