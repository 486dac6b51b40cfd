// What a reader gets of a shard next: the rule that GetRecords and SubscribeToShard share.

import type { _Record as KinesisRecord } from "@aws-sdk/client-kinesis";
import type { Shard } from "./shard.ts";

export interface PageLimits {
  readonly records: number;
  /** Data and partition keys; the first record passes whatever its size. */
  readonly bytes: number;
}

export interface Page {
  readonly records: KinesisRecord[];
  readonly bytes: number;
  /** Place of the record after the page. */
  readonly next: number;
  /** "How far behind current time the consumer is. Zero: caught up, no new records at this moment." */
  readonly millisBehindLatest: number;
  /** The shard is closed and holds nothing after this page. */
  readonly reachedEnd: boolean;
}

export function pageOf({ closedAtMs, log }: Shard, place: number, limits: PageLimits, nowMs: number): Page {
  const first = Math.max(place, log.horizon);
  const most = Math.min(log.end, first + limits.records);
  const records: KinesisRecord[] = [];
  let bytes = 0;
  let next = first;
  for (; next < most; next++) {
    const { arrivedAtMs, data, encryptionType, partitionKey, sequenceNumber, size } = log.at(next)!; // next < log.end
    if (next > first && bytes + size > limits.bytes) break;
    bytes += size;
    const record: KinesisRecord = {
      SequenceNumber: sequenceNumber,
      ApproximateArrivalTimestamp: new Date(arrivedAtMs),
      Data: data,
      // "This value is not returned if the producer did not provide a partition key": on a stream of its own distribution.
      PartitionKey: partitionKey === "" ? undefined : partitionKey,
    };
    if (encryptionType) record.EncryptionType = encryptionType;
    records.push(record);
  }
  const waiting = log.at(next);
  return {
    records,
    bytes,
    next,
    // Never 0 while records wait: a reader takes 0 for the tip.
    millisBehindLatest: waiting ? Math.max(1, nowMs - waiting.arrivedAtMs) : 0,
    reachedEnd: closedAtMs !== undefined && !waiting,
  };
}
