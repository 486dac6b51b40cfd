// Nothing of a shard is delivered before all of its parents is done; and in each life they are delivered to their end
// first, unless the store says that this was done before.

import type { Checkpoint } from "../../../src/consumer/index.ts";
import { isAfter, type KitLog } from "../kit-log.ts";
import type { Judge } from "./judge.ts";
import { descendantsOf, type KeptShard, keptStream } from "./kept-stream.ts";

export const kitParentsFirst: Judge = ({ kitReaders, snapshot }) => {
  const stream = keptStream(snapshot);
  return kitReaders.flatMap((reader) => childrenTooEarly(reader, stream));
};

function childrenTooEarly(reader: KitLog, stream: ReadonlyMap<string, KeptShard>): string[] {
  const complaints: string[] = [];
  const finished = new Set<string>();
  let loaded: ReadonlyMap<string, Checkpoint> = new Map();
  const delivered = new Set<string>();
  const begun = new Set<string>();
  for (const event of reader.events) {
    if (event.type === "finished") finished.add(event.place);
    if (event.type === "loaded") loaded = event.checkpoints;
    if (event.type !== "delivered") continue;
    const { life, shardId } = event;
    delivered.add(`${life} ${event.place}`);
    if (begun.has(`${life} ${shardId}`)) continue;
    begun.add(`${life} ${shardId}`);
    for (const parentId of stream.get(shardId)?.parentShardIds ?? []) {
      const records = (stream.get(parentId)?.records ?? []).filter(({ isTrimmed }) => !isTrimmed);
      const undone = records.find(({ place }) => !finished.has(place));
      const undelivered = isBehind(loaded, parentId, stream)
        ? undefined
        : records.find((record) => isAfter(record, loaded.get(parentId)) && !delivered.has(`${life} ${record.place}`));
      if (undone) complaints.push(`${reader.name}, life ${life}: ${shardId} begins before ${undone.place} is done`);
      if (undelivered)
        complaints.push(`${reader.name}, life ${life}: ${shardId} begins before ${undelivered.place} is delivered`);
    }
  }
  return complaints;
}

/** Its end is stored, or nothing of it but something of a descendant, which nobody reads before that end. */
function isBehind(
  loaded: ReadonlyMap<string, Checkpoint>,
  shardId: string,
  stream: ReadonlyMap<string, KeptShard>,
): boolean {
  const own = loaded.get(shardId);
  if (own) return own.sequenceNumber === "SHARD_END";
  return [...descendantsOf(stream, shardId)].some((descendant) => loaded.has(descendant));
}
