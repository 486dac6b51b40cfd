import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const source = fileURLToPath(new URL("./src", import.meta.url));

const config: ViteUserConfig = defineConfig({
  resolve: {
    // As "paths" in tsconfig.json: the package by its own name, from source.
    alias: [
      { find: /^kpl-kit$/, replacement: `${source}/codec/index.ts` },
      { find: /^kpl-kit\/([a-z]+)$/, replacement: `${source}/$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
  },
});

export default config;
