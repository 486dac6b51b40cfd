// The long fuzz run: `npm run fuzz:codec`, or `npm run fuzz:codec -- 50000`. The tests read FUZZ_RUNS; `npm test` runs
// them with their own, smaller number.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const runs = process.argv[2] ?? "1000000";
if (!/^[1-9]\d*$/.test(runs)) {
  console.error(`fuzz:codec: ${runs} is no number of runs`);
  process.exit(2);
}
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const { status, error } = spawnSync(process.execPath, [vitest, "run", "fuzz", "--testTimeout=0"], {
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, FUZZ_RUNS: runs },
});
if (error) throw error;
process.exitCode = status ?? 1;
