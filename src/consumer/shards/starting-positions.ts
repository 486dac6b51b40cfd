// Where each listed shard is read from: by its checkpoint, by its family, by the initial position. KCL:
// HierarchicalShardSyncer, without its two gaps: LATEST and AT_TIMESTAMP are made concrete, so that a restart before the
// first checkpoint loses nothing.

import type { Checkpoint } from "../checkpoint.ts";
import type { KnownShard } from "./known-shard.ts";

export type InitialPosition = "TRIM_HORIZON" | "LATEST" | Date;

/** There is nothing in it that would have to be read. */
export const FINISHED = "finished";

export interface StartingPositions {
  /** Of every listed shard. */
  readonly starts: ReadonlyMap<string, Checkpoint | typeof FINISHED>;
  /** To be stored before anything is read, in this order: parents before children, so that a crash half-way can be told. */
  readonly toStore: readonly (readonly [shardId: string, checkpoint: Checkpoint])[];
}

export interface StartingPositionsInput {
  readonly listed: readonly KnownShard[];
  readonly stored: ReadonlyMap<string, Checkpoint>;
  readonly initialPosition: InitialPosition;
  /** Wall time, before the shards were listed: what LATEST means from then on. */
  readonly nowMs: number;
}

export function startingPositions({
  initialPosition,
  listed,
  nowMs,
  stored,
}: StartingPositionsInput): StartingPositions {
  const family = new Family(listed, stored);
  const starts = new Map<string, Checkpoint | typeof FINISHED>();
  const toStore: [string, Checkpoint][] = [];
  for (const shard of family.parentsFirst) {
    const { shardId } = shard;
    const own = stored.get(shardId);
    if (own) {
      starts.set(shardId, own.sequenceNumber === "SHARD_END" ? FINISHED : own);
    } else if (family.isAncestorOfStored(shardId)) {
      // Read before its child was, or older than the initial position of then.
      starts.set(shardId, FINISHED);
    } else if (family.descendsFromStored(shardId)) {
      // It came to be while the stream was being read: all of it is due.
      starts.set(shardId, { sequenceNumber: "TRIM_HORIZON" });
    } else if (initialPosition === "TRIM_HORIZON") {
      starts.set(shardId, { sequenceNumber: "TRIM_HORIZON" });
    } else if (initialPosition === "LATEST") {
      // A closed shard has nothing that is newer than now.
      if (shard.closed) starts.set(shardId, FINISHED);
      else {
        starts.set(shardId, { sequenceNumber: "LATEST" });
        toStore.push([shardId, { sequenceNumber: "AT_TIMESTAMP", timestamp: new Date(nowMs) }]);
      }
    } else {
      const start: Checkpoint = { sequenceNumber: "AT_TIMESTAMP", timestamp: initialPosition };
      starts.set(shardId, start);
      toStore.push([shardId, start]);
    }
  }
  return { starts, toStore };
}

class Family {
  readonly #shards: ReadonlyMap<string, KnownShard>;
  readonly #stored: ReadonlyMap<string, Checkpoint>;
  readonly #ancestorsOfStored: ReadonlySet<string>;
  readonly #descends = new Map<string, boolean>();

  constructor(listed: readonly KnownShard[], stored: ReadonlyMap<string, Checkpoint>) {
    this.#shards = new Map(listed.map((shard) => [shard.shardId, shard]));
    this.#stored = stored;
    const ancestors = new Set<string>();
    const left = listed.filter(({ shardId }) => stored.has(shardId));
    for (let shard = left.pop(); shard; shard = left.pop()) {
      for (const parentId of shard.parentShardIds) {
        if (ancestors.has(parentId)) continue;
        ancestors.add(parentId);
        const parent = this.#shards.get(parentId);
        if (parent) left.push(parent);
      }
    }
    this.#ancestorsOfStored = ancestors;
  }

  /** A chain of splits can be longer than a call stack is deep, so it is walked from the oldest on. */
  get parentsFirst(): readonly KnownShard[] {
    const ordered = new Map<string, KnownShard>();
    const entered = new Set<string>();
    const left = [...this.#shards.values()].reverse();
    for (let shard = left.pop(); shard; shard = left.pop()) {
      const { parentShardIds, shardId } = shard;
      if (entered.has(shardId)) {
        ordered.set(shardId, shard);
        continue;
      }
      entered.add(shardId);
      left.push(shard);
      for (const parentId of parentShardIds) {
        const parent = this.#shards.get(parentId);
        if (parent && !entered.has(parentId)) left.push(parent);
      }
    }
    return [...ordered.values()];
  }

  isAncestorOfStored(shardId: string): boolean {
    return this.#ancestorsOfStored.has(shardId);
  }

  /** Asked of parents first. */
  descendsFromStored(shardId: string): boolean {
    const parentIds = this.#shards.get(shardId)?.parentShardIds ?? [];
    const descends = parentIds.some(
      (parentId) =>
        this.#stored.has(parentId) ||
        this.#descends.get(parentId) === true ||
        // Trimmed away, and its checkpoint perhaps with it. Had the stream been read to here, it would have been met.
        (this.#stored.size > 0 && !this.#shards.has(parentId)),
    );
    this.#descends.set(shardId, descends);
    return descends;
  }
}
