// What the README and the guides point to is there: files, headings, commands, public names.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import * as codec from "kpl-kit";
import { describe, expect, it } from "vitest";
import { runProgram } from "../demo/run-program.ts";
import { anchors, codeBlocks, commands, links } from "./markdown.ts";
import { pages, readme, root } from "./pages.ts";

const SECOND = 1_000;
const { scripts, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly version: string;
};

describe.each(pages)("$path", ({ path, text }) => {
  it("links to what exists", () => {
    const local = links(text).filter((target) => !/^https:/.test(target));
    expect(local.length).toBeGreaterThan(0);
    expect(local.filter((target) => !isThere(path, text, target))).toEqual([]);
  });

  it("names files that exist", () => {
    const named = [...text.matchAll(/`((?:src|test|bench|docs|examples|demo|proto|scripts)\/[\w./-]+)`/g)];
    expect(named.flatMap(([, file = ""]) => (existsSync(join(root, file)) ? [] : [file]))).toEqual([]);
  });

  it("tells commands that package.json has, of files and tests that exist", () => {
    expect(commands(text).flatMap(wrongWith)).toEqual([]);
  });

  it("names languages that a highlighter knows, and that the snippets are found by", () => {
    const languages = new Set(codeBlocks(text).map(({ language }) => language));
    expect([...languages].filter((language) => !["ts", "js", "sh", "text", "json"].includes(language))).toEqual([]);
  });
});

describe("README.md", () => {
  it("tells commands at all, and each of the three scripts that it is about", () => {
    expect(commands(readme.text)).toEqual(
      expect.arrayContaining(["npm run demo", "npm run bench:packing", "npm run bench:codec"]),
    );
  });

  it("makes the tarball that npm pack makes", () => {
    expect(new Set(readme.text.match(/kpl-kit-\d[\w.-]*?\.tgz/g))).toEqual(new Set([`kpl-kit-${version}.tgz`]));
  });

  it.each([
    ["bench:packing", "bench/packing/index.ts"],
    ["demo", "demo/main.ts"],
  ])("gives npm run %s options that it has", { timeout: 30 * SECOND }, async (script, program) => {
    const given = commands(readme.text).flatMap((command) =>
      command.startsWith(`npm run ${script} -- `) ? (command.match(/--[a-z][a-z-]*/g) ?? []) : [],
    );
    expect(given.length).toBeGreaterThan(0);
    expect(scripts[script]).toContain(program);
    const { stdout } = await runProgram(program, ["--help"]);
    expect(given.filter((option) => !stdout.includes(option))).toEqual([]);
  });

  it("and the guide tell every public name", () => {
    const text = pages.map((page) => page.text).join("\n");
    // Those are in no declaration: they are for the consumer.
    const names = Object.keys(codec).filter((name) => !/Error$|^deaggregateVerified$|^verifyDigests$/.test(name));
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

function isThere(page: string, text: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  if (file === "") return anchors(text).includes(anchor ?? "");
  const path = join(root, posix.join(posix.dirname(page), file));
  if (!existsSync(path)) return false;
  return anchor === undefined || (statSync(path).isFile() && anchors(readFileSync(path, "utf8")).includes(anchor));
}

function wrongWith(command: string): string[] {
  const [, script, rest = ""] = /^npm (?:run )?(?:-s )?(?:run )?([\w:-]+)(.*)$/.exec(command) ?? [];
  if (/^npm (install|ci|pack)\b/.test(command) || command === "node quick-start.mjs") return [];
  if (script === undefined || scripts[script] === undefined) return [`${command}: no such script`];
  if (script !== "test") return [];
  const files = [...rest.matchAll(/ (test\/[\w./-]+)/g)].map(([, file = ""]) => join(root, file));
  const gone = files.filter((file) => !existsSync(file)).map((file) => `${command}: no ${file}`);
  const [, title] = /-t "(.*)"/.exec(rest) ?? [];
  const tells = title === undefined || files.some((file) => readFileSync(file, "utf8").includes(title));
  return tells ? gone : [...gone, `${command}: no test "${title}"`];
}
