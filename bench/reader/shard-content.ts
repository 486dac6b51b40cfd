// One page of each shard, which every answer repeats under new sequence numbers, and what a reader must make of it.

import { createHash } from "node:crypto";
import { Aggregator, type HashKeyRange, hashKeyOf } from "../../src/codec/index.ts";
import { type Random, seededRandom } from "../random.ts";
import { AGGREGATES_A_PAGE, FIRST_BYTE, KEY_LENGTH, type Load, SHARDS } from "./loads.ts";

export interface ShardContent {
  readonly aggregates: readonly Uint8Array[];
  /** Of key and data of its user records, in order. */
  readonly digest: string;
}

export function contentOf(load: Load, shard: number): ShardContent {
  const random = seededRandom(shard + 1);
  const digest = createHash("md5");
  const aggregates = Array.from({ length: AGGREGATES_A_PAGE }, () => {
    const aggregator = new Aggregator();
    for (let count = 0; count < load.recordsAnAggregate; count++) {
      const partitionKey = keyOf(shard, random);
      const data = dataOf(load, random);
      digest.update(partitionKey).update(data);
      if (aggregator.add({ partitionKey, data })) throw new Error("an aggregate has no room for its user records");
    }
    return aggregator.flush()!.Data; // it has user records
  });
  return { aggregates, digest: digest.digest("hex") };
}

export function hashKeyRangeOf(shard: number): HashKeyRange {
  const width = 2n ** 128n / BigInt(SHARDS);
  return { start: BigInt(shard) * width, end: BigInt(shard + 1) * width - 1n };
}

/** The shard's number comes first, for a reader that does not tell its user the shard. */
export function shardOfKey(partitionKey: string): number {
  return partitionKey.charCodeAt(0) - 0x30;
}

/** Of the shard's range, found by trying: the KCL drops an aggregate with a member outside. */
function keyOf(shard: number, random: Random): string {
  const { start, end } = hashKeyRangeOf(shard);
  while (true) {
    const key = `${shard}${hexOf(random)}${hexOf(random)}`.slice(0, KEY_LENGTH);
    const hashKey = hashKeyOf(key);
    if (start <= hashKey && hashKey <= end) return key;
  }
}

function hexOf(random: Random): string {
  const digits = Math.floor(random() * 2 ** 32).toString(16);
  return digits.padStart(8, "0");
}

function dataOf({ recordBytes }: Load, random: Random): Uint8Array {
  const words = new Uint32Array(Math.ceil(recordBytes / 4));
  for (let at = 0; at < words.length; at++) words[at] = random() * 2 ** 32;
  const data = new Uint8Array(words.buffer, 0, recordBytes);
  data[0] = FIRST_BYTE;
  return data;
}
