// The body of an answer, straight into one buffer. The AWS SDK keeps every chunk and joins them at the end: twice the
// memory, and the copying.

import type { Readable } from "node:stream";
import type { AnswerBuffers } from "./answer-buffers.ts";

/** An answer of Kinesis holds 10 MiB of records; nothing is reserved for one that claims far more. */
const MOST = 32 * 1_048_576;

/** Undefined: not a stream of Node, or without a length that can be believed. */
export function wholeBody(
  body: unknown,
  headers: Readonly<Record<string, string | undefined>>,
  answers: AnswerBuffers,
): Promise<Buffer> | undefined {
  const length = Number(headers["content-length"]);
  if (!isReadable(body) || !(length > 0 && length <= MOST) || headers["content-encoding"] !== undefined)
    return undefined;
  return new Promise((resolve, reject) => {
    // It broke before anybody listened, and tells nobody any more.
    if (body.destroyed) throw body.errored ?? cutOff(0, length);
    const bytes = answers.take(length);
    let at = 0;
    body.on("data", (chunk: Buffer) => {
      if (at + chunk.length > length) {
        body.destroy(new Error(`the body is longer than its content-length of ${length} bytes`));
        return;
      }
      bytes.set(chunk, at);
      at += chunk.length;
    });
    body.once("end", () => {
      if (at === length) resolve(bytes);
      else reject(cutOff(at, length));
    });
    body.once("error", reject);
    body.once("close", () => {
      // After "end" all is settled, and an error that nobody sees still costs its stack.
      if (!body.readableEnded) reject(cutOff(at, length));
    });
  });
}

function isReadable(body: unknown): body is Readable {
  return typeof body === "object" && body !== null && "on" in body && "destroy" in body;
}

/** As Node's own for a connection that ends in an answer: it can be tried again. */
function cutOff(at: number, length: number): Error {
  return Object.assign(new Error(`aborted: ${at} of ${length} bytes came`), { code: "ECONNRESET" });
}
