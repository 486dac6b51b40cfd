// A `requestHandler` that answers by itself and keeps what came, copied: a body's buffer is used again.

import type { KinesisClientConfig } from "@aws-sdk/client-kinesis";

type Handler = Extract<NonNullable<KinesisClientConfig["requestHandler"]>, { handle: unknown }>;

export interface CapturedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Captured {
  readonly requests: readonly CapturedRequest[];
  readonly handler: Handler;
}

/** @param answerWith bodies by turns, with status 200; then empty ones. */
export function captureRequests(...answerWith: readonly Uint8Array[]): Captured {
  const requests: CapturedRequest[] = [];
  const handler = {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async ({ body, headers }: { readonly body: string | Uint8Array; readonly headers: object }) => {
      const answer = answerWith[requests.length] ?? new Uint8Array();
      const copy = typeof body === "string" ? Buffer.from(body) : Buffer.copyBytesFrom(body);
      requests.push({ headers: { ...headers } as CapturedRequest["headers"], body: copy });
      return { response: { statusCode: 200, headers: {}, body: answer } };
    },
  };
  return { requests, handler: handler as unknown as Handler };
}
