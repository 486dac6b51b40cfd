// Eight MD5s at once give what one at a time gives, whatever lies beside them, and whatever was there before.

import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { byteOfDigest, lanesEngine } from "../../src/codec/md5/index.ts";
import { codecInContext } from "./codec-in-context.ts";
import "../properties/replay.ts";

const { digestArrays, digestTexts } = lanesEngine()!.several!; // Node has WebAssembly

/** What a lane has of a message at a time: the padding of its exact multiples has a window of its own. */
const WINDOW = 16_384;

const EDGES = [
  ...[0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128],
  ...[WINDOW - 65, WINDOW - 64, WINDOW - 9, WINDOW - 8, WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + 55, WINDOW + 56],
  ...[2 * WINDOW - 1, 2 * WINDOW, 2 * WINDOW + 1, 3 * WINDOW, 4 * WINDOW, 12 * WINDOW],
];

/** No two places of it look alike, and none of it is 0. */
const noise = Uint8Array.from({ length: 300_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 24) | 1);
const sharedNoise = new Uint8Array(new SharedArrayBuffer(noise.length));
sharedNoise.set(noise);

type Kind = "copy" | "view" | "Buffer" | "shared";

function bytesOf(kind: Kind, from: number, length: number): Uint8Array {
  if (kind === "copy") return noise.slice(from, from + length);
  if (kind === "view") return noise.subarray(from, from + length);
  if (kind === "shared") return sharedNoise.subarray(from, from + length);
  return Buffer.from(noise.buffer, from, length);
}

function md5(bytes: Uint8Array | string): string {
  return createHash("md5").update(bytes).digest("hex");
}

function hexOf(words: Int32Array, at: number): string {
  return Buffer.from(Array.from({ length: 16 }, (_, i) => byteOfDigest(words, at, i))).toString("hex");
}

interface Told {
  /** In the order in which they were told. */
  readonly indexes: readonly number[];
  /** By index. */
  readonly digests: readonly (string | undefined)[];
}

function toldOf(run: (take: (index: number, words: Int32Array, at: number) => void) => void): Told {
  const indexes: number[] = [];
  const digests: string[] = [];
  run((index, words, at) => {
    indexes.push(index);
    digests[index] = hexOf(words, at);
  });
  return { indexes, digests };
}

function digestsOfArrays(arrays: readonly Uint8Array[], start = 0, short = 0): Told["digests"] {
  const { digests, indexes } = toldOf((take) => digestArrays(arrays, start, short, take));
  expect(
    [...indexes].sort((a, b) => a - b),
    "each told once",
  ).toEqual([...arrays.keys()]);
  return digests;
}

function digestsOfTexts(texts: readonly string[]): Told["digests"] {
  const { digests, indexes } = toldOf((take) => digestTexts(texts, take));
  expect(
    [...indexes].sort((a, b) => a - b),
    "each told once",
  ).toEqual([...texts.keys()]);
  return digests;
}

const length = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...EDGES) },
  { weight: 3, arbitrary: fc.nat(300) },
  { weight: 2, arbitrary: fc.nat(3 * WINDOW) },
  { weight: 1, arbitrary: fc.nat(200_000) },
);
const bytes = fc
  .tuple(fc.constantFrom<Kind[]>("copy", "view", "Buffer", "shared"), fc.nat(50_000), length)
  .map(([kind, from, size]) => bytesOf(kind, from, size));
const manyBytes = fc.array(bytes, { maxLength: 40, size: "max" });

describe("byte arrays", () => {
  it.each(EDGES)("of %i bytes: alone, among others, and eight of them", (size) => {
    const message = bytesOf("view", 3, size);
    for (const arrays of [
      [message],
      [bytesOf("view", 9, 5), message, bytesOf("view", 1, 70_000)],
      Array.from({ length: 8 }, (_, lane) => bytesOf("view", lane, size)),
    ]) {
      expect(digestsOfArrays(arrays)).toEqual(arrays.map(md5));
    }
  });

  it("none: nothing is told", () => {
    expect(digestsOfArrays([])).toEqual([]);
  });

  test.prop([manyBytes])("any number, of any lengths, whatever lies around them in their memory", (arrays) => {
    expect(digestsOfArrays(arrays)).toEqual(arrays.map(md5));
  });

  test.prop([manyBytes, fc.nat(70), fc.nat(70)])(
    "each from `start` to `short` of its end",
    (messages, start, short) => {
      const arrays = messages.map((message) => {
        const around = Buffer.alloc(start + message.length + short, 0xee);
        around.set(message, start);
        return around;
      });
      expect(digestsOfArrays(arrays, start, short)).toEqual(messages.map(md5));
    },
  );

  it("of 512 MiB and more, whose bits take a thirty-third: what is last of its padding", () => {
    // Once the probe is done nothing is digested, only kept: the rest of it would take seconds, and the memory.
    const { codec, evaluate } = codecInContext(`
      var last, isProbed = false;
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function (module) {
        const { lay, memory, run } = new Instance(module).exports;
        const pointers = new Int32Array(memory.buffer, 896);
        return { exports: { lay, memory, run(from, to) {
          if (isProbed) last = new Uint8Array(memory.buffer).slice(pointers[0] + to - 8, pointers[0] + to);
          else run(from, to);
        } } };
      };`);
    const { several } = codec.lanesEngine()!;
    evaluate("isProbed = true");
    const long = { length: 2 ** 29 + 5, subarray: (from: number, to: number) => noise.subarray(0, to - from) };
    several!.digestArrays([long as Uint8Array], 0, 0, () => {});
    expect([...(evaluate("last") as Uint8Array)]).toEqual([40, 0, 0, 0, 1, 0, 0, 0]);
  });

  it("are left as they are", () => {
    const arrays = EDGES.map((size) => bytesOf("copy", 0, size));
    digestsOfArrays(arrays);
    expect(arrays.every((array) => Buffer.compare(array, noise.subarray(0, array.length)) === 0)).toBe(true);
  });
});

