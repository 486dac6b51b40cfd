// When to stop: a reply that names what is not done loses nothing, a function that is killed loses all that it has done.

import { InvalidOptionError } from "../codec/index.ts";
import type { LambdaContext } from "./kinesis-event.ts";

export interface DeadlineOptions {
  /**
   * Before the function's timeout: no further Kinesis record is begun, milliseconds; at most a fifth of the time that
   * there is. In its last fifth the one that was begun is left, too.
   * @defaultValue 5000
   */
  readonly deadlineMarginMs?: number;
}

/** Whether a user record may be started; `isBegun`: one of the same Kinesis record was. */
export type HasTime = (isBegun: boolean) => boolean;

const DEFAULT_MARGIN_MS = 5_000;
/**
 * Of the time that there is: Lambda's default of 3 s is less than the default margin, and all of it would be margin. And of
 * the margin, the rest of which is for the Kinesis record that was begun: left in its middle, it comes again whole.
 */
const PART = 1 / 5;

export function timeOf(context: Partial<LambdaContext> | undefined, options: DeadlineOptions): HasTime {
  // A test that brings no context has all the time there is: Lambda's longest timeout, which does not run down.
  const left = (): number => context?.getRemainingTimeInMillis?.() ?? 900_000;
  const marginMs = Math.min(options.deadlineMarginMs ?? DEFAULT_MARGIN_MS, left() * PART);
  return (isBegun) => left() > (isBegun ? marginMs * PART : marginMs);
}

/** @throws `KPL_KIT_INVALID_OPTION` */
export function checkDeadlineOptions({ deadlineMarginMs = DEFAULT_MARGIN_MS }: DeadlineOptions): void {
  if (!(deadlineMarginMs >= 0)) throw new InvalidOptionError("deadlineMarginMs", deadlineMarginMs, "0 or more");
}
