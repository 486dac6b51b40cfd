// The user records of a batch, in order or in lanes. What lies behind a failed Kinesis record comes again in any case, and is not
// started any more; what lies before it is finished, so that the reply can name as high a one as may be.

import type { HasTime } from "./deadline.ts";
import type { KinesisEventRecordLike } from "./kinesis-event.ts";
import type { LambdaUserRecord, Parent } from "./user-records.ts";

export interface BatchRun {
  readonly unpack: (record: KinesisEventRecordLike) => Parent;
  /** User records of one lane are taken one after the other; one without a lane waits for none. */
  readonly laneOf: (record: LambdaUserRecord) => string | undefined;
  /** Of 1, all are in order. */
  readonly concurrency: number;
  /** True: the record is done with. Never rejects. */
  readonly attempt: (record: LambdaUserRecord, parent: Parent) => true | Promise<boolean>;
  readonly hasTime: HasTime;
}

interface Turn {
  readonly record: LambdaUserRecord;
  readonly parent: Parent;
  readonly index: number;
}

/** Returns the Kinesis records that are not done, in their order. */
export async function runBatch(
  records: readonly KinesisEventRecordLike[],
  { attempt, concurrency, hasTime, laneOf, unpack }: BatchRun,
): Promise<readonly KinesisEventRecordLike[]> {
  /** User records that are not done, by Kinesis record; of one that is not unpacked nobody knows, but that there are. */
  const left = records.map(() => 1);
  const lanes = new Map<string | undefined, Turn[]>();
  let lastBegun = -1;
  /** From here on nothing is started. */
  let end = records.length;

  // Each is unpacked when its turn comes: unpacked, a batch takes several times its memory.
  function* turnsOf(): Generator<Turn> {
    for (let index = 0; index < end && hasTime(false); index++) {
      const parent = unpack(records[index]!); // index < end <= length
      left[index] = parent.userRecords.length;
      for (const record of parent.userRecords) yield { record, parent, index };
    }
  }
  // One for all who work.
  const turns = turnsOf();

  const work = async (): Promise<void> => {
    for (const turn of turns) {
      const lane = laneOf(turn.record);
      const waiting = lanes.get(lane);
      if (waiting) {
        waiting.push(turn);
        continue;
      }
      const own = [turn];
      if (lane !== undefined) lanes.set(lane, own);
      // Whatever the others find for this lane meanwhile is among them.
      for (const { index, parent, record } of own) {
        if (index >= end) continue;
        if (hasTime(index <= lastBegun)) {
          lastBegun = Math.max(lastBegun, index);
          const done = attempt(record, parent);
          if (done === true || (await done)) {
            left[index]!--; // one for each
            continue;
          }
        }
        // What was begun before it may be finished, as long as there is time for that.
        end = Math.min(end, index);
      }
      lanes.delete(lane);
    }
  };

  await Promise.all(Array.from({ length: concurrency }, work));
  return records.filter((_, index) => left[index]! > 0); // one for each
}
