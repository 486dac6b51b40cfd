// When all is read. A reader of a stream never ends by itself, so whoever wants an end has to know what is still to come.

import { comparePositions } from "../src/codec/index.ts";
import type { ConsumerEvent } from "../src/consumer/index.ts";
import type { StoredEntry } from "./produce.ts";

interface ShardProgress {
  /** Acknowledged and not met yet, in order. */
  readonly awaited: StoredEntry[];
  /** Kinesis records. What was retrieved and not met is still on its way. */
  retrieved: number;
  met: number;
  /** The last page was empty, and nothing lay behind it. */
  isAtTip: boolean;
  hasEnded: boolean;
}

export class ReadEnd {
  readonly #shards = new Map<string, ShardProgress>();
  readonly #shared: boolean;

  constructor(stored: readonly StoredEntry[], shared: boolean) {
    this.#shared = shared;
    for (const entry of [...stored].sort(comparePositions)) this.#shard(entry.shardId).awaited.push(entry);
  }

  /** All that was acknowledged has been met and, on a stream of its own, all that lies there. */
  get isReached(): boolean {
    return [...this.#shards.values()].every(
      ({ awaited, hasEnded, isAtTip, met, retrieved }) =>
        awaited.length === 0 && (this.#shared || hasEnded || (isAtTip && met === retrieved)),
    );
  }

  /** The first that is not met yet. */
  get awaited(): StoredEntry | undefined {
    return [...this.#shards.values()].find(({ awaited }) => awaited.length > 0)?.awaited[0];
  }

  /** Whether it brings the end nearer. */
  note(event: ConsumerEvent): boolean {
    switch (event.type) {
      // Children are listed with their parents: they are waited for before they are read.
      case "shards-listed":
        for (const shardId of event.shardIds) this.#shard(shardId);
        return true;
      case "shard-started":
        this.#shard(event.shardId);
        return true;
      case "page-retrieved": {
        const shard = this.#shard(event.shardId);
        shard.retrieved += event.kinesisRecords;
        shard.isAtTip = event.kinesisRecords === 0 && event.millisBehindLatest === 0;
        return event.kinesisRecords > 0;
      }
      case "shard-ended":
        this.#shard(event.shardId).hasEnded = true;
        for (const childShardId of event.childShardIds) this.#shard(childShardId);
        return true;
      default:
        return false;
    }
  }

  /** With it all before it, for a shard is read in order: what was acknowledged there and has not come, never comes. */
  meet(shardId: string, sequenceNumber: string): void {
    const shard = this.#shard(shardId);
    shard.met++;
    const { awaited } = shard;
    while (awaited[0] && comparePositions(awaited[0], { sequenceNumber }) <= 0) awaited.shift();
  }

  /** By itself alone: of the same page, what comes before it is handed over later. */
  meetDropped(shardId: string, sequenceNumber: string): void {
    const shard = this.#shard(shardId);
    shard.met++;
    const index = shard.awaited.findIndex((entry) => entry.sequenceNumber === sequenceNumber);
    if (index >= 0) shard.awaited.splice(index, 1);
  }

  #shard(shardId: string): ShardProgress {
    const known = this.#shards.get(shardId);
    if (known) return known;
    const shard = { awaited: [], retrieved: 0, met: 0, isAtTip: false, hasEnded: false };
    this.#shards.set(shardId, shard);
    return shard;
  }
}
