// protobufjs's own decoder over the same bytes: agrees with the judge wherever the walk met no corner.

import { aggregatedRecordType } from "./kpl-proto.ts";

export interface DecodedRecord {
  readonly keyIndex: bigint;
  readonly hashKeyIndex: bigint | undefined;
  readonly data: Uint8Array;
}

export interface Decoded {
  readonly partitionKeys: readonly string[];
  readonly hashKeys: readonly string[];
  readonly records: readonly DecodedRecord[];
}

interface PlainMessage {
  readonly partition_key_table: string[];
  readonly explicit_hash_key_table: string[];
  readonly records: {
    readonly partition_key_index: string;
    readonly explicit_hash_key_index?: string;
    readonly data: Uint8Array;
  }[];
}

/** `undefined` where protobufjs refuses the message. */
export function decodeWithProtobufjs(body: Uint8Array): Decoded | undefined {
  let plain: PlainMessage;
  try {
    const message = aggregatedRecordType.decode(body);
    // As text, an index keeps its 64 bits.
    plain = aggregatedRecordType.toObject(message, { longs: String, arrays: true }) as PlainMessage;
  } catch {
    return undefined; // whatever it throws, it read no message
  }
  return {
    partitionKeys: plain.partition_key_table,
    hashKeys: plain.explicit_hash_key_table,
    records: plain.records.map(({ partition_key_index, explicit_hash_key_index, data }) => ({
      keyIndex: BigInt(partition_key_index),
      hashKeyIndex: explicit_hash_key_index === undefined ? undefined : BigInt(explicit_hash_key_index),
      data,
    })),
  };
}
