// What is known of an engine and a scenario: the tests hold it to that, and the page tells it.

import type { Engine } from "./engine.ts";
import type { Observation } from "./observation.ts";
import { type Scenario, titleOf } from "./scenario.ts";

export type Verdict =
  | { readonly kind: "as AWS" }
  | { readonly kind: "differs"; readonly saw: Observation | ((seen: Observation) => boolean); readonly why: string }
  | { readonly kind: "not implemented" }
  | { readonly kind: "not run"; readonly why: string };

export function verdictOf(scenario: Scenario, engine: Pick<Engine, "differences" | "lacks">): Verdict {
  const calls = [scenario.call, ...(scenario.uses ?? [])];
  if (calls.some((call) => engine.lacks.includes(call))) return { kind: "not implemented" };
  const difference = engine.differences[titleOf(scenario)];
  if (difference === undefined) return { kind: "as AWS" };
  if ("notRun" in difference) return { kind: "not run", why: difference.notRun };
  return { kind: "differs", ...difference };
}
