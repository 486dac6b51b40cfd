// A checkpoint names a record of its shard, or its end; all up to it is done before anybody asks the store for it; and in
// the store none ever goes back, over all lives.

import { comparePositions } from "../../../src/codec/index.ts";
import type { Checkpoint } from "../../../src/consumer/index.ts";
import { isAfter, type KitLog, placeIn } from "../kit-log.ts";
import type { Judge } from "./judge.ts";
import { type KeptShard, keptStream } from "./kept-stream.ts";

export const checkpointsAreTrue: Judge = ({ kitReaders, snapshot }) => {
  const stream = keptStream(snapshot);
  return kitReaders.flatMap((reader) => [...tooEarly(reader, stream), ...goingBack(reader)]);
};

function tooEarly(reader: KitLog, stream: ReadonlyMap<string, KeptShard>): string[] {
  const complaints: string[] = [];
  const finished = new Set<string>();
  /** By shard: all before it are done. */
  const watermarks = new Map<string, number>();
  for (const event of reader.events) {
    if (event.type === "finished") finished.add(event.place);
    if (event.type !== "saving") continue;
    const { checkpoint, life, shardId } = event;
    const who = `${reader.name}, life ${life}: ${shardId}`;
    const shard = stream.get(shardId);
    if (!shard) {
      complaints.push(`${who} is checkpointed, and does not exist`);
      continue;
    }
    if (/^\d/.test(checkpoint.sequenceNumber) && !isRecordOf(shard, checkpoint))
      complaints.push(`${who} is checkpointed at ${textOf(checkpoint)}, where no record is`);
    if (checkpoint.sequenceNumber === "SHARD_END" && !shard.isClosed)
      complaints.push(`${who} is checkpointed as ended, and is open`);
    let done = watermarks.get(shardId) ?? 0;
    for (let next = shard.records[done]; next; next = shard.records[++done])
      if (!next.isTrimmed && !finished.has(next.place)) break;
    watermarks.set(shardId, done);
    const first = shard.records[done];
    if (first && !isAfter(first, checkpoint))
      complaints.push(`${who} is checkpointed at ${textOf(checkpoint)} before ${first.place} is done`);
  }
  return complaints;
}

function goingBack(reader: KitLog): string[] {
  const stored = new Map<string, Checkpoint>();
  return reader.events.flatMap((event) => {
    if (event.type !== "saved") return [];
    const { checkpoint, life, shardId } = event;
    const before = stored.get(shardId);
    stored.set(shardId, checkpoint);
    if (!before || comparePositions(before, checkpoint) <= 0) return [];
    return [`${reader.name}, life ${life}: ${shardId} goes back from ${textOf(before)} to ${textOf(checkpoint)}`];
  });
}

function isRecordOf({ byPlace, shardId }: KeptShard, { sequenceNumber, subSequenceNumber = 0 }: Checkpoint): boolean {
  return byPlace.has(placeIn(shardId, { sequenceNumber, subSequenceNumber }));
}

function textOf({ sequenceNumber, subSequenceNumber = 0 }: Checkpoint): string {
  return `${sequenceNumber}/${subSequenceNumber}`;
}
