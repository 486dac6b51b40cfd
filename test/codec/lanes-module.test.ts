// The module that is committed is its source's, and asks nothing of its host.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codecInContext } from "./codec-in-context.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const SCRIPT = "scripts/build-md5-lanes.mjs";
const SOURCE = "src/codec/md5/lanes.wat.mjs";
const TARGET = "src/codec/md5/lanes-module.ts";

describe(SCRIPT, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), "kpl-kit-lanes-"));
    for (const path of ["scripts", "src/codec/md5"]) mkdirSync(join(folder, path), { recursive: true });
    for (const path of [SCRIPT, SOURCE, TARGET]) cpSync(join(root, path), join(folder, path));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function build(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
    const { status, stderr } = spawnSync(process.execPath, [join(folder, SCRIPT), ...args], { encoding: "utf8" });
    return { status, stderr };
  }

  const read = (path: string): string => readFileSync(join(folder, path), "utf8");

  it("finds that what is committed is what it makes", () => {
    expect(build("--check")).toMatchObject({ status: 0, stderr: "" });
    expect(read(TARGET)).toBe(readFileSync(join(root, TARGET), "utf8"));
  });

  it.each([
    ["the module", TARGET, "0061736d", "0061736e"],
    ["its source", SOURCE, "shifts: [7, 12, 17, 22]", "shifts: [7, 12, 17, 23]"],
  ])("finds %s changed, says what to run, and writes nothing; run so, it mends that", (_, path, from, to) => {
    const sound = read(path);
    const broken = sound.replace(from, to);
    expect(broken).not.toBe(sound);
    writeFileSync(join(folder, path), broken);
    const before = read(TARGET);
    const { status, stderr } = build("--check");
    expect(stderr.trim()).toBe(`${TARGET} is not what lanes.wat.mjs makes: run node ${SCRIPT}`);
    expect(status).toBe(1);
    expect(read(TARGET)).toBe(before);
    writeFileSync(join(folder, SOURCE), readFileSync(join(root, SOURCE), "utf8"));
    expect(build().status).toBe(0);
    expect(read(TARGET)).toBe(readFileSync(join(root, TARGET), "utf8"));
  });
});

describe("the module, as the platform gets it", () => {
  const { codec, evaluate } = codecInContext(`
    var binary, module, memory;
    const { Module, Instance } = WebAssembly;
    WebAssembly.Module = function (bytes) { binary = bytes; return (module = new Module(bytes)); };
    WebAssembly.Instance = function (given, imports) {
      const instance = new Instance(given, imports);
      memory = instance.exports.memory;
      return instance;
    };`);
  codec.lanesEngine();

  it("is smaller than what browsers compile while a page waits: 4 KiB", () => {
    expect(evaluate("binary.length")).toBeLessThan(4_096);
  });

  it("imports nothing, and exports a memory and what runs in it", () => {
    expect(evaluate("JSON.stringify(Module.imports(module))")).toBe("[]");
    expect(evaluate("Module.exports(module).map(({ name, kind }) => kind + ' ' + name).sort().join()")).toBe(
      "function lay,function run,memory memory",
    );
  });

  it("has 192 KiB, and never more", () => {
    const grow = "try { memory.grow(1); 'grown' } catch (error) { error.name }";
    expect(evaluate(grow)).toBe("RangeError");
    expect(evaluate("memory.buffer.byteLength")).toBe(3 * 65_536);
  });
});
