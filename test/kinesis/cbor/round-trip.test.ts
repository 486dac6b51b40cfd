// What we write an independent library reads as the same, and the other way round, whatever it is.

// Not vitest's toStrictEqual, which asks a member called "constructor" for an object's class.
import { deepStrictEqual as same } from "node:assert/strict";
import { fc, test } from "@fast-check/vitest";
import { decodeFirstSync } from "cbor";
import { describe, expect, it } from "vitest";
import { type Shape, textBytes } from "../../../src/kinesis/cbor/index.ts";
import { readCbor, writeCbor } from "../../../src/kinesis/index.ts";
import { Random } from "../../fuzz/random.ts";
import "../../properties/replay.ts";
import { oracleReads, oracleWrites } from "./oracle.ts";
import { BYTES, listOf, mapOf, PLAIN, structureOf, TIMESTAMP } from "./shapes.ts";
import { anyBytes, anyMoment, anyNumber, anyText, anyValue, mapOfMembers } from "./values.ts";

const anyDice = fc.integer().map((seed) => new Random(seed));

describe("without a shape", () => {
  test.prop([anyValue])("we write, the oracle reads", (value) => {
    same(oracleReads(writeCbor(value)), value);
  });

  test.prop([anyValue, anyDice])("the oracle writes, we read", (value, dice) => {
    same(readCbor(oracleWrites(value, dice)), value);
  });

  test.prop([anyValue])("we write, we read", (value) => {
    same(readCbor(writeCbor(value)), value);
  });
});

interface Shaped {
  readonly shape: Shape;
  readonly value: unknown;
}

/** A shape, and a value of that shape. */
const anyShaped: fc.Arbitrary<Shaped> = fc.letrec<{ shaped: Shaped }>((tie) => ({
  shaped: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(anyText, anyNumber, fc.boolean()).map((value) => ({ shape: PLAIN, value })),
    anyBytes.map((value) => ({ shape: BYTES, value })),
    anyMoment.map((value) => ({ shape: TIMESTAMP, value })),
    fc.tuple(tie("shaped"), fc.nat({ max: 4 })).map(([{ shape, value }, count]) => ({
      shape: listOf(shape),
      value: Array<unknown>(count).fill(value),
    })),
    fc.tuple(tie("shaped"), fc.array(anyText, { maxLength: 4 })).map(([{ shape, value }, names]) => ({
      shape: mapOf(shape),
      value: Object.fromEntries(names.map((name) => [name, value])),
    })),
    // A member's name is the model's: never "__proto__".
    mapOfMembers(tie("shaped")).map((members) => {
      const own = Object.entries(members).filter(([name]) => name !== "__proto__");
      return {
        shape: structureOf(Object.fromEntries(own.map(([name, { shape }]) => [name, shape]))),
        value: Object.fromEntries(own.map(([name, { value }]) => [name, value])),
      };
    }),
  ),
})).shaped;

describe("by a shape", () => {
  test.prop([anyShaped])("we write, the oracle reads", ({ shape, value }) => {
    same(oracleReads(writeCbor(value, shape)), value);
  });

  test.prop([anyShaped, anyDice])("the oracle writes, we read, whatever else is among the members", (shaped, dice) => {
    const { shape, value } = shaped;
    const written = oracleWrites(
      shape.kind === "structure" ? { ...(value as object), "\0other": shaped } : value,
      dice,
    );
    same(readCbor(written, shape), value);
  });

  test.prop([anyBytes, anyDice])("data as base64 text", (data, dice) => {
    expect(readCbor(oracleWrites(Buffer.from(data).toString("base64"), dice), BYTES)).toStrictEqual(data);
  });

  test.prop([anyMoment])("a timestamp without its tag", (moment) => {
    expect(readCbor(writeCbor(moment.getTime()), TIMESTAMP)).toStrictEqual(moment);
  });
});

it("half floats of every exponent and either sign", () => {
  for (let bits = 0; bits < 65_536; bits += 11) {
    const bytes = Buffer.of(0xf9, bits >> 8, bits & 0xff);
    if (!Object.is(readCbor(bytes), decodeFirstSync(bytes))) expect(readCbor(bytes)).toBe(decodeFirstSync(bytes));
  }
});

it("names of members are read alike at any length, also where their places in memory collide", () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `${"n".repeat(index % 70)}${index}`);
  const value = Object.fromEntries(names.map((name, index) => [name, index]));
  for (let round = 0; round < 2; round++) expect(readCbor(writeCbor(value))).toStrictEqual(value);
  expect(Buffer.from(textBytes("é"))).toEqual(Buffer.from("62c3a9", "hex"));
});
