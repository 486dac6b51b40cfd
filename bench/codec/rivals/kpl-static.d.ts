// The part of kpl-static.js that the benchmark calls, as `pbjs --null-defaults --force-number` makes it.

import type { Reader, Writer } from "protobufjs/minimal.js";

export interface RecordProperties {
  partitionKeyIndex: number;
  explicitHashKeyIndex?: number | null;
  data: Uint8Array;
}

export interface DecodedRecord {
  readonly partitionKeyIndex: number;
  readonly explicitHashKeyIndex: number | null;
  readonly data: Uint8Array;
}

export declare const AggregatedRecord: {
  encode(
    message: { partitionKeyTable: string[]; explicitHashKeyTable: string[]; records: RecordProperties[] },
    writer?: Writer,
  ): Writer;
  decode(reader: Reader | Uint8Array): {
    readonly partitionKeyTable: readonly string[];
    readonly explicitHashKeyTable: readonly string[];
    readonly records: readonly DecodedRecord[];
  };
};
