// Everything that was ever written, for a test to judge by: deleted streams, closed shards and trimmed records too.

import type { HashKeyRange } from "../../codec/index.ts";
import type { Account } from "./account.ts";
import type { Shard } from "./shard.ts";

export interface RecordSnapshot {
  readonly sequenceNumber: string;
  /** Empty if there was none, on a stream that distributes its records itself (AUTO). */
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  /** A copy. */
  readonly data: Uint8Array;
  readonly arrivedAt: Date;
  /** It is older than the retention period: no reader gets it any more. */
  readonly trimmed: boolean;
}

export interface ShardSnapshot {
  readonly shardId: string;
  readonly hashKeyRange: HashKeyRange;
  readonly parentShardIds: readonly string[];
  readonly childShardIds: readonly string[];
  readonly startingSequenceNumber: string;
  readonly endingSequenceNumber: string | undefined;
  readonly createdAt: Date;
  readonly closedAt: Date | undefined;
  /** In the order of their sequence numbers. */
  readonly records: readonly RecordSnapshot[];
}

export interface StreamSnapshot {
  readonly streamName: string;
  readonly streamArn: string;
  readonly status: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING" | "DELETED";
  readonly consumerNames: readonly string[];
  /** In the order of their ids. */
  readonly shards: readonly ShardSnapshot[];
}

export function snapshotOf(account: Account): StreamSnapshot[] {
  const nowMs = account.nowMs();
  return account.everyStream.map((stream) => {
    stream.settle(nowMs);
    return {
      streamName: stream.name,
      streamArn: stream.arn,
      status: stream.isDeleted ? "DELETED" : stream.status,
      consumerNames: account.consumersOf(stream).map(({ name }) => name),
      shards: stream.shards.map(shardSnapshot),
    };
  });
}

function shardSnapshot(shard: Shard): ShardSnapshot {
  const { closedAtMs, log } = shard;
  return {
    shardId: shard.id,
    hashKeyRange: shard.range,
    parentShardIds: shard.parents.map(({ id }) => id),
    childShardIds: shard.children.map(({ id }) => id),
    startingSequenceNumber: shard.startingSequenceNumber,
    endingSequenceNumber: shard.endingSequenceNumber,
    createdAt: new Date(shard.createdAtMs),
    closedAt: closedAtMs === undefined ? undefined : new Date(closedAtMs),
    records: log.all.map((record, place) => ({
      sequenceNumber: record.sequenceNumber,
      partitionKey: record.partitionKey,
      explicitHashKey: record.explicitHashKey,
      data: record.data.slice(),
      arrivedAt: new Date(record.arrivedAtMs),
      trimmed: place < log.horizon,
    })),
  };
}
