// One container, filled in order, and written in one go when it is closed: its size is known to the byte by then, so
// that it is allocated once and data is copied once. A record is measured first and taken after, so that one which does
// not fit, or is refused, has changed nothing.

import {
  type AggregatorOptions,
  type ResolvedAggregatorOptions,
  resolveAggregatorOptions,
} from "./aggregator-options.ts";
import { InvalidRecordError, RecordTooLargeError } from "./errors.ts";
import {
  DATA,
  EXPLICIT_HASH_KEY_INDEX,
  EXPLICIT_HASH_KEY_TABLE,
  FRAME_LENGTH,
  isAggregated,
  MAGIC,
  MAGIC_LENGTH,
  PARTITION_KEY_INDEX,
  PARTITION_KEY_TABLE,
  RECORDS,
  seal,
  startsWithMagic,
} from "./frame.ts";
import { canonicalHashKey } from "./hash-key.ts";
import { hashKeyOf } from "./hash-keys.ts";
import { partitionKeyLength } from "./partition-key.ts";
import { type Payload, payloadOf } from "./payload.ts";
import { allocate } from "./platform.ts";
import type { PackedEntry, UserRecordInput } from "./records.ts";
import { writeUtf8 } from "./utf8.ts";
import { varintLength, writeVarint } from "./varint.ts";

/** Set aside for the answer of a function: 256 characters of four bytes. */
const FUNCTION_KEY_LENGTH = 1024;

/** A record as it was when it was measured; nothing has changed by it until it is taken. */
interface Member extends Payload {
  /** Of the data, when it was measured. */
  readonly length: number;
  /** In the table of partition keys, as is the next in that of explicit hash keys. */
  readonly keyIndex: number;
  readonly hashKeyIndex: number | undefined;
  /** Canonical. */
  readonly hashKey: string | undefined;
  /** Framed bytes of the container with it. */
  readonly sizeAfter: number;
}

/** Never written to. */
const NO_HASH_KEYS: Map<string, number> = new Map();

