// npm run bench:readme. The README's numbers, from bench/results and from bundles made on the spot; with --check it writes
// nothing and tells which of them are old.

import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { fill, numbersOf, staleIn } from "./numbers.ts";

const README = new URL("../../README.md", import.meta.url);

const { check } = new Command("bench:readme")
  .description("Fills the README's marked blocks from bench/results and from bundles.")
  .option("--check", "write nothing; exit code 1 if a number is old")
  .parse()
  .opts<{ readonly check?: true }>();

const before = readFileSync(README, "utf8");
const numbers = numbersOf();
const stale = staleIn(before, numbers);
for (const name of stale) console.log(`README.md, ${name}: ${check ? "old" : "filled"}`);
if (stale.length === 0) console.log("README.md: as bench/results has it");
else if (check) process.exitCode = 1;
else writeFileSync(README, fill(before, numbers));
