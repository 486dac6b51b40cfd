// `npm run demo`: the whole way of a user record, in and out again, on real input.

import { KplKitError } from "../src/codec/index.ts";
import { DemoError, explained } from "./errors.ts";
import { flights, type Input, ndjsonFile, ndjsonStdin } from "./input.ts";
import { type DemoOptions, parseOptions } from "./options.ts";
import { openPlace, type Place } from "./place.ts";
import { progressOn } from "./progress.ts";
import { exitCodeOf, reportJson, reportLines } from "./report.ts";
import { run } from "./run.ts";

const EXIT_COULD_NOT_RUN = 2;
const EXIT_INTERRUPTED = 130;

async function main(argv: readonly string[], stopped: AbortController): Promise<number> {
  const options = parseOptions(argv);
  if (!options) return 0;
  try {
    const input = await inputOf(options, stopped.signal);
    const place = await openPlace(options, { signal: stopped.signal, onCrash: (error) => stopped.abort(error) });
    return await runAt(place, input, options);
  } catch (error) {
    throw explained(error, options.endpoint ?? "AWS");
  }
}

async function runAt(place: Place, input: Input, { json, split }: DemoOptions): Promise<number> {
  const progress = progressOn(json ? process.stderr : process.stdout);
  let exitCode = EXIT_COULD_NOT_RUN;
  try {
    progress.line("kpl-kit demo: packed as the KPL packs, unpacked as the KCL unpacks\n");
    const report = await run({ input, place, progress, split: split || !place.shared });
    if (json) process.stdout.write(`${reportJson(report)}\n`);
    else for (const line of reportLines(report)) progress.line(line);
    exitCode = exitCodeOf(report);
  } finally {
    const left = await place.close();
    if (left) {
      console.error(left.message);
      exitCode = EXIT_COULD_NOT_RUN;
    }
  }
  return exitCode;
}

async function inputOf({ file, key, records }: DemoOptions, signal: AbortSignal): Promise<Input> {
  if (file === undefined) return await flights(key, records);
  return file === "-" ? await ndjsonStdin(key, records, signal) : await ndjsonFile(file, key, records);
}

function told(error: unknown): string {
  if (error instanceof KplKitError) return `${error.code}: ${error.message}`;
  // Not foreseen: all there is to know.
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const stopped = new AbortController();
process.once("SIGINT", () => {
  console.error("\nInterrupted; cleaning up. Once more ends at once.");
  stopped.abort(new DemoError("KPL_KIT_DEMO_INTERRUPTED", "interrupted"));
});

// A reader that has had enough, as in `| head`: the stream still has to be cleaned up.
process.stdout.once("error", (error) => stopped.abort(error));

try {
  process.exitCode = await main(process.argv.slice(2), stopped);
} catch (error) {
  const { reason } = stopped.signal as { reason: unknown };
  const interrupted = reason instanceof DemoError && reason.code === "KPL_KIT_DEMO_INTERRUPTED";
  // The reason of the stop says more than the call that happened to be cut off by it.
  if (!interrupted) console.error(told(reason ?? error));
  process.exitCode = interrupted ? EXIT_INTERRUPTED : EXIT_COULD_NOT_RUN;
}
