// Where the lanes cannot be had, or would be wrong, one message goes after the other, and gives the same.

import { describe, expect, it } from "vitest";
import * as codec from "../../src/codec/index.ts";
import { roundTrip } from "../browser/round-trip.js";
import { codecInContext } from "./codec-in-context.ts";

/** Counts what a platform is asked for, and what runs. */
const WATCHED = `
  var compiled = 0, instances = 0, runs = 0;
  const { CompileError, Instance, Module } = WebAssembly;
  WebAssembly.Module = function (binary) { compiled++; return new Module(binary); };
  WebAssembly.Instance = function (module) {
    instances++;
    const { lay, memory, run } = new Instance(module).exports;
    const words = new Int32Array(memory.buffer);
    return { exports: { lay, memory, run(from, to) { runs++; run(from, to); after(words); } } };
  };
  var after = () => {};`;

/**
 * Typed arrays of 32 bits of a big-endian machine, unlike its WebAssembly's memory; or such as differ from it only where
 * a digest is read, at 128 to 159.
 */
const bigEndian = (where: "everywhere" | "in digests"): string => `
  const Native = Int32Array;
  globalThis.Int32Array = class extends Native {
    constructor(...given) {
      super(...given);
      if (!(given[0] instanceof ArrayBuffer)) return this;
      const view = new DataView(this.buffer);
      const isLittle = ${where === "in digests"};
      const write = (at, value) => view.setInt32(4 * at, value, isLittle);
      const read = (at) => view.getInt32(4 * at, isLittle && (at < 128 || at >= 160));
      return new Proxy(this, {
        get: (target, key) =>
          /^\\d+$/.test(String(key)) ? read(Number(key))
          : key === "set" ? (from, at = 0) => from.forEach((value, i) => write(at + i, value))
          : target[key],
        set: (target, key, value) => (write(Number(key), value), true),
      });
    }
  };`;

const expected = roundTrip(codec);

describe("the lanes", () => {
  it("are compiled on first use, once, and not for a record alone", () => {
    const { codec: watched, evaluate } = codecInContext(WATCHED);
    expect(evaluate("compiled"), "by loading").toBe(0);
    const { Data } = codec.aggregate([{ partitionKey: "a", data: "1" }], { groupBy: "none", lone: "wrap" })[0]!; // of one
    expect(watched.deaggregate(Data)).toHaveLength(1);
    expect(watched.isAggregated(Data)).toBe(true);
    expect(evaluate("compiled"), "by one record").toBe(0);
    for (let i = 0; i < 2; i++) expect(roundTrip(watched)).toBe(expected);
    expect(watched.lanesEngine()?.name).toBe("lanes");
    expect(evaluate("compiled")).toBe(1);
    expect(evaluate("instances")).toBe(1);
    expect(evaluate("runs"), "more than the probe").toBeGreaterThan(10);
  });
});

describe("one after the other", () => {
  it.each([
    ["there is no WebAssembly", "globalThis.WebAssembly = undefined;"],
    ["WebAssembly has no Module", "globalThis.WebAssembly = {};"],
    [
      "compiling throws, as under a Content-Security-Policy",
      `${WATCHED} WebAssembly.Module = function () { compiled++; throw new CompileError("refused"); };`,
    ],
    [
      "the instance gets no memory",
      `${WATCHED} WebAssembly.Instance = function () { instances++; throw new RangeError("out of memory"); };`,
    ],
    [
      "the bytes of a digest come swapped",
      `${WATCHED} after = (words) => { const view = new DataView(words.buffer);
        for (let i = 128; i < 160; i++) words[i] = view.getInt32(4 * i); };`,
    ],
    ["typed arrays are big-endian", `${WATCHED} ${bigEndian("everywhere")}`],
    ["the words of a digest read swapped", `${WATCHED} ${bigEndian("in digests")}`],
    ["nothing is computed", `${WATCHED} after = (words) => words.fill(0);`],
    ["running traps", `${WATCHED} after = () => { throw new WebAssembly.RuntimeError("unreachable"); };`],
  ])("where %s", (_, before) => {
    const { codec: refused, evaluate } = codecInContext(before);
    for (let i = 0; i < 2; i++) expect(roundTrip(refused)).toBe(expected);
    expect(refused.lanesEngine()).toBeUndefined();
    if (before.startsWith(WATCHED)) {
      expect(evaluate("compiled"), "tried once").toBe(1);
      expect(evaluate("runs"), "the probe at most").toBeLessThanOrEqual(1);
    }
  });

  it("where the platform refuses to compile", () => {
    const { codec: refused, evaluate } = codecInContext("", "refused");
    expect(() => evaluate("new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))")).toThrow(/disallowed/);
    expect(roundTrip(refused)).toBe(expected);
    expect(refused.lanesEngine()).toBeUndefined();
  });
});
