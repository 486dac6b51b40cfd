// The rest of a half-processed aggregate, and whether retention has overtaken the stored position. Reading starts with the
// very Kinesis record that the position names; what is at or before the position is dropped here, user record by user
// record. KCL: ProcessTask. Who starts after that record instead loses the rest of its aggregate.

import { comparePositions, type KinesisRecordInput, type UserRecord } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";

export interface Trimmed {
  readonly position: Checkpoint;
  /** At most so much of the stream's time is missing; undefined: the position does not tell its own. */
  readonly missingMs: number | undefined;
}

export class ResumeFilter {
  #start: Checkpoint | undefined;
  #hasSeenRecords = false;

  constructor(start: Checkpoint) {
    this.#start = isNumber(start) ? start : undefined;
  }

  /** The service has refused the position, and reading begins at the beginning: nothing of it was processed. */
  reset(): void {
    this.#start = undefined;
  }

  /**
   * Of the first records that come: the one that the position names must be the first of them. `isEnd`: the shard has
   * ended, and nothing more will come.
   */
  trimmedBefore(records: readonly KinesisRecordInput[], isEnd: boolean, nowMs: number): Trimmed | undefined {
    const [first] = records;
    if (!this.#start || this.#hasSeenRecords || !(first || isEnd)) return undefined;
    this.#hasSeenRecords = true;
    const position = this.#start;
    if (
      first?.SequenceNumber !== undefined &&
      comparePositions({ sequenceNumber: first.SequenceNumber }, onlyRecord(position)) <= 0
    )
      return undefined;
    const firstMs = first?.ApproximateArrivalTimestamp?.getTime() ?? nowMs;
    const ownMs = position.timestamp?.getTime();
    return { position, missingMs: ownMs === undefined ? undefined : Math.max(0, firstMs - ownMs) };
  }

  /** Those after the position. */
  rest(records: UserRecord[]): UserRecord[] {
    const start = this.#start;
    if (!start) return records;
    const first = records.findIndex(
      ({ sequenceNumber, subSequenceNumber }) =>
        sequenceNumber === undefined || comparePositions({ sequenceNumber, subSequenceNumber }, start) > 0,
    );
    if (first < 0) return [];
    // A shard's records only grow.
    this.#start = undefined;
    return first === 0 ? records : records.slice(first);
  }
}

function onlyRecord({ sequenceNumber }: Checkpoint): Checkpoint {
  return { sequenceNumber };
}

function isNumber({ sequenceNumber }: Checkpoint): boolean {
  return /^\d/.test(sequenceNumber);
}
