// The exact size of an aggregate while it fills, without writing a byte of it: what the KPL estimates (kinesis_record.cc,
// 20 bytes and more too low) and aws-kinesis-agg counts in UTF-16 units. A record is measured first and taken after, so
// that one which does not fit, or fails, has changed nothing.

import { FRAME_LENGTH } from "./frame.ts";
import { canonicalHashKey } from "./hash-key.ts";
import { checkPartitionKey } from "./partition-key.ts";
import { utf8Length } from "./utf8.ts";
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
  /** Of the first record, as are the next two. */
  firstKey = "";
  /** In bytes. */
  firstKeyLength = 0;
  /** Canonical; absent if the caller gave none. */
  firstHashKey: string | undefined;
  #keys = new Map<string, number>();
  /** By the caller's value and by its canonical text, so that "007" and 7n take one entry. */
  #hashKeys = new Map<string | bigint, number>();
  #hashKeyCount = 0;

  // What `measure` found; `take` makes it so.
  #record: Measurable | undefined;
  /** Of the measured record in the table of partition keys. */
  keyIndex = 0;
  isNewKey = false;
  /** In bytes; of a new key only. */
  keyLength = 0;
  /** Of the measured record in the table of explicit hash keys, or `NONE`. */
  hashKeyIndex: number = NONE;
  /** Canonical; of a new one only. */
  newHashKey: string | undefined;
  /** Of the measured record's message. */
  messageLength = 0;
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
      checkPartitionKey(partitionKey);
      this.keyIndex = this.#keys.size;
      this.keyLength = utf8Length(partitionKey);
      grows += delimited(this.keyLength);
    } else this.keyIndex = keyIndex;

    this.newHashKey = undefined;
    this.hashKeyIndex = NONE;
    let message = 1 + varintLength(this.keyIndex) + delimited(dataLength);
    if (explicitHashKey !== undefined) {
      let index = this.#hashKeys.get(explicitHashKey);
      if (index === undefined) {
        const canonical = canonicalHashKey(explicitHashKey);
        index = this.#hashKeys.get(canonical);
        if (index === undefined) {
          index = this.#hashKeyCount;
          this.newHashKey = canonical;
          grows += delimited(canonical.length);
        }
      }
      this.hashKeyIndex = index;
      message += 1 + varintLength(index);
    }
    this.messageLength = message;
    this.#record = record;
    this.sizeAfter = this.size + grows + delimited(message);
  }

  /** Takes the record that was measured last. */
  take(): void {
    const { partitionKey, explicitHashKey } = this.#record!; // set by `measure`, which comes first
    if (this.isNewKey) this.#keys.set(partitionKey, this.keyIndex);
    if (this.newHashKey !== undefined) {
      this.#hashKeys.set(this.newHashKey, this.hashKeyIndex);
      this.#hashKeyCount++;
    }
    if (explicitHashKey !== undefined) this.#hashKeys.set(explicitHashKey, this.hashKeyIndex);
    if (this.count === 0) {
      this.firstKey = partitionKey;
      this.firstKeyLength = this.keyLength;
      this.firstHashKey = this.newHashKey;
    }
    this.count++;
    this.size = this.sizeAfter;
    this.#record = undefined;
  }

  clear(): void {
    this.count = 0;
    this.size = 0;
    this.#keys.clear();
    this.#hashKeys.clear();
    this.#hashKeyCount = 0;
  }
}

/** Tag, length and content of a field: every tag of the format takes one byte. */
function delimited(length: number): number {
  return 1 + varintLength(length) + length;
}
