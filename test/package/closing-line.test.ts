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
  ["a skipped test is neither", `it("a", () => {}); it.skip("b", () => {}); it.todo("c");`, "1 passed, 0 failed"],
  ["a test that fails", `it("a", () => {}); it("b", () => expect(1).toBe(2));`, "1 passed, 1 failed"],
  ["a file that cannot be loaded", `it("a", () => {}); throw new Error("no");`, "0 passed, 1 failed"],
  ["an error outside any test", `it("a", () => void Promise.reject(new Error("no")));`, "1 passed, 1 failed"],
  ["nothing at all", "", "0 passed, 1 failed"],
])("%s", (_, source, line) => {
  write("a.test.ts", HEAD + source);
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder],
    {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, CI: "true" },
    },
  );
  expect(stdout.split("\n").filter((text) => /^\d+ passed, \d+ failed$/.test(text))).toEqual([line]);
  expect(status === 0).toBe(line.endsWith(" 0 failed"));
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}
