// The examples of RFC 8949, appendix A, and what is no CBOR, or more than a call of Kinesis can need.

import { describe, expect, it } from "vitest";
import { KplKitError } from "../../../src/codec/index.ts";
import { MalformedCborError, readCbor } from "../../../src/kinesis/index.ts";
import { BYTES, listOf, mapOf, PAGE, PLAIN, structureOf, TIMESTAMP } from "./shapes.ts";

const read = (hex: string, ...shape: [] | [Parameters<typeof readCbor>[1]]): unknown =>
  readCbor(Buffer.from(hex.replaceAll(" ", ""), "hex"), ...shape);

function refused(run: () => unknown): MalformedCborError {
  try {
    run();
  } catch (error) {
    if (error instanceof MalformedCborError) return error;
    throw error;
  }
  throw new Error("it was read");
}

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const FROM_1_TO_25 = Array.from({ length: 25 }, (_, index) => index + 1);

describe("RFC 8949, appendix A", () => {
  it.each<[hex: string, value: unknown]>([
    ["00", 0],
    ["01", 1],
    ["0a", 10],
    ["17", 23],
    ["1818", 24],
    ["1819", 25],
    ["1864", 100],
    ["1903e8", 1_000],
    ["1a000f4240", 1_000_000],
    ["1b000000e8d4a51000", 1_000_000_000_000],
    // A double keeps no more.
    ["1bffffffffffffffff", 2 ** 64],
    ["3bffffffffffffffff", -(2 ** 64)],
    ["20", -1],
    ["29", -10],
    ["3863", -100],
    ["3903e7", -1_000],
    ["f90000", 0],
    ["f98000", -0],
    ["f93c00", 1],
    ["fb3ff199999999999a", 1.1],
    ["f93e00", 1.5],
    ["f97bff", 65_504],
    ["fa47c35000", 100_000],
    ["fa7f7fffff", 3.402_823_466_385_288_6e38],
    ["fb7e37e43c8800759c", 1e300],
    ["f90001", 2 ** -24],
    ["f90400", 2 ** -14],
    ["f9c400", -4],
    ["fbc010666666666666", -4.1],
    ["f97c00", Number.POSITIVE_INFINITY],
    ["f97e00", Number.NaN],
    ["f9fc00", Number.NEGATIVE_INFINITY],
    ["fa7f800000", Number.POSITIVE_INFINITY],
    ["fa7fc00000", Number.NaN],
    ["faff800000", Number.NEGATIVE_INFINITY],
    ["fb7ff0000000000000", Number.POSITIVE_INFINITY],
    ["fb7ff8000000000000", Number.NaN],
    ["fbfff0000000000000", Number.NEGATIVE_INFINITY],
    ["f4", false],
    ["f5", true],
    ["f6", null],
    ["f7", null],
    // Tags other than 1 say nothing here: a bignum is its bytes, a date its text.
    ["c249010000000000000000", bytes("010000000000000000")],
    ["c349010000000000000000", bytes("010000000000000000")],
    ["c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"],
    // Milliseconds, against the RFC.
    ["c11a514b67b0", new Date(1_363_896_240)],
    ["c1fb41d452d9ec200000", new Date(1_363_896_240)],
    ["d74401020304", bytes("01020304")],
    ["d818456449455446", bytes("6449455446")],
    ["d82076687474703a2f2f7777772e6578616d706c652e636f6d", "http://www.example.com"],
    ["40", bytes("")],
    ["4401020304", bytes("01020304")],
    ["60", ""],
    ["6161", "a"],
    ["6449455446", "IETF"],
    ["62225c", '"\\'],
    ["62c3bc", "\u00fc"],
    ["63e6b0b4", "\u6c34"],
    ["64f0908591", "\ud800\udd51"],
    ["80", []],
    ["83010203", [1, 2, 3]],
    ["8301820203820405", [1, [2, 3], [4, 5]]],
    ["98190102030405060708090a0b0c0d0e0f101112131415161718181819", FROM_1_TO_25],
    ["a0", {}],
    ["a26161016162820203", { a: 1, b: [2, 3] }],
    ["826161a161626163", ["a", { b: "c" }]],
    ["a56161614161626142616361436164614461656145", { a: "A", b: "B", c: "C", d: "D", e: "E" }],
    ["5f42010243030405ff", bytes("0102030405")],
    ["7f657374726561646d696e67ff", "streaming"],
    ["9fff", []],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["9f01820203820405ff", [1, [2, 3], [4, 5]]],
    ["83018202039f0405ff", [1, [2, 3], [4, 5]]],
    ["83019f0203ff820405", [1, [2, 3], [4, 5]]],
    ["9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", FROM_1_TO_25],
    ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
    ["826161bf61626163ff", ["a", { b: "c" }]],
    ["bf6346756ef563416d7421ff", { Fun: true, Amt: -2 }],
  ])("%s", (hex, value) => expect(read(hex)).toStrictEqual(value));

  it.each([
    ["f0", "simple(16)"],
    ["f8ff", "simple(255)"],
    ["a201020304", "a name that is a number"],
  ])("%s, %s, is nothing that Kinesis could mean", (hex) => {
    expect(refused(() => read(hex))).toBeInstanceOf(MalformedCborError);
  });
});

