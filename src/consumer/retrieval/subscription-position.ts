// Where the next subscription of a shard begins, so that nothing is jumped over and nothing is handed out twice.

import type { StartingPosition } from "@aws-sdk/client-kinesis";
import { comparePositions, type KinesisRecordInput } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";

export class SubscriptionPosition {
  #next: StartingPosition;
  #lastFetched: string | undefined;

  constructor(start: Checkpoint) {
    this.#next = startingPosition(start);
  }

  get next(): StartingPosition {
    return this.#next;
  }

  /**
   * The service has taken it. LATEST then meant `calledAtMs`, by the wall clock: said once more after a subscription that
   * died without an event, it would jump over what came meanwhile.
   */
  taken(calledAtMs: number): void {
    if (this.#next.Type === "LATEST") this.#next = { Type: "AT_TIMESTAMP", Timestamp: new Date(calledAtMs) };
  }

  /** The records of an event that were not handed out before; from now on they were. */
  advance(records: readonly KinesisRecordInput[], continuation: string | undefined): readonly KinesisRecordInput[] {
    const unseen = this.#unseen(records);
    this.#lastFetched = unseen.at(-1)?.SequenceNumber ?? this.#lastFetched;
    // What ends a shard says nothing to continue with.
    const after = continuation ?? (unseen.length > 0 ? this.#lastFetched : undefined);
    if (after) this.#next = { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after };
    return unseen;
  }

  /** The service does not take it. Undefined where there is nothing else to begin with. */
  refuse(): "stored position" | "time to come" | undefined {
    switch (this.#next.Type) {
      case "AT_SEQUENCE_NUMBER":
      case "AFTER_SEQUENCE_NUMBER":
        // Of another stream, perhaps: its numbers tell nothing of what was handed out.
        this.#lastFetched = undefined;
        this.#next = { Type: "TRIM_HORIZON" };
        return "stored position";
      case "AT_TIMESTAMP":
        // By the service's clock that time is still to come, so all that will come until then lies after LATEST.
        this.#next = { Type: "LATEST" };
        return "time to come";
      default:
        return undefined;
    }
  }

  /** Records come in their order: one comparison an event, and a filter only where an emulator begins too early. */
  #unseen(records: readonly KinesisRecordInput[]): readonly KinesisRecordInput[] {
    const last = this.#lastFetched;
    if (last === undefined) return records;
    const isUnseen = ({ SequenceNumber: sequenceNumber }: KinesisRecordInput): boolean =>
      sequenceNumber === undefined || comparePositions({ sequenceNumber }, { sequenceNumber: last }) > 0;
    return records[0] === undefined || isUnseen(records[0]) ? records : records.filter(isUnseen);
  }
}

function startingPosition({ sequenceNumber, timestamp }: Checkpoint): StartingPosition {
  switch (sequenceNumber) {
    case "TRIM_HORIZON":
    case "LATEST":
      return { Type: sequenceNumber };
    case "AT_TIMESTAMP":
      // Without its time nobody knows where; from the beginning, nothing is missed.
      return timestamp ? { Type: "AT_TIMESTAMP", Timestamp: timestamp } : { Type: "TRIM_HORIZON" };
    default:
      return { Type: "AT_SEQUENCE_NUMBER", SequenceNumber: sequenceNumber };
  }
}
