// The user records that a reader of the whole stream must have got, as the stream itself holds them.

import type { StreamSnapshot } from "../../../src/testing/index.ts";
import { type DeliveredRecord, userRecordsOf } from "../reader-log.ts";

/** By shard, in order. */
export function expectedRecords(snapshot: readonly StreamSnapshot[]): ReadonlyMap<string, readonly DeliveredRecord[]> {
  const shards = snapshot.flatMap((stream) => stream.shards);
  return new Map(
    shards.map(({ records, shardId }) => [
      shardId,
      records.flatMap(({ data, partitionKey, sequenceNumber }) =>
        userRecordsOf(shardId, { Data: data, PartitionKey: partitionKey, SequenceNumber: sequenceNumber }),
      ),
    ]),
  );
}
