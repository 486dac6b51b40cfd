// What the README's table says of aws-kinesis-agg 4.2.8 and interop/aws-kinesis-agg.test.ts does not run.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const load = createRequire(import.meta.url);
const theirFolder = dirname(load.resolve("aws-kinesis-agg/package.json"));
const theirs = JSON.parse(readFileSync(join(theirFolder, "package.json"), "utf8")) as Manifest;
const ours = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

it("is the version that the table names", () => expect(theirs.version).toBe("4.2.8"));

it("types: its own import aws-sdk 2, which it does not install, and leave RecordAggregator out", () => {
  const declarations = readFileSync(join(theirFolder, "index.d.ts"), "utf8");
  expect(declarations).toContain("from 'aws-sdk'");
  expect(theirs.dependencies).not.toHaveProperty("aws-sdk");
  expect(declarations).not.toContain("RecordAggregator");
  expect(Object.keys(load("aws-kinesis-agg") as object)).toContain("RecordAggregator");
});

it("dependencies: five of its own, one of ours, and not the codec's", () => {
  const [, counted] =
    /^\| dependencies \| (\d+) \| 1, `valibot`, for the options of the consumer; none of the codec \|/m.exec(readme) ??
    [];
  expect(Object.keys(theirs.dependencies ?? {})).toHaveLength(Number(counted));
  expect(Object.keys(ours.dependencies ?? {})).toEqual(["valibot"]);
});
