// One scenario, run on one engine.

import { Context } from "./context.ts";
import type { RunningEngine } from "./engine.ts";
import type { Observation } from "./observation.ts";
import { refusalOf } from "./outcome.ts";
import type { Scenario } from "./scenario.ts";

export async function observe(scenario: Scenario, running: RunningEngine): Promise<Observation> {
  const account = await running.account({
    rates: scenario.rates ?? "any",
    changes: scenario.time === undefined ? "fast" : "slow",
  });
  try {
    return await scenario.run(new Context(account));
  } catch (error) {
    // A step that the scenario takes for granted.
    return `threw ${refusalOf(error)}`;
  } finally {
    await account.close();
  }
}
