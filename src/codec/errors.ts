// Every error a caller of the codec can meet. A message names the field, its value and its limit.

/** Why a Kinesis record that has the magic is no sound aggregate. */
export type MalformedReason = "digest" | "protobuf" | "partition-key-index" | "hash-key-index" | "hash-key-value";

/** Switch on `code`, not on `instanceof`: two copies of the package have two classes. */
export abstract class KplKitError extends Error {
  abstract readonly code: `KPL_KIT_${string}`;
  /** Whether the same call, unchanged, may succeed later. */
  abstract readonly retryable: boolean;
  /** The class's own. */
  override get name(): string {
    return this.constructor.name;
  }
}

/** Of the codec, whose answer to the same question stays the same. */
abstract class CodecError extends KplKitError {
  readonly retryable = false;
}

abstract class InvalidInputError extends CodecError {
  /** What is at fault. */
  declare readonly field: string;

  constructor(field: string, value: unknown, rule: string) {
    super(`${field} must be ${rule}; it is ${shown(value)}`);
    this.field = field;
  }
}

/** An option outside its range. */
export class InvalidOptionError extends InvalidInputError {
  readonly code = "KPL_KIT_INVALID_OPTION";
}

/** A partition key, explicit hash key or data that the service or the format does not take. */
export class InvalidRecordError extends InvalidInputError {
  readonly code = "KPL_KIT_INVALID_RECORD";
}

/** A shard of a ListShards answer that lacks its id or its hash key range. */
export class InvalidShardError extends InvalidInputError {
  readonly code = "KPL_KIT_INVALID_SHARD";
}

/** A sequence number that is neither decimal nor a sentinel, or a sub-sequence number that is no count. */
export class InvalidPositionError extends InvalidInputError {
  readonly code = "KPL_KIT_INVALID_POSITION";
}

/** Too large for a Kinesis record of its own. */
export class RecordTooLargeError extends CodecError {
  readonly code = "KPL_KIT_RECORD_TOO_LARGE";
  /** Bytes of data and partition key together. */
  declare readonly size: number;

  constructor(size: number, maxRecordSize: number) {
    super(`partitionKey and data take ${size} bytes; maxRecordSize is ${maxRecordSize}`);
    this.size = size;
  }
}

/** Thrown where `onMalformed` says `throw`. */
export class MalformedAggregateError extends CodecError {
  readonly code = "KPL_KIT_MALFORMED_AGGREGATE";
  declare readonly reason: MalformedReason;
  declare readonly sequenceNumber: string | undefined;

  constructor(reason: MalformedReason, sequenceNumber: string | undefined) {
    super(`Kinesis record ${sequenceNumber ?? "(no sequence number)"} is no sound aggregate: ${reason}`);
    this.reason = reason;
    this.sequenceNumber = sequenceNumber;
  }
}

/** Enough of a value to find it, never a whole payload in a log. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 64)) + (value.length > 64 ? "…" : "");
  return value && typeof value === "object" ? "an object" : String(value);
}
