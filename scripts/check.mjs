// Every gate but the tests: `npm run check`, or `npm run check -- knip size` for some of them. All run, also after one
// has failed; a gate's output is shown when it fails, and when it is a measure.

import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** `npm run check` may take so long on two cores; beyond, it is time to look at the slowest gate. */
const BUDGET_S = 120;

/**
 * @typedef {object} Gate
 * @property {string} name
 * @property {string} command
 * @property {true} [measure] Its output is worth reading when all is well.
 */

/** @type {readonly Gate[]} */
const GATES = [
  { name: "types", command: "tsc -p ." },
  { name: "types-codec", command: "tsc -p src/codec" },
  { name: "types-lambda", command: "tsc -p src/lambda" },
  { name: "types-scripts", command: "tsc -p scripts" },
  { name: "biome", command: "biome check --error-on-warnings" },
  { name: "oxlint", command: "oxlint --type-aware --deny-warnings" },
  { name: "build", command: "node scripts/build.mjs" },
  { name: "md5-lanes", command: "node scripts/build-md5-lanes.mjs --check" },
  {
    name: "house-rules",
    command: "depcruise --config .dependency-cruiser.mjs src test bench demo examples scripts vitest.config.ts",
  },
  { name: "knip", command: "knip" },
  { name: "publint", command: "publint --strict" },
  { name: "attw", command: "attw --pack . --profile esm-only --exclude-entrypoints proto/kpl.proto" },
  { name: "size", command: "size-limit", measure: true },
  { name: "tracked-names", command: "node scripts/check-tracked-names.mjs" },
];

const chosen = chooseGates(process.argv.slice(2));
const startedAt = performance.now();
/** @type {string[]} */
const failed = [];
for (const gate of chosen) {
  const { code, output, seconds } = await run(gate.command);
  if (code !== 0) failed.push(gate.name);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${gate.name.padEnd(14)} ${seconds.toFixed(1).padStart(5)} s`);
  if (code !== 0) console.log(`\n$ ${gate.command}\n${output.trim()}\n`);
  else if (gate.measure) console.log(indented(output));
}
const totalSeconds = (performance.now() - startedAt) / 1_000;
console.log(
  failed.length === 0
    ? `\nall ${chosen.length} gates passed in ${totalSeconds.toFixed(1)} s`
    : `\n${failed.length} of ${chosen.length} gates failed in ${totalSeconds.toFixed(1)} s: ${failed.join(", ")}`,
);
if (totalSeconds > BUDGET_S) console.log(`slower than the ${BUDGET_S} s that a check may take`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** @param {readonly string[]} names */
function chooseGates(names) {
  const unknown = names.find((name) => !GATES.some((gate) => gate.name === name));
  if (unknown !== undefined) {
    console.error(`check: no gate is called ${unknown}; there are ${GATES.map(({ name }) => name).join(", ")}`);
    process.exit(2);
  }
  return names.length === 0 ? GATES : GATES.filter(({ name }) => names.includes(name));
}

/**
 * @param {string} command
 * @returns {Promise<{ code: number | string, output: string, seconds: number }>}
 */
async function run(command) {
  const begin = performance.now();
  const PATH = `${join(root, "node_modules", ".bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  // A shell, because on Windows the tools are .cmd files; the commands are constants.
  const child = spawn(command, {
    cwd: root,
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH, FORCE_COLOR: "0", NO_COLOR: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve("not started");
    });
    child.once("close", (status, signal) => resolve(status ?? signal ?? "unknown"));
  });
  return { code, output, seconds: (performance.now() - begin) / 1_000 };
}

/** @param {string} text */
function indented(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => `         ${line.trim()}`).join("\n");
}
