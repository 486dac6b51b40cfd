// The codec's entry runs where there is no Node: no dependency, no Node module, no `process`.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { aggregate, deaggregate, hashKeyOf } from "kpl-kit";
import { beforeAll, describe, expect, it } from "vitest";
import { consumer, installed } from "./consumer.ts";

type Codec = typeof import("kpl-kit");

it("installs one package, for the options of the consumer, and none that a user has to add", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
  expect(Object.keys((manifest["dependencies"] ?? {}) as object)).toEqual(["valibot"]);
  expect(manifest["optionalDependencies"]).toBeUndefined();
  const peers = Object.keys((manifest["peerDependencies"] ?? {}) as object);
  const meta = manifest["peerDependenciesMeta"] as Record<string, { readonly optional?: boolean } | undefined>;
  expect(peers.filter((peer) => meta[peer]?.optional !== true)).toEqual([]);
});

it("imports nothing but its own files", () => {
  const folder = join(installed, "dist", "codec");
  const modules = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(js|d\.ts)$/.test(name),
  );
  expect(modules.length).toBeGreaterThan(20);
  const specifiers = modules.flatMap((name) => importsOf(readFileSync(join(folder, name), "utf8")));
  expect(specifiers.length).toBeGreaterThan(20);
  expect(specifiers.filter((specifier) => !specifier.startsWith("."))).toEqual([]);
});

describe("bundled for no platform", () => {
  let bundle = "";

  beforeAll(async () => {
    const { outputFiles, warnings } = await build({
      stdin: { contents: 'export * from "kpl-kit"', resolveDir: consumer },
      bundle: true,
      write: false,
      // Knows no Node module: an import of one does not resolve.
      platform: "neutral",
      format: "iife",
      globalName: "codec",
    });
    expect(warnings).toEqual([]);
    bundle = outputFiles[0]!.text;
  });

  it("holds no require and no dynamic import", () => {
    expect(bundle).not.toMatch(/\brequire\s*\(|\bimport\s*\(/);
  });

  it("names a Node module only to ask for it where there is one", () => {
    expect(bundle.match(/.*node:.*/g)?.map((line) => line.trim())).toEqual([
      expect.stringContaining('getBuiltinModule?.("node:crypto")'),
    ]);
  });

  it("works without process, and agrees with the codec that has one", () => {
    const records = Array.from({ length: 100 }, (_, at) => ({
      partitionKey: `key-${at % 7}`,
      data: `data ${at} é☃😀`,
    }));
    const alone = loadWith({ TextEncoder, TextDecoder });
    const [entry, ...more] = alone.aggregate(records, { groupBy: "none" });
    expect(more).toEqual([]);
    const [expected] = aggregate(records, { groupBy: "none" });
    expect(Buffer.from(entry!.Data)).toEqual(Buffer.from(expected!.Data));
    expect(alone.hashKeyOf("key-1")).toBe(hashKeyOf("key-1"));
    const back = alone.deaggregate({ Data: expected!.Data, PartitionKey: "a" });
    expect(back.map(({ partitionKey, aggregated }) => ({ partitionKey, aggregated }))).toEqual(
      records.map(({ partitionKey }) => ({ partitionKey, aggregated: true })),
    );
    expect(back.map((record) => record.text())).toEqual(records.map(({ data }) => data));
    expect(deaggregate({ Data: entry!.Data }).map((record) => record.text())).toEqual(records.map(({ data }) => data));
  });

  it("loads where nothing at all is there: what it needs it takes on first use", () => {
    expect(typeof loadWith({}).aggregate).toBe("function");
  });

  function loadWith(globals: object): Codec {
    const context = createContext({ ...globals });
    return runInContext(`${bundle}; codec`, context) as Codec;
  }
});

function importsOf(module: string): string[] {
  const statements = module.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...statements].map(([, specifier = ""]) => specifier);
}
