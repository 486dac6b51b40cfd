// The two tables of an aggregate: the texts of its keys, and the hash keys that they give the records which point at them.

import { hashOfBytes, readHashKey } from "./hash-key.ts";
import { readUtf8 } from "./utf8.ts";

/** Shared by the members of an aggregate, so that a key is read once and hashed once. */
export class PartitionKeys {
  readonly #bytes: Uint8Array;
  /** Start and end of each key. */
  readonly #spans: Float64Array;
  readonly #texts: (string | undefined)[] = [];
  readonly #hashKeys: (bigint | undefined)[] = [];

  constructor(bytes: Uint8Array, spans: Float64Array) {
    this.#bytes = bytes;
    this.#spans = spans;
  }

  /** On bytes of their own, not on the page that the Kinesis record came in. */
  static copy(bytes: Uint8Array, spans: Float64Array): PartitionKeys {
    const copied = new Float64Array(spans.length);
    let length = 0;
    for (let i = 0; i < spans.length; i += 2) {
      copied[i] = length;
      length += spans[i + 1]! - spans[i]!; // they come in pairs, here and below
      copied[i + 1] = length;
    }
    const own = new Uint8Array(length);
    for (let i = 0; i < spans.length; i += 2) own.set(bytes.subarray(spans[i], spans[i + 1]), copied[i]);
    return new PartitionKeys(own, copied);
  }

  text(index: number): string {
    let text = this.#texts[index];
    if (text === undefined) {
      text = readUtf8(this.#bytes, this.#spans[2 * index]!, this.#spans[2 * index + 1]!); // the index was checked
      this.#texts[index] = text;
    }
    return text;
  }

  /** Of the raw bytes: text that is not UTF-8 reads as U+FFFD, and would give another hash than its producer's. */
  hashKey(index: number): bigint {
    let hashKey = this.#hashKeys[index];
    if (hashKey === undefined) {
      hashKey = hashOfBytes(this.#bytes, this.#spans[2 * index]!, this.#spans[2 * index + 1]!); // as above
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
