// What user records carry, ready-made: bytes in, a value out. They fit into each other, as `(bytes) => json(gunzip(bytes))`.

import { fromUtf8, zlib } from "./platform.ts";

/** Far beyond what a record of 10 MiB ought to hold, far below what a function has. */
const MOST_UNZIPPED = 128 * 1_048_576;

/** UTF-8, as `Response.text()` reads it. */
export function text(bytes: Uint8Array): string {
  return fromUtf8(bytes);
}

/** @throws `SyntaxError` as JSON.parse does */
export function json(bytes: Uint8Array): unknown {
  return JSON.parse(text(bytes));
}

/**
 * @throws `Error` of zlib's for what is not gzip, or is cut off; `RangeError` beyond 128 MiB, or where there is no
 * node:zlib
 */
export function gunzip(bytes: Uint8Array): Uint8Array {
  const { gunzipSync } = zlib() ?? {};
  if (!gunzipSync) throw new RangeError("gunzip needs node:zlib");
  return gunzipSync(bytes, { maxOutputLength: MOST_UNZIPPED });
}

/** What a subscription filter of CloudWatch Logs writes to a stream. */
export interface CloudWatchLogs {
  /** CONTROL_MESSAGE: CloudWatch tries whether the stream can be reached, and logs nothing. */
  readonly messageType: "DATA_MESSAGE" | "CONTROL_MESSAGE";
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly {
    readonly id: string;
    /** Milliseconds since the epoch. */
    readonly timestamp: number;
    readonly message: string;
    readonly extractedFields?: Readonly<Record<string, string | null>>;
  }[];
}

/**
 * A batch of log events: gzip around JSON. Of a subscription with compression at the destination switched off, JSON alone.
 * @throws `TypeError` for JSON that is no such batch, and what `gunzip` and `json` throw
 */
export function cloudWatchLogs(bytes: Uint8Array): CloudWatchLogs {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const batch = json(isGzip ? gunzip(bytes) : bytes) as Partial<CloudWatchLogs> | null;
  if (typeof batch?.messageType === "string" && Array.isArray(batch.logEvents)) return batch as CloudWatchLogs;
  throw new TypeError("a batch of CloudWatch Logs has a messageType and logEvents");
}
