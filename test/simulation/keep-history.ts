import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Evidence } from "./world.ts";

/** Of a replayed seed, to be read. */
export function keepHistory({ history, seed }: Evidence, scenario: string): void {
  const folder = fileURLToPath(new URL("../../.cache/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${scenario}-${seed}.txt`, history.toString());
}