describe("a lane whose message has ended takes the next", () => {
  const watched = codecInContext(`
    var blocks = 0, runs = 0;
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (module) {
      const { lay, memory, run } = new Instance(module).exports;
      return { exports: { lay, memory, run(from, to) { runs++; blocks += (to - from) / 64; run(from, to); } } };
    };`);
  const { digestArrays: watchedDigests } = watched.codec.lanesEngine()!.several!;

  const blocksOf = (size: number): number => Math.ceil((size + 9) / 64);

  /** When each would end, in blocks, if the next message always went to the lane that is free first. */
  function planned(lengths: readonly number[]): number[] {
    const lanes = new Array<number>(8).fill(0);
    return lengths.map((size) => {
      const lane = lanes.indexOf(Math.min(...lanes));
      lanes[lane]! += blocksOf(size); // one of eight
      return lanes[lane]!;
    });
  }

  function measured(arrays: readonly Uint8Array[]): { readonly blocks: number; readonly indexes: readonly number[] } {
    watched.evaluate("blocks = 0");
    const { digests, indexes } = toldOf((take) => watchedDigests(arrays, 0, 0, take));
    expect(digests).toEqual(arrays.map(md5));
    return { blocks: watched.evaluate("blocks") as number, indexes };
  }

  it("so that seventy short ones behind a long one are told before it, in its time", () => {
    const arrays = [100_000, ...new Array<number>(70).fill(1_000)].map((size) => bytesOf("view", 0, size));
    const { blocks, indexes } = measured(arrays);
    expect(indexes.at(-1)).toBe(0);
    expect(blocks).toBe(blocksOf(100_000));
  });

  it("and that long ones among short ones cost what they have together", () => {
    const arrays = Array.from({ length: 64 }, (_, i) => bytesOf("view", i, i % 8 === 0 ? 40_000 : 100));
    const total = arrays.reduce((sum, array) => sum + blocksOf(array.length), 0);
    // Eight by eight it would be eight times the longest.
    expect(measured(arrays).blocks).toBeLessThan(total / 8 + blocksOf(40_000));
  });

  it("and that a lane which has none left does not stop the others at each block", () => {
    watched.evaluate("runs = 0");
    measured([bytesOf("view", 0, 12 * WINDOW)]);
    // One a window of its own, and one a window of those that have none.
    expect(watched.evaluate("runs")).toBeLessThanOrEqual(2 * 13);
  });

  test.prop([manyBytes])("at once, whatever their lengths", (arrays) => {
    const ends = planned(arrays.map((array) => array.length));
    const { blocks, indexes } = measured(arrays);
    expect(blocks).toBe(Math.max(0, ...ends));
    const toldAt = indexes.map((index) => ends[index]!); // each has its own
    expect(toldAt, "told as soon as they are done").toEqual([...toldAt].sort((a, b) => a - b));
  });
});

const unit = fc.constantFrom("a", "~", "\u0000", "\u007f", "\u0080", "é", "☃", "😀", "\ud83d", "\ude00", "\uffff");
const ascii = fc.string({ unit: "binary-ascii", maxLength: 55, size: "max" });
const text = fc.oneof(
  { weight: 6, arbitrary: ascii },
  { weight: 1, arbitrary: fc.constantFrom("", "k".repeat(55), "k".repeat(56), "\ud83d", "\ude00") },
  { weight: 1, arbitrary: fc.string({ unit, maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300, size: "max" }) },
);
/** Mostly of one kind, since one text of another decides how all of a batch are hashed. */
const texts = fc.oneof(
  fc.array(ascii, { maxLength: 300, size: "max" }),
  fc.array(fc.string({ unit: "binary-ascii", maxLength: 12 }), { maxLength: 300, size: "max" }),
  fc.array(text, { maxLength: 300, size: "max" }),
  fc.array(fc.string({ unit, maxLength: 5 }), { maxLength: 40, size: "max" }),
);

