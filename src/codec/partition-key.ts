// What the service takes as a partition key: 1 to 256 Unicode characters. The KPL counts UTF-16 units instead, and lets
// a lone surrogate become "?", so that a consumer sees another key than the producer meant.

import { InvalidRecordError } from "./errors.ts";
import { codePoints } from "./utf8.ts";

export const MAX_PARTITION_KEY_LENGTH = 256;

/** @throws `KPL_KIT_INVALID_RECORD` */
export function checkPartitionKey(partitionKey: string, field = "partitionKey"): void {
  // A code point takes at most two UTF-16 units: no need to count those of a book.
  const count =
    typeof partitionKey === "string" && partitionKey.length <= 2 * MAX_PARTITION_KEY_LENGTH
      ? codePoints(partitionKey)
      : Number.POSITIVE_INFINITY;
  if (count >= 1 && count <= MAX_PARTITION_KEY_LENGTH) return;
  throw new InvalidRecordError(field, partitionKey, "1 to 256 Unicode characters without lone surrogates");
}
