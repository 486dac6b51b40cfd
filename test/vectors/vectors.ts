// The vectors, typed. They are data: read at run time, never imported, so that no bundler or checker rewrites them.

import { readFileSync } from "node:fs";
import type { UserRecordInput } from "../../src/codec/index.ts";
import { fromHex } from "../oracle/frame.ts";

export interface VectorRecord {
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  readonly dataHex?: string;
  /** `length` bytes that count up from `start`, modulo 256. */
  readonly dataFill?: { readonly start: number; readonly length: number };
}

export interface AggregateVector {
  readonly name: string;
  readonly records: readonly VectorRecord[];
  readonly notAggregated?: true;
  readonly aggregatedHex: string;
  readonly outerPartitionKey: string;
  /** The vectors that the KPL did not make lack it where the maker sets none. */
  readonly outerExplicitHashKey?: string;
  readonly producedBy: readonly string[];
  readonly sizes?: { readonly actual: number };
}

export interface WireVector {
  readonly name: string;
  readonly records: readonly VectorRecord[];
  readonly kinesisRecord: {
    readonly partitionKey: string;
    readonly explicitHashKey: string;
    readonly dataHex: string;
  };
}

export interface DecodeVector {
  readonly name: string;
  readonly inputHex: string;
  readonly startingHashKey?: string;
  readonly endingHashKey?: string;
  readonly expectKcl: readonly {
    readonly partitionKey: string;
    readonly explicitHashKey?: string;
    readonly dataHex: string;
    readonly subSequenceNumber?: number;
    readonly passthrough?: true;
  }[];
}

export interface HashKeyVector {
  readonly partitionKey: string;
  readonly hashKey: string;
}

export const aggregateVectors: readonly AggregateVector[] = load("aggregate.json");
export const wireVectors: readonly WireVector[] = load("kpl-wire.json");
export const decodeVectors: readonly DecodeVector[] = load("decode.json");
export const hashKeyVectors: readonly HashKeyVector[] = load("hash-keys.json");

function load<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")) as T;
}

export function toUserRecord({ partitionKey, explicitHashKey, dataHex, dataFill }: VectorRecord): UserRecordInput {
  const data = dataFill
    ? Uint8Array.from({ length: dataFill.length }, (_, i) => dataFill.start + i)
    : fromHex(dataHex ?? "");
  return explicitHashKey === undefined ? { partitionKey, data } : { partitionKey, explicitHashKey, data };
}
