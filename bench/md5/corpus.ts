// What is digested, hashed, packed and unpacked: the same in every run, in Node and in a browser.

import { type Random, seededRandom } from "../random.ts";

export interface CorpusRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

const KEYS = 50;

export function messagesOf(count: number, length: number): Uint8Array[] {
  const random = seededRandom(length);
  return Array.from({ length: count }, () => bytesOf(length, random));
}

export function recordsOf(count: number, recordBytes: number): CorpusRecord[] {
  const random = seededRandom(recordBytes);
  return Array.from({ length: count }, () => ({
    partitionKey: deviceKey(Math.floor(random() * KEYS)),
    data: bytesOf(recordBytes, random),
  }));
}

/** No integer: to those aws-kinesis-agg gives the wrong records, and a rival that answers wrongly is not timed. */
export function deviceKey(index: number): string {
  return `device-${String(index).padStart(6, "0")}`;
}

/** Version 4. */
export function uuidOf(random: Random): string {
  const digits = Array.from(bytesOf(16, random), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

function bytesOf(length: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random() * 256;
  return bytes;
}
