// What the tarball holds.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";
import { installed } from "./consumer.ts";

const files = readdirSync(installed, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(installed, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));

it("the code, its source, the contract, and what a package tells about itself", () => {
  const besides = files.filter((file) => !/^(dist|src)\//.test(file)).sort();
  expect(besides).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json", "proto/kpl.proto"]);
});

it("a JavaScript file, a declaration and their maps for each source file, and no others", () => {
  const modules = files
    // The text of the WebAssembly is no module; what was made of it is.
    .filter((file) => file.startsWith("src/") && file !== "src/codec/md5/lanes.wat.mjs")
    .map((file) => file.slice("src/".length, -".ts".length));
  expect(modules.length).toBeGreaterThan(20);
  const expected = modules.flatMap((module) =>
    ["js", "js.map", "d.ts", "d.ts.map"].map((ending) => `dist/${module}.${ending}`),
  );
  expect(files.filter((file) => file.startsWith("dist/")).sort()).toEqual(expected.sort());
});

it("every source map leads to a source that is there", () => {
  const maps = files.filter((file) => file.endsWith(".map"));
  expect(maps.length).toBeGreaterThan(40);
  for (const map of maps) {
    const { sources } = JSON.parse(readFileSync(join(installed, map), "utf8")) as {
      readonly sources: readonly string[];
    };
    expect(sources).toHaveLength(1);
    expect(existsSync(join(installed, dirname(map), sources[0]!)), `${map} -> ${sources[0]}`).toBe(true);
  }
});
