// The tests under every Node that kpl-kit supports besides the one that runs this: `npm run test:matrix`, or
// `npm run test:matrix -- 24 test/vectors` for some of both. The binaries come from npm's own node-<platform>-<arch>
// packages and stay in a cache folder; a version that cannot be had is skipped, and said to be.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MAJORS = ["22", "24", "26"];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packageName = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

const args = process.argv.slice(2);
const isMajor = (/** @type {string} */ arg) => /^\d+$/.test(arg);
const asked = args.filter(isMajor);
const filters = args.filter((arg) => !isMajor(arg));
/** @type {string[]} */
const report = [];
for (const major of asked.length > 0 ? asked : MAJORS) {
  const node = nodeBinary(major);
  if (!node) {
    report.push(`Node ${major}: skipped, npm has no ${packageName}@${major} for us`);
    continue;
  }
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  console.log(`\nNode ${stdout.trim()}`);
  const { status } = spawnSync(node, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...filters], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    // First in PATH: tests that start `node` start this one.
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}` },
  });
  report.push(`Node ${stdout.trim()}: ${status === 0 ? "passed" : "FAILED"}`);
  if (status !== 0) process.exitCode = 1;
}
console.log(`\n${report.join("\n")}`);

/** @param {string} major */
function nodeBinary(major) {
  const folder = join(root, ".cache", "node", major);
  const bin = join(folder, "node_modules", packageName, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(bin)) return bin;
  mkdirSync(folder, { recursive: true });
  console.log(`fetching ${packageName}@${major} (about 190 MB, once)`);
  const npm = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  spawnSync("npm", [...npm, `${packageName}@${major}`], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  return existsSync(bin) ? bin : undefined;
}
