// What the AWS SDK throws, as measured with its versions 3.940 and 3.1143 and its HTTP/1.1 handler, NodeHttpHandler,
// against a server that breaks connections. Its HTTP/2 handler names some of the same otherwise: a reset is "Unexpected
// error: http2 request did not get a response", without code, and called TimeoutError only by newer versions; a cut
// event stream ends as if all were well.

import type { ServiceError } from "../service-error.ts";
import type { KinesisSdk } from "./load-sdk.ts";

export type Metadata = Readonly<Record<string, unknown>>;

/** Of what never had an answer. */
const NO_ANSWER: Metadata = { attempts: 1, totalRetryDelay: 0 };

/** The class of that name where the SDK has one. Exceptions in the middle of an event stream come without metadata. */
export function exceptionOf(sdk: KinesisSdk, error: ServiceError, metadata?: Metadata): Error {
  // An answer without a message reads so.
  const options = { message: error.message || "UnknownError", $metadata: metadata as never };
  const known = (sdk as Readonly<Record<string, unknown>>)[error.name];
  const isException = typeof known === "function" && known.prototype instanceof sdk.KinesisServiceException;
  if (isException) return new (known as typeof sdk.ResourceNotFoundException)(options);
  return new sdk.KinesisServiceException({ name: error.name, $fault: error.fault, ...options });
}

/** Whatever the signal's reason is, and whether the call was on its way or not: no cause, no metadata. */
export function requestAborted(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError" });
}

export function requestTimedOut(ms: number): Error {
  return Object.assign(new Error(`a request has exceeded the configured ${ms} ms requestTimeout.`), {
    name: "TimeoutError",
    code: "ETIMEDOUT",
    $metadata: NO_ANSWER,
  });
}

/** The server closed the connection. */
export function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), {
    name: "TimeoutError",
    errno: -104,
    code: "ECONNRESET",
    syscall: "read",
    $metadata: NO_ANSWER,
  });
}

/** `destroy` closed it. */
export function socketHangUp(): Error {
  return Object.assign(new Error("socket hang up"), {
    name: "TimeoutError",
    code: "ECONNRESET",
    $metadata: NO_ANSWER,
  });
}

/** The head of the answer came, and a part of it: the only broken connection that is no TimeoutError. */
export function answerTruncated(metadata: Metadata): Error {
  return Object.assign(connectionAborted(), { $metadata: metadata });
}

/** An event stream broke, were it by the caller's own signal. */
export function connectionAborted(): Error {
  return Object.assign(new Error("aborted"), { code: "ECONNRESET" });
}