describe("by its shape", () => {
  it("members that are unknown or null are passed over, whatever they hold", () => {
    const shape = structureOf({ a: PLAIN, b: listOf(PLAIN) });
    expect(read("bf 6161 f6 6178 9f bf 6179 5f 41ff ff ff ff 6162 83 01 f6 f7 ff", shape)).toStrictEqual({
      b: [1, null, null],
    });
  });

  it("a member that is null is none, also where there is no shape, and in a map", () => {
    for (const shape of [undefined, PLAIN, mapOf(PLAIN)])
      expect(read("a3 6161 f6 6162 01 6163 f7", shape)).toStrictEqual({ b: 1 });
  });

  it("a tag that says nothing new takes nothing from the shape", () => {
    const shape = structureOf({ Data: BYTES, At: TIMESTAMP });
    const hex = "d9d9f7 a3 6161 01 6444617461 d6 6441514944 624174 d818 01";
    expect(read(hex, shape)).toStrictEqual({ Data: bytes("010203"), At: new Date(1) });
  });

  it.each(["c1 1b000001a013accc38", "1b000001a013accc38", "c1 fb427a013accc38000", "fb427a013accc38000"])(
    "%s is that moment",
    (hex) => expect(read(hex, TIMESTAMP)).toStrictEqual(new Date(1_787_036_486_712)),
  );

  it.each([
    ["", ""],
    ["QQ==", "41"],
    ["QUI=", "4142"],
    ["QUJD", "414243"],
    ["+/+/", "fbffbf"],
  ])("data as base64 text: %j", (text, hex) => {
    const written = Buffer.concat([Buffer.of(0x60 | text.length), Buffer.from(text)]);
    expect(readCbor(written, BYTES)).toStrictEqual(bytes(hex));
  });

  it.each(["Q", "QQ", "QQ=", "QQ===", "====", "Q=Q=", "QU JD", "Q!JD", "ключ", "QUJDQ\n=="])(
    "data as text that is no base64: %j",
    (text) => {
      const content = Buffer.from(text);
      const written = Buffer.concat([Buffer.of(0x78, content.length), content]);
      expect(refused(() => readCbor(written, BYTES)).message).toBe("CBOR, byte 0: data as text that is no base64");
    },
  );

  it("a map keeps any name as its own member, and no prototype", () => {
    const hex = "a2 695f5f70726f746f5f5f a1 6161 01 6b636f6e7374727563746f72 02";
    for (const shape of [undefined, mapOf(PLAIN)]) {
      const map = read(hex, shape) as object;
      expect(Object.keys(map)).toEqual(["__proto__", "constructor"]);
      expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
      expect("a" in map).toBe(false);
    }
    // A structure knows no such member.
    expect(Object.keys(read(hex, PAGE) as object)).toEqual([]);
    expect("a" in {}).toBe(false);
  });

  it("bytes are a view of what was read, and no Buffer", () => {
    const page = Buffer.from("a1645265637344aabbccdd", "hex");
    const { Recs } = readCbor(page) as { Recs: Uint8Array };
    expect(Recs).toStrictEqual(bytes("aabbccdd"));
    expect(Object.getPrototypeOf(Recs)).toBe(Uint8Array.prototype);
    expect(Recs.buffer).toBe(page.buffer);
    page[page.length - 1] = 0;
    expect(Recs[3]).toBe(0);
  });

  it("also from the middle of a larger array, which is no Buffer", () => {
    const whole = Uint8Array.from([0xff, 0x82, 0x61, 0x61, 0x41, 0x07, 0xff]);
    expect(readCbor(whole.subarray(1, 6))).toStrictEqual(["a", Uint8Array.of(7)]);
  });
});

