// The declarations, as the compiler of a user without Node's types and without skipLibCheck reads them.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { consumer } from "./consumer.ts";

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

const USE = `
import { aggregate, batchEntries, deaggregate, KplKitError, ShardMap, type UserRecord } from "kpl-kit";

const map: ShardMap = ShardMap.from([{ ShardId: "shardId-0", HashKeyRange: { StartingHashKey: "0", EndingHashKey: "9" } }]);
const entries = aggregate([{ partitionKey: "a", data: "x" }], { groupBy: map });
export const calls: number = batchEntries(entries).length;
export const records: UserRecord[] = deaggregate({ Data: entries[0]?.Data, PartitionKey: "a" });
export const codeOf = (error: unknown): string | undefined => (error instanceof KplKitError ? error.code : undefined);
`;

const OPTIONS = [
  "--noEmit",
  "--strict",
  "--exactOptionalPropertyTypes",
  "--target",
  "es2022",
  "--lib",
  "es2022",
  "--types",
  "",
];

it.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("--module %s --moduleResolution %s", (module, moduleResolution) => {
  expect(diagnosticsOf(USE, module, moduleResolution)).toBe("");
});

it("a wrong use is an error: the test above does not pass because everything is `any`", () => {
  const wrong = USE.replace('partitionKey: "a", data: "x"', 'partitionKey: "a", data: 1');
  expect(diagnosticsOf(wrong, "nodenext", "nodenext")).toContain(
    "Type 'number' is not assignable to type 'string | Uint8Array",
  );
});

function diagnosticsOf(source: string, module: string, moduleResolution: string): string {
  const file = join(consumer, "use.ts");
  writeFileSync(file, source);
  const args = [tsc, ...OPTIONS, "--module", module, "--moduleResolution", moduleResolution, file];
  const { stdout, error } = spawnSync(process.execPath, args, { cwd: consumer, encoding: "utf8" });
  if (error) throw error;
  return stdout;
}
