// What becomes of a user record that cannot be handled.

import { logError } from "./platform.ts";
import type { LambdaUserRecord } from "./user-records.ts";

type Verdict = "retry" | "skip";

export interface FailureOptions {
  /**
   * What becomes of a user record whose handler, or `decode`, has failed. `retry`: Lambda brings its Kinesis record again,
   * and all behind. `skip`: it counts as done; to be said when it lies safe elsewhere. Throwing is `retry`.
   * @defaultValue `retry`, with the error in the function's log
   */
  readonly onRecordFailure?: (record: LambdaUserRecord, error: unknown) => Verdict | PromiseLike<Verdict>;
}

/** Never rejects. */
export async function isSkipped(
  { onRecordFailure = logged }: FailureOptions,
  record: LambdaUserRecord,
  error: unknown,
): Promise<boolean> {
  try {
    return (await onRecordFailure(record, error)) === "skip";
  } catch (thrown) {
    logged(record, thrown);
    return false;
  }
}

/** Nobody else sees it: the invocation itself succeeds. */
function logged({ id }: LambdaUserRecord, error: unknown): Verdict {
  logError(`user record ${id} failed, and will come again:`, error);
  return "retry";
}
