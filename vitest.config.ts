import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

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
    reporters: ["default", new ClosingLine()],
    // Half of the time would go into loading the AWS SDK anew for each file: files of a worker share what they import.
    isolate: false,
    // Many of the tests wait for an emulator's clock. Two cores bear two of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A law checked over hundreds of cases takes longer on a busy machine than the default of 5 s.
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "source",
          include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
          exclude: ["test/package/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          // Packs and installs the package once, as a user would get it.
          globalSetup: ["test/package/install.ts"],
        },
      },
    ],
  },
});

export default config;
