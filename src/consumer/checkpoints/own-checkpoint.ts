// What goes into a store is checked first: a position that no shard can be read from would be found out at a restart.

import { comparePositions, InvalidOptionError, InvalidPositionError } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";

/** A copy that the caller cannot change. An absent sub-sequence number stays absent; it means 0. */
export function copyOf({ sequenceNumber, subSequenceNumber, timestamp }: Checkpoint): Checkpoint {
  return {
    sequenceNumber,
    ...(subSequenceNumber === undefined ? {} : { subSequenceNumber }),
    ...(timestamp === undefined ? {} : { timestamp: new Date(timestamp) }),
  };
}

/** @throws `KPL_KIT_INVALID_POSITION` */
export function checkedCopy(checkpoint: Checkpoint): Checkpoint {
  comparePositions(checkpoint, checkpoint); // which takes no unsound one
  const { timestamp } = checkpoint;
  if (timestamp !== undefined && !(timestamp instanceof Date && Number.isFinite(timestamp.getTime()))) {
    throw new InvalidPositionError("timestamp", timestamp, "a valid Date");
  }
  return copyOf(checkpoint);
}

/** @throws `KPL_KIT_INVALID_OPTION` */
export function checkName(option: "path" | "shardId" | "streamName", value: unknown): void {
  if (typeof value !== "string" || value === "") throw new InvalidOptionError(option, value, "text that is not empty");
}
