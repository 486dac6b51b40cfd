// Sequence numbers grow within a shard, lie between its start and its end, and are larger in a child than in its parents.
// And a record lies in a shard whose range holds its hash key, while that shard was open.

import { hashKeyOf } from "../../../src/codec/index.ts";
import type { ShardSnapshot } from "../../../src/testing/index.ts";
import type { Judge } from "./judge.ts";

export const sequenceNumbersGrow: Judge = ({ snapshot }) =>
  snapshot.flatMap(({ shards }) => {
    const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
    return shards.flatMap((shard) => [...withinShard(shard), ...afterParents(shard, byId)]);
  });

function withinShard(shard: ShardSnapshot): string[] {
  const { closedAt, createdAt, endingSequenceNumber, hashKeyRange, records, shardId, startingSequenceNumber } = shard;
  const complaints: string[] = [];
  let previous = BigInt(startingSequenceNumber);
  for (const { arrivedAt, explicitHashKey, partitionKey, sequenceNumber } of records) {
    const place = `${shardId}:${sequenceNumber}`;
    if (BigInt(sequenceNumber) <= previous) complaints.push(`${place} is no larger than ${previous} before it`);
    previous = BigInt(sequenceNumber);
    const hashKey = hashKeyOf({ partitionKey, explicitHashKey });
    if (hashKey < hashKeyRange.start || hashKey > hashKeyRange.end) complaints.push(`${place} is outside its shard`);
    if (arrivedAt < createdAt || (closedAt && arrivedAt > closedAt)) complaints.push(`${place} came while it was shut`);
  }
  if (endingSequenceNumber !== undefined && BigInt(endingSequenceNumber) <= previous)
    complaints.push(`${shardId} ends at ${endingSequenceNumber}, before its last record`);
  return complaints;
}

function afterParents(shard: ShardSnapshot, byId: ReadonlyMap<string, ShardSnapshot>): string[] {
  return shard.parentShardIds.flatMap((parentId) => {
    const last = byId.get(parentId)?.records.at(-1)?.sequenceNumber;
    return last !== undefined && BigInt(shard.startingSequenceNumber) <= BigInt(last)
      ? [`${shard.shardId} starts at ${shard.startingSequenceNumber}, before the last record of its parent ${parentId}`]
      : [];
  });
}
