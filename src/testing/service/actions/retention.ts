// IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod.

import type { InputOf, Nothing } from "../../action.ts";
import { invalidArgument } from "../../service-error.ts";
import type { Account } from "../account.ts";
import type { Stream } from "../stream.ts";
import { activeStreamOf, beginUpdate } from "./settings-change.ts";

const LEAST_HOURS = 24;
/** 365 days. */
const MOST_HOURS = 8_760;

export function increaseStreamRetentionPeriod(
  account: Account,
  input: InputOf<"IncreaseStreamRetentionPeriod">,
): Nothing {
  const { RetentionPeriodHours: hours = 0 } = input;
  const stream = activeStreamOf(account, input);
  account.admit("IncreaseStreamRetentionPeriod", 5, stream.name);
  requireBounds(hours);
  if (hours < stream.retentionHours) throw refuse(stream, hours, "shorter", "Decrease");
  return setRetention(account, stream, hours);
}

export function decreaseStreamRetentionPeriod(
  account: Account,
  input: InputOf<"DecreaseStreamRetentionPeriod">,
): Nothing {
  const { RetentionPeriodHours: hours = 0 } = input;
  const stream = activeStreamOf(account, input);
  account.admit("DecreaseStreamRetentionPeriod", 5, stream.name);
  requireBounds(hours);
  if (hours > stream.retentionHours) throw refuse(stream, hours, "longer", "Increase");
  return setRetention(account, stream, hours);
}

/** @throws `ServiceError` */
function requireBounds(hours: number): void {
  if (hours < LEAST_HOURS) {
    throw invalidArgument(
      `Minimum allowed retention period is ${LEAST_HOURS} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > MOST_HOURS) {
    throw invalidArgument(
      `Maximum allowed retention period is ${MOST_HOURS} hours. Requested retention period (${hours} hours) is too long.`,
    );
  }
}

function refuse(
  { name, retentionHours }: Stream,
  hours: number,
  not: "shorter" | "longer",
  use: "Decrease" | "Increase",
): Error {
  return invalidArgument(
    `Requested retention period (${hours} hours) for stream ${name} can not be ${not} than existing retention period ` +
      `(${retentionHours} hours). Use ${use}RetentionPeriod API.`,
  );
}

function setRetention(account: Account, stream: Stream, hours: number): Nothing {
  // The documentation wants more, or less; the service takes the same and does nothing.
  if (hours === stream.retentionHours) return {};
  beginUpdate(account, stream, () => {
    stream.retentionHours = hours;
  });
  return {};
}
