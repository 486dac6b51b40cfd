// Writes kpl-static.js, the static code of protobufjs for proto/kpl.proto: node bench/codec/rivals/generate-kpl-static.mjs

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { status, error } = spawnSync(
  here("../../../node_modules/.bin/pbjs"),
  [
    ...["--target", "static-module", "--wrap", "esm", "--force-number", "--null-defaults"],
    ...[
      "--no-create",
      "--no-verify",
      "--no-convert",
      "--no-delimited",
      "--no-typeurl",
      "--no-service",
      "--no-comments",
    ],
    ...["--out", here("kpl-static.js"), here("../../../proto/kpl.proto")],
  ],
  { stdio: "inherit" },
);
if (error) throw error;
process.exitCode = status ?? 1;
