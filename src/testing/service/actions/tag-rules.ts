// What tags a resource may have.

import { invalidArgument } from "../../service-error.ts";
import type { Account } from "../account.ts";

export type Tags = Readonly<Record<string, string>>;

/** "You can add up to 50 tags per resource." */
const MOST_TAGS = 50;
/** "Unicode letters, digits, white space, or these symbols: _ . : / = + - @." */
const TAG_TEXT = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/**
 * `named`: whose they are, as "stream orders"; `present`: those that it has.
 * @throws `ServiceError` InvalidArgumentException
 */
export function requireTags(
  { accountId }: Account,
  named: string,
  added: Tags,
  present: ReadonlyMap<string, string> = new Map(),
): void {
  requireTagText(Object.entries(added).flat());
  if (new Set([...present.keys(), ...Object.keys(added)]).size <= MOST_TAGS) return;
  throw invalidArgument(
    `Failed to add tags to ${named} under account ${accountId} because a given resource cannot have more than ${MOST_TAGS} tags associated with it.`,
  );
}

/** @throws `ServiceError` InvalidArgumentException */
export function requireTagText(texts: readonly string[]): void {
  if (texts.every((text) => TAG_TEXT.test(text))) return;
  throw invalidArgument(
    "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . : / = + - @.",
  );
}
