import { describe, expect, it } from "vitest";
import { hashKeyOf, hashKeysOf } from "../../src/codec/index.ts";
import { hashOfBytes, utf8 } from "../oracle/frame.ts";

describe("hashKeyOf: MD5 of the partition key, unsigned, big-endian", () => {
  it.each([
    ["a", 16955237001963240173058271559858726497n],
    ["0", 276215275525073243129443018166533317850n],
    ["abcd", 301716283811389038011477436469853762335n],
  ])("%j", (partitionKey, hashKey) => {
    expect(hashKeyOf(partitionKey)).toBe(hashKey);
    expect(hashKeyOf({ partitionKey })).toBe(hashKey);
  });

  it("of a key with an explicit hash key is that", () => {
    expect(hashKeyOf({ partitionKey: "a", explicitHashKey: "0" })).toBe(0n);
    expect(hashKeyOf({ partitionKey: "a", explicitHashKey: 0n })).toBe(0n);
  });

  // MD5 pads to blocks of 64 bytes: one block ends at 55 bytes, two at 119. The hash of a hash with a leading zero byte,
  // and of one with the top bit set, would show a signed or a short reading.
  it("of keys of every length in bytes", () => {
    const keys = Array.from({ length: 256 }, (_, i) => "k".repeat(i + 1));
    const wide = Array.from({ length: 256 }, (_, i) => "😀".repeat(i + 1));
    for (const key of [...keys, ...wide])
      expect(hashKeyOf(key), `${utf8(key).length} bytes`).toBe(hashOfBytes(utf8(key)));
    expect(hashKeysOf([...keys, ...wide])).toEqual([...keys, ...wide].map(hashKeyOf));
  });

  it("of many keys, some with leading zeros, some with the top bit set", () => {
    const keys = Array.from({ length: 3_000 }, (_, i) => `${i}`);
    const hashes = hashKeysOf(keys);
    expect(hashes).toEqual(keys.map((key) => hashOfBytes(utf8(key))));
    expect(hashes.some((hash) => hash < 1n << 120n)).toBe(true);
    expect(hashes.some((hash) => hash >= 1n << 127n)).toBe(true);
  });

  it("hashKeysOf of none is none, and repeats are hashed alike", () => {
    expect(hashKeysOf([])).toEqual([]);
    expect(hashKeysOf(["a", "b", "a"])).toEqual([hashKeyOf("a"), hashKeyOf("b"), hashKeyOf("a")]);
  });
});
