// A rule as given, checked whole before any call meets it, and with its defaults.

import type { ActionName } from "../action.ts";
import { ACTIONS, actionsOf } from "./applicability.ts";
import { type CheckedFault, checkFault } from "./checked-fault.ts";
import type { FaultRule } from "./injected-fault.ts";
import { OptionCheck } from "./option-check.ts";

export interface CheckedRule {
  readonly fault: CheckedFault;
  readonly actions: ReadonlySet<ActionName>;
  readonly streamName: string | undefined;
  readonly shardId: string | undefined;
  readonly skip: number;
  readonly times: number;
  readonly probability: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

const OPTIONS: readonly (keyof FaultRule)[] = [
  "fault",
  "action",
  "streamName",
  "shardId",
  "skip",
  "times",
  "probability",
  "from",
  "until",
];

/** @throws `KPL_KIT_INVALID_OPTION` */
export function checkRule(rule: FaultRule, place: string, defaultTimes: number): CheckedRule {
  const check = new OptionCheck(place);
  check.object("", rule, OPTIONS);
  const fault = checkFault(check, rule.fault);
  const { from, probability = 1, shardId, skip = 0, streamName, times = defaultTimes, until } = rule;
  check.that("streamName", streamName, streamName === undefined || isName(streamName), "a stream's name");
  check.that("shardId", shardId, shardId === undefined || isName(shardId), "a shard's id");
  check.integer("skip", skip, 0);
  if (times !== Number.POSITIVE_INFINITY) check.integer("times", times, 1, "an integer from 1, or Infinity");
  check.share("probability", probability);
  const fromMs = checkTime(check, "from", from, Number.NEGATIVE_INFINITY);
  const untilMs = checkTime(check, "until", until, Number.POSITIVE_INFINITY);
  check.that("until", until, fromMs < untilMs, "later than from");
  return { fault, actions: checkActions(check, rule), streamName, shardId, skip, times, probability, fromMs, untilMs };
}

function checkActions(check: OptionCheck, rule: FaultRule): ReadonlySet<ActionName> {
  const able = actionsOf(rule);
  const narrows = (["streamName", "shardId"] as const).filter((name) => rule[name] !== undefined);
  const what = [rule.fault.kind, ...narrows].join(" with ");
  if (able.length === 0) {
    const narrow = narrows.at(-1) ?? "fault"; // only those can have left none
    check.that(narrow, rule[narrow], false, `absent: no call has ${what}`);
  }
  const { action } = rule;
  if (action === undefined) return new Set(able);
  const actions: readonly ActionName[] = typeof action === "string" ? [action] : action;
  check.that("action", action, Array.isArray(actions) && actions.length > 0, "the name of a call, or several");
  for (const each of actions) {
    check.oneOf("action", each, ACTIONS);
    check.that("action", each, able.includes(each), `one that ${what} can strike: ${able.join(", ")}`);
  }
  return new Set(actions);
}

function checkTime(check: OptionCheck, option: string, value: Date | number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const ms = value instanceof Date ? value.getTime() : value;
  check.that(option, value, Number.isFinite(ms), "a date, or milliseconds since the epoch");
  return ms;
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
