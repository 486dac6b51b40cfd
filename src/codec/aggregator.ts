// One container, filled in order, and written in one go when it is closed: its size is known to the byte by then, so
// that it is allocated once and data is copied once.

import { type AggregatorOptions, type ResolvedAggregatorOptions, resolveAggregatorOptions } from "./aggregator-options.ts";
import { checkLone, joins, loneForm } from "./container-rules.ts";
import { ContainerSize, messageLength, NONE } from "./container-size.ts";
import { InvalidRecordError } from "./errors.ts";
import { MAGIC_LENGTH, TAG, writeMagic } from "./frame.ts";
import { hashKeyOf } from "./hash-key.ts";
import { DIGEST_LENGTH, digest } from "./md5/index.ts";
import { partitionKeyLength } from "./partition-key.ts";
import { allocate, isBytes } from "./platform.ts";
import type { PackedEntry, UserRecordInput } from "./records.ts";
import { encodeUtf8, writeUtf8 } from "./utf8.ts";
import { writeVarint } from "./varint.ts";

/**
 * Packs user records into one Kinesis record after another, byte for byte as the KPL. It knows nothing of shards: who
 * fills it decides what belongs together. Data is copied once, when its container is closed: leave it as it is until
 * then, as with a stream's `write`.
 * @example
 * ```ts
 * const aggregator = new Aggregator({ maxSize: 25_000 });
 * const full = aggregator.add({ partitionKey: "order-7", data: "paid" }); // a container that had to make room, or nothing
 * const last = aggregator.flush();
 * ```
 */
export class Aggregator {
  readonly #options: ResolvedAggregatorOptions;
  #container = new ContainerSize();
  #keys: string[] = [];
  /** In bytes. */
  #keyLengths: number[] = [];
  #hashKeys: string[] = [];
  /** Of each record, as are the next two. */
  #data: Uint8Array[] = [];
  #keyIndexes: number[] = [];
  /** `undefined` for a record without explicit hash key. Most containers have none. */
  #hashKeyIndexes: (number | undefined)[] = [];
  /** Kept only for a function that chooses the outer partition key. */
  #inputs: UserRecordInput[] | undefined;

