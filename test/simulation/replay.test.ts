// The same seed, the same history, byte for byte: else no failure could be run again.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { idle } from "./scenarios/idle.ts";
import { storm } from "./scenarios/storm.ts";
import { simulate, type World } from "./world.ts";

const SEEDS = [1, 2, 3];

describe("a seed", { timeout: 60_000 }, () => {
  it("makes the same history twice, and another one makes another", async () => {
    const digests: string[] = [];
    for (const seed of SEEDS) {
      const [first, second] = [await simulate(seed, storm), await simulate(seed, storm)];
      expect(second.history.toString()).toBe(first.history.toString());
      digests.push(first.history.sha256);
    }
    expect(new Set(digests).size).toBe(SEEDS.length);
  });

  it("makes the same history in another process, whatever that has done before", async () => {
    const here = [];
    for (const seed of SEEDS) here.push((await simulate(seed, storm)).history.sha256);
    const there = digestsElsewhere([...SEEDS].reverse()).reverse();
    expect(there).toEqual(here);
  });

  it("tells its last events when an actor fails", async () => {
    const failing = {
      ...idle,
      play: async (world: World) => {
        await world.clock.sleep(1_500);
        world.log("actor", "is about to fail");
        throw new Error("no more");
      },
    };
    await expect(simulate(17, failing)).rejects.toMatchObject({
      message: expect.stringMatching(/^seed 17 of idle failed.*1\.500 actor +is about to fail/s),
      cause: expect.objectContaining({ message: "no more" }),
    });
  });
});

function digestsElsewhere(seeds: readonly number[]): string[] {
  const program = `
    import { storm } from "./test/simulation/scenarios/storm.ts";
    import { simulate } from "./test/simulation/world.ts";
    for (const seed of ${JSON.stringify(seeds)}) console.log((await simulate(seed, storm)).history.sha256);`;
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trim().split("\n");
}
