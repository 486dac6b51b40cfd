// The two checks that nearly every option needs.

import { InvalidOptionError } from "./errors.ts";

/** @throws `KPL_KIT_INVALID_OPTION` */
export function checkWholeNumber(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InvalidOptionError(option, value, `a whole number from ${least} to ${most}`);
}

/** @throws `KPL_KIT_INVALID_OPTION` */
export function checkOneOf(option: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) throw new InvalidOptionError(option, value, `one of ${allowed.join(", ")}`);
}
