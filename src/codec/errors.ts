// Every error a caller of the codec can meet. A message names the field, its value and its limit.

/** Why a Kinesis record that has the magic is no sound aggregate. */
export type MalformedReason = "digest" | "protobuf" | "partition-key-index" | "hash-key-index" | "hash-key-value";

/** Switch on `code`, not on `instanceof`: two copies of the package have two classes. */
export abstract class KplKitError extends Error {
  abstract readonly code: `KPL_KIT_${string}`;
  /** Whether the same call, unchanged, may succeed later. */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An option outside its range. */
export class InvalidOptionError extends KplKitError {
  readonly code = "KPL_KIT_INVALID_OPTION";
  readonly retryable = false;

  constructor(option: string, value: unknown, range: string) {
    super(`${option} must be ${range}; it is ${shown(value)}`);
  }
}

/** A partition key, explicit hash key or data that the service or the format does not take. */
export class InvalidRecordError extends KplKitError {
  readonly code = "KPL_KIT_INVALID_RECORD";
  readonly retryable = false;
  /** The field at fault. */
  readonly field: string;

  constructor(field: string, value: unknown, rule: string) {
    super(`${field} must be ${rule}; it is ${shown(value)}`);
    this.field = field;
  }
}

/** Too large for a Kinesis record of its own. */
export class RecordTooLargeError extends KplKitError {
  readonly code = "KPL_KIT_RECORD_TOO_LARGE";
  readonly retryable = false;
  /** Bytes of data and partition key together. */
  readonly size: number;

  constructor(size: number, maxRecordSize: number) {
    super(`partitionKey and data take ${size} bytes; maxRecordSize is ${maxRecordSize}`);
    this.size = size;
  }
}

/** Thrown where `onMalformed` says `throw`. */
export class MalformedAggregateError extends KplKitError {
  readonly code = "KPL_KIT_MALFORMED_AGGREGATE";
  readonly retryable = false;
  readonly reason: MalformedReason;
  readonly sequenceNumber: string | undefined;

  constructor(reason: MalformedReason, sequenceNumber: string | undefined) {
    super(`Kinesis record ${sequenceNumber ?? "without sequence number"} is no sound aggregate: ${reason}`);
    this.reason = reason;
    this.sequenceNumber = sequenceNumber;
  }
}

/** A shard of a ListShards answer that lacks its id or its hash key range. */
export class InvalidShardError extends KplKitError {
  readonly code = "KPL_KIT_INVALID_SHARD";
  readonly retryable = false;

  constructor(shardId: unknown, field: string, value: unknown) {
    super(`shard ${shown(shardId)} has no valid ${field}: ${shown(value)}`);
  }
}

/** A sequence number that is neither decimal nor a sentinel, or a sub-sequence number that is no count. */
export class InvalidPositionError extends KplKitError {
  readonly code = "KPL_KIT_INVALID_POSITION";
  readonly retryable = false;

  constructor(field: string, value: unknown, rule: string) {
    super(`${field} must be ${rule}; it is ${shown(value)}`);
  }
}

/** Enough of a value to find it, never a whole payload in a log. */
function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 64 ? `${JSON.stringify(value.slice(0, 64))}…` : JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : typeof value === "bigint" ? `${value}n` : String(value);
}
