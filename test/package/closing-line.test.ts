// The closing line says what happened, above all when something did not.

import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const HEAD = 'import { expect, it } from "vitest";\n';

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "kpl-kit-closing-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const reporter = JSON.stringify(join(root, "test", "closing-line.ts"));
  write(
    "vitest.config.ts",
    `import { ClosingLine } from ${reporter}; export default { test: { reporters: [new ClosingLine()] } };`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ["a skipped test is neither", `it("a", () => {}); it.skip("b", () => {}); it.todo("c");`, "2 passed, 0 failed"],
  ["a test that fails", `it("a", () => {}); it("b", () => expect(1).toBe(2));`, "2 passed, 1 failed"],
  ["a file that cannot be loaded", `it("a", () => {}); throw new Error("no");`, "1 passed, 1 failed"],
  ["an error outside any test", `it("a", () => void Promise.reject(new Error("no")));`, "2 passed, 1 failed"],
])("%s", (_, source, line) => {
  write("a.test.ts", HEAD + source);
  write("beside.test.ts", `${HEAD}it("passes", () => {});`);
  expect(closingLines()).toEqual([line]);
});

it("no test file at all", () => {
  expect(closingLines()).toEqual(["0 passed, 1 failed"]);
});

function closingLines(): string[] {
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--root", folder],
    { cwd: folder, encoding: "utf8", timeout: 20_000, env: { ...process.env, CI: "true" } },
  );
  const lines = stdout.split("\n").filter((text) => /^\d+ passed, \d+ failed$/.test(text));
  expect(status === 0, "the line agrees with the exit code").toBe(lines.every((line) => line.endsWith(" 0 failed")));
  return lines;
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}
