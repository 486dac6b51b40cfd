// A file that is only ever there as a whole: what is new is written beside it, brought to the disk, and then takes its
// place in one step. Whoever is killed in between leaves the old one, and beside it a file that nobody reads.

import { readFileSync, renameSync } from "node:fs";
import { access, type FileHandle, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** `undefined` where there is no such file, in a directory that is there. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await access(dirname(path));
    return undefined;
  }
}

export interface Replacement {
  readonly path: string;
  /** In the same directory: only inside one file system is a rename one step. */
  readonly temporaryPath: string;
  readonly text: string;
  /** What the file is to replace. Compared by content: size and times of two versions can be the same. */
  readonly replaces: string | undefined;
}

/** False, and nothing is changed, where somebody else has replaced the file meanwhile. */
export async function replaceFile({ path, temporaryPath, text, replaces }: Replacement): Promise<boolean> {
  let isInPlace = false;
  try {
    await writeDurably(temporaryPath, text);
    isInPlace = renameUnlessChanged(temporaryPath, path, replaces);
    if (!isInPlace) return false;
  } finally {
    // Why nothing was replaced is what the caller must hear, not that something is left over.
    if (!isInPlace) await rm(temporaryPath, { force: true }).catch(() => {});
  }
  await syncDirectory(dirname(path));
  return true;
}

/**
 * Between these two calls another's version can be lost. So they block, for some microseconds: nothing of this process comes
 * between, and of another one hardly ever.
 */
function renameUnlessChanged(temporaryPath: string, path: string, replaces: string | undefined): boolean {
  let now: string | undefined;
  try {
    now = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  if (now === replaces) renameSync(temporaryPath, path);
  return now === replaces;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Windows opens no directory; some file systems do not sync one, and a directory may be writable and not readable. */
const NO_DIRECTORY_SYNC: readonly (string | undefined)[] = ["EACCES", "EINVAL", "EISDIR", "ENOTSUP", "EPERM"];

/** The new name, too, is on the disk only once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    await handle.sync();
  } catch (error) {
    if (!NO_DIRECTORY_SYNC.includes(codeOf(error))) throw error;
  } finally {
    await handle?.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