  /** @throws `KPL_KIT_INVALID_OPTION` */
  constructor(options?: AggregatorOptions) {
    this.#options = resolveAggregatorOptions(options);
    if (typeof this.#options.outerPartitionKey === "function") this.#inputs = [];
  }

  /** User records in the open container. */
  get count(): number {
    return this.#container.count;
  }

  /** Exact framed bytes of the open container; 0 when empty. */
  get size(): number {
    return this.#container.size;
  }

  /**
   * Whether `add` would take the record without closing the container.
   * @throws `KPL_KIT_INVALID_RECORD`
   */
  fits(record: UserRecordInput): boolean {
    const data = bytesOf(record.data);
    const container = this.#container;
    container.measure(record, data.length);
    if (container.count > 0) return joins(container, this.#options);
    return loneForm(container, data, this.#options) !== "too-large";
  }

  /**
   * Takes the record. Returns the container that had to be closed to make room, if any.
   * @throws `KPL_KIT_INVALID_RECORD`, `KPL_KIT_RECORD_TOO_LARGE`; the open container is then unchanged.
   */
  add(record: UserRecordInput): PackedEntry | undefined {
    const data = bytesOf(record.data);
    const container = this.#container;
    container.measure(record, data.length);
    let closed: PackedEntry | undefined;
    if (container.count === 0) checkLone(container, data, this.#options);
    else if (!joins(container, this.#options)) {
      // Refused before the open container is closed for it.
      const next = new ContainerSize();
      next.measure(record, data.length);
      checkLone(next, data, this.#options);
      closed = this.#close(next);
    }
    this.#append(record, data);
    return closed;
  }

  /** Closes the container. */
  flush(): PackedEntry | undefined {
    return this.#container.count === 0 ? undefined : this.#close(new ContainerSize());
  }

  #append(record: UserRecordInput, data: Uint8Array): void {
    const container = this.#container;
    if (container.isNewKey) {
      this.#keys.push(record.partitionKey);
      this.#keyLengths.push(container.keyLength);
    }
    if (container.newHashKey !== undefined) this.#hashKeys.push(container.newHashKey);
    if (container.hashKeyIndex !== NONE) this.#hashKeyIndexes[container.count] = container.hashKeyIndex;
    this.#keyIndexes.push(container.keyIndex);
    this.#data.push(data);
    this.#inputs?.push(record);
    container.take(record);
  }

  #close(next: ContainerSize): PackedEntry {
    const entry = this.#seal();
    this.#container = next;
    this.#keys = [];
    this.#keyLengths = [];
    this.#hashKeys = [];
    this.#data = [];
    this.#keyIndexes = [];
    this.#hashKeyIndexes = [];
    if (this.#inputs) this.#inputs = [];
    return entry;
  }

  #seal(): PackedEntry {
    const container = this.#container;
    const { count, firstKey, firstHashKey } = container;
    const lone = this.#data[0]!; // count > 0
    const isRaw = count === 1 && loneForm(container, lone, this.#options) === "raw";
    if (isRaw && lone.length !== container.firstDataLength) throw dataChanged();
    return {
      PartitionKey: count === 1 ? firstKey : this.#outerPartitionKey(),
      Data: isRaw ? new Uint8Array(lone) : this.#frame(),
      // Set always, as the KPL does: it, not the outer partition key, decides the shard.
      ExplicitHashKey: firstHashKey ?? String(hashKeyOf(firstKey)),
      userRecordCount: count,
    };
  }

  /** @throws `KPL_KIT_INVALID_RECORD` for what a function answers. */
  #outerPartitionKey(): string {
    const { outerPartitionKey } = this.#options;
    if (outerPartitionKey === "constant") return "a";
    if (outerPartitionKey === "first") return this.#container.firstKey;
    const partitionKey = outerPartitionKey(this.#inputs ?? []);
    partitionKeyLength(partitionKey, "outerPartitionKey");
    return partitionKey;
  }

  #frame(): Uint8Array {
    const frame = allocate(this.#container.size);
    writeMagic(frame);
    let at = MAGIC_LENGTH;
    for (let i = 0; i < this.#keys.length; i++) {
      // Both arrays have an entry a key.
      at = writeString(TAG.partitionKeyTable, this.#keys[i]!, this.#keyLengths[i]!, frame, at);
    }
    for (const hashKey of this.#hashKeys) {
      at = writeString(TAG.explicitHashKeyTable, hashKey, hashKey.length, frame, at);
    }
    const end = this.#writeRecords(frame, at);
    if (end + DIGEST_LENGTH !== frame.length) throw dataChanged();
    digest(frame, MAGIC_LENGTH, end, frame, end);
    return frame;
  }

  #writeRecords(frame: Uint8Array, at: number): number {
    const allData = this.#data;
    const keyIndexes = this.#keyIndexes;
    const hashKeyIndexes = this.#hashKeyIndexes;
    for (let i = 0; i < allData.length; i++) {
      const data = allData[i]!; // i < length of both
      const keyIndex = keyIndexes[i]!;
      const hashKeyIndex = i < hashKeyIndexes.length ? hashKeyIndexes[i] : undefined;
      frame[at++] = TAG.records;
      at = writeVarint(messageLength(keyIndex, hashKeyIndex ?? NONE, data.length), frame, at);
      frame[at++] = TAG.partitionKeyIndex;
      at = writeVarint(keyIndex, frame, at);
      if (hashKeyIndex !== undefined) {
        frame[at++] = TAG.explicitHashKeyIndex;
        at = writeVarint(hashKeyIndex, frame, at);
      }
      frame[at++] = TAG.data;
      at = writeVarint(data.length, frame, at);
      frame.set(data, at);
      at += data.length;
    }
    return at;
  }
}

/** A buffer that was transferred to another thread is empty since: nothing must leave in its place. */
function dataChanged(): InvalidRecordError {
  return new InvalidRecordError("data", "of another length now", "left as it is until its container is closed");
}

function writeString(tag: number, text: string, utf8Length: number, bytes: Uint8Array, at: number): number {
  bytes[at] = tag;
  return writeUtf8(text, bytes, writeVarint(utf8Length, bytes, at + 1));
}

/** @throws `KPL_KIT_INVALID_RECORD` */
function bytesOf(data: Uint8Array | string): Uint8Array {
  if (isBytes(data)) return data;
  if (typeof data === "string") return encodeUtf8(data);
  throw new InvalidRecordError("data", data, "a Uint8Array or a string");
}
