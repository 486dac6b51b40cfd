// What is packed: payloads of one size, or those of the user's own file.

import { readFileSync } from "node:fs";
import type { UserRecordInput } from "../../src/codec/index.ts";
import { seededRandom } from "../random.ts";

export interface Payloads {
  readonly name: string;
  readonly records: readonly UserRecordInput[];
}

/** Enough for many windows of buffering, and no more than a laptop holds. */
const MOST_RECORDS = 20_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** Records of one size, under keys drawn evenly. */
export function payloadsOfSize(size: number, keys: number): Payloads {
  const keyAt = evenKeys(keys);
  const data = new Uint8Array(size);
  const count = Math.max(100, Math.min(MOST_RECORDS, Math.floor(MOST_BYTES / Math.max(1, size))));
  return {
    name: `${size.toLocaleString("en-US")} B`,
    records: Array.from({ length: count }, () => ({ partitionKey: keyAt(), data })),
  };
}

/** The payloads of a file, each up to a separator; the partition key is a field of their JSON, or drawn evenly. */
export function payloadsOfFile(
  path: string,
  {
    separator,
    keyField,
    keys,
  }: { readonly separator: string; readonly keyField: string | undefined; readonly keys: number },
): Payloads {
  const drawn = evenKeys(keys);
  const payloads = readFileSync(path, "utf8")
    .split(separator)
    .filter((payload) => payload.trim() !== "");
  if (payloads.length === 0) throw new Error(`${path} holds no payload`);
  const records = payloads.map((data, at) => ({
    partitionKey: keyField === undefined ? drawn() : keyOf(data, keyField, `${path}, payload ${at + 1}`),
    data,
  }));
  return { name: path, records };
}

function keyOf(payload: string, field: string, where: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch (error) {
    throw new Error(`${where}: no JSON to take the key "${field}" from (${(error as Error).message})`);
  }
  const key = (parsed as Readonly<Record<string, unknown>> | null)?.[field];
  if (typeof key === "string" || typeof key === "number") return String(key);
  throw new Error(`${where}: "${field}" is no string and no number`);
}

function evenKeys(count: number): () => string {
  const random = seededRandom(count);
  const keys = Array.from({ length: count }, (_, index) => `device-${String(index).padStart(6, "0")}`);
  return () => keys[Math.floor(random() * count)]!; // random() < 1
}
