import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Undefined: a run that is not worth keeping. */
export function keepResults(file: string | undefined, results: object): void {
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
  console.log(`\nwritten: ${file}`);
}
