// Every error of this door that is not the codec's.

import { KplKitError } from "../codec/index.ts";
import type { LambdaUserRecord } from "./user-records.ts";

/** A user record's data is not what `decode` reads; what that said is the `cause`. The hook for failures sees it. */
export class UndecodableRecordError extends KplKitError {
  readonly code = "KPL_KIT_UNDECODABLE_RECORD";
  readonly retryable = false;

  constructor(id: string, cause: unknown) {
    super(`user record ${id} cannot be decoded: ${String(cause)}`, { cause });
  }
}

/** Thrown by a batch's handler: the batch failed at this user record, and goes on with its Kinesis record. */
export class RecordError extends KplKitError {
  readonly code = "KPL_KIT_RECORD_FAILED";
  readonly retryable = true;
  readonly record: LambdaUserRecord;

  constructor(record: LambdaUserRecord, cause?: unknown) {
    super(`user record ${record.id} failed`, cause === undefined ? undefined : { cause });
    this.record = record;
  }
}

/** A tumbling window's state that Lambda would not take: it is an object of JSON, 1 MB at most. */
export class InvalidStateError extends KplKitError {
  readonly code = "KPL_KIT_INVALID_STATE";
  readonly retryable = false;
}
