// Each rule of the house, broken once in a small tree: a rule that nothing can break guards nothing.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = (name: string) => join(root, "node_modules", ".bin", name);

/** What may be: every arrow of the house, each through a door. */
const SOUND: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "kpl-kit",
    type: "module",
    peerDependencies: { "a-peer": "1" },
    peerDependenciesMeta: { "a-peer": { optional: true } },
    devDependencies: { "a-peer": "1", "a-dev-tool": "1" },
  }),
  ...packageNamed("a-peer"),
  ...packageNamed("a-dev-tool"),
  ...packageNamed("an-undeclared"),
  "src/codec/index.ts": `export { a } from "./a.ts"; export type { Inner } from "./inner/index.ts";`,
  "src/codec/a.ts": "export const a = 1;",
  "src/codec/inner/index.ts": `export type { Inner } from "./deep.ts";`,
  "src/codec/inner/deep.ts": "export interface Inner { readonly a: number }",
  "src/codec/other/index.ts": `import type { Inner } from "../inner/index.ts"; export type Other = Inner;`,
  "src/kinesis/index.ts": `import { readFile } from "node:fs/promises"; import { peer } from "a-peer"; import { a } from "../codec/index.ts"; export const k = [readFile, peer, a];`,
  "src/lambda/index.ts": `export { a as l } from "../codec/index.ts"; export type L = { readonly l: 1 };`,
  "src/producer/index.ts": `export { k as p } from "../kinesis/index.ts"; export type P = { readonly p: 1 };`,
  "src/consumer/index.ts": `export { k as c } from "../kinesis/index.ts"; export type C = { readonly c: 1 };`,
  "src/testing/index.ts": `import type { P } from "../producer/index.ts"; import type { C } from "../consumer/index.ts"; import type { L } from "../lambda/index.ts"; export { k as t } from "../kinesis/index.ts"; export type T = P | C | L;`,
  "src/metrics/index.ts": `export { p } from "../producer/index.ts"; export { c } from "../consumer/index.ts";`,
  "src/cli/index.ts": `export { p } from "../producer/index.ts"; export { a } from "../codec/index.ts";`,
  "src/agent/index.ts": `export { p } from "../producer/index.ts";`,
  "test/codec/a.test.ts": `import { a } from "../../src/codec/index.ts"; import "../../src/testing/index.ts"; import "a-dev-tool"; a;`,
  "demo/main.ts": `import "../src/testing/index.ts";`,
  "bench/b.ts": `import "../src/codec/inner/index.ts";`,
  "examples/e.ts": `import "kpl-kit"; import "a-peer";`,
};

/** File, what it says, and the rule that says no. */
const BROKEN: readonly (readonly [file: string, text: string, rule: string])[] = [
  ["src/codec/x-folder.ts", `import { k } from "../kinesis/index.ts"; k;`, "arrow-codec"],
  ["src/kinesis/x.ts", `import { p } from "../producer/index.ts"; p;`, "arrow-kinesis"],
  ["src/lambda/x.ts", `import { k } from "../kinesis/index.ts"; k;`, "arrow-lambda"],
  ["src/producer/x-sibling.ts", `import { c } from "../consumer/index.ts"; c;`, "arrow-producer"],
  ["src/consumer/x-sibling.ts", `export type { P } from "../producer/index.ts";`, "arrow-consumer"],
  ["src/testing/x-cli.ts", `import "../cli/index.ts";`, "arrow-testing"],
  ["src/metrics/x.ts", `import "../agent/index.ts";`, "arrow-metrics"],
  ["src/cli/x.ts", `import "../metrics/index.ts";`, "arrow-cli"],
  ["src/agent/x.ts", `export * from "../cli/index.ts";`, "arrow-agent"],
  ["src/common/x.ts", `import "../codec/index.ts";`, "known-folder"],
  ["src/codec/x-node.ts", `import { createHash } from "node:crypto"; createHash;`, "codec-alone"],
  ["src/codec/x-node-later.ts", `export const later = () => import("node:crypto");`, "codec-alone"],
  ["src/codec/x-package.ts", `import { peer } from "a-peer"; peer;`, "codec-alone"],
  ["src/codec/x-bare-node.ts", `import { createHash } from "crypto"; createHash;`, "codec-alone"],
  ["src/cli/x-testing.ts", `import "../testing/index.ts";`, "nothing-imports-testing"],
  [
    "src/producer/x-testing-type.ts",
    `import type { T } from "../testing/index.ts"; export type X = T;`,
    "nothing-imports-testing",
  ],
  ["src/producer/x-door.ts", `import { a } from "../codec/a.ts"; a;`, "door"],
  ["src/kinesis/x-deep-door.ts", `import type { Inner } from "../codec/inner/deep.ts"; export type X = Inner;`, "door"],
  ["src/codec/x-inner-door.ts", `import type { Inner } from "./inner/deep.ts"; export type X = Inner;`, "inner-door"],
  [
    "src/codec/other/x.ts",
    `import type { Inner } from "../inner/deep.ts"; export type X = Inner;`,
    "inner-door-of-a-neighbour",
  ],
  ["test/codec/x.test.ts", `import { a } from "../../src/codec/a.ts"; a;`, "door-from-outside"],
  ["demo/x.ts", `import { a } from "../src/codec/a.ts"; a;`, "door-from-outside"],
  ["bench/x.ts", `import { a } from "../src/codec/a.ts"; a;`, "door-from-outside"],
  ["examples/x.ts", `import { a } from "../src/codec/index.ts"; a;`, "examples-by-name"],
  ["src/kinesis/x-out.ts", `import "../../demo/main.ts";`, "src-stays-in-src"],
  ["src/kinesis/x-own-name.ts", `import "kpl-kit";`, "src-stays-in-src"],
  ["src/kinesis/x-dev.ts", `import "a-dev-tool";`, "no-dev-dependency"],
  ["demo/x-undeclared.ts", `import "an-undeclared";`, "no-undeclared-package"],
  [
    "src/kinesis/x-circle.ts",
    `import { y } from "./y-circle.ts"; export const x = y; export type X = string;`,
    "no-cycle",
  ],
  ["bench/x-nowhere.ts", `import "./nowhere.ts";`, "resolvable"],
];

