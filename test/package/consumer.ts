import { join } from "node:path";
import { inject } from "vitest";

/** A folder with nothing but node_modules/kpl-kit, as npm packed it, and a package.json. */
export const consumer: string = consumerFolder();

export const installed: string = join(consumer, "node_modules", "kpl-kit");

function consumerFolder(): string {
  const installation = inject("installation");
  if ("problem" in installation) throw new Error(installation.problem);
  return installation.consumer;
}
