// The command line.

import { Command, CommanderError, Option } from "commander";
import { ENGINES, type EngineName } from "./engine.ts";
import { DemoError } from "./errors.ts";

export interface DemoOptions {
  /** A path, or "-" for standard input; unset: the flights. */
  readonly file?: string | undefined;
  readonly key: string;
  readonly records: number;
  /** Of a stream that the demo makes. */
  readonly shards: number;
  /** What runs in this process where nothing else is named. */
  readonly engine: EngineName;
  readonly encoding: "cbor" | "json";
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** One that exists already. */
  readonly stream?: string | undefined;
  readonly split: boolean;
  /** Read by enhanced fan-out instead of polling. */
  readonly fanOut: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const MAX_SHARDS = 100;

/** Undefined where only help was asked for, and printed. @throws `KPL_KIT_DEMO_OPTION` */
export function parseOptions(argv: readonly string[]): DemoOptions | undefined {
  const command = new Command("npm run demo --")
    .description(
      "Packs user records as the KPL does, puts them with the AWS SDK, splits a shard half-way, reads all of it back as the " +
        "KCL does, and counts. Without options: 10,000 real flights through a Kinesis in this process, no AWS account.",
    )
    .option("--file <path>", "NDJSON, one JSON object a line; - is standard input")
    .option("--key <field>", "field whose value is the partition key (flights: origin)")
    .option(
      "--records <N>",
      "take at most N records",
      (text) => integer("--records", text, 1, Number.MAX_SAFE_INTEGER),
      10_000,
    )
    .option("--shards <N>", "shards of the stream that is made (2)", (text) => integer("--shards", text, 1, MAX_SHARDS))
    .addOption(
      new Option("--engine <name>", "the Kinesis in this process: kpl-kit's own (local), or kinesis-local").choices(
        ENGINES,
      ),
    )
    .addOption(new Option("--encoding <name>", "of the calls (cbor)").choices(["cbor", "json"]))
    .option("--endpoint <URL>", "another Kinesis than the one in this process", endpoint)
    .option("--region <name>", "AWS itself, or the region of --endpoint")
    .option("--stream <name>", "an existing stream there; without it one is made and deleted again")
    .option("--split", "split a shard of that existing stream, too")
    .option(
      "--fan-out",
      "read by enhanced fan-out; on an existing stream, its consumer is registered and taken away again",
    )
    .option("--yes", "don't ask before a stream is made and deleted outside this process")
    .option("--json", "the result as JSON on standard output; all else goes to standard error")
    .addHelpText(
      "after",
      "\nExit code: 0 all came back in order; 1 a record is missing, duplicated or out of order; 2 it could not run." +
        "\nInside npm, options stand behind --, and -s keeps npm's own lines out: npm run -s demo -- --records 500 --json",
    )
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new DemoError("KPL_KIT_DEMO_OPTION", `${error.message.replace(/^error: /, "")}; --help lists them all`, {
      cause: error,
    });
  }
  const given = command.opts<Partial<DemoOptions> & Pick<DemoOptions, "records">>();
  if (given.file !== undefined && given.key === undefined)
    refuse("--file needs --key, the field with the partition key");
  if (given.stream !== undefined && given.shards !== undefined)
    refuse("--shards is for a stream that the demo makes, not for --stream");
  if (given.stream === undefined && given.split)
    refuse("--split is for an existing stream (--stream); one that the demo makes is always split");
  const elsewhere = given.endpoint ?? given.region ?? given.stream;
  if (given.engine !== undefined && elsewhere !== undefined)
    refuse("--engine is for a Kinesis in this process, not for --endpoint, --region or --stream");
  if (given.engine === "kinesis-local" && given.fanOut)
    refuse(
      "--fan-out needs an end of each shard, and over fan-out kinesis-local never shows one: leave out one of both",
    );
  const {
    encoding = "cbor",
    engine = "local",
    fanOut = false,
    json = false,
    key = "origin",
    shards = 2,
    split = false,
    yes = false,
  } = given;
  return { ...given, encoding, engine, fanOut, json, key, shards, split, yes };
}

function integer(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    refuse(`${option} must be a whole number, ${least} to ${most}; it is ${JSON.stringify(text)}`);
  return value;
}

function endpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    refuse(`--endpoint must be an http or https URL; it is ${JSON.stringify(text)}`);
  return text;
}

function refuse(message: string): never {
  throw new DemoError("KPL_KIT_DEMO_OPTION", message);
}
