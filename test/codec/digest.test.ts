// The digest where OpenSSL has no MD5 (FIPS), where there is no OpenSSL, and in between: the same bytes everywhere, and
// of several messages by the lanes.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as codec from "../../src/codec/index.ts";
import { codecBundle } from "../browser/codec-bundle.ts";
import { roundTrip } from "../browser/round-trip.js";
import { frame } from "../oracle/frame.ts";

/** The default provider only, and nothing of it that is not of FIPS 140: but for its random numbers, Node doesn't start without. */
const FIPS_CONFIG = `nodejs_conf = nodejs_section
[nodejs_section]
providers = providers_section
alg_section = algorithms_section
random = random_section
[providers_section]
default = default_section
[default_section]
activate = 1
[algorithms_section]
default_properties = fips=yes
[random_section]
random = CTR-DRBG
cipher = AES-256-CTR
properties = -fips
seed = SEED-SRC
seed_properties = -fips
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kpl-kit-digest-"));
  writeFileSync(join(folder, "codec.mjs"), codecBundle());
  writeFileSync(join(folder, "fips.cnf"), FIPS_CONFIG);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly md5: string;
  readonly result: string;
  /** How often the lanes were run; once is their probe. */
  readonly laneRuns: number;
  readonly problem: string;
}

/** Runs the round trip in a process of its own, after `before`. */
function runAfter(before: string, env: Readonly<Record<string, string>> = {}): Run {
  const script = `
    const { log } = console;
    const crypto = process.getBuiltinModule("node:crypto");
    const { Instance } = WebAssembly;
    let laneRuns = 0;
    WebAssembly.Instance = function (module) {
      const { lay, memory, run } = new Instance(module).exports;
      return { exports: { lay, memory, run(from, to) { laneRuns++; run(from, to); } } };
    };
    ${before}
    let md5 = "works";
    try { crypto.createHash("md5"); crypto.hash("md5", "a"); } catch { md5 = "refused"; }
    const { roundTrip } = await import(${urlOf(fileURLToPath(new URL("../browser/round-trip.js", import.meta.url)))});
    const result = roundTrip(await import(${urlOf(join(folder, "codec.mjs"))}));
    log(JSON.stringify({ md5, result, laneRuns }));
  `;
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...inherited } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    env: { ...inherited, ...env },
  });
  return { md5: "", result: "", laneRuns: 0, ...(JSON.parse(stdout || "{}") as Partial<Run>), problem: stderr };
}

function urlOf(path: string): string {
  return JSON.stringify(pathToFileURL(path).href);
}

describe("the same bytes", () => {
  it("in a process like this one", () => {
    expect(runAfter("")).toMatchObject({ md5: "works", result: roundTrip(codec) });
  });

  it("where OpenSSL's configuration refuses MD5 (FIPS)", (context) => {
    const { md5, result, laneRuns, problem } = runAfter("", { OPENSSL_CONF: join(folder, "fips.cnf") });
    if (md5 !== "refused")
      context.skip(`this Node's OpenSSL takes no such configuration: ${md5} ${problem.slice(0, 200)}`);
    expect(result).toBe(roundTrip(codec));
    expect(laneRuns, "the lanes need no OpenSSL").toBeGreaterThan(10);
  });

  it("where the program has turned FIPS mode on", (context) => {
    const { md5, result, laneRuns, problem } = runAfter("crypto.setFips(true);");
    if (md5 !== "refused") context.skip(`this Node cannot turn FIPS mode on: ${md5} ${problem.slice(0, 200)}`);
    expect(result).toBe(roundTrip(codec));
    expect(laneRuns, "the lanes need no OpenSSL").toBeGreaterThan(10);
  });

  it.each([
    ["process is hidden", "globalThis.process = undefined;"],
    ["process has no getBuiltinModule, as before Node 20.16", "process.getBuiltinModule = undefined;"],
    ["there is no node:crypto", "process.getBuiltinModule = () => undefined;"],
    ["node:crypto has no one-shot hash", "process.getBuiltinModule = () => ({});"],
    ["asking for node:crypto throws", "process.getBuiltinModule = () => { throw new Error('not here'); };"],
  ])("where %s", (_, before) => {
    const { result, laneRuns, problem } = runAfter(before);
    expect(result, problem).toBe(roundTrip(codec));
    expect(laneRuns).toBeGreaterThan(10);
  });
});

describe("isAggregated checks the digest of messages of every length about a block", () => {
  it("of 1 to 200 bytes, and of 100,000", () => {
    for (const length of [...Array.from({ length: 200 }, (_, i) => i + 1), 100_000]) {
      const framed = frame(new Uint8Array(length).map((_, i) => i * 7));
      expect(codec.isAggregated(framed), `${length} bytes`).toBe(true);
      framed[4 + (length >> 1)]! ^= 0x10;
      expect(codec.isAggregated(framed), `${length} bytes, one changed`).toBe(false);
    }
  });
});
