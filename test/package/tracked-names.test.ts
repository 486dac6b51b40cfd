// The gate that keeps one machine's names out of the repository.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const gate = fileURLToPath(new URL("../../scripts/check-tracked-names.mjs", import.meta.url));

// In pieces, or this file would not pass the gate itself.
const FORBIDDEN = [
  `https://${["registry", "npmjs", "org"].join(".")}/left-pad`,
  `http://${["registry", "corp", "example", "com"].join(".")}:8080/npm`,
  ["see ", "work", "notes.md"].join("/"),
  ['"', "root", '.npmrc"'].join("/"),
  ["cd ", "tmp", "x"].join("/"),
  ["..", "shared", "design.md"].join("/"),
];
const ALLOWED = [
  "registries", // the word
  "https://github.com/awslabs/amazon-kinesis-producer",
  "src/work/main.ts", // a folder inside the repository
  "application/root/x",
  "shared memory; ../share",
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kpl-kit-tracked-"));
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(FORBIDDEN)("finds %s, and tells the line", (text) => {
  const { status, stderr } = gateOver(`first\n${text}\n`);
  expect(stderr).toContain("notes.txt:2: ");
  expect(status).toBe(1);
});

it.each(ALLOWED)("lets %s pass", (text) => {
  expect(gateOver(text)).toMatchObject({ status: 0, stderr: "" });
});

it("looks at tracked files only", () => {
  writeFileSync(join(folder, "untracked.txt"), FORBIDDEN.join("\n"));
  expect(gateOver("clean")).toMatchObject({ status: 0 });
});

function gateOver(text: string): { readonly status: number | null; readonly stderr: string } {
  writeFileSync(join(folder, "notes.txt"), text);
  execFileSync("git", ["add", "notes.txt"], { cwd: folder });
  const { status, stderr } = spawnSync(process.execPath, [gate], { cwd: folder, encoding: "utf8" });
  return { status, stderr };
}
