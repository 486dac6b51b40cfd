// What a caller gives as a user record, as it is now: the caller may fill one object again and again.

import { InvalidRecordError } from "./errors.ts";
import { isBytes } from "./platform.ts";
import type { UserRecordInput } from "./records.ts";
import { encodeUtf8 } from "./utf8.ts";

export interface Payload extends UserRecordInput {
  readonly data: Uint8Array;
}

/** @throws `KPL_KIT_INVALID_RECORD` */
export function payloadOf(record: UserRecordInput): Payload {
  if (!record) throw new InvalidRecordError("record", record, "a user record");
  const { partitionKey, explicitHashKey, data } = record;
  if (isBytes(data)) return { partitionKey, explicitHashKey, data };
  if (typeof data === "string") return { partitionKey, explicitHashKey, data: encodeUtf8(data) };
  throw new InvalidRecordError("data", data, "a Uint8Array or a string");
}
