// Why a checkpoint store refuses. What the AWS SDK throws comes through as it is.

import { KplKitError, type Position } from "../../codec/index.ts";

/** The file is there, and no checkpoints can be read from it. It is left as it is: taken for empty, all would start anew. */
export class CheckpointFileDamagedError extends KplKitError {
  readonly code = "KPL_KIT_CHECKPOINT_FILE_DAMAGED";
  readonly retryable = false;
  readonly path: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path} cannot be read as checkpoints: ${reason}`, options);
    this.path = path;
  }
}

/** What somebody has to see to; the rest, a full disk or too many open files, can pass. */
const LASTING: readonly string[] = ["EACCES", "EISDIR", "ENOENT", "ENOTDIR", "EPERM", "EROFS"];

/** The file cannot be read or replaced: `cause` says why. What was saved before is still in it. */
export class CheckpointFileFailedError extends KplKitError {
  readonly code = "KPL_KIT_CHECKPOINT_FILE_FAILED";
  readonly retryable: boolean;
  readonly path: string;

  constructor(path: string, doing: "read" | "replaced", cause: unknown) {
    const { code = "", message = String(cause) } = cause as NodeJS.ErrnoException;
    super(`${path} cannot be ${doing}: ${message}`, { cause });
    this.retryable = !LASTING.includes(code);
    this.path = path;
  }
}

/** Somebody else works on this shard: a KCL worker that owns its lease, or a reader that is ahead of this one. */
export class CheckpointContestedError extends KplKitError {
  readonly code = "KPL_KIT_CHECKPOINT_CONTESTED";
  readonly retryable = false;
  readonly shardId: string;
  /** The KCL worker, where one owns the lease. */
  readonly leaseOwner: string | undefined;

  constructor(
    tableName: string,
    shardId: string,
    wanted: Position,
    found: { readonly checkpoint: Position; readonly owner?: string | undefined } | "absent" | undefined,
  ) {
    const { checkpoint = undefined, owner = undefined } = typeof found === "object" ? found : {};
    const last = checkpoint ? `, who has it at ${shown(checkpoint)}` : "";
    super(
      `${shardId} in ${tableName} is written by ${owner ?? "another reader"}${last}: ${shown(wanted)} is not stored`,
    );
    this.shardId = shardId;
    this.leaseOwner = owner;
  }
}

/** A row of the lease table from which no checkpoint can be read. Passed over, its shard would start anew. */
export class LeaseRowUnreadableError extends KplKitError {
  readonly code = "KPL_KIT_LEASE_ROW_UNREADABLE";
  readonly retryable = false;
  readonly tableName: string;
  readonly leaseKey: string;

  constructor(tableName: string, leaseKey: string, reason: string, options?: ErrorOptions) {
    super(`row ${leaseKey} of ${tableName} cannot be read as a lease: ${reason}`, options);
    this.tableName = tableName;
    this.leaseKey = leaseKey;
  }
}

/** One table for two streams: a lease key has no stream's name in it, and each stream has a shardId-000000000000. */
export class CheckpointTableTakenError extends KplKitError {
  readonly code = "KPL_KIT_CHECKPOINT_TABLE_TAKEN";
  readonly retryable = false;

  constructor(tableName: string, streamName: string, otherStreamName: string) {
    super(
      `${tableName} keeps the checkpoints of ${streamName}: ${otherStreamName} needs a table and a store of its own`,
    );
  }
}

/** A table that is no lease table, or is not ready for use. */
export class CheckpointTableUnusableError extends KplKitError {
  readonly code = "KPL_KIT_CHECKPOINT_TABLE_UNUSABLE";
  readonly retryable: boolean;
  readonly tableName: string;

  constructor(tableName: string, reason: "other-key" | "not-active", found: string) {
    super(
      reason === "other-key"
        ? `${tableName} is no lease table: its key is ${found}, not leaseKey (S, HASH)`
        : `${tableName} is not active, but ${found}`,
    );
    this.retryable = reason === "not-active";
    this.tableName = tableName;
  }
}

function shown({ sequenceNumber, subSequenceNumber = 0 }: Position): string {
  return `${sequenceNumber}/${subSequenceNumber}`;
}
