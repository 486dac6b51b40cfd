// A number that a bench prints stands in the README as bench/results has it, and only there where it is filled in.

import { describe, expect, it } from "vitest";
import { fill, numbersOf, staleIn, withoutBlocks } from "../../bench/readme/numbers.ts";
import { readme } from "./pages.ts";

const TO_FILL = "npm run bench:readme fills them in";
/** What a bench measures: a rate, a ratio, a duration, a price, a size of a bundle. */
const MEASURED = /\d[\d.,]*\s?(?:x|×|times as|ns|µs|M records|k records|records\/s|MB\/s|kB|%|US\$)(?![\w])/g;

describe("the README's numbers", () => {
  it("are those of bench/results", () => {
    expect(staleIn(readme.text, numbersOf()), TO_FILL).toEqual([]);
  });

  it("stand nowhere else, but in what the demo printed", () => {
    const prose = withoutBlocks(readme.text).replace(/^```[\s\S]*?^```$/gm, "");
    expect(prose.match(MEASURED) ?? []).toEqual([]);
  });
});

describe("a check that can fail", () => {
  const numbers = { speed: "3.1x", size: "6 kB" };
  const text =
    "a\n<!-- bench:speed -->\n3.1x\n<!-- /bench:speed -->\nb\n<!-- bench:size -->\n6 kB\n<!-- /bench:size -->\n";

  it("finds a number that is old, one that was written by hand, and a block that was emptied", () => {
    expect(staleIn(text, numbers)).toEqual([]);
    expect(staleIn(text.replace("3.1x", "3.2x"), numbers)).toEqual(["speed"]);
    expect(staleIn(text.replace("6 kB\n", "6 kB\nand fast\n"), numbers)).toEqual(["size"]);
    expect(staleIn(text.replace("6 kB\n", ""), numbers)).toEqual(["size"]);
  });

  it("fills just the blocks", () => {
    expect(fill(text.replace("3.1x", "").replace("6 kB", "5 kB"), numbers)).toBe(text);
    expect(withoutBlocks(text)).toBe("a\n\nb\n\n");
  });

  it.each([
    ["a block is missing", (whole: string) => whole.replace(/<!-- bench:size[\s\S]*/, "")],
    ["a block does not end", (whole: string) => whole.replace("<!-- /bench:size -->", "")],
    ["a block has no results", (whole: string) => whole.replaceAll("bench:size", "bench:weight")],
    ["a block is there twice", (whole: string) => whole + whole],
  ])("says that %s", (_, broken) => {
    expect(() => staleIn(broken(text), numbers)).toThrow(/blocks/);
    expect(() => fill(broken(text), numbers)).toThrow(/blocks/);
  });

  it("says where results are missing, and what writes them", () => {
    expect(() => numbersOf(new URL("nowhere/", import.meta.url))).toThrow("npm run bench:codec writes them");
  });
});
