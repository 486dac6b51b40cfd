// Every reader gets every record at least once, as it is in the stream; in one life of it without a gap; and what it gets
// for the first time comes in the order of the shard, and in the order of the key over splits and merges.

import { comparePositions } from "../../../src/codec/index.ts";
import type { DeliveredRecord, ReaderLog } from "../reader-log.ts";
import { expectedRecords } from "./expected-records.ts";
import type { Judge } from "./judge.ts";

interface Expected {
  readonly record: DeliveredRecord;
  /** In its shard, from 0. */
  readonly index: number;
}

export const everythingDelivered: Judge = ({ readers, snapshot }) => {
  const shards = expectedRecords(snapshot);
  const expected = new Map<string, Expected>();
  for (const records of shards.values())
    for (const [index, record] of records.entries()) expected.set(record.place, { record, index });
  return readers.flatMap((reader) => [
    ...[...expected.keys()]
      .filter((place) => !reader.hasDelivered(place))
      .map((at) => `${reader.name} never got ${at}`),
    ...unlikeTheStream(reader, expected),
    ...gaps(reader, expected, shards),
    ...outOfOrder(reader),
  ]);
};

function unlikeTheStream(reader: ReaderLog, expected: ReadonlyMap<string, Expected>): string[] {
  const complaints: string[] = [];
  for (const event of reader.events) {
    if (event.type !== "delivered") continue;
    const { record } = expected.get(event.place) ?? {};
    if (!record) complaints.push(`${reader.name} got ${event.place}, which is not in the stream`);
    else if (record.partitionKey !== event.partitionKey || Buffer.compare(record.data, event.data) !== 0)
      complaints.push(`${reader.name} got ${record.place} otherwise than it is in the stream`);
  }
  return complaints;
}

/** In one life of a reader: each record of a shard, once, the next after the one before, to the end if it says so. */
function gaps(
  reader: ReaderLog,
  expected: ReadonlyMap<string, Expected>,
  shards: ReadonlyMap<string, readonly DeliveredRecord[]>,
): string[] {
  const complaints: string[] = [];
  const next = new Map<string, number>();
  for (const event of reader.events) {
    const reading = `${event.life} ${event.shardId}`;
    const due = next.get(reading);
    if (event.type === "ended") {
      const end = shards.get(event.shardId)?.length ?? 0;
      // One that had nothing left to get since its checkpoint ends without a record.
      if (due !== undefined && due !== end)
        complaints.push(`${reader.name} took ${event.shardId} for ended after ${due} of ${end} records`);
    } else if (event.type === "delivered") {
      const { index } = expected.get(event.place) ?? {};
      if (index === undefined) continue;
      if (due !== undefined && index !== due)
        complaints.push(`${reader.name} got record ${index} of ${event.shardId} where ${due} was next`);
      next.set(reading, index + 1);
    }
  }
  return complaints;
}

/** By key is by shard too: a key has one shard at a time, and a child's sequence numbers are larger than its parents'. */
function outOfOrder(reader: ReaderLog): string[] {
  const complaints: string[] = [];
  const seen = new Set<string>();
  const last = new Map<string, DeliveredRecord>();
  for (const event of reader.events) {
    if (event.type !== "delivered" || seen.has(event.place)) continue;
    seen.add(event.place);
    for (const line of [`shard ${event.shardId}`, `key ${event.partitionKey}`]) {
      const before = last.get(line);
      if (before && comparePositions(before, event) >= 0)
        complaints.push(`${reader.name} got ${event.place} after ${before.place} of the same ${line}`);
      last.set(line, event);
    }
  }
  return complaints;
}
