// The exact size of an aggregate while it fills, without writing a byte of it: what the KPL estimates (kinesis_record.cc,
// 20 bytes and more too low) and aws-kinesis-agg counts in UTF-16 units. A record is measured first and taken after, so
// that one which does not fit, or fails, has changed nothing.

import { FRAME_LENGTH } from "./frame.ts";
import { canonicalHashKey } from "./hash-key.ts";
import { partitionKeyLength } from "./partition-key.ts";
import { varintLength } from "./varint.ts";

/** No explicit hash key. */
export const NONE = -1;

export interface Measurable {
  readonly partitionKey: string;
  readonly explicitHashKey?: string | bigint | undefined;
}

export class ContainerSize {
  count = 0;
  /** Bytes of the frame: magic, tables, records, digest. */
  size = 0;
  /** Of the first record, as are the next three. */
  firstKey = "";
  /** In bytes. */
  firstKeyLength = 0;
  /** Canonical; absent if the caller gave none. */
  firstHashKey: string | undefined;
  firstDataLength = 0;
  readonly #keys = new Map<string, number>();
  /** By the caller's value and by its canonical text, so that "007" and 7n take one entry. Most containers need none. */
  #hashKeys: Map<string | bigint, number> | undefined;
  #hashKeyCount = 0;

  // What `measure` found; `take` makes it so.
  /** Of the measured record in the table of partition keys. */
  keyIndex = 0;
  isNewKey = false;
  /** In bytes; of a new key only. */
  keyLength = 0;
  /** Of the measured record in the table of explicit hash keys, or `NONE`. */
  hashKeyIndex: number = NONE;
  /** Canonical; of a new one only. */
  newHashKey: string | undefined;
  dataLength = 0;
  sizeAfter = 0;

  /**
   * What the container would be with this record.
   * @throws `KPL_KIT_INVALID_RECORD`
   */
  measure(record: Measurable, dataLength: number): void {
    const { partitionKey, explicitHashKey } = record;
    let grows = this.count === 0 ? FRAME_LENGTH : 0;

    const keyIndex = this.#keys.get(partitionKey);
    this.isNewKey = keyIndex === undefined;
    if (keyIndex === undefined) {
      this.keyLength = partitionKeyLength(partitionKey);
      this.keyIndex = this.#keys.size;
      grows += delimited(this.keyLength);
    } else this.keyIndex = keyIndex;

    this.dataLength = dataLength;
    this.newHashKey = undefined;
    this.hashKeyIndex = NONE;
    if (explicitHashKey !== undefined) {
      let index = this.#hashKeys?.get(explicitHashKey);
      if (index === undefined) {
        const canonical = canonicalHashKey(explicitHashKey);
        index = this.#hashKeys?.get(canonical);
        if (index === undefined) {
          index = this.#hashKeyCount;
          this.newHashKey = canonical;
          grows += delimited(canonical.length);
        }
      }
      this.hashKeyIndex = index;
    }
    this.sizeAfter = this.size + grows + delimited(messageLength(this.keyIndex, this.hashKeyIndex, dataLength));
  }

  /** Takes the record, which was measured last. */
  take({ partitionKey, explicitHashKey }: Measurable): void {
    if (this.isNewKey) this.#keys.set(partitionKey, this.keyIndex);
    if (explicitHashKey !== undefined) {
      this.#hashKeys ??= new Map();
      this.#hashKeys.set(explicitHashKey, this.hashKeyIndex);
      if (this.newHashKey !== undefined) this.#hashKeys.set(this.newHashKey, this.#hashKeyCount++);
    }
    if (this.count === 0) {
      this.firstKey = partitionKey;
      this.firstKeyLength = this.keyLength;
      this.firstHashKey = this.newHashKey;
      this.firstDataLength = this.dataLength;
    }
    this.count++;
    this.size = this.sizeAfter;
  }
}

/** Of a Record: partition key index, explicit hash key index unless it is `NONE`, data. */
export function messageLength(keyIndex: number, hashKeyIndex: number, dataLength: number): number {
  const length = 1 + varintLength(keyIndex) + delimited(dataLength);
  return hashKeyIndex === NONE ? length : length + 1 + varintLength(hashKeyIndex);
}

/** Tag, length and content of a field: every tag of the format takes one byte. */
function delimited(length: number): number {
  return 1 + varintLength(length) + length;
}
