// What goes over the wire, byte for byte, at every place where the form changes.

import { runInNewContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { writeCbor } from "../../../src/kinesis/index.ts";
import "../../properties/replay.ts";
import { BYTES, listOf, mapOf, PLAIN, structureOf, TIMESTAMP } from "./shapes.ts";
import { anyValue } from "./values.ts";

const hexOf = (...write: Parameters<typeof writeCbor>): string => writeCbor(...write).toString("hex");

describe("numbers", () => {
  it.each<[number | bigint, string]>([
    [0, "00"],
    [-0, "00"],
    [1, "01"],
    [23, "17"],
    [24, "1818"],
    [255, "18ff"],
    [256, "190100"],
    [65_535, "19ffff"],
    [65_536, "1a00010000"],
    [2 ** 32 - 1, "1affffffff"],
    [2 ** 32, "1b0000000100000000"],
    [2 ** 53 - 1, "1b001fffffffffffff"],
    [2 ** 53, "fb4340000000000000"],
    [-1, "20"],
    [-24, "37"],
    [-25, "3818"],
    [-256, "38ff"],
    [-257, "390100"],
    [-65_536, "39ffff"],
    [-65_537, "3a00010000"],
    [-(2 ** 32), "3affffffff"],
    [-(2 ** 32) - 1, "3b0000000100000000"],
    [1 - 2 ** 53, "3b001ffffffffffffe"],
    [-(2 ** 53), "fbc340000000000000"],
    [1.5, "fb3ff8000000000000"],
    [Number.NaN, "fb7ff8000000000000"],
    [Number.POSITIVE_INFINITY, "fb7ff0000000000000"],
    [Number.NEGATIVE_INFINITY, "fbfff0000000000000"],
    [Number.MIN_VALUE, "fb0000000000000001"],
    [0n, "00"],
    [24n, "1818"],
    [2n ** 53n - 1n, "1b001fffffffffffff"],
    [2n ** 53n, "1b0020000000000000"],
    [2n ** 53n + 1n, "1b0020000000000001"],
    [2n ** 64n - 1n, "1bffffffffffffffff"],
    [-1n, "20"],
    [-(2n ** 53n), "3b001fffffffffffff"],
    [-(2n ** 64n), "3bffffffffffffffff"],
  ])("%s", (value, hex) => {
    expect(hexOf(value)).toBe(hex);
    // The bound that was reserved for it held.
    expect(writeCbor(value, undefined, (size) => Buffer.alloc(size)).toString("hex")).toBe(hex);
  });

  it.each([2n ** 64n, -(2n ** 64n) - 1n])("%s is too large", (value) => {
    expect(() => writeCbor(value)).toThrow(new TypeError("CBOR has no place for a bigint of more than 64 bits"));
  });
});

describe("text and bytes", () => {
  const LENGTHS = [0, 1, 22, 23, 24, 62, 63, 64, 65, 255, 256, 65_535, 65_536];

  function headOf(major: number, length: number): Buffer {
    if (length < 24) return Buffer.of(major | length);
    if (length < 256) return Buffer.of(major | 24, length);
    const head = Buffer.alloc(length < 65_536 ? 3 : 5);
    head[0] = major | (length < 65_536 ? 25 : 26);
    if (length < 65_536) head.writeUInt16BE(length, 1);
    else head.writeUInt32BE(length, 1);
    return head;
  }

  const framed = (major: number, content: Buffer): string =>
    Buffer.concat([headOf(major, content.length), content]).toString("hex");

  it.each(LENGTHS)("%i characters of each kind, also where only the last or the first is no ASCII", (length) => {
    for (const one of ["a", "\0", "\u007f", "\u0080", "é", "€", "\ufeff", "\uffff", "\ud800", "\udfff", "😀"]) {
      const texts = [one.repeat(length), "a".repeat(Math.max(0, length - 1)) + one, one + "a".repeat(length)];
      for (const text of texts) {
        // A lone surrogate has no UTF-8; Node writes U+FFFD for it, as it does everywhere.
        const expected = Buffer.from(text);
        expect(hexOf(text)).toBe(framed(0x60, expected));
        expect(hexOf(text, BYTES), "data given as text is its UTF-8").toBe(framed(0x40, expected));
      }
    }
  });

  it.each(LENGTHS)("%i bytes", (length) => {
    const bytes = Buffer.alloc(length, 0xa5);
    for (const given of [bytes, new Uint8Array(bytes), Uint8Array.from([1, ...bytes, 2]).subarray(1, 1 + length)]) {
      expect(hexOf(given)).toBe(framed(0x40, bytes));
    }
  });
});

describe("moments", () => {
  it.each<[Date | number, string]>([
    [new Date(0), "c100"],
    [new Date(1_787_036_486_712), "c11b000001a013accc38"],
    [new Date(-1), "c120"],
    [new Date(8.64e15), "c11b001eb208c2dc0000"],
    // Seconds, which the SDK's JSON takes as well: the same moment in either.
    [1_787_036_486.712, "c11b000001a013accc38"],
    [0, "c100"],
  ])("%s", (moment, hex) => expect(hexOf(moment, TIMESTAMP, (size) => Buffer.alloc(size))).toBe(hex));

  it("an invalid one is refused: the service could take it for 1970", () => {
    const at = structureOf({ Timestamp: TIMESTAMP });
    expect(() => writeCbor({ Timestamp: new Date("never") }, at)).toThrow(TypeError);
    expect(() => writeCbor(new Date(Number.NaN))).toThrow("CBOR has no place for an invalid Date");
  });
});

describe("what holds others", () => {
  const entry = structureOf({ Data: BYTES, ExplicitHashKey: PLAIN, PartitionKey: PLAIN });

  it("members that the shape doesn't know, are null or unset are left out, in the order of the caller", () => {
    const given = {
      PartitionKey: "a",
      userRecordCount: 7,
      ExplicitHashKey: undefined,
      Data: null,
      nested: { deep: 1n },
    };
    expect(hexOf(given, entry)).toBe(hexOf({ PartitionKey: "a" }));
    expect(hexOf({ PartitionKey: "a", Data: "" }, entry)).toBe("bf6c506172746974696f6e4b657961616444617461" + "40ff");
    expect(hexOf({ Data: "", PartitionKey: "a" }, entry)).toBe("bf6444617461406c506172746974696f6e4b65796161" + "ff");
  });

  it("an object of a class, or of another realm, gives what the shape names, getters too", () => {
    class Entry {
      readonly #key = "a";
      readonly Data = Buffer.from("b");
      get PartitionKey(): string {
        return this.#key;
      }
    }
    expect(hexOf(new Entry(), entry)).toBe(hexOf({ Data: Buffer.from("b"), PartitionKey: "a" }));
    expect(hexOf([new Entry()], listOf(entry))).toBe(hexOf([{ Data: Buffer.from("b"), PartitionKey: "a" }]));
    const foreign = runInNewContext("({ PartitionKey: 'a', more: 1 })") as object;
    expect(hexOf(foreign, entry)).toBe(hexOf({ PartitionKey: "a" }));
    const bare = Object.assign(Object.create(null) as object, { PartitionKey: "a", more: 1 });
    expect(hexOf(bare, entry)).toBe(hexOf({ PartitionKey: "a" }));
  });

  it("lists keep their places, also where nothing is", () => {
    expect(hexOf([1, undefined, null, "a"], listOf(PLAIN))).toBe("9f01f6f66161ff");
    expect(hexOf([], listOf(entry))).toBe("9fff");
  });

  it("any name of a map goes over the wire, and only its own", () => {
    const tags = Object.defineProperty({ "": "b" }, "__proto__", { value: "c", enumerable: true });
    expect(hexOf({ Tags: tags }, structureOf({ Tags: mapOf(PLAIN) }))).toBe(
      "bf6454616773bf6061626" + "95f5f70726f746f5f5f6163ffff",
    );
  });

  it("false and true", () => expect(hexOf([false, true])).toBe("9ff4f5ff"));

  it.each([() => 1, Symbol("a")])("%s has no place", (value) => {
    expect(() => writeCbor({ a: value })).toThrow(TypeError);
    expect(hexOf({ a: value, PartitionKey: "a" }, entry), "where it is no member").toBe(hexOf({ PartitionKey: "a" }));
  });

  it("nesting ends at 64, and so does a ring", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(writeCbor(nested(64))).toHaveLength(129);
    expect(() => writeCbor(nested(65))).toThrow(new TypeError("CBOR for Kinesis nests 64 deep at most"));
    const ring: unknown[] = [];
    ring.push(ring);
    expect(() => writeCbor(ring)).toThrow(TypeError);
  });
});

describe("room", () => {
  test.prop([anyValue, fc.integer({ min: 0, max: 999 })])(
    "exactly what was asked for is enough, and what is beyond or there before doesn't show",
    (value, more) => {
      const expected = writeCbor(value);
      let asked = 0;
      const exact = writeCbor(value, undefined, (size) => {
        asked = size;
        return Buffer.alloc(size, 0xff);
      });
      expect(exact).toEqual(expected);
      expect(exact.length).toBeLessThanOrEqual(asked);
      const beyond = Buffer.alloc(asked + more, 0xa5);
      const inLarger = writeCbor(value, undefined, () => beyond);
      expect(inLarger).toEqual(expected);
      expect(inLarger.buffer).toBe(beyond.buffer);
      expect(beyond.subarray(inLarger.length).every((byte) => byte === 0xa5)).toBe(true);
    },
  );
});
