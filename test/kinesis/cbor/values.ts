// Anything that a call of Kinesis could carry, and more.

import { fc } from "@fast-check/vitest";

/** Lone surrogates left out: no UTF-8 brings them back. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 300 }),
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "\ufeff",
    "a".repeat(63),
    "a".repeat(64),
    `${"a".repeat(62)}é`,
    "\ufffd",
  ),
);

export const anyBytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 300 });

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(...[8, 16, 32, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits, -(2 ** bits), -(2 ** bits) - 1])),
  // Never -0: CBOR's integers know one zero.
  fc.double().map((value) => value + 0),
);

export const anyMoment: fc.Arbitrary<Date> = fc.date({ noInvalidDate: true });

const anyLeaf: fc.Arbitrary<unknown> = fc.oneof(anyText, anyBytes, anyNumber, anyMoment, fc.boolean());

/** Without null among the members of a map: they are left out. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; inner: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 5, withCrossShrink: true }, anyLeaf, tie("inner")),
  inner: fc.oneof(fc.array(fc.oneof(fc.constant(null), tie("value")), { maxLength: 8 }), mapOfMembers(tie("value"))),
})).value;

/** Own members all of them, "__proto__" too. */
export function mapOfMembers<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Readonly<Record<string, Value>>> {
  return fc.array(fc.tuple(anyText, value), { maxLength: 8 }).map((entries) => Object.fromEntries(entries));
}
