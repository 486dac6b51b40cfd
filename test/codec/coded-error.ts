// What every refusal of the codec must be: one of ours, with a code to switch on, and retryable or not.

import { expect } from "vitest";
import { KplKitError } from "../../src/codec/index.ts";

export function codedError(run: () => unknown): KplKitError {
  let thrown: unknown;
  let returned: unknown;
  try {
    returned = run();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof KplKitError)) {
    expect.fail(
      thrown === undefined
        ? `nothing was thrown; it returned ${String(returned)}`
        : `threw ${String(thrown)}, which has no code of ours`,
    );
  }
  expect(thrown.code).toMatch(/^KPL_KIT_[A-Z]+(_[A-Z]+)*$/);
  expect(thrown.retryable).toBeTypeOf("boolean");
  expect(thrown.message).not.toBe("");
  return thrown;
}
