// Builds, packs and installs kpl-kit once for the tests of this folder, as a user gets it: from the tarball, alone in
// node_modules. All of it in a temporary folder, so that it neither needs nor disturbs dist/.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** What consumer.ts gives to the tests: the folder, or why there is none. */
    readonly installation: { readonly consumer: string } | { readonly problem: string };
  }
}

const root = fileURLToPath(new URL("../../", import.meta.url));

export default function setup(project: TestProject): () => void {
  // Real path: a module's URL never goes through a symbolic link.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "kpl-kit-package-"));
  const stage = join(folder, "stage");
  const consumer = join(folder, "consumer");
  const installed = join(consumer, "node_modules", "kpl-kit");
  try {
    copyOfThePackage(stage);
    run(process.execPath, [join(stage, "scripts", "build.mjs")], stage);
    run("npm", ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder], stage);
    mkdirSync(installed, { recursive: true });
    run("tar", ["-xzf", tarballIn(folder), "-C", "consumer/node_modules/kpl-kit", "--strip-components=1"], folder);
    linkDependencies(installed, join(consumer, "node_modules"));
    writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", type: "module", private: true }));
    project.provide("installation", { consumer });
  } catch (error) {
    // Thrown from here it would stop every other test as well.
    project.provide("installation", { problem: String(error) });
  }
  return () => rmSync(folder, { recursive: true, force: true });
}

function copyOfThePackage(stage: string): void {
  for (const name of readdirSync(root)) {
    const published = /^(src|proto|scripts|package\.json|tsconfig(\.build)?\.json|LICENSE|[A-Z]+\.md)$/.test(name);
    if (published) cpSync(join(root, name), join(stage, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(stage, "node_modules"), "junction");
}

/** What npm would have installed with it. */
function linkDependencies(installed: string, modules: string): void {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(manifest.dependencies ?? {}))
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
}

function tarballIn(folder: string): string {
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack left no tarball");
  return tarball;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32" && command === "npm",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed (${status})\n${stdout}${stderr}`);
}
