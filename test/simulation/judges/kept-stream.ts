// The stream as it was in the end, by user record: what a reader's evidence is held against.

import type { StreamSnapshot } from "../../../src/testing/index.ts";
import { type DeliveredRecord, userRecordsOf } from "../reader-log.ts";

export interface KeptRecord extends DeliveredRecord {
  /** In its shard, from 0. */
  readonly index: number;
  /** Older than what is kept: nobody can get it any more. */
  readonly isTrimmed: boolean;
}

export interface KeptShard {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
  readonly isClosed: boolean;
  readonly records: readonly KeptRecord[];
  readonly byPlace: ReadonlyMap<string, KeptRecord>;
}

const made = new WeakMap<readonly StreamSnapshot[], ReadonlyMap<string, KeptShard>>();

export function keptStream(snapshot: readonly StreamSnapshot[]): ReadonlyMap<string, KeptShard> {
  const known = made.get(snapshot);
  if (known) return known;
  const shards = snapshot.flatMap((stream) => stream.shards);
  const stream = new Map(
    shards.map(({ closedAt, parentShardIds, records, shardId }): [string, KeptShard] => {
      const kept = records
        .flatMap(({ data, partitionKey, sequenceNumber, trimmed: isTrimmed }) =>
          userRecordsOf(shardId, { Data: data, PartitionKey: partitionKey, SequenceNumber: sequenceNumber }).map(
            (record) => ({ ...record, isTrimmed }),
          ),
        )
        .map((record, index) => ({ ...record, index }));
      const byPlace = new Map(kept.map((record) => [record.place, record]));
      return [shardId, { shardId, parentShardIds, isClosed: closedAt !== undefined, records: kept, byPlace }];
    }),
  );
  made.set(snapshot, stream);
  return stream;
}

/** Those that descend from it, itself not among them. */
export function descendantsOf(stream: ReadonlyMap<string, KeptShard>, shardId: string): ReadonlySet<string> {
  const descendants = new Set<string>();
  const left = [shardId];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    for (const child of stream.values()) {
      if (!child.parentShardIds.includes(id) || descendants.has(child.shardId)) continue;
      descendants.add(child.shardId);
      left.push(child.shardId);
    }
  }
  return descendants;
}
