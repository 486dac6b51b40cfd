// The KCL for Java made ready: its jars by Maven, our one source file by javac, in .cache/. Where there is no Java or no Maven,
// or Maven finds no repository, the run goes on without.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Kcl {
  readonly java: string;
  readonly classPath: string;
}

export interface NoKcl {
  readonly missing: string;
  /** For the terminal: it may name the repository, which is not for a file of results. */
  readonly details: string;
}

const POM = fileURLToPath(new URL("pom.xml", import.meta.url));
const SOURCE = fileURLToPath(new URL("Consumer.java", import.meta.url));
const CACHE = fileURLToPath(new URL("../../../.cache/kcl/", import.meta.url));
const JAVA = "java";
/** Of a cold repository, over a slow line. */
const MOST_MS = 5 * 60_000;

const run = promisify(execFile);

export async function buildKcl(): Promise<Kcl | NoKcl> {
  const built = createHash("sha256").update(readFileSync(POM)).update(readFileSync(SOURCE)).digest("hex");
  const folder = join(CACHE, built.slice(0, 16));
  const [jars, classes, stamp] = [join(folder, "jars"), join(folder, "classes"), join(folder, "built")];
  const kcl = { java: JAVA, classPath: [classes, join(jars, "*")].join(delimiter) };
  try {
    await run(JAVA, ["-version"]);
    if (existsSync(stamp)) return kcl;
    rmSync(CACHE, { recursive: true, force: true });
    mkdirSync(classes, { recursive: true });
    const copy = ["-q", "-B", "-f", POM, "dependency:copy-dependencies", `-DoutputDirectory=${jars}`];
    await run("mvn", copy, { timeout: MOST_MS });
    await run("javac", ["-cp", join(jars, "*"), "-d", classes, SOURCE]);
    writeFileSync(stamp, "");
    return kcl;
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): NoKcl {
  const { cmd, code, message, path, stderr, stdout } = error as NodeJS.ErrnoException & {
    readonly cmd?: string;
    readonly stderr?: string;
    readonly stdout?: string;
  };
  if (code === "ENOENT") return { missing: `${path} is not installed`, details: message };
  const told = `${stdout ?? ""}\n${stderr ?? ""}`.split("\n").find((line) => /error/i.test(line));
  return { missing: `${cmd?.split(" ")[0] ?? "the build"} failed`, details: (told ?? message).trim().slice(0, 300) };
}
