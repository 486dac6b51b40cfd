// What the user's code is given of a shard at a time, and how it says that it is done with it.

import { comparePositions, InvalidRecordError, type UserRecord } from "../../codec/index.ts";
import { type Checkpoint, checkpointAt } from "../checkpoint.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { DeliveredPage } from "./shard-delivery.ts";

/** User records of one shard, in order. KCL: `ProcessRecordsInput`. */
export interface Batch {
  readonly shardId: string;
  /** Empty only at the end of a shard that had nothing more. */
  readonly records: readonly UserRecord[];
  /** When it was fetched, how far from the shard's tip it was, in milliseconds. */
  readonly millisBehindLatest: number;
  /** Nothing of the shard comes after it. In a loop its checkpoint marks the shard as finished; a processor has `shardEnded` for that. */
  readonly isShardEnd: boolean;
  /**
   * Stores how far the shard is processed: all of the batch, or up to and with one record of it. Nothing is stored unless
   * this is called. What is stored is never turned back: a record before it changes nothing.
   * @throws `KPL_KIT_CHECKPOINT_FAILED`, `KPL_KIT_INVALID_RECORD` for a record of another batch
   */
  checkpoint(upTo?: UserRecord): Promise<void>;
}

export const SHARD_END: Checkpoint = Object.freeze({ sequenceNumber: "SHARD_END", subSequenceNumber: 0 });

export class DeliveredBatch implements Batch {
  readonly shardId: string;
  readonly records: readonly UserRecord[];
  readonly millisBehindLatest: number;
  readonly isShardEnd: boolean;
  /** Bound: `({ records, checkpoint }) => …` is how a batch is taken. */
  readonly checkpoint: Batch["checkpoint"];

  /** `end`: what a checkpoint of all of it stores. */
  constructor(
    { isShardEnd, millisBehindLatest, records, shardId }: Omit<DeliveredPage, "end">,
    end: Checkpoint | undefined,
    checkpointer: Checkpointer,
  ) {
    this.shardId = shardId;
    this.records = records;
    this.millisBehindLatest = millisBehindLatest;
    this.isShardEnd = isShardEnd;
    this.checkpoint = checkpointOf(records, shardId, end, checkpointer);
  }
}

/**
 * Not written where it is assigned: V8 makes such a function old at once, and all that it holds with it, a page of user
 * records, stays until the next full collection.
 */
function checkpointOf(
  records: readonly UserRecord[],
  shardId: string,
  end: Checkpoint | undefined,
  checkpointer: Checkpointer,
): Batch["checkpoint"] {
  return async (upTo) => {
    const checkpoint = upTo === undefined ? end : positionIn(records, shardId, upTo);
    if (checkpoint) await checkpointer.save(checkpoint);
  };
}

/** @throws `KPL_KIT_INVALID_RECORD` */
function positionIn(records: readonly UserRecord[], shardId: string, record: UserRecord): Checkpoint {
  const checkpoint = record && checkpointAt(record);
  const [first, last] = [records[0], records.at(-1)].map((each) => each && checkpointAt(each));
  const isOurs =
    checkpoint && first && last && comparePositions(first, checkpoint) <= 0 && comparePositions(checkpoint, last) <= 0;
  if (!isOurs) throw new InvalidRecordError("upTo", record?.sequenceNumber, `a record of this batch of ${shardId}`);
  return checkpoint;
}
