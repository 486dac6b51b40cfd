// Makes sure that the dependencies are installed, so that one command is enough on a fresh machine. It imports only
// what Node itself has, and does nothing, quickly, when the lockfile is the one of the last install.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const nodeModules = join(root, "node_modules");
/** Inside node_modules, so that whoever deletes that folder deletes the memory of it too; `npm ci` does. */
const stamp = join(nodeModules, ".kpl-kit-setup");
/** Beside node_modules, which an install deletes. */
const lock = join(root, ".setup-lock");
const LOCK_POLL_MS = 250;
/** The holder touches its lock every second; one that has not for so long is gone. */
const LOCK_STALE_MS = 15_000;

class SetupError extends Error {}

try {
  requireNode();
  if (!isInstalled()) await underLock(install);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const wanted = versionIn(engines.node);
  const own = versionIn(process.versions.node);
  if (own.major > wanted.major || (own.major === wanted.major && own.minor >= wanted.minor)) return;
  throw new SetupError(`kpl-kit needs Node ${engines.node}; this is ${process.version}`);
}

/** @param {string} text */
function versionIn(text) {
  const [major = 0, minor = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return { major, minor };
}

function isInstalled() {
  const now = wanted();
  if (read(stamp) === now) return true;
  if (!isInstalledByHand()) return false;
  writeFileSync(stamp, now);
  return true;
}

/** What node_modules depends on. The platform too: a folder copied from another machine holds the wrong binaries. */
function wanted() {
  const hash = createHash("sha256");
  for (const name of ["package-lock.json", ".npmrc"]) hash.update(read(join(root, name)) ?? "").update("\0");
  return `${hash.digest("hex")} ${process.platform} ${process.arch}\n`;
}

/**
 * Whether somebody ran npm themselves: it writes what it installed beside the packages, last of all. Without our stamp
 * nothing tells the platform, so a package of this machine's own kind has to be among them.
 */
function isInstalledByHand() {
  const installed = packagesIn(join(nodeModules, ".package-lock.json"));
  const locked = packagesIn(join(root, "package-lock.json"));
  if (!installed || !locked) return false;
  const entries = Object.entries(locked).filter(([path]) => path !== "");
  const same = entries.every(
    ([path, { version, optional }]) => optional === true || installed[path]?.version === version,
  );
  return (
    same && entries.some(([path, { os, cpu }]) => installed[path] && isOwn(os, cpu) && existsSync(join(root, path)))
  );
}

/**
 * @param {readonly string[] | undefined} os
 * @param {readonly string[] | undefined} cpu
 */
function isOwn(os, cpu) {
  return os?.includes(process.platform) === true && cpu?.includes(process.arch) === true;
}

/**
 * @typedef {{ version: string, optional?: boolean, os?: string[], cpu?: string[] }} LockedPackage
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesIn(path) {
  const text = read(path);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

async function install() {
  if (isInstalled()) return; // another run did it while this one waited
  console.log(`setup: installing the dependencies (npm ci), ${read(stamp) ? "the lockfile changed" : "first run"}`);
  const before = wanted();
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, before);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function run(command, args) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    // A Windows npm is a .cmd file, which only a shell starts.
    shell: process.platform === "win32",
  });
  const stop = () => child.kill();
  process.once("exit", stop);
  const outcome = await new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new SetupError(`cannot start ${command}: ${error.message}`)));
    child.once("close", (status, signal) => resolve(signal ?? status));
  });
  process.off("exit", stop);
  if (outcome === 0) return;
  throw new SetupError(
    `\`${command} ${args.join(" ")}\` failed (${outcome}), for the reason above. Run this again after that`,
  );
}

/**
 * `npm ci` begins by deleting node_modules: two at once break each other. mkdir is the one atomic test-and-set.
 *
 * @param {() => Promise<void>} job
 */
async function underLock(job) {
  let told = false;
  while (!takeLock()) {
    if (!told) console.log("setup: waiting for another install of this folder");
    told = true;
    await sleep(LOCK_POLL_MS);
  }
  const alive = setInterval(() => writeFileSync(join(lock, "alive"), ""), 1_000);
  const release = () => {
    clearInterval(alive);
    rmSync(lock, { recursive: true, force: true });
  };
  const interrupted = () => {
    release();
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await job();
  } finally {
    release();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

function takeLock() {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, "alive"), "");
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw new SetupError(`cannot write into ${root}: ${error}`);
  }
  if (Date.now() - lockTouchedAt() > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
  return false;
}

function lockTouchedAt() {
  for (const path of [join(lock, "alive"), lock]) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats) return stats.mtimeMs;
  }
  return Date.now(); // released between the two looks
}
