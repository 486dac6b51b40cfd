// Every error a caller of the consumer can meet, besides those of the codec.

import { KplKitError, type Position } from "../codec/index.ts";

/** The stream cannot be read, and waiting does not change that: it is not there, or the caller may not read it. */
export class ReadFailedError extends KplKitError {
  readonly code = "KPL_KIT_READ_FAILED";
  readonly retryable = false;
  readonly operation: string;
  readonly shardId: string | undefined;

  constructor(operation: string, where: { readonly streamName: string; readonly shardId?: string }, cause: unknown) {
    const { shardId, streamName } = where;
    const place = shardId === undefined ? streamName : `${shardId} of ${streamName}`;
    super(`${operation} of ${place} failed for good: ${messageOf(cause)}`, { cause });
    this.operation = operation;
    this.shardId = shardId;
  }
}

/** The user's code failed as often as `retry` allows, and `onFailure` says stop. Nothing after it is checkpointed. */
export class ProcessingFailedError extends KplKitError {
  readonly code = "KPL_KIT_PROCESSING_FAILED";
  readonly retryable = false;
  readonly shardId: string;
  readonly position: Position;

  constructor(shardId: string, position: Position, failures: number, cause: unknown) {
    const { sequenceNumber, subSequenceNumber = 0 } = position;
    super(
      `${shardId}, record ${sequenceNumber}/${subSequenceNumber}: failed ${failures} times in a row, last: ${messageOf(cause)}`,
      { cause },
    );
    this.shardId = shardId;
    this.position = position;
  }
}

/** The checkpoint store failed again and again. What was processed since the last checkpoint comes again. */
export class CheckpointFailedError extends KplKitError {
  readonly code = "KPL_KIT_CHECKPOINT_FAILED";
  readonly retryable = true;
  readonly shardId: string;
  readonly position: Position;

  constructor(shardId: string, position: Position, cause: unknown) {
    super(`checkpoint ${position.sequenceNumber} of ${shardId} was not stored: ${messageOf(cause)}`, { cause });
    this.shardId = shardId;
    this.position = position;
  }
}

/** A second loop, or a second `run`, over one reader; or one that was stopped. */
export class ReaderBusyError extends KplKitError {
  readonly code = "KPL_KIT_READER_BUSY";
  readonly retryable = false;

  constructor(state: "reading" | "stopped") {
    super(
      state === "reading"
        ? "this reader reads already: one loop or run at a time"
        : "this reader was stopped: make a new one",
    );
  }
}

/** The reader has stopped: nothing is read or stored any more. */
export class ReaderStoppedError extends KplKitError {
  readonly code = "KPL_KIT_READER_STOPPED";
  readonly retryable = false;

  constructor() {
    super("this reader has stopped");
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
