// Hash keys by lanes, of many partition keys or of one.

import { canonicalHashKey, hashOfPartitionKey } from "./hash-key.ts";
import { severalDigests } from "./md5/index.ts";

const hash = new DataView(new ArrayBuffer(16));

/**
 * The hash key of a user record, 0 to 2^128-1: its explicit hash key, else the MD5 of its partition key.
 * @throws `KPL_KIT_INVALID_RECORD` for an explicit hash key that is no such number.
 * @example
 * ```ts
 * hashKeyOf("a"); // 16955237001963240173058271559858726497n
 * hashKeyOf({ partitionKey: "a", explicitHashKey: "7" }); // 7n
 * ```
 */
export function hashKeyOf(
  record: { readonly partitionKey: string; readonly explicitHashKey?: string | bigint | undefined } | string,
): bigint {
  if (typeof record !== "string") {
    if (record.explicitHashKey !== undefined) return BigInt(canonicalHashKey(record.explicitHashKey));
    record = record.partitionKey;
  }
  return hashKeysOf([record])[0]!; // one of one
}

/**
 * The hash keys of many partition keys, in order; together, a key takes a fraction of what it takes alone.
 * @throws `KPL_KIT_INVALID_RECORD` for a key that is no string
 */
export function hashKeysOf(partitionKeys: readonly string[]): bigint[] {
  const several = severalDigests();
  let isText = true;
  for (const partitionKey of partitionKeys) isText &&= typeof partitionKey === "string";
  // One that is no text is refused where one is hashed at a time.
  if (!several || !isText) return partitionKeys.map(hashOfPartitionKey);
  const hashKeys: bigint[] = [];
  several.digestTexts(partitionKeys, (index, words, at) => {
    for (let i = 0; i < 16; i += 4) hash.setInt32(i, words[at + i]!, true); // four words, four apart
    hashKeys[index] = (hash.getBigUint64(0) << 64n) | hash.getBigUint64(8);
  });
  return hashKeys;
}
