// Partition keys: their digests alone, and the hash keys, which are numbers: many at once, and one after the other.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { hashKeyOf, hashKeysOf } from "../../src/codec/index.ts";
import { byteOfDigest } from "../../src/codec/md5/index.ts";
import { seededRandom } from "../random.ts";
import type { Contender } from "../rounds.ts";
import { deviceKey, uuidOf } from "./corpus.ts";
import { lanes } from "./engines-here.ts";
import type { Task } from "./task.ts";

export const DIGESTS = "1,000 partition keys, digests";
const HASH_KEYS = "1,000 partition keys, hash keys";
export const ONE_KEY = "one partition key, hash key";
export const DEVICE_KEYS = "device keys";
export const UUIDS = "UUIDs";
export const HASH = "crypto.hash";
export const BIGINT_OF_HASH = "BigInt of crypto.hash";

const COUNT = 1_000;
/** Half of all hash keys are above it. */
const HALF = 1n << 127n;

const KEYS: Readonly<Record<string, () => string[]>> = {
  [DEVICE_KEYS]: () => Array.from({ length: COUNT }, (_, index) => flat(deviceKey(index))),
  [UUIDS]: () => {
    const random = seededRandom(COUNT);
    return Array.from({ length: COUNT }, () => flat(uuidOf(random)));
  },
};

const SIDES: Readonly<Record<string, (keys: readonly string[]) => readonly [Contender, ...Contender[]]>> = {
  [DIGESTS]: (keys) => [lanesSide(keys), hashSide(keys)],
  [HASH_KEYS]: (keys) => [hashKeysOfSide(keys), bigIntSide(keys)],
  [ONE_KEY]: (keys) => [hashKeyOfSide(keys), bigIntSide(keys), hashSide(keys)],
};

export const KEY_TASKS: readonly Task[] = Object.entries(SIDES).flatMap(([group, sidesOf]) =>
  Object.entries(KEYS).map(
    ([name, keysOf]): Task => ({
      group,
      name,
      prepare: () => {
        const keys = keysOf();
        assertAlike(keys);
        const [ours, ...rivals] = sidesOf(keys);
        return { unit: "key", count: COUNT, rivals: rivals.map((side) => side.name), contenders: [ours, ...rivals] };
      },
    }),
  ),
);

/** One piece, as a key from JSON is: text made of pieces costs its first reader the joining. */
function flat(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function lanesSide(keys: readonly string[]): Contender {
  let tally = 0;
  const take = (_index: number, words: Int32Array, at: number) => {
    tally += words[at]! + words[at + 4]! + words[at + 8]! + words[at + 12]!; // a digest is four words, four apart
  };
  return {
    name: "lanes",
    run: () => {
      tally = 0;
      lanes.digestTexts(keys, take);
      return tally;
    },
  };
}

function hashSide(keys: readonly string[]): Contender {
  return {
    name: HASH,
    run: () => {
      let tally = 0;
      for (const key of keys) {
        const text = crypto.hash("md5", key);
        tally += text.charCodeAt(0) + text.charCodeAt(31);
      }
      return tally;
    },
  };
}

function hashKeysOfSide(keys: readonly string[]): Contender {
  return {
    name: "hashKeysOf",
    run: () => {
      let above = 0;
      for (const hashKey of hashKeysOf(keys)) if (hashKey > HALF) above++;
      return above;
    },
  };
}

function hashKeyOfSide(keys: readonly string[]): Contender {
  return {
    name: "hashKeyOf",
    run: () => {
      let above = 0;
      for (const key of keys) if (hashKeyOf(key) > HALF) above++;
      return above;
    },
  };
}

function bigIntSide(keys: readonly string[]): Contender {
  return {
    name: BIGINT_OF_HASH,
    run: () => {
      let above = 0;
      for (const key of keys) if (BigInt(`0x${crypto.hash("md5", key)}`) > HALF) above++;
      return above;
    },
  };
}

function assertAlike(keys: readonly string[]): void {
  const expected = keys.map((key) => crypto.hash("md5", key));
  const byLanes: string[] = [];
  lanes.digestTexts(keys, (index, words, at) => {
    byLanes[index] = Buffer.from(Array.from({ length: 16 }, (_, i) => byteOfDigest(words, at, i))).toString("hex");
  });
  assert.deepEqual(byLanes, expected, "lanes");
  const hashKeys = expected.map((digest) => BigInt(`0x${digest}`));
  assert.deepEqual(hashKeysOf(keys), hashKeys, "hashKeysOf");
  assert.deepEqual(
    keys.map((key) => hashKeyOf(key)),
    hashKeys,
    "hashKeyOf",
  );
}
