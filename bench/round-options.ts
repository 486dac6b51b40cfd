// The command line of the benchmarks that go in rounds.

import { Command } from "commander";

export interface RoundOptions {
  readonly quick?: true;
  readonly check?: true;
  readonly filter?: string;
  readonly rounds?: number;
  readonly slice?: number;
  readonly out?: string;
}

/** What each says of its own options. */
export interface RoundOptionTexts {
  readonly quick: string;
  readonly filter: string;
  readonly check?: string;
  readonly rounds: string;
  readonly slice: string;
}

export function roundOptions(name: string, description: string, texts: RoundOptionTexts): RoundOptions {
  const { check = "exit code 1 if a bar is not met, or was not measured" } = texts;
  return new Command(`bench:${name}`)
    .description(description)
    .option("--quick", texts.quick)
    .option("--filter <regex>", texts.filter)
    .option("--check", check)
    .option("--rounds <count>", texts.rounds, Number)
    .option("--slice <ms>", texts.slice, Number)
    .option("--out <file>", `JSON results (default: bench/results/${name}.json, for a whole run that is not quick)`)
    .parse()
    .opts<RoundOptions>();
}
