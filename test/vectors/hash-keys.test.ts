import { expect, it } from "vitest";
import { hashKeyOf, hashKeysOf } from "../../src/codec/index.ts";
import { hashKeyVectors } from "./vectors.ts";

it.each(hashKeyVectors)("hash key of $partitionKey, as the KPL and the KCL have it", ({ partitionKey, hashKey }) => {
  expect(hashKeyOf(partitionKey).toString()).toBe(hashKey);
});

it("all of them at once", () => {
  expect(hashKeyVectors).toHaveLength(20);
  expect(hashKeysOf(hashKeyVectors.map(({ partitionKey }) => partitionKey)).map(String)).toEqual(
    hashKeyVectors.map(({ hashKey }) => hashKey),
  );
});
