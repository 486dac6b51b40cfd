// One container, filled in order. What is added is copied at once: the caller may reuse its buffer, and an aggregate
// is what its records were when they were added.

import { type AggregatorOptions, type ResolvedAggregatorOptions, resolveAggregatorOptions } from "./aggregator-options.ts";
import { ByteSection } from "./byte-section.ts";
import { joins, loneForm } from "./container-rules.ts";
import { ContainerSize, NONE } from "./container-size.ts";
import { InvalidRecordError } from "./errors.ts";
import { MAGIC_LENGTH, startsWithMagic, TAG, writeMagic } from "./frame.ts";
import { hashKeyOf } from "./hash-key.ts";
import { DIGEST_LENGTH, digest } from "./md5/index.ts";
import { checkPartitionKey } from "./partition-key.ts";
import { isBytes } from "./platform.ts";
import type { PackedEntry, UserRecordInput } from "./records.ts";
import { encodeUtf8 } from "./utf8.ts";
import { writeVarint } from "./varint.ts";

/** Tags and varints of a record, beside its data. */
const RECORD_OVERHEAD = 24;

/**
 * Packs user records into one Kinesis record after another, byte for byte as the KPL. It knows nothing of shards: who
 * fills it decides what belongs together.
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
  /** Always empty: where a record is measured that needs a container of its own. */
  #next = new ContainerSize();
  readonly #keyTable = new ByteSection();
  readonly #hashKeyTable = new ByteSection();
  readonly #records = new ByteSection();
  /** Where the data of a lone record begins in `#records`, to its end. */
  #loneDataAt = 0;
  /** Kept only for a function that chooses the outer partition key. */
  #inputs: UserRecordInput[] = [];

  /** @throws `KPL_KIT_INVALID_OPTION` */
  constructor(options?: AggregatorOptions) {
    this.#options = resolveAggregatorOptions(options);
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
    this.#container.measure(record, data.length);
    if (this.#container.count > 0) return joins(this.#container, this.#options);
    try {
      this.#checkLone(this.#container, data);
      return true;
    } catch {
      return false; // too large: the one error that is left, and the answer
    }
  }

  /**
   * Takes the record. Returns the container that had to be closed to make room, if any.
   * @throws `KPL_KIT_INVALID_RECORD`, `KPL_KIT_RECORD_TOO_LARGE`; the open container is then unchanged.
   */
  add(record: UserRecordInput): PackedEntry | undefined {
    const data = bytesOf(record.data);
    let closed: PackedEntry | undefined;
    this.#container.measure(record, data.length);
    if (this.#container.count === 0) this.#checkLone(this.#container, data);
    else if (!joins(this.#container, this.#options)) {
      // Refused before the open container is closed for it.
      this.#next.measure(record, data.length);
      this.#checkLone(this.#next, data);
      closed = this.flush();
      [this.#container, this.#next] = [this.#next, this.#container];
    }
    this.#append(record, data);
    return closed;
  }

  /** Closes the container. */
  flush(): PackedEntry | undefined {
    if (this.#container.count === 0) return undefined;
    const entry = this.#seal();
    this.#container.clear();
    this.#keyTable.clear();
    this.#hashKeyTable.clear();
    this.#records.clear();
    this.#inputs = [];
    return entry;
  }

  #checkLone(container: ContainerSize, data: Uint8Array): "raw" | "wrapped" {
    const { count, size, sizeAfter, keyLength, firstKeyLength } = container;
    return loneForm(
      {
        framedLength: count === 0 ? sizeAfter : size,
        keyLength: count === 0 ? keyLength : firstKeyLength,
        dataLength: data.length,
        looksAggregated: startsWithMagic(data),
      },
      this.#options,
    );
  }

  #append(record: UserRecordInput, data: Uint8Array): void {
    const container = this.#container;
    const { keyIndex, hashKeyIndex, newHashKey } = container;
    if (container.isNewKey) this.#keyTable.appendString(TAG.partitionKeyTable, record.partitionKey, container.keyLength);
    if (newHashKey !== undefined) {
      this.#hashKeyTable.appendString(TAG.explicitHashKeyTable, newHashKey, newHashKey.length);
    }
    const section = this.#records;
    section.reserve(RECORD_OVERHEAD + data.length);
    const { bytes } = section;
    let at = section.length;
    bytes[at++] = TAG.records;
    at = writeVarint(container.messageLength, bytes, at);
    bytes[at++] = TAG.partitionKeyIndex;
    at = writeVarint(keyIndex, bytes, at);
    if (hashKeyIndex !== NONE) {
      bytes[at++] = TAG.explicitHashKeyIndex;
      at = writeVarint(hashKeyIndex, bytes, at);
    }
    bytes[at++] = TAG.data;
    at = writeVarint(data.length, bytes, at);
    bytes.set(data, at);
    if (container.count === 0) this.#loneDataAt = at;
    section.length = at + data.length;
    if (typeof this.#options.outerPartitionKey === "function") this.#inputs.push(record);
    container.take();
  }

  #seal(): PackedEntry {
    const { count, firstKey, firstHashKey } = this.#container;
    const lone = this.#records.bytes.subarray(this.#loneDataAt, this.#records.length);
    return {
      PartitionKey: count === 1 ? firstKey : this.#outerPartitionKey(),
      Data: count === 1 && this.#checkLone(this.#container, lone) === "raw" ? lone.slice() : this.#frame(),
      // Set always, as the KPL does: it, not the outer partition key, decides the shard.
      ExplicitHashKey: firstHashKey ?? String(hashKeyOf(firstKey)),
      userRecordCount: count,
    };
  }

  #outerPartitionKey(): string {
    const { outerPartitionKey } = this.#options;
    if (outerPartitionKey === "constant") return "a";
    if (outerPartitionKey === "first") return this.#container.firstKey;
    const partitionKey = outerPartitionKey(this.#inputs);
    checkPartitionKey(partitionKey, "outerPartitionKey");
    return partitionKey;
  }

  #frame(): Uint8Array {
    const frame = new Uint8Array(this.#container.size);
    writeMagic(frame);
    const recordsAt = this.#hashKeyTable.copyTo(frame, this.#keyTable.copyTo(frame, MAGIC_LENGTH));
    const end = this.#records.copyTo(frame, recordsAt);
    digest(frame, MAGIC_LENGTH, end, frame, frame.length - DIGEST_LENGTH);
    return frame;
  }
}

/** @throws `KPL_KIT_INVALID_RECORD` */
function bytesOf(data: Uint8Array | string): Uint8Array {
  if (isBytes(data)) return data;
  if (typeof data === "string") return encodeUtf8(data);
  throw new InvalidRecordError("data", data, "a Uint8Array or a string");
}
