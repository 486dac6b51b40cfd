// The KPL's rules on top of protobufjs: tables in first-use order, an index only where the caller gave the hash key.

import type { UserRecordInput } from "../../src/codec/index.ts";
import { frame, utf8 } from "./frame.ts";
import { aggregatedRecordType } from "./kpl-proto.ts";

export function encodeAsKpl(records: readonly UserRecordInput[]): Uint8Array {
  const partitionKeys = new Map<string, number>();
  const hashKeys = new Map<string, number>();
  const indexIn = (table: Map<string, number>, text: string): number => {
    if (!table.has(text)) table.set(text, table.size);
    return table.get(text) as number;
  };
  const message = {
    records: records.map(({ partitionKey, explicitHashKey, data }) => ({
      partition_key_index: indexIn(partitionKeys, partitionKey),
      ...(explicitHashKey !== undefined && { explicit_hash_key_index: indexIn(hashKeys, canonical(explicitHashKey)) }),
      data: typeof data === "string" ? utf8(data) : data,
    })),
    partition_key_table: [...partitionKeys.keys()],
    explicit_hash_key_table: [...hashKeys.keys()],
  };
  return frame(aggregatedRecordType.encode(message).finish());
}

export function canonical(explicitHashKey: string | bigint): string {
  return BigInt(explicitHashKey).toString();
}