describe("no CBOR", () => {
  const LENGTHS = [
    "1a00000100",
    "1affffffff",
    "1b0000000100000000",
    "1b001fffffffffffff",
    "1b8000000000000000",
    "1bffffffffffffffff",
  ];
  const claimed = (major: number): string[] =>
    LENGTHS.map((head) => (Number.parseInt(head.slice(0, 2), 16) | major).toString(16) + head.slice(2));

  it.each<[what: string, hexes: readonly string[]]>([
    ["nothing", [""]],
    ["a head without its length", ["18", "19", "1900", "1a000000", "1b00000000000000", "58", "79ff", "9b00", "bb"]],
    ["lengths that are reserved", ["1c", "1d", "1e", "3c", "5d", "7e", "9c", "bd", "dc", "fc", "fd", "fe"]],
    ["no number or tag is endless", ["1f", "3f", "df"]],
    ["a break that ends nothing", ["ff"]],
    ["a break in the middle", ["8101ff", "a0ff"]],
    ["less than announced: bytes and text", ["41", "6361 61", ...claimed(0x40), ...claimed(0x60)]],
    ["less than announced: lists", ["8201", ...claimed(0x80).map((hex) => `${hex}01`)]],
    ["less than announced: maps", ["a26161", ...claimed(0xa0).map((hex) => `${hex}616101`)]],
    ["endless, and no end", ["9f", "9f01", "bf", "bf6161", "bf616101", "5f", "5f4101", "7f", "7f6161"]],
    ["a map that ends between name and value", ["bf6161ff"]],
    ["chunks of another kind", ["5f6161ff", "7f4101ff", "5f01ff", "5f5f4101ffff", "7f7f6161ffff", "5f80ff"]],
    ["a name that is no text", ["a10101", "a1f601", "a1416101", "bf8001ff", "a1c1616101"]],
    ["a timestamp that is no number", ["c16161", "c180", "c1f6", "c14101", "c1c101"]],
    ["a value too many", ["0000", "8000", "bfff00"]],
    ["simple values that are none", ["e0", "f3", "f800", "f814", "f8ff"]],
    [
      "text that is no UTF-8",
      ["61ff", "62c328", "63eda080", "64f0908f", "7f61c361ffff", "a161ff01", `7841${"61".repeat(64)}ff`],
    ],
  ])("%s", (_, hexes) => {
    for (const hex of hexes) {
      for (const shape of [undefined, PLAIN, BYTES, TIMESTAMP, listOf(PLAIN), mapOf(PLAIN), PAGE]) {
        if (shape === BYTES && /^[67]/.test(hex)) continue;
        const error = refused(() => read(hex, shape));
        expect(error).toMatchObject({ code: "KPL_KIT_MALFORMED_CBOR", retryable: false, name: "MalformedCborError" });
        expect(error).toBeInstanceOf(KplKitError);
        expect(error.offset).toBeGreaterThanOrEqual(0);
        expect(error.offset).toBeLessThanOrEqual(hex.length / 2);
        expect(error.message.startsWith(`CBOR, byte ${error.offset}: `), error.message).toBe(true);
      }
    }
  });

  it.each<[hex: string, message: string]>([
    ["", "CBOR, byte 0: ends too early"],
    ["826161", "CBOR, byte 3: ends too early"],
    ["8001", "CBOR, byte 1: 1 bytes too many"],
    ["81 1c", "CBOR, byte 1: the length 28 means nothing here"],
    ["a1 01 01", "CBOR, byte 1: a name that is no text"],
    ["9f 5a ffffffff 00 ff", "CBOR, byte 6: 4294967295 bytes announced, 2 there"],
    ["a1 7b 8000000000000000", "CBOR, byte 1: 9223372036854776000 bytes announced, 0 there"],
    ["81 ff", "CBOR, byte 1: 0xff begins nothing"],
    ["81 c1 60", "CBOR, byte 1: a timestamp that is no number"],
    ["81 5f 01 ff", "CBOR, byte 2: a chunk of another kind"],
    ["81 61 ff", "CBOR, byte 1: a text that is no UTF-8"],
  ])("%s", (hex, message) => expect(refused(() => read(hex)).message).toBe(message));

  it("U+FFFD itself is a character like others", () => {
    expect(read("63efbfbd")).toBe("\ufffd");
    expect(read("a163efbfbd01")).toStrictEqual({ "\ufffd": 1 });
    expect(read("7f62efbf61bdff")).toBe("\ufffd");
  });

  it.each(["81", "9f", "a16161", "bf6161", "c6", "d9d9f7"])("nested 64 deep by %s, and no deeper", (around) => {
    const end = ["9f", "bf6161"].includes(around) ? "ff" : "";
    const nested = (depth: number): string => `${around.repeat(depth)}00${end.repeat(depth)}`;
    expect(() => read(nested(64))).not.toThrow();
    for (const depth of [65, 1_000, 100_000]) {
      const error = refused(() => read(nested(depth)));
      expect(error.message).toBe(`CBOR, byte ${(65 * around.length) / 2}: nested deeper than 64`);
    }
  });
});
