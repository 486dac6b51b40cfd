// For who unpacks Kinesis records a few at a time, and verifies them together.

import { NO_DATA } from "./deaggregate.ts";
import { soundDigests } from "./frame.ts";
import { isBytes } from "./platform.ts";
import type { KinesisRecordInput } from "./user-record.ts";

export { deaggregateVerified } from "./deaggregate.ts";

/** Of each record, whether it is an aggregate with a sound digest. Data that is no bytes is left to `deaggregateAll`. */
export function verifyDigests(records: readonly KinesisRecordInput[]): boolean[] {
  return soundDigests(records.map(({ Data: data }) => (isBytes(data) ? data : NO_DATA)));
}
