// What the service takes as a partition key: 1 to 256 Unicode characters. The KPL counts UTF-16 units instead, and lets
// a lone surrogate become "?", so that a consumer sees another key than the producer meant.

import { InvalidRecordError } from "./errors.ts";

export const MAX_PARTITION_KEY_LENGTH = 256;
export const PARTITION_KEY_RULE = "1 to 256 Unicode characters without lone surrogates";

/**
 * Bytes that the key takes in UTF-8.
 * @throws `KPL_KIT_INVALID_RECORD`
 */
export function partitionKeyLength(partitionKey: string, field = "partitionKey"): number {
  // A character takes at most two UTF-16 units: no need to count those of a book.
  if (typeof partitionKey === "string" && partitionKey.length <= 2 * MAX_PARTITION_KEY_LENGTH) {
    let bytes = 0;
    let characters = 0;
    let wellFormed = true;
    for (let at = 0; at < partitionKey.length; at++, characters++) {
      const unit = partitionKey.charCodeAt(at);
      if (unit < 0x80) bytes += 1;
      else if (unit < 0x800) bytes += 2;
      else if ((unit & 0xf800) !== 0xd800) bytes += 3;
      else if (unit < 0xdc00 && (partitionKey.charCodeAt(++at) & 0xfc00) === 0xdc00) bytes += 4;
      else wellFormed = false;
    }
    if (wellFormed && characters >= 1 && characters <= MAX_PARTITION_KEY_LENGTH) return bytes;
  }
  throw new InvalidRecordError(field, partitionKey, PARTITION_KEY_RULE);
}
