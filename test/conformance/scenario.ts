// A rule of the service, and how to see whether it holds.

import type { ActionName } from "../../src/testing/index.ts";
import type { Context } from "./context.ts";
import type { Observation } from "./observation.ts";

export interface Scenario {
  /** The call it is about; the rest of them only help. */
  readonly call: ActionName;
  /** Calls without which it cannot run, beside those that every engine has. */
  readonly uses?: readonly ActionName[];
  /** The rule, as a sentence. */
  readonly rule: string;
  readonly source: Source;
  /** What it looks like where the rule holds. */
  readonly aws: Observation;
  run(context: Context): Promise<Observation>;
  /** With the rates of AWS: a shard takes 1,000 records a second, and no more. */
  readonly rates?: "aws";
  /**
   * "virtual": minutes and hours go by, so only where time is virtual. "tight": what it looks for lasts for a moment, or
   * a second, and a busy machine may miss it; where an engine has virtual time, only there.
   */
  readonly time?: "virtual" | "tight";
  /** Over HTTP/2 too, since the transport has a part in it. */
  readonly transport?: "matters";
}

/** What tests and differences call it. */
export function titleOf({ call, rule }: Scenario): string {
  return `${call}: ${rule}`;
}

/** Where AWS says so. */
export interface Source {
  readonly title: string;
  /** Unset: no document says it. `title` tells then who relies on it. */
  readonly url?: string;
}
