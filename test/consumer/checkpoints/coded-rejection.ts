import { expect } from "vitest";
import { KplKitError } from "../../../src/codec/index.ts";

/** The error of ours that a promise rejects with. */
export async function codedRejection(promise: Promise<unknown>): Promise<KplKitError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!("error" in outcome)) expect.fail(`nothing was thrown; it resolved with ${String(outcome.value)}`);
  if (!(outcome.error instanceof KplKitError)) expect.fail(`threw ${String(outcome.error)}, which has no code of ours`);
  return outcome.error;
}
