// Over all its lives a reader is given every record that is kept, and is done with it; what it is given is as it stands in
// the stream; and what it is given for the first time comes in the order of its key, over splits and merges too.

import { comparePositions } from "../../../src/codec/index.ts";
import type { KitLog } from "../kit-log.ts";
import type { DeliveredRecord } from "../reader-log.ts";
import type { Judge } from "./judge.ts";
import { descendantsOf, type KeptShard, keptStream } from "./kept-stream.ts";

type Stream = ReadonlyMap<string, KeptShard>;

/** Closed shards are kept as long as records. */
const KEPT_MS = 24 * 3_600_000;

export const everythingDone: Judge = ({ kitReaders, snapshot, virtualMs }) => {
  const stream = keptStream(snapshot);
  return kitReaders.flatMap((reader) => [
    ...undone(reader, stream),
    ...(virtualMs < KEPT_MS ? withoutEnd(reader, stream) : []),
    ...unlikeTheStream(reader, stream),
    ...keysOutOfOrder(reader, stream),
  ]);
};

function undone(reader: KitLog, stream: Stream): string[] {
  return [...stream.values()].flatMap(({ records }) =>
    records
      .filter(({ isTrimmed, place }) => !isTrimmed && !reader.hasFinished(place))
      .map(({ place }) => `${reader.name} is not done with ${place}`),
  );
}

function withoutEnd(reader: KitLog, stream: Stream): string[] {
  return [...stream.values()]
    .filter(({ isClosed, shardId }) => isClosed && !reader.hasEnded(shardId))
    .map(({ shardId }) => `${reader.name} never came to the end of ${shardId}`);
}

function unlikeTheStream(reader: KitLog, stream: Stream): string[] {
  return reader.events.flatMap((event) => {
    if (event.type !== "delivered") return [];
    const record = stream.get(event.shardId)?.byPlace.get(event.place);
    if (!record) return [`${reader.name} was given ${event.place}, which is not in the stream`];
    const isSame = record.partitionKey === event.partitionKey && Buffer.compare(record.data, event.data) === 0;
    return isSame ? [] : [`${reader.name} was given ${event.place} otherwise than it is in the stream`];
  });
}

function keysOutOfOrder(reader: KitLog, stream: Stream): string[] {
  const complaints: string[] = [];
  const seen = new Set<string>();
  /** By key and shard. */
  const last = new Map<string, DeliveredRecord>();
  const descendants = new Map([...stream.keys()].map((shardId) => [shardId, [...descendantsOf(stream, shardId)]]));
  for (const event of reader.events) {
    if (event.type !== "delivered" || seen.has(event.place)) continue;
    const { partitionKey, place, shardId } = event;
    seen.add(place);
    const before = last.get(`${shardId} ${partitionKey}`);
    if (before && comparePositions(before, event) >= 0)
      complaints.push(`${reader.name} was first given ${place} after ${before.place} of the same key`);
    for (const descendant of descendants.get(shardId) ?? []) {
      const later = last.get(`${descendant} ${partitionKey}`);
      if (later) complaints.push(`${reader.name} was first given ${place} after ${later.place} of a descendant`);
    }
    last.set(`${shardId} ${partitionKey}`, event);
  }
  return complaints;
}