describe("texts", () => {
  const ofEveryLength = Array.from({ length: 301 }, (_, size) =>
    String.fromCharCode(...noise.subarray(size, 2 * size).map((byte) => byte & 0x7f)),
  );

  it("of every length to 300, each alone", () => {
    for (const one of ofEveryLength) expect(digestsOfTexts([one]), `${one.length}`).toEqual([md5(one)]);
  });

  it("of every length to 55, and to 300, together", () => {
    expect(digestsOfTexts(ofEveryLength.slice(0, 56))).toEqual(ofEveryLength.slice(0, 56).map(md5));
    expect(digestsOfTexts(ofEveryLength)).toEqual(ofEveryLength.map(md5));
  });

  it.each(["é", "☃", "😀", "\ud83d", "\ude00", "\u0000", "\u0080"])("of every length to 300 with a %j", (one) => {
    const all = ofEveryLength.map((other) => other.slice(1) + one);
    for (const other of all) expect(digestsOfTexts([other]), `${other.length}`).toEqual([md5(other)]);
    expect(digestsOfTexts(all)).toEqual(all.map(md5));
  });

  it("that would be one character together are two replacement characters", () => {
    const halves = ["a\ud83d", "\ude00b", "\ud83d", "\ude00"];
    const replaced = ["a\ufffd", "\ufffdb", "\ufffd", "\ufffd"];
    expect(digestsOfTexts(halves)).toEqual(replaced.map(md5));
  });

  // 128 of them are encoded at once.
  it.each([0, 1, 7, 8, 9, 127, 128, 129, 255, 256, 257, 1_000])("%i of them, in order", (count) => {
    const many = Array.from({ length: count }, (_, i) => `key-${i}`);
    const { digests, indexes } = toldOf((take) => digestTexts(many, take));
    expect(digests).toEqual(many.map(md5));
    expect(indexes).toEqual([...many.keys()]);
  });

  it("of which one, anywhere, is long or beyond ASCII", () => {
    for (const odd of ["k".repeat(56), "é", "k".repeat(70_000)]) {
      for (let at = 0; at < 260; at += 37) {
        const many = Array.from({ length: 260 }, (_, i) => (i === at ? odd : `key-${i}`));
        expect(digestsOfTexts(many), `${odd.slice(0, 2)} at ${at}`).toEqual(many.map(md5));
      }
    }
  });

  test.prop([texts])("any number of any kinds", (many) => {
    expect(digestsOfTexts(many)).toEqual(many.map(md5));
  });
});

describe("one call after another in the same memory", () => {
  const call = fc.oneof(
    fc.record({ arrays: fc.array(bytes, { maxLength: 20 }) }),
    fc.record({ texts: fc.oneof(texts, fc.array(ascii, { maxLength: 9 })) }),
  );
  const calls = fc.array(fc.record({ call, throwsAt: fc.option(fc.nat(30)) }), { maxLength: 12, size: "max" });

  test.prop([calls])("leaves nothing for the next, also when its callback has thrown", (many) => {
    for (const { call, throwsAt } of many) {
      const messages: readonly (Uint8Array | string)[] = "arrays" in call ? call.arrays : call.texts;
      const digests: string[] = [];
      let told = 0;
      const run = (): void => {
        const take = (index: number, words: Int32Array, at: number): void => {
          if (told++ === throwsAt) throw new Error("thrown by the callback");
          digests[index] = hexOf(words, at);
        };
        if ("arrays" in call) digestArrays(call.arrays, 0, 0, take);
        else digestTexts(call.texts, take);
      };
      if (throwsAt !== null && throwsAt < messages.length) expect(run).toThrow("thrown by the callback");
      else {
        run();
        expect(digests).toEqual(messages.map(md5));
      }
    }
  });

  it("texts, then arrays, then texts, a hundred times", () => {
    const long = [bytesOf("view", 0, 200_000)]; // seven lanes have nothing
    for (let i = 0; i < 100; i++) {
      expect(digestsOfTexts([`key-${i}`])).toEqual([md5(`key-${i}`)]);
      expect(digestsOfArrays(i % 10 === 0 ? long : [bytesOf("view", i, 70), bytesOf("view", 0, i)])).toEqual(
        (i % 10 === 0 ? long : [bytesOf("view", i, 70), bytesOf("view", 0, i)]).map(md5),
      );
    }
  });
});
