// The pages that users read, by their path from the root.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../../", import.meta.url));

export interface Page {
  readonly path: string;
  readonly text: string;
}

export const readme: Page = page("README.md");

export const pages: readonly Page[] = [
  readme,
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => page(`docs/${name}`)),
];

function page(path: string): Page {
  return { path, text: readFileSync(`${root}${path}`, "utf8") };
}
