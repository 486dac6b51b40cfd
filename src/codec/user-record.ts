// A user record as a reader sees it, alike for plain Kinesis records and members of an aggregate.

import type { MalformedReason } from "./errors.ts";
import { hashOfPartitionKey } from "./hash-key.ts";
import { platform, type TextDecoderLike } from "./platform.ts";
import type { ExplicitHashKey, PartitionKeys } from "./table-keys.ts";

export interface UserRecord {
  /** A view into the Kinesis record's bytes unless `copy` was set. */
  readonly data: Uint8Array;
  /** Absent only for a plain record of a stream that needs no partition key, or for bare bytes. */
  readonly partitionKey: string | undefined;
  /** There only if the producer gave one; as it stands in the aggregate. */
  readonly explicitHashKey: string | undefined;
  /** Of the user record: its explicit hash key, else the MD5 of its key's bytes. Computed on first use. */
  readonly hashKey: bigint | undefined;
  /** Of the Kinesis record, which the members of an aggregate share. */
  readonly sequenceNumber: string | undefined;
  /** The place in the aggregate, from 0; 0 for a plain record. */
  readonly subSequenceNumber: number;
  readonly aggregated: boolean;
  readonly approximateArrivalTimestamp: Date | undefined;
  /** Set on a raw record that has the magic but is no sound aggregate. */
  readonly malformed: MalformedReason | undefined;
  /** The data as UTF-8, as `Response.text()` reads it. */
  text(): string;
  /** The data as JSON. @throws `SyntaxError` as JSON.parse does. */
  json(): unknown;
}

/** SDK `_Record`, a SubscribeToShard record, or any object of this shape. */
export interface KinesisRecordInput {
  readonly Data?: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  readonly SequenceNumber?: string | undefined;
  readonly ApproximateArrivalTimestamp?: Date | undefined;
}

let decoder: TextDecoderLike | undefined;

/**
 * Own properties but for what is computed, so that a spread, a log or a comparison shows a record as it is. `declare`:
 * a field that is defined before it is assigned is stored twice.
 */
export class DeaggregatedRecord implements UserRecord {
  declare readonly data: Uint8Array;
  declare readonly partitionKey: string | undefined;
  declare readonly explicitHashKey: string | undefined;
  declare readonly sequenceNumber: string | undefined;
  declare readonly subSequenceNumber: number;
  declare readonly aggregated: boolean;
  declare readonly approximateArrivalTimestamp: Date | undefined;
  declare readonly malformed: MalformedReason | undefined;

  constructor(
    data: Uint8Array,
    outer: KinesisRecordInput,
    partitionKey: string | undefined,
    explicitHashKey: string | undefined,
    subSequenceNumber: number,
    aggregated: boolean,
    malformed: MalformedReason | undefined,
  ) {
    this.data = data;
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.sequenceNumber = outer.SequenceNumber;
    this.subSequenceNumber = subSequenceNumber;
    this.aggregated = aggregated;
    this.approximateArrivalTimestamp = outer.ApproximateArrivalTimestamp;
    this.malformed = malformed;
  }

  get hashKey(): bigint | undefined {
    return this.partitionKey === undefined ? undefined : hashOfPartitionKey(this.partitionKey);
  }

  text(): string {
    decoder ??= new platform.TextDecoder("utf-8");
    return decoder.decode(this.data);
  }

  json(): unknown {
    return JSON.parse(this.text());
  }
}

/** Of an aggregate: its hash key is its explicit one, or known to the table of its partition key. */
export class MemberRecord extends DeaggregatedRecord {
  readonly #hashed: bigint | PartitionKeys;
  readonly #keyIndex: number;

  constructor(
    data: Uint8Array,
    outer: KinesisRecordInput,
    keys: PartitionKeys,
    keyIndex: number,
    explicit: ExplicitHashKey | undefined,
    subSequenceNumber: number,
  ) {
    super(data, outer, keys.texts[keyIndex], explicit?.text, subSequenceNumber, true, undefined);
    this.#hashed = explicit ? explicit.hashKey : keys;
    this.#keyIndex = keyIndex;
  }

  override get hashKey(): bigint {
    return typeof this.#hashed === "bigint" ? this.#hashed : this.#hashed.hashKey(this.#keyIndex);
  }
}
