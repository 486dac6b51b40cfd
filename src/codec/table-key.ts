// An entry of an aggregate's two tables: its text, and the hash key that it gives the records which point at it.

import { hashOfBytes, readHashKey } from "./hash-key.ts";
import { readUtf8 } from "./utf8.ts";

export interface TableKey {
  readonly text: string;
  readonly hashKey: bigint;
}

export class PartitionTableKey implements TableKey {
  readonly text: string;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #hashKey: bigint | undefined;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.text = readUtf8(bytes, start, end);
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** Of the raw bytes: text that is not UTF-8 reads as U+FFFD, and would give another hash than its producer's. */
  get hashKey(): bigint {
    this.#hashKey ??= hashOfBytes(this.#bytes, this.#start, this.#end);
    return this.#hashKey;
  }
}

export class ExplicitTableKey implements TableKey {
  readonly text: string;
  readonly hashKey: bigint;

  private constructor(text: string, hashKey: bigint) {
    this.text = text;
    this.hashKey = hashKey;
  }

  /** `undefined` for what is no hash key. */
  static read(bytes: Uint8Array, start: number, end: number): ExplicitTableKey | undefined {
    const text = readUtf8(bytes, start, end);
    const hashKey = readHashKey(text);
    return hashKey === undefined ? undefined : new ExplicitTableKey(text, hashKey);
  }
}
