// What the demo refuses, each with a code of its own. What goes wrong inside the SDK comes through as it is.

import { KplKitError } from "../src/codec/index.ts";

export type DemoErrorCode =
  | "KPL_KIT_DEMO_OPTION"
  | "KPL_KIT_DEMO_FILE_NOT_FOUND"
  | "KPL_KIT_DEMO_NO_INPUT"
  | "KPL_KIT_DEMO_NOT_NDJSON"
  | "KPL_KIT_DEMO_KEY_MISSING"
  | "KPL_KIT_DEMO_BAD_RECORD"
  | "KPL_KIT_DEMO_ENDPOINT_REFUSED"
  | "KPL_KIT_DEMO_NO_CREDENTIALS"
  | "KPL_KIT_DEMO_STREAM_NOT_FOUND"
  | "KPL_KIT_DEMO_STREAM_NOT_READY"
  | "KPL_KIT_DEMO_CONSENT"
  | "KPL_KIT_DEMO_LOCAL_FAILED"
  | "KPL_KIT_DEMO_PUT_FAILED"
  | "KPL_KIT_DEMO_READ_FAILED"
  | "KPL_KIT_DEMO_INTERRUPTED";

export class DemoError extends KplKitError {
  readonly code: DemoErrorCode;
  readonly retryable = false;

  constructor(code: DemoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const REFUSED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** The SDK wraps the socket's error, and a host with two addresses has one error for each. */
function socketCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && REFUSED.has(code)) return code;
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map(socketCode).find((found) => found !== undefined);
}

/** Names what a newcomer meets first; everything else stays what it was. */
export function explained(error: unknown, endpoint: string): unknown {
  if (!(error instanceof Error) || error instanceof DemoError) return error;
  const refused = socketCode(error);
  if (refused !== undefined) {
    return new DemoError("KPL_KIT_DEMO_ENDPOINT_REFUSED", `nothing answers at ${endpoint} (${refused})`, {
      cause: error,
    });
  }
  if (error.name === "CredentialsProviderError") {
    return new DemoError("KPL_KIT_DEMO_NO_CREDENTIALS", `no AWS credentials found for ${endpoint}: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}
