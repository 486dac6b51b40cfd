// A request's body, never more of it than a call can need.

import { ServiceError } from "../service-error.ts";
import type { Exchange } from "./exchange.ts";

/**
 * 10 MiB of data and partition keys, the most that a PutRecords may hold, are 13.4 MiB in base64. Around each of the 500
 * entries are at most 0.1 KiB of names and hash key, and a partition key of 256 characters takes 3 KiB when JSON escapes
 * every one of them: 15 MiB in all. What is beyond the service's limits but within this one reaches the model, which
 * refuses it in the service's own words.
 */
const MAX_BODY_BYTES = 16 * 1_048_576;

/** Never settles for a client that goes before the end of its body: nobody waits for the answer. */
export async function readBody({ request, headers }: Exchange): Promise<Buffer | "too-large"> {
  return await new Promise((resolve) => {
    let chunks: Buffer[] | undefined = [];
    let length = 0;
    const refuse = (): void => {
      chunks = undefined;
      resolve("too-large");
    };
    if (Number(headers["content-length"]) > MAX_BODY_BYTES) refuse();
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) refuse();
      // What follows a refusal is read and let go: cut off, a client that still sends would not see the answer.
      chunks?.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks ?? [])));
  });
}

export function tooLarge(): ServiceError {
  return new ServiceError("RequestEntityTooLargeException", `The body is over ${MAX_BODY_BYTES} bytes`, 413);
}
