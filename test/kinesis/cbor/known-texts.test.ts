// Texts that come again are kept in few places, chosen by length, first and last byte. What differs only between them shares
// one, and so do some of two lengths.

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { readCbor, writeCbor } from "../../../src/kinesis/index.ts";

describe("texts that share a place", () => {
  it.each([
    ["in the middle", "shardId-000000000012", "shardId-000000000022"],
    ["right after the first byte", "abcdef", "aBcdef"],
    ["right before the last byte", "abcdef", "abcdEf"],
    ["in a character of two bytes", "aéf", "aèf"],
    ["in their lengths", "abzU", "abz"],
  ])("%s", (_, one, other) => {
    for (const text of [one, other, one, other]) {
      expect(readCbor(writeCbor({ [text]: text }))).toEqual({ [text]: text });
    }
  });

  // Few letters, so that most meet another of their length, first and last byte.
  const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "€", "𝄞", "\ufffd"), maxLength: 8 });
  test.prop([fc.array(text, { maxLength: 50 })])("each is read as it was written", (texts) => {
    expect(readCbor(writeCbor(texts))).toEqual(texts);
    const maps = texts.map((name) => ({ [name]: 1 }));
    expect(readCbor(writeCbor(maps))).toEqual(maps);
  });
});