class Container {
  size = 0;
  readonly members: Member[] = [];
  /** The tables, in first-use order: a Map keeps it, an object would put "9" before "10". */
  readonly keys = new Map<string, number>();
  /** Most containers hold none, and a Map costs as much as a small record. */
  hashKeys: Map<string, number> = NO_HASH_KEYS;
}

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
  readonly #seal: (frame: Uint8Array) => void;
  #open = new Container();

  /** @throws `KPL_KIT_INVALID_OPTION` */
  constructor(options?: AggregatorOptions);
  /** @internal Whose frames get their digests later, with others. */
  constructor(options: AggregatorOptions | undefined, later: (frame: Uint8Array) => void);
  constructor(options?: AggregatorOptions, later = seal) {
    this.#options = resolveAggregatorOptions(options);
    this.#seal = later;
  }

  /** User records in the open container. */
  get count(): number {
    return this.#open.members.length;
  }

  /** Exact framed bytes of the open container; 0 when empty. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Whether `add` would take the record without closing the container.
   * @throws `KPL_KIT_INVALID_RECORD`
   */
  fits(record: UserRecordInput): boolean {
    const member = measure(record, this.#open);
    return this.count > 0 ? this.#joins(member) : this.#sizeAlone(member) <= this.#options.maxRecordSize;
  }

  /**
   * Takes the record. Returns the container that had to be closed to make room, if any.
   * @throws `KPL_KIT_INVALID_RECORD`, `KPL_KIT_RECORD_TOO_LARGE`; the open container is then unchanged.
   */
  add(record: UserRecordInput): PackedEntry | undefined {
    let member = measure(record, this.#open);
    let closed: PackedEntry | undefined;
    if (this.count === 0 || !this.#joins(member)) {
      // Refused before the open container is closed for it.
      if (this.count > 0) member = measure(record, new Container());
      const size = this.#sizeAlone(member);
      if (size > this.#options.maxRecordSize) throw new RecordTooLargeError(size, this.#options.maxRecordSize);
      closed = this.flush();
    }
    const open = this.#open;
    const { members, keys, hashKeys } = open;
    const { partitionKey, keyIndex, hashKey, hashKeyIndex, sizeAfter } = member;
    if (keyIndex === keys.size) keys.set(partitionKey, keyIndex);
    if (hashKey !== undefined && hashKeyIndex === hashKeys.size) {
      open.hashKeys = hashKeys.size === 0 ? new Map([[hashKey, 0]]) : hashKeys.set(hashKey, hashKeyIndex);
    }
    members.push(member);
    open.size = sizeAfter;
    return closed;
  }

  /**
   * Closes the container.
   * @throws `KPL_KIT_INVALID_RECORD` for data whose length has changed since it was added, as of a buffer transferred to
   * another thread. Its record is taken out, the others stay.
   */
  flush(): PackedEntry | undefined {
    const [first] = this.#open.members;
    if (!first) return undefined;
    const isLone = this.count === 1;
    const outerPartitionKey = isLone ? first.partitionKey : this.#outerPartitionKey(this.#open.members);
    // Once no code of the caller's runs any more: what is written now is what was measured.
    this.#takeOutChanged();
    const isRaw = isLone && !this.#isWrapped(first);
    const data = isRaw ? new Uint8Array(first.data) : frame(this.#open);
    if (!isRaw) this.#seal(data);
    const entry = {
      PartitionKey: outerPartitionKey,
      Data: data,
      // Set always, as the KPL does: it, not the outer partition key, decides the shard.
      ExplicitHashKey: first.hashKey ?? String(hashKeyOf(first.partitionKey)),
      userRecordCount: this.count,
    };
    this.#open = new Container();
    return entry;
  }

  #takeOutChanged(): void {
    const { members } = this.#open;
    const changed = members.find(({ data, length }) => data.length !== length);
    if (!changed) return;
    this.#open = new Container();
    for (const member of members) if (member.data.length === member.length) this.add(member);
    throw new InvalidRecordError(
      "data.length",
      changed.data.length,
      `${changed.length}, as when it was added, until its container is closed`,
    );
  }

  /** Whether the record may join the open container. */
  #joins({ sizeAfter }: Member): boolean {
    const { maxSize, maxCount, maxRecordSize, outerPartitionKey } = this.#options;
    // The service's limit counts the partition key too. The KPL forgets it, and so exceeds the limit by its "a".
    const room = maxRecordSize - sizeAfter;
    return (
      this.count < maxCount &&
      sizeAfter <= maxSize &&
      (room >= FUNCTION_KEY_LENGTH ||
        (outerPartitionKey === "constant"
          ? room > 0
          : outerPartitionKey === "first" && room >= partitionKeyLength(this.#open.members[0]!.partitionKey)))
    );
  }

  /** Whether a record that is alone in its container leaves as an aggregate of one. */
  #isWrapped({ partitionKey, data, sizeAfter }: Member): boolean {
    const { lone, maxSize, maxRecordSize } = this.#options;
    const fits = sizeAfter + partitionKeyLength(partitionKey) <= maxRecordSize;
    // Raw, an aggregate that is forwarded would be unwrapped by a reader into records that are not this one. It stays
    // wrapped beyond `maxSize`, since it was about as large as that before, and is refused rather than sent raw.
    if (lone !== "raw" && startsWithMagic(data)) return fits || isAggregated(data);
    return lone === "wrap" && fits && sizeAfter <= maxSize;
  }

  /** Of the record as a Kinesis record of its own, as the service counts it. */
  #sizeAlone(member: Member): number {
    return partitionKeyLength(member.partitionKey) + (this.#isWrapped(member) ? member.sizeAfter : member.length);
  }

  /** @throws `KPL_KIT_INVALID_RECORD` for what a function answers. */
  #outerPartitionKey(members: readonly Member[]): string {
    const { outerPartitionKey } = this.#options;
    if (outerPartitionKey === "constant") return "a";
    if (outerPartitionKey === "first") return members[0]!.partitionKey; // of two or more
    const partitionKey = outerPartitionKey(
      members.map(({ partitionKey, explicitHashKey, data }) => ({ partitionKey, explicitHashKey, data })),
    );
    partitionKeyLength(partitionKey, "outerPartitionKey");
    return partitionKey;
  }
}

/** @throws `KPL_KIT_INVALID_RECORD` */
function measure(record: UserRecordInput, { size, members, keys, hashKeys }: Container): Member {
  const { partitionKey, explicitHashKey, data } = payloadOf(record);
  const { length } = data;
  let sizeAfter = members.length === 0 ? FRAME_LENGTH : size;
  let keyIndex = keys.get(partitionKey);
  if (keyIndex === undefined) {
    keyIndex = keys.size;
    sizeAfter += delimited(partitionKeyLength(partitionKey));
  }
  let hashKey: string | undefined;
  let hashKeyIndex: number | undefined;
  if (explicitHashKey !== undefined) {
    hashKey = canonicalHashKey(explicitHashKey);
    hashKeyIndex = hashKeys.get(hashKey);
    if (hashKeyIndex === undefined) {
      hashKeyIndex = hashKeys.size;
      sizeAfter += delimited(hashKey.length);
    }
  }
  sizeAfter += delimited(messageLength(keyIndex, hashKeyIndex, length));
  return { partitionKey, explicitHashKey, data, length, keyIndex, hashKeyIndex, hashKey, sizeAfter };
}

function frame({ hashKeys, keys, members, size }: Container): Uint8Array {
  const bytes = allocate(size);
  bytes.set(MAGIC);
  let at = writeTable(PARTITION_KEY_TABLE, keys, bytes, MAGIC_LENGTH);
  at = writeTable(EXPLICIT_HASH_KEY_TABLE, hashKeys, bytes, at);
  for (const { data, keyIndex, hashKeyIndex, length } of members) {
    bytes[at] = RECORDS;
    at = writeVarint(messageLength(keyIndex, hashKeyIndex, length), bytes, at + 1);
    bytes[at] = PARTITION_KEY_INDEX;
    at = writeVarint(keyIndex, bytes, at + 1);
    if (hashKeyIndex !== undefined) {
      bytes[at] = EXPLICIT_HASH_KEY_INDEX;
      at = writeVarint(hashKeyIndex, bytes, at + 1);
    }
    bytes[at] = DATA;
    at = writeVarint(length, bytes, at + 1);
    bytes.set(data, at);
    at += length;
  }
  return bytes;
}

function writeTable(tag: number, table: ReadonlyMap<string, number>, bytes: Uint8Array, at: number): number {
  for (const key of table.keys()) {
    bytes[at] = tag;
    // Most lengths take one byte, and to write a key costs less than to measure it once more.
    let end = writeUtf8(key, bytes, at + 2);
    const length = end - at - 2;
    if (length > 0x7f) end = writeUtf8(key, bytes, at + 3);
    writeVarint(length, bytes, at + 1);
    at = end;
  }
  return at;
}

/** Tag, length and content of a field: every tag of the format takes one byte. */
function delimited(length: number): number {
  return 1 + varintLength(length) + length;
}

/** Of a Record: partition key index, explicit hash key index if there is one, data. */
function messageLength(keyIndex: number, hashKeyIndex: number | undefined, dataLength: number): number {
  return (
    1 +
    varintLength(keyIndex) +
    (hashKeyIndex === undefined ? 0 : 1 + varintLength(hashKeyIndex)) +
    delimited(dataLength)
  );
}
