// A user record as a reader sees it, alike for plain Kinesis records and members of an aggregate.

import type { MalformedReason } from "./errors.ts";
import { hashKeyOf } from "./hash-key.ts";
import { platform, type TextDecoderLike } from "./platform.ts";
import type { PartitionKeys } from "./table-keys.ts";

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
  /** Of a member: its explicit hash key, or the table that knows the hash of its partition key. */
  readonly #hashed: bigint | PartitionKeys | undefined;
  readonly #keyIndex: number;

  constructor(
    data: Uint8Array,
    outer: KinesisRecordInput,
    partitionKey: string | undefined,
    explicitHashKey: string | undefined,
    subSequenceNumber: number,
    malformed: MalformedReason | undefined,
    hashed: bigint | PartitionKeys | undefined,
    keyIndex: number,
  ) {
    this.data = data;
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.sequenceNumber = outer.SequenceNumber;
    this.subSequenceNumber = subSequenceNumber;
    this.aggregated = hashed !== undefined;
    this.approximateArrivalTimestamp = outer.ApproximateArrivalTimestamp;
    this.malformed = malformed;
    this.#hashed = hashed;
    this.#keyIndex = keyIndex;
  }

  get hashKey(): bigint | undefined {
    if (typeof this.#hashed === "bigint") return this.#hashed;
    if (this.#hashed) return this.#hashed.hashKey(this.#keyIndex);
    return this.partitionKey === undefined ? undefined : hashKeyOf(this.partitionKey);
  }

  text(): string {
    decoder ??= new platform.TextDecoder("utf-8");
    return decoder.decode(this.data);
  }

  json(): unknown {
    return JSON.parse(this.text());
  }
}
