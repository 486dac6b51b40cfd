// The hash key of a record decides its shard: the explicit hash key, else the MD5 of the partition key's UTF-8 bytes as
// an unsigned big-endian number of 128 bits (KPL, user_record.cc).

import { compareDecimals, withoutLeadingZeros } from "./decimal.ts";
import { InvalidRecordError } from "./errors.ts";
import { DIGEST_LENGTH, digest } from "./md5/index.ts";
import { MAX_PARTITION_KEY_LENGTH, PARTITION_KEY_RULE } from "./partition-key.ts";
import { encodeUtf8, writeUtf8 } from "./utf8.ts";

const MAX_DIGITS = "340282366920938463463374607431768211455";
export const MAX_HASH_KEY: bigint = /* @__PURE__ */ BigInt(MAX_DIGITS);

const keyBytes = new Uint8Array(MAX_PARTITION_KEY_LENGTH * 3);
const hash = new Uint8Array(DIGEST_LENGTH);
const hashView = new DataView(hash.buffer);

/** The hash key of a partition key that comes as bytes, UTF-8 or not. */
export function hashOfBytes(bytes: Uint8Array, start: number, end: number): bigint {
  digest(bytes, start, end, hash, 0);
  return (hashView.getBigUint64(0) << 64n) | hashView.getBigUint64(8);
}

/**
 * The decimal text that the service takes: `0|([1-9]\d{0,38})`. The KPL trims and prints the number anew, "007" as "7".
 * @throws `KPL_KIT_INVALID_RECORD`
 */
export function canonicalHashKey(explicitHashKey: string | bigint): string {
  const isReadable = typeof explicitHashKey === "string" || typeof explicitHashKey === "bigint";
  const digits = isReadable ? hashKeyDigits(String(explicitHashKey).trim()) : undefined;
  if (digits !== undefined) return digits;
  throw new InvalidRecordError("explicitHashKey", explicitHashKey, "a decimal from 0 to 2^128-1");
}

/**
 * The number that the KCL reads from an aggregate's table, `new BigInteger(text)`: leading zeros and a plus sign are
 * fine there. `undefined` for what it would fail on, or would find outside every shard.
 */
export function readHashKey(text: string): bigint | undefined {
  const digits = hashKeyDigits(text.replace(/^\+/, ""));
  return digits === undefined ? undefined : BigInt(digits);
}

/** The digits of a hash key without leading zeros, or `undefined`. */
function hashKeyDigits(text: string): string | undefined {
  const digits = withoutLeadingZeros(text);
  return /^\d{1,39}$/.test(digits) && compareDecimals(digits, MAX_DIGITS) <= 0 ? digits : undefined;
}

/** @throws `KPL_KIT_INVALID_RECORD` */
export function hashOfPartitionKey(partitionKey: string): bigint {
  if (typeof partitionKey !== "string") throw new InvalidRecordError("partitionKey", partitionKey, PARTITION_KEY_RULE);
  if (partitionKey.length > MAX_PARTITION_KEY_LENGTH) {
    const bytes = encodeUtf8(partitionKey);
    return hashOfBytes(bytes, 0, bytes.length);
  }
  return hashOfBytes(keyBytes, 0, writeUtf8(partitionKey, keyBytes, 0));
}
