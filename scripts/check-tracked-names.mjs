// No tracked file may lead to one particular machine: a package registry's host (the project installs from whichever
// registry npm is configured for), or a folder that only its writer has.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

// Put together here, so that this file passes its own gate.
const folder = (/** @type {string} */ name) => new RegExp(`(?<![\\w.-])/${name}/[\\w.]`);
const FORBIDDEN = [
  { what: "a package registry's host", pattern: /\bregistry\.(?:[a-z0-9-]+\.)+[a-z]{2,}\b/i },
  {
    what: "a package registry's host",
    pattern: /\bnpm\.pkg\.[a-z0-9-]+\.com\b|\b(?:artifactory|nexus)\.(?:[a-z0-9-]+\.)+[a-z]{2,}\b/i,
  },
  ...["work", "tmp", "root"].map((name) => ({ what: "a folder of one machine", pattern: folder(name) })),
  { what: "a folder outside the repository", pattern: new RegExp(["\\.\\.", "shared\\b"].join("/")) },
];

const root = process.cwd();
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
let findings = 0;
for (const path of tracked.split("\0").filter(Boolean)) {
  const file = join(root, path);
  if (!existsSync(file) || !statSync(file).isFile()) continue; // deleted but not yet committed, or a submodule
  const text = readFileSync(file, "latin1"); // every byte is a character: binary files are searched too
  if (!FORBIDDEN.some(({ pattern }) => pattern.test(text))) continue;
  for (const [index, line] of text.split("\n").entries()) {
    const hit = FORBIDDEN.find(({ pattern }) => pattern.test(line));
    if (!hit) continue;
    findings++;
    console.error(`${path}:${index + 1}: ${hit.what}: ${line.trim().slice(0, 160)}`);
  }
}
if (findings > 0) {
  console.error(`${findings} lines of tracked files name what only one machine has`);
  process.exitCode = 1;
}
