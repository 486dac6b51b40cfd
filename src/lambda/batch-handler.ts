// All user records of a batch at once, for a handler that writes them in one go.

import { type FailedRecord, toBatchResponse } from "./batch-response.ts";
import type { RecordError } from "./errors.ts";
import { type LambdaContext, recordsOf } from "./kinesis-event.ts";
import type { KinesisHandler } from "./kinesis-handler.ts";
import { logError } from "./platform.ts";
import { checkMalformedOptions, type LambdaUserRecord, type MalformedOptions, unpack } from "./user-records.ts";

/**
 * A handler that throws a `RecordError` has failed at that user record: Lambda comes back with its Kinesis record, and all
 * behind. Anything else that it throws, it throws for the whole batch: the invocation fails, and Lambda sees it. Of a
 * Kinesis record that `onMalformed` refuses, and what is behind it, nothing reaches the handler; it comes again.
 * @throws `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * export const handler = batchHandler(async (records) => {
 *   const { failed } = await table.insert(records.map(({ id, data }) => ({ id, data })));
 *   if (failed) throw new RecordError(records[failed.index]);
 * });
 * ```
 */
export function batchHandler<Context extends Partial<LambdaContext> = LambdaContext>(
  handle: (records: readonly LambdaUserRecord[], context: Context) => unknown,
  options: MalformedOptions = {},
): KinesisHandler<Context> {
  checkMalformedOptions(options);
  return async (event, context) => {
    const records = recordsOf(event);
    const userRecords: LambdaUserRecord[] = [];
    const failed: FailedRecord[] = [];
    for (const raw of records) {
      const { error, userRecords: found } = unpack(raw, options);
      if (error) {
        logError(`${raw.eventID} will come again:`, error);
        failed.push(raw.kinesis);
        break;
      }
      for (const record of found) userRecords.push(record);
    }
    try {
      if (userRecords.length > 0) await handle(userRecords, context as Context);
    } catch (error) {
      if (!isOf(userRecords, error)) throw error;
      logError(`${error.record.id} will come again:`, error);
      failed.push(error.record);
    }
    return toBatchResponse(failed);
  };
}

/** What names a record of another batch is no statement about this one. */
function isOf(userRecords: readonly LambdaUserRecord[], error: unknown): error is RecordError {
  const { code, record } = (error ?? {}) as Partial<RecordError>;
  return code === "KPL_KIT_RECORD_FAILED" && userRecords.some(({ id }) => id === record?.id);
}
