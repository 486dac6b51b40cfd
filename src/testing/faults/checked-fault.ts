// A fault as given, checked, and with its defaults.

import type { InjectedFault, StruckFault } from "./injected-fault.ts";
import type { OptionCheck } from "./option-check.ts";

type Of<Kind extends InjectedFault["kind"]> = Extract<InjectedFault, { kind: Kind }>;

/** Which entries it refuses is settled with the call. */
export type ThrottledFault = Required<Of<"throttled">>;
export type CheckedFault = Exclude<StruckFault, { kind: "throttled" }> | ThrottledFault;

/** Of each fault, besides `kind`. */
const OPTIONS: { readonly [Kind in InjectedFault["kind"]]: readonly Exclude<keyof Of<Kind>, "kind">[] } = {
  error: ["name", "message", "statusCode", "body"],
  throttled: ["entries", "errorCode"],
  slow: ["ms", "when"],
  reset: ["when"],
  truncated: [],
  lost: [],
  "expired-iterator": [],
  "silent-subscription": [],
  "cut-subscription": ["afterEvents", "how"],
  "stale-shards": ["byMs"],
};

/** What SubscribeToShard can send in the middle of its events; the SDK knows no other. */
const EVENT_EXCEPTIONS = [
  "InternalFailureException",
  "KMSAccessDeniedException",
  "KMSDisabledException",
  "KMSInvalidStateException",
  "KMSNotFoundException",
  "KMSOptInRequired",
  "KMSThrottlingException",
  "ResourceInUseException",
  "ResourceNotFoundException",
];

/** @throws `KPL_KIT_INVALID_OPTION` */
export function checkFault(check: OptionCheck, given: InjectedFault): CheckedFault {
  check.that("fault", given, typeof given === "object" && given !== null, "an object with a kind");
  check.oneOf("fault.kind", given.kind, Object.keys(OPTIONS));
  check.object("fault", given, ["kind", ...OPTIONS[given.kind]]);
  switch (given.kind) {
    case "error":
      return checkError(check, given);
    case "throttled":
      return checkThrottled(check, given);
    case "slow": {
      const { ms, when = "before" } = given;
      check.milliseconds("fault.ms", ms);
      check.oneOf("fault.when", when, ["before", "after"]);
      return { kind: "slow", ms, when };
    }
    case "reset":
      check.oneOf("fault.when", given.when, ["before", "after"]);
      return { ...given };
    case "cut-subscription":
      return checkCut(check, given);
    case "stale-shards":
      if (given.byMs !== undefined) check.milliseconds("fault.byMs", given.byMs);
      return { ...given };
    case "truncated":
    case "lost":
    case "expired-iterator":
    case "silent-subscription":
      return { ...given };
    default:
      return given satisfies never;
  }
}

function checkError(check: OptionCheck, given: Of<"error">): CheckedFault {
  const { body = "json", message, name } = given;
  const isName = typeof name === "string" && /^[A-Za-z]\w*$/.test(name);
  check.that("fault.name", name, isName, 'an exception\'s name, as "LimitExceededException"');
  check.that("fault.message", message, message === undefined || typeof message === "string", "a string");
  check.oneOf("fault.body", body, ["json", "html"]);
  const { statusCode = body === "html" ? 503 : statusOf(name) } = given;
  const isRefusal = Number.isInteger(statusCode) && statusCode >= 400 && statusCode < 600;
  check.that("fault.statusCode", statusCode, isRefusal, "an integer from 400 to 599");
  return { kind: "error", name, statusCode, body, ...(message === undefined ? {} : { message }) };
}

function statusOf(name: string): number {
  if (name.startsWith("Internal")) return 500;
  return name.startsWith("ServiceUnavailable") ? 503 : 400;
}

function checkThrottled(check: OptionCheck, given: Of<"throttled">): ThrottledFault {
  const { entries = "all", errorCode = "ProvisionedThroughputExceededException" } = given;
  check.oneOf("fault.errorCode", errorCode, ["ProvisionedThroughputExceededException", "InternalFailure"]);
  return { kind: "throttled", entries: checkEntries(check, entries), errorCode };
}

function checkEntries(check: OptionCheck, entries: ThrottledFault["entries"]): ThrottledFault["entries"] {
  if (entries === "all") return entries;
  if (Array.isArray(entries)) {
    const indexes: readonly number[] = [...entries];
    check.that("fault.entries", indexes, indexes.length > 0, '"all", a share, or an index at least');
    for (const [at, index] of indexes.entries()) check.integer(`fault.entries[${at}]`, index, 0);
    return indexes;
  }
  check.object("fault.entries", entries, ["share"]);
  const { share } = entries as { readonly share: number };
  check.share("fault.entries.share", share);
  return { share };
}

function checkCut(check: OptionCheck, given: Of<"cut-subscription">): CheckedFault {
  const { afterEvents = 0, how = "end" } = given;
  check.integer("fault.afterEvents", afterEvents, 0);
  if (how === "end" || how === "reset") return { kind: "cut-subscription", afterEvents, how };
  check.that("fault.how", how, typeof how === "object" && how !== null, '"end", "reset" or an exception');
  check.object("fault.how", how, ["exception"]);
  check.oneOf("fault.how.exception", how.exception, EVENT_EXCEPTIONS);
  return { kind: "cut-subscription", afterEvents, how: { exception: how.exception } };
}
