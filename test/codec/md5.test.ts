import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import { deaggregate, hashKeyOf, isAggregated } from "../../src/codec/index.ts";
import {
  type DigestEngine,
  digest,
  digestFollows,
  lanesEngine,
  nativeEngine,
  portable,
  severalDigests,
  useDigestEngine,
} from "../../src/codec/md5/index.ts";

const native = nativeEngine()!; // this suite runs on Node
const lanes = lanesEngine()!; // which has WebAssembly

afterEach(() => useDigestEngine(undefined));

function hexOf(engine: DigestEngine, bytes: Uint8Array, start = 0, end = bytes.length): string {
  const into = new Uint8Array(20).fill(0xee);
  engine.digest(bytes, start, end, into, 2);
  expect([into[0], into[1], into[18], into[19]], "nothing beside the 16 bytes").toEqual([0xee, 0xee, 0xee, 0xee]);
  return Buffer.from(into.subarray(2, 18)).toString("hex");
}

describe.each([portable, native, lanes])("MD5 by the $name engine", (engine) => {
  // RFC 1321, A.5.
  it.each([
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a", "0cc175b9c0f1b6a831c399e269772661"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
    ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
    ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"],
    [
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a",
    ],
  ])("%j", (text, expected) => expect(hexOf(engine, Buffer.from(text))).toBe(expected));

  // Where the padding takes a block more, and where a length needs a second byte, a third and a fourth.
  it.each([55, 56, 63, 64, 65, 119, 120, 127, 128, 8_191, 8_192, 2_097_152])("of %i bytes", (length) => {
    const bytes = new Uint8Array(length).map((_, i) => i * 7);
    expect(hexOf(engine, bytes)).toBe(createHash("md5").update(bytes).digest("hex"));
  });

  test.prop([fc.uint8Array({ maxLength: 400 }), fc.nat(300), fc.nat(300)])(
    "of any part of any bytes",
    (bytes, a, b) => {
      const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)] as const;
      expect(hexOf(engine, bytes, start, end)).toBe(createHash("md5").update(bytes.subarray(start, end)).digest("hex"));
    },
  );

  it("is what the codec computes by, once it is chosen", () => {
    useDigestEngine(engine);
    expect(hashKeyOf("a")).toBe(16955237001963240173058271559858726497n);
    const framed = Buffer.from(
      "f3899ac20a01610a01621a0508001a01781a0508011a0179b0031909ae75891ca94acec2ecce3125",
      "hex",
    );
    expect(isAggregated(framed)).toBe(true);
    expect(deaggregate(framed).map(({ partitionKey }) => partitionKey)).toEqual(["a", "b"]);
  });
});

describe("the digest behind a message", () => {
  it("is compared to its last byte", () => {
    const message = Buffer.from("abc");
    const sound = Buffer.concat([message, createHash("md5").update(message).digest()]);
    expect(digestFollows(sound, 0, 3)).toBe(true);
    for (let at = 0; at < sound.length; at++) {
      const broken = Buffer.from(sound);
      broken[at]! ^= 0x80; // at < length
      expect(digestFollows(broken, 0, 3), `byte ${at}`).toBe(false);
    }
    expect(digestFollows(sound.subarray(0, 18), 0, 3), "cut").toBe(false);
  });

  it("comes from the engine of the platform unless another is set", () => {
    const asked: number[] = [];
    useDigestEngine({ name: "counted", digest: (_bytes, start, end) => void asked.push(end - start) });
    digest(new Uint8Array(9), 2, 9, new Uint8Array(16), 0);
    useDigestEngine(undefined);
    digest(new Uint8Array(9), 2, 9, new Uint8Array(16), 0);
    expect(asked).toEqual([7]);
  });

  it("of several messages comes from the lanes, unless another engine is set: then only from that", () => {
    for (const engine of [portable, native, { ...lanes }]) {
      useDigestEngine(engine);
      expect(severalDigests(), engine.name).toBe(engine.several);
      useDigestEngine(undefined);
      digest(new Uint8Array(9), 2, 9, new Uint8Array(16), 0); // which chooses
      expect(severalDigests(), `after ${engine.name}`).toBe(lanes.several);
    }
  });
});
