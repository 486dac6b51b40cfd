// What a null service reads and answers, in both encodings of Kinesis.

import { readCbor, writeCbor } from "../src/kinesis/index.ts";

export interface Encoding {
  readonly contentType: string;
  write(value: object): Buffer;
  read(body: Buffer): unknown;
}

/** AWS JSON 1.1: data as base64, timestamps in seconds. */
export const JSON_1_1: Encoding = {
  contentType: "application/x-amz-json-1.1",
  write: (value) => Buffer.from(JSON.stringify(jsonOf(value))),
  // All text stays text, so that data is compared as base64.
  read: (body) => JSON.parse(body.toString()) as unknown,
};

const CBOR_1_1: Encoding = {
  contentType: "application/x-amz-cbor-1.1",
  write: (value) => writeCbor(value),
  read: (body) => readCbor(body),
};

export const ENCODINGS: readonly Encoding[] = [JSON_1_1, CBOR_1_1];

/** As JSON would have it, undefined members and all: what two encodings of one value have in common. */
export function jsonOf(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  }
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, jsonOf(each)]));
}
