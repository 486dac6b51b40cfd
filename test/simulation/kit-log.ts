// What one `StreamReader` after the other did under one name, as seen from outside: by its handlers and by its store.

import { comparePositions, type UserRecord } from "../../src/codec/index.ts";
import type { Checkpoint, ConsumerEvent } from "../../src/consumer/index.ts";
import type { DeliveredRecord } from "./reader-log.ts";

export type KitForm = "loop" | "shards" | "processor" | "record";

/** Of one life; 1 is the first. */
interface OfLife {
  readonly life: number;
}

export type KitEvent =
  /** `order`: what its deliveries keep the order of. */
  | (OfLife & { readonly type: "begun"; readonly form: KitForm; readonly order: "shard" | "partitionKey" })
  | (OfLife & { readonly type: "loaded"; readonly checkpoints: ReadonlyMap<string, Checkpoint> })
  | (OfLife & DeliveredRecord & { readonly type: "delivered" })
  /** The user's code threw at it, or at the batch it is in: it may come once more in the same life. */
  | (OfLife & { readonly type: "threw"; readonly place: string })
  /** The user's code is done with it, or has given it up. */
  | (OfLife & { readonly type: "finished"; readonly place: string })
  /** The reader asks the store. */
  | (OfLife & { readonly type: "saving"; readonly shardId: string; readonly checkpoint: Checkpoint })
  /** The store has it, whatever it answers. */
  | (OfLife & { readonly type: "saved"; readonly shardId: string; readonly checkpoint: Checkpoint })
  /** By its `onEvent`. */
  | (OfLife & { readonly type: "told"; readonly event: ConsumerEvent })
  | (OfLife & LifeEnd & { readonly type: "over" });

export interface LifeEnd {
  readonly how: "stop" | "abort" | "break" | "crash" | "by itself";
  /** Of a loop or a run that threw. */
  readonly error: string | undefined;
  /** The loop of some shard, before its end: when all are left, the reader has nothing more to do. */
  readonly hasLeft: boolean;
  /** From the wish to the end, and how long that may take. */
  readonly tookMs: number;
  readonly allowedMs: number;
  /** The reader's own, after its end. */
  readonly timers: number;
  readonly calls: number;
}

export class KitLog {
  readonly name: string;
  readonly #events: KitEvent[] = [];
  readonly #finished = new Set<string>();
  readonly #ended = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  add(event: KitEvent): void {
    this.#events.push(event);
    if (event.type === "finished") this.#finished.add(event.place);
    if (event.type === "told" && event.event.type === "shard-ended") this.#ended.add(event.event.shardId);
    // Cut off right after, a reader has no time to tell.
    if (event.type === "saved" && event.checkpoint.sequenceNumber === "SHARD_END") this.#ended.add(event.shardId);
  }

  get events(): readonly KitEvent[] {
    return this.#events;
  }

  hasFinished(place: string): boolean {
    return this.#finished.has(place);
  }

  hasEnded(shardId: string): boolean {
    return this.#ended.has(shardId);
  }
}

const SHARD_BITS = 0xffff_ffffn;

/** A record does not say which shard it is of; its sequence number does. */
export function deliveredRecord(record: UserRecord): DeliveredRecord {
  const { data, partitionKey = "", sequenceNumber = "0", subSequenceNumber } = record;
  const shardId = `shardId-${((BigInt(sequenceNumber) >> 4n) & SHARD_BITS).toString().padStart(12, "0")}`;
  return { place: placeIn(shardId, record), shardId, sequenceNumber, subSequenceNumber, partitionKey, data };
}

export function placeIn(
  shardId: string,
  { sequenceNumber, subSequenceNumber }: Pick<UserRecord, "sequenceNumber" | "subSequenceNumber">,
): string {
  return `${shardId}:${sequenceNumber}:${subSequenceNumber}`;
}

export function isAfter(record: DeliveredRecord, checkpoint: Checkpoint | undefined): boolean {
  // Times that are stored lie before the first record.
  return checkpoint === undefined || comparePositions(record, checkpoint) > 0;
}
