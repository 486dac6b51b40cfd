// What a test can get wrong with the in-process stream and with virtual time. An invalid argument is the codec's
// InvalidOptionError; what the service refuses is the AWS SDK's own exception.

import { KplKitError } from "../codec/index.ts";

/** A call of a stream that is gone. */
export class LocalKinesisClosedError extends KplKitError {
  readonly code = "KPL_KIT_LOCAL_KINESIS_CLOSED";
  readonly retryable = false;

  constructor() {
    super("this LocalKinesis is closed: make another one");
  }
}

/** The promise waits for nothing that virtual time could bring. */
export class VirtualClockStuckError extends KplKitError {
  readonly code = "KPL_KIT_VIRTUAL_CLOCK_STUCK";
  readonly retryable = false;

  constructor(nowMs: number) {
    super(
      `the promise has not settled at ${instant(nowMs)} of virtual time, and no timer is left to run; ` +
        "virtual time does not wait for real I/O",
    );
  }
}

/** Virtual time went as far as it was allowed to. */
export class VirtualClockLimitError extends KplKitError {
  readonly code = "KPL_KIT_VIRTUAL_CLOCK_LIMIT";
  readonly retryable = false;

  constructor(what: string, limitMs: number, clock: { now(): number; readonly pending: number }) {
    super(
      `${what} within limitMs, ${limitMs} ms of virtual time; it is now ${instant(clock.now())}, ` +
        `timers left: ${clock.pending}`,
    );
  }
}

/** Two would move the same time. */
export class VirtualClockBusyError extends KplKitError {
  readonly code = "KPL_KIT_VIRTUAL_CLOCK_BUSY";
  readonly retryable = false;

  constructor(method: string) {
    super(
      `${method}() while advance(), runUntil() or runAll() still runs: await that one first; ` +
        "code that runs in virtual time waits with sleep()",
    );
  }
}

function instant(nowMs: number): string {
  // A clock can stand where no Date reaches.
  return Math.abs(nowMs) <= 8.64e15 ? new Date(nowMs).toISOString() : `${nowMs} ms`;
}
