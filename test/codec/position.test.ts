// The KCL's ExtendedSequenceNumber: sentinels below and above every number, numbers by value, then by sub-sequence number.

import { describe, expect, it } from "vitest";
import { comparePositions, type Position } from "../../src/codec/index.ts";
import { codedError } from "./coded-error.ts";

const at = (sequenceNumber: string, subSequenceNumber?: number): Position => ({
  sequenceNumber,
  ...(subSequenceNumber !== undefined && { subSequenceNumber }),
});

const ascending: readonly Position[] = [
  at("AT_TIMESTAMP"),
  at("AT_TIMESTAMP", 1),
  at("TRIM_HORIZON"),
  at("LATEST"),
  at("LATEST", 7),
  at("0"),
  at("0", 1),
  at("1"),
  at("9"),
  at("9", 99),
  at("9", 2 ** 40),
  at("10"),
  at("99"),
  at("0100"),
  at("101"),
  at("9007199254740992"),
  at("9007199254740993"),
  at("49590338271490256608559692538361571095921575989136588898"),
  at("49590338271490256608559692538361571095921575989136588898", 1),
  at("49590338271490256608559692538361571095921575989136588899"),
  at("149590338271490256608559692538361571095921575989136588898"),
  at("9".repeat(300)),
  at(`1${"0".repeat(300)}`),
  at("SHARD_END"),
  at("SHARD_END", 1),
];

describe("comparePositions", () => {
  it("orders every pair", () => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries())
        expect(Math.sign(comparePositions(a, b)), `${JSON.stringify(a)} and ${JSON.stringify(b)}`).toBe(
          Math.sign(i - j),
        );
    }
  });

  it("sorts", () => {
    const shuffled = [...ascending].sort((a, b) =>
      `${a.sequenceNumber}`.split("").reverse().join("").localeCompare(`${b.sequenceNumber}`),
    );
    expect(shuffled.sort(comparePositions)).toEqual(ascending);
  });

  it("a position without sub-sequence number is its first", () => {
    for (const sequenceNumber of ["5", "LATEST", "SHARD_END"]) {
      expect(comparePositions(at(sequenceNumber), at(sequenceNumber, 0))).toBe(0);
      expect(comparePositions({ sequenceNumber, subSequenceNumber: undefined }, at(sequenceNumber, 0))).toBe(0);
      expect(Math.sign(comparePositions(at(sequenceNumber), at(sequenceNumber, 1)))).toBe(-1);
    }
  });

  it("leading zeros are no value", () => {
    expect(comparePositions(at("007"), at("7"))).toBe(0);
    expect(comparePositions(at("0"), at("000"))).toBe(0);
    expect(Math.sign(comparePositions(at("0009"), at("10")))).toBe(-1);
    expect(Math.sign(comparePositions(at("0".repeat(500)), at("1")))).toBe(-1);
  });

  it("0 is 0, never -0", () => {
    expect(Object.is(comparePositions(at("5"), at("5")), 0)).toBe(true);
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ["empty", { sequenceNumber: "" }],
    ["text", { sequenceNumber: "abc" }],
    ["a sentinel in small letters", { sequenceNumber: "latest" }],
    ["a sentinel of the service that is no position", { sequenceNumber: "AFTER_SEQUENCE_NUMBER" }],
    ["negative", { sequenceNumber: "-5" }],
    ["signed", { sequenceNumber: "+5" }],
    ["a fraction", { sequenceNumber: "1.5" }],
    ["an exponent", { sequenceNumber: "1e5" }],
    ["hexadecimal", { sequenceNumber: "0x10" }],
    ["padded with blanks", { sequenceNumber: " 5" }],
    ["with a line end", { sequenceNumber: "5\n" }],
    ["Arabic-Indic digits", { sequenceNumber: "٣" }],
    ["a number", { sequenceNumber: 5 }],
    ["a bigint", { sequenceNumber: 5n }],
    ["undefined", { sequenceNumber: undefined }],
    ["null", { sequenceNumber: null }],
    ["a prototype name", { sequenceNumber: "constructor" }],
    ["another prototype name", { sequenceNumber: "__proto__" }],
    ["a negative sub-sequence number", { sequenceNumber: "5", subSequenceNumber: -1 }],
    ["a fraction as sub-sequence number", { sequenceNumber: "5", subSequenceNumber: 1.5 }],
    ["NaN as sub-sequence number", { sequenceNumber: "5", subSequenceNumber: Number.NaN }],
    ["Infinity as sub-sequence number", { sequenceNumber: "5", subSequenceNumber: Number.POSITIVE_INFINITY }],
    ["text as sub-sequence number", { sequenceNumber: "5", subSequenceNumber: "1" }],
  ];

  it.each(wrong)("%s is a coded error, on either side, whatever the other is", (_, value) => {
    const position = value as Position;
    for (const other of [
      at("5"),
      at("4"),
      at("LATEST"),
      at("SHARD_END"),
      at("49590338271490256608559692538361571095921575989136588898"),
    ]) {
      for (const call of [() => comparePositions(position, other), () => comparePositions(other, position)]) {
        const error = codedError(call);
        expect(error.code).toBe("KPL_KIT_INVALID_POSITION");
        expect(error.message).toMatch(/equenceNumber/);
      }
    }
    codedError(() => comparePositions(position, position));
  });
});