/** A cycle is reported once, from the end that is read first. */
const OTHER_HALF = { "src/kinesis/y-circle.ts": `import type { X } from "./x-circle.ts"; export const y: X = "";` };

/** The same for the rules that oxlint holds. */
const BROKEN_LINT: readonly (readonly [file: string, text: string, rule: string])[] = [
  ["src/testing/x-runs.ts", `import { p } from "../producer/index.ts"; export const x = p;`, "no-restricted-imports"],
  ["src/testing/x-reexports.ts", `export { c } from "../consumer/index.ts";`, "no-restricted-imports"],
  ["src/producer/x-now.ts", "export const x = () => Date.now();", "no-restricted-properties"],
  ["src/consumer/x-random.ts", "export const x = () => Math.random();", "no-restricted-properties"],
  ["src/lambda/x-timer.ts", "export const x = () => setTimeout(() => {}, 1);", "no-restricted-globals"],
  [
    "src/producer/x-floating.ts",
    "export const x = async () => 1; export const y = () => { x(); };",
    "no-floating-promises",
  ],
  ["src/producer/x-misused.ts", "export const x = (run: () => void) => run; x(async () => {});", "no-misused-promises"],
];

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "kpl-kit-house-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("dependency-cruiser", () => {
  let rulesBrokenBy: ReadonlyMap<string, ReadonlySet<string>>;
  beforeAll(() => {
    rulesBrokenBy = cruise("broken", {
      ...SOUND,
      ...OTHER_HALF,
      ...Object.fromEntries(BROKEN.map(([file, text]) => [file, text])),
    });
  }, 30_000);

  it.each(BROKEN)("%s: %s breaks %s", (file, _, rule) => {
    expect([...(rulesBrokenBy.get(file) ?? [])]).toContain(rule);
  });

  it("a tree that keeps every rule passes", () => {
    expect(cruise("sound", SOUND)).toEqual(new Map());
  });

  it("has no rule without its breach here", async () => {
    const { default: config } = (await import(pathToFileURL(join(root, ".dependency-cruiser.mjs")).href)) as {
      readonly default: { readonly forbidden: readonly { readonly name: string }[] };
    };
    const broken = new Set(BROKEN.map(([, , rule]) => rule));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

describe("oxlint", () => {
  let rulesBrokenBy: ReadonlyMap<string, ReadonlySet<string>>;
  beforeAll(() => {
    rulesBrokenBy = lint("lint", { ...SOUND, ...Object.fromEntries(BROKEN_LINT.map(([file, text]) => [file, text])) });
  }, 30_000);

  it.each(BROKEN_LINT)("%s: %s breaks %s", (file, _, rule) => {
    expect([...(rulesBrokenBy.get(file) ?? [])].join()).toContain(rule);
  });

  it("a file that keeps the rules passes, the type of a sibling in testing included", () => {
    const broken = new Set(BROKEN_LINT.map(([file]) => file));
    expect([...rulesBrokenBy.keys()].filter((file) => !broken.has(file))).toEqual([]);
  });
});

function cruise(name: string, files: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  const tree = treeOf(name, files, ".dependency-cruiser.mjs");
  const args = [
    "--config",
    ".dependency-cruiser.mjs",
    "--output-type",
    "json",
    "src",
    "test",
    "bench",
    "demo",
    "examples",
  ];
  const { violations } = (JSON.parse(stdoutOf("depcruise", args, tree)) as Cruise).summary;
  return grouped(violations.map(({ from, rule }) => [from, rule.name]));
}

function lint(name: string, files: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  const tree = treeOf(name, files, ".oxlintrc.json", "tsconfig.json");
  symlinkSync(join(root, "node_modules", "@types"), join(tree, "node_modules", "@types"), "junction");
  const { diagnostics } = JSON.parse(stdoutOf("oxlint", ["--type-aware", "--format", "json", "src"], tree)) as {
    readonly diagnostics: readonly { readonly filename: string; readonly code: string }[];
  };
  return grouped(diagnostics.map(({ filename, code }) => [filename, code]));
}

function treeOf(name: string, files: Readonly<Record<string, string>>, ...configs: readonly string[]): string {
  const tree = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }
  for (const config of configs) cpSync(join(root, config), join(tree, config));
  return tree;
}

function stdoutOf(command: string, args: readonly string[], cwd: string): string {
  const { stdout, stderr, error } = spawnSync(bin(command), args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    shell: process.platform === "win32",
    env: { ...process.env, OXLINT_TSGOLINT_PATH: bin("tsgolint") },
  });
  if (error) throw error;
  if (!stdout.trimStart().startsWith("{")) throw new Error(`${command} gave no report\n${stdout}${stderr}`);
  return stdout;
}

function grouped(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const sets = new Map<string, Set<string>>();
  for (const [key, value] of pairs) sets.set(key, (sets.get(key) ?? new Set()).add(value));
  return sets;
}

function packageNamed(name: string): Record<string, string> {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
    [`node_modules/${name}/index.js`]: "exports.peer = 1;",
  };
}
