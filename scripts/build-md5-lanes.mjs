// src/codec/md5/lanes.wat.mjs -> src/codec/md5/lanes-module.ts. The result is committed: a user's bundler has no assembler.
// With --check nothing is written, and a module that is not its source's fails.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import initWabt from "wabt";
import { WAT } from "../src/codec/md5/lanes.wat.mjs";

const TARGET = "src/codec/md5/lanes-module.ts";
const path = fileURLToPath(new URL(`../${TARGET}`, import.meta.url));

const text = `// Made by scripts/build-md5-lanes.mjs from lanes.wat.mjs. As hexadecimal: base64 hides from gzip that the steps are alike.

export const LANES_MODULE =
  "${Buffer.from(await assembled()).toString("hex")}";
`;

if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error(`${TARGET} is not what lanes.wat.mjs makes: run node scripts/build-md5-lanes.mjs`);
  process.exitCode = 1;
}

async function assembled() {
  const wabt = await initWabt();
  const module = wabt.parseWat("lanes.wat", WAT, { simd: true });
  try {
    module.validate();
    return module.toBinary({ log: false, canonicalize_lebs: true, relocatable: false, write_debug_names: false })
      .buffer;
  } finally {
    module.destroy();
  }
}
