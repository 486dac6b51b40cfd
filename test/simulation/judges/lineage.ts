// No reader starts a shard before it has all of its parents, in whichever of its lives; and each comes to the end of every
// shard that is closed, and of no other.

import type { Judge } from "./judge.ts";

export const parentsFirst: Judge = ({ readers, snapshot }) => {
  const shards = snapshot.flatMap((stream) => stream.shards);
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  return readers.flatMap((reader) => {
    const ended = new Set<string>();
    const complaints = reader.events.flatMap(({ shardId, type }) => {
      const shard = byId.get(shardId);
      if (!shard) return [`${reader.name} read ${shardId}, which does not exist`];
      if (type === "ended") {
        ended.add(shardId);
        return shard.closedAt ? [] : [`${reader.name} took ${shardId} for ended, which is open`];
      }
      return shard.parentShardIds
        .filter((parent) => !ended.has(parent))
        .map((parent) => `${reader.name}: ${type} of ${shardId} before it had all of its parent ${parent}`);
    });
    const missed = shards.filter(({ closedAt, shardId }) => closedAt && !reader.hasEnded(shardId));
    return [
      ...new Set(complaints),
      ...missed.map(({ shardId }) => `${reader.name} never came to the end of ${shardId}`),
    ];
  });
};
