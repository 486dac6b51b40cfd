// Every scenario on one engine, as tests: it sees what AWS says, or what the engine is known to do instead.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Engine, RunningEngine } from "./engine.ts";
import { knows } from "./lacking.ts";
import { observe } from "./observe.ts";
import { type Scenario, titleOf } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";
import { verdictOf } from "./verdict.ts";

const SECOND = 1_000;

/** Waits of several scenarios pass together. */
vi.setConfig({ maxConcurrency: 10 });

export function conformanceOf(engine: Engine, isRun: (scenario: Scenario) => boolean = () => true): void {
  describe.concurrent(`${engine.name} ${engine.version}, ${engine.transport}`, { timeout: 60 * SECOND }, () => {
    let running: RunningEngine;

    beforeAll(async () => {
      vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
      running = await engine.start();
    }, 30 * SECOND);

    afterAll(async () => {
      await running.stop();
      vi.unstubAllEnvs();
    });

    for (const scenario of scenarios.filter((each) => isRunIn(engine, each) && isRun(each))) {
      const verdict = verdictOf(scenario, engine);
      if (verdict.kind === "not run" || verdict.kind === "not implemented") continue;
      // An emulator that is late on a busy machine is asked again.
      const retry = scenario.time === "tight" && engine.time === "real" ? 3 : 0;
      it(titleOf(scenario), { retry }, async () => {
        const seen = await observe(scenario, running);
        if (verdict.kind === "as AWS") expect(seen).toEqual(scenario.aws);
        else if (typeof verdict.saw === "function") expect(verdict.saw(seen), JSON.stringify(seen)).toBe(true);
        else expect(seen).toEqual(verdict.saw);
      });
    }

    it.each(engine.lacks)("%s: not implemented", async (call) => {
      expect(await knows(running, call)).toBe(false);
    });
  });
}

/** What takes long, and our own engine's moments, are seen in virtual time alone. */
function isRunIn({ name, time }: Engine, scenario: Scenario): boolean {
  if (time === "virtual" || scenario.time === undefined) return true;
  return scenario.time === "tight" && name !== "LocalKinesis";
}
