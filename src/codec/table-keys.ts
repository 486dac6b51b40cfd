// The two tables of an aggregate: the texts of its keys, and the hash keys that they give the records which point at them.

import { hashOfBytes, hashOfPartitionKey, readHashKey } from "./hash-key.ts";
import { readUtf8 } from "./utf8.ts";

/** Shared by the members of an aggregate, so that a key is read once and hashed once. */
export class PartitionKeys {
  readonly texts: string[] = [];
  #hashKeys: (bigint | undefined)[] | undefined;
  /** Bytes of their own, of the keys that their text may not tell. */
  #rawKeys: Map<number, Uint8Array> | undefined;

  read(bytes: Uint8Array, start: number, end: number): void {
    const text = readUtf8(bytes, start, end);
    if (text.includes("\ufffd")) {
      this.#rawKeys ??= new Map();
      this.#rawKeys.set(this.texts.length, new Uint8Array(bytes.subarray(start, end)));
    }
    this.texts.push(text);
  }

  /** Of the raw bytes: those that are not UTF-8 read as U+FFFD, and would give another hash than their producer's. */
  hashKey(index: number): bigint {
    this.#hashKeys ??= [];
    let hashKey = this.#hashKeys[index];
    if (hashKey === undefined) {
      const raw = this.#rawKeys?.get(index);
      hashKey = raw ? hashOfBytes(raw, 0, raw.length) : hashOfPartitionKey(this.texts[index]!); // the index was checked
      this.#hashKeys[index] = hashKey;
    }
    return hashKey;
  }
}

export interface ExplicitHashKey {
  /** As it stands in the table. */
  readonly text: string;
  readonly hashKey: bigint;
}

/** `undefined` for what is no hash key. */
export function readExplicitHashKey(bytes: Uint8Array, start: number, end: number): ExplicitHashKey | undefined {
  const text = readUtf8(bytes, start, end);
  const hashKey = readHashKey(text);
  return hashKey === undefined ? undefined : { text, hashKey };
}
