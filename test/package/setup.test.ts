// The set-up step, with an npm that only notes that it was called: what installs, what does not, what is said.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/setup.mjs", import.meta.url));

// Like the real one: empties node_modules first, and writes what it installed at the very end.
const FAKE_NPM = `#!${process.execPath}
const fs = require("node:fs");
fs.appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
if (fs.existsSync("npm-fails")) { console.error("npm error: no network"); process.exit(7); }
if (fs.existsSync("npm-at-work")) { console.error("two at once"); process.exit(8); }
fs.writeFileSync("npm-at-work", "");
fs.rmSync("node_modules", { recursive: true, force: true });
setTimeout(() => {
  for (const name of ["a", "b"]) fs.mkdirSync("node_modules/" + name, { recursive: true });
  fs.writeFileSync("node_modules/.package-lock.json", fs.readFileSync("package-lock.json"));
  fs.rmSync("npm-at-work");
}, 100);
`;

interface Run {
  readonly status: number | null;
  readonly output: string;
}

// Windows starts npm through a shell and a .cmd file, which this npm is not.
describe.skipIf(process.platform === "win32")("setup", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kpl-kit-setup-"));
    mkdirSync(join(folder, "scripts"));
    mkdirSync(join(folder, "bin"));
    cpSync(script, join(folder, "scripts", "setup.mjs"));
    writeFileSync(join(folder, "bin", "npm"), FAKE_NPM);
    chmodSync(join(folder, "bin", "npm"), 0o755);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: ">=20.19" } }));
    lock("1.0.0");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("installs on a fresh clone, and says so in one line", () => {
    expect(setup()).toEqual({ status: 0, output: "setup: installing the dependencies (npm ci), first run\n" });
    expect(npmCalls()).toEqual(["ci --no-audit --no-fund --loglevel=error"]);
  });

  it("does nothing, without a word, when nothing has changed", () => {
    setup();
    expect(setup()).toEqual({ status: 0, output: "" });
    expect(npmCalls()).toHaveLength(1);
  });

  it("installs again when the lockfile has changed", () => {
    setup();
    lock("1.0.1");
    expect(setup().output).toBe("setup: installing the dependencies (npm ci), the lockfile changed\n");
    expect(setup().output).toBe("");
    expect(npmCalls()).toHaveLength(2);
  });

  it("installs again when node_modules is gone", () => {
    setup();
    rmSync(join(folder, "node_modules"), { recursive: true });
    expect(setup().output).toContain("first run");
    expect(npmCalls()).toHaveLength(2);
  });

  it("takes what somebody installed by hand", () => {
    spawnSync(join(folder, "bin", "npm"), ["ci"], { cwd: folder });
    expect(setup().output).toBe("");
    expect(npmCalls()).toEqual(["ci"]);
  });

  it("does not take what an interrupted install left, nor another version", () => {
    spawnSync(join(folder, "bin", "npm"), ["ci"], { cwd: folder });
    lock("1.0.1");
    expect(setup().output).toContain("first run");
    rmSync(join(folder, "node_modules", ".package-lock.json"));
    rmSync(join(folder, "node_modules", ".kpl-kit-setup"));
    expect(setup().output).toContain("first run");
  });

  it("four at once install once", async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => setupBeside()));
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(npmCalls()).toHaveLength(1);
    expect(existsSync(join(folder, ".setup-lock"))).toBe(false);
  });

  it("takes over the lock of a run that was killed", () => {
    mkdirSync(join(folder, ".setup-lock"));
    const anHourAgo = Date.now() / 1_000 - 3_600;
    const touched = spawnSync("touch", ["-d", `@${Math.floor(anHourAgo)}`, join(folder, ".setup-lock")]);
    expect(touched.status).toBe(0);
    expect(setup().status).toBe(0);
    expect(npmCalls()).toHaveLength(1);
  });

  it("a failed npm is a failure with its reason, and is tried again", () => {
    writeFileSync(join(folder, "npm-fails"), "");
    const { status, output } = setup();
    expect(status).toBe(1);
    expect(output).toContain("npm error: no network");
    expect(output).toMatch(/setup: `npm ci .*` failed \(7\)/);
    expect(existsSync(join(folder, ".setup-lock"))).toBe(false);
    rmSync(join(folder, "npm-fails"));
    expect(setup().status).toBe(0);
  });

  it("no npm at all is a failure that names it", () => {
    rmSync(join(folder, "bin", "npm"));
    expect(setup(join(folder, "bin"))).toMatchObject({
      status: 1,
      output: expect.stringContaining("setup: cannot start npm"),
    });
  });

  it("a Node that is too old is told which one is needed, before anything is installed", () => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: ">=99.1" } }));
    expect(setup()).toEqual({ status: 1, output: `setup: kpl-kit needs Node >=99.1; this is ${process.version}\n` });
    expect(npmCalls()).toEqual([]);
  });

  function setup(path = pathWithFakeNpm()): Run {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/setup.mjs"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PATH: path },
      timeout: 20_000,
    });
    return { status, output: stdout + stderr };
  }

  async function setupBeside(): Promise<{ readonly status: number | null }> {
    const child = spawn(process.execPath, ["scripts/setup.mjs"], {
      cwd: folder,
      stdio: "ignore",
      env: { ...process.env, PATH: pathWithFakeNpm() },
    });
    const [status] = (await once(child, "close")) as [number | null];
    return { status };
  }

  function pathWithFakeNpm(): string {
    return `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  }

  function lock(version: string): void {
    const own = { version, optional: true, os: [process.platform], cpu: [process.arch] };
    const packages = { "": { version: "0.1.0" }, "node_modules/a": { version }, "node_modules/b": own };
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
  }

  function npmCalls(): string[] {
    const calls = join(folder, "npm-calls");
    return existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
  }
});
