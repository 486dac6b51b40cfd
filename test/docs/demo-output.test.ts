// The README shows what the demo prints: all of it, but for the progress that a terminal clears again.

import { expect, it } from "vitest";
import { demo } from "../demo/run-program.ts";
import { codeBlocks } from "./markdown.ts";
import { readme } from "./pages.ts";

it("the README's run is a run of today", { timeout: 60_000 }, async () => {
  const shown = codeBlocks(readme.text).find(({ code }) => code.startsWith("kpl-kit demo"));
  const { exitCode, stderr, stdout } = await demo([]);
  expect(exitCode, stderr).toBe(0);
  expect(timeless(shown?.code ?? "")).toBe(timeless(stdout));
});

/** Ports and durations are of one run; all counts are of every run. */
function timeless(output: string): string {
  return output
    .replace(/^ +(?:put|read): \d+%\n/gm, "")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replace(/\d+(?:\.\d+)? (?:s|ms|min)\b/g, "TIME");
}
