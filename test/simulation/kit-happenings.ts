// What has happened in a run of `StreamReader`s: a test that nothing can go wrong in proves nothing.

import { comparePositions } from "../../src/codec/index.ts";
import type { Checkpoint, ConsumerEvent } from "../../src/consumer/index.ts";
import { troubleOf } from "./fault-plan.ts";
import { type KeptShard, keptStream } from "./judges/index.ts";
import type { KitEvent, KitLog } from "./kit-log.ts";
import type { Evidence } from "./world.ts";

export function* kitHappenings({ history, kitReaders, snapshot, strikes }: Evidence): Iterable<string> {
  for (const strike of strikes) yield troubleOf(strike) ?? `an unknown fault: ${JSON.stringify(strike)}`;
  const shards = snapshot.flatMap((stream) => stream.shards);
  if (shards.some(({ childShardIds }) => childShardIds.length === 2)) yield "a split";
  if (shards.some(({ parentShardIds }) => parentShardIds.length === 2)) yield "a merge";
  if (history.toString().includes("wall clock")) yield "a step of the wall clock";
  const stream = keptStream(snapshot);
  for (const reader of kitReaders) {
    yield* livesOf(reader);
    yield* deliveriesOf(reader);
    for (const event of reader.events) yield* happeningOf(event, stream);
  }
}

function* livesOf({ events }: KitLog): Iterable<string> {
  const forms = new Map<number, string>();
  for (const event of events) {
    if (event.type === "begun") forms.set(event.life, event.form);
    if (event.type !== "over") continue;
    if (event.how !== "by itself") yield `${forms.get(event.life)}: ${event.how}`;
    if (event.error !== undefined) yield `a life that failed: ${event.error}`;
    if (event.hasLeft) yield "a shard's own loop left";
  }
}

function* deliveriesOf({ events }: KitLog): Iterable<string> {
  const lives = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "delivered") continue;
    const before = lives.get(event.place);
    if (before === event.life) yield "a record delivered twice in one life";
    else if (before !== undefined) yield "a record delivered in two lives";
    lives.set(event.place, event.life);
  }
}

function* happeningOf(event: KitEvent, stream: ReadonlyMap<string, KeptShard>): Iterable<string> {
  if (event.type === "told") yield `told: ${nameOf(event.event)}`;
  if (event.type !== "loaded") return;
  for (const [shardId, checkpoint] of event.checkpoints) {
    if (isInsideAggregate(checkpoint, stream.get(shardId))) yield "a start inside an aggregate";
    if (checkpoint.sequenceNumber === "AT_TIMESTAMP") yield "a start at a time";
    if (checkpoint.sequenceNumber === "SHARD_END") yield "a start of a shard that was stored as ended";
  }
}

function isInsideAggregate(checkpoint: Checkpoint, shard: KeptShard | undefined): boolean {
  return (shard?.records ?? []).some(
    (record) => record.sequenceNumber === checkpoint.sequenceNumber && comparePositions(record, checkpoint) > 0,
  );
}

function nameOf(event: ConsumerEvent): string {
  if (event.type === "subscription-ended") return `${event.type} ${event.reason}`;
  if (event.type === "record-given-up") return `${event.type} ${event.how}`;
  return event.type;
}
