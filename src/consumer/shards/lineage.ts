// Which shard may be read now. A shard waits until all of its parents are finished, so that what a key got before a split
// or merge comes before what it got after.

import { InvalidShardError } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { KnownShard } from "./known-shard.ts";
import { FINISHED } from "./starting-positions.ts";

type State = "waiting" | "reading" | typeof FINISHED;

interface Member {
  /** As it was listed last. */
  shard: KnownShard;
  start: Checkpoint;
  state: State;
  /** Whether a listing has shown it: then parents that are not listed are trimmed away, and nobody waits for them. */
  isListed: boolean;
  /** Read to an end without children: somebody has removed it. */
  endedAlone: boolean;
  /** Finished, and not listed any more. */
  isGone: boolean;
}

export interface ReadableShard {
  readonly shard: KnownShard;
  readonly start: Checkpoint;
}

const BEGINNING: Checkpoint = { sequenceNumber: "TRIM_HORIZON" };

export class Lineage {
  readonly #members = new Map<string, Member>();
  readonly #stored: ReadonlyMap<string, Checkpoint>;
  /** Shards of which a child is known. */
  readonly #parentIds = new Set<string>();
  #isListed = false;

  /** `stored`: of shards that no listing has shown yet. */
  constructor(stored: ReadonlyMap<string, Checkpoint> = new Map()) {
    this.#stored = stored;
  }

  /** @throws `KPL_KIT_INVALID_SHARD` for a shard among its own ancestors */
  addListed(
    listed: readonly KnownShard[],
    starts: ReadonlyMap<string, Checkpoint | typeof FINISHED> = new Map(),
  ): void {
    for (const shard of listed) {
      const known = this.#members.get(shard.shardId);
      if (known) {
        known.isListed = true;
        known.shard = shard;
      } else this.#add(shard, starts.get(shard.shardId), true);
    }
    this.#isListed ||= listed.length > 0;
    const listedIds = new Set(listed.map(({ shardId }) => shardId));
    const newestId = listed.reduce((newest, { shardId }) => (shardId > newest ? shardId : newest), "");
    for (const [shardId, member] of this.#members) {
      if (member.state !== FINISHED || listedIds.has(shardId)) continue;
      // Children stay longer than their parents: whoever is gone, and has left none, is not followed by any. Retention takes
      // the oldest: a listing that has nothing newer is only staler than the one that showed the shard.
      if (member.endedAlone || shardId < newestId) member.isGone = true;
    }
    this.#refuseRings();
  }

  /** Waiting shards that may be read now; they count as being read from here on. */
  takeReadable(): ReadableShard[] {
    const readable = [...this.#members.values()].filter(
      (member) => member.state === "waiting" && member.shard.parentShardIds.every((id) => this.#isOver(id, member)),
    );
    for (const member of readable) member.state = "reading";
    return readable.map(({ shard, start }) => ({ shard, start }));
  }

  finish(shardId: string, children: readonly KnownShard[]): void {
    for (const child of children) if (!this.#members.has(child.shardId)) this.#add(child, undefined, false);
    const member = this.#members.get(shardId);
    if (!member) return;
    member.state = FINISHED;
    member.endedAlone = children.length === 0;
  }

  /**
   * Whether a listing was stale: a shard waits for a parent that was never seen, or one is finished and its children are
   * not to be seen. Listed anew until they are there; else they would not be read till the next start.
   */
  get needsListing(): boolean {
    return !this.#isListed || [...this.#members.values()].some((member) => this.#lacksFamily(member));
  }

  /**
   * Shards that count as finished, and yet are listed as open, time and again: no listing is stale for so long. They are
   * those of another stream, made anew under the old one's name, and wait to be read from their beginning.
   */
  reopen(): KnownShard[] {
    const others = [...this.#members.values()].filter(
      (member) => member.state === FINISHED && member.isListed && !member.shard.closed && this.#lacksFamily(member),
    );
    for (const member of others) {
      member.state = "waiting";
      member.start = BEGINNING;
    }
    return others.map(({ shard }) => shard);
  }

  #add(shard: KnownShard, given: Checkpoint | typeof FINISHED | undefined, isListed: boolean): void {
    const stored = this.#stored.get(shard.shardId);
    const start = given ?? (stored?.sequenceNumber === "SHARD_END" ? FINISHED : (stored ?? BEGINNING));
    const isFinished = start === FINISHED;
    this.#members.set(shard.shardId, {
      shard,
      start: isFinished ? BEGINNING : start,
      state: isFinished ? FINISHED : "waiting",
      isListed,
      endedAlone: false,
      isGone: false,
    });
    for (const parentId of shard.parentShardIds) this.#parentIds.add(parentId);
  }

  /** A shard that waits for itself would never be read, and nobody would hear of it. */
  #refuseRings(): void {
    const settled = new Set<string>();
    const entered = new Set<string>();
    for (const { shard: youngest } of this.#members.values()) {
      // A chain of splits can be longer than a call stack is deep.
      const left = [youngest];
      for (let shard = left.at(-1); shard; shard = left.at(-1)) {
        const { parentShardIds, shardId } = shard;
        if (settled.has(shardId) || entered.has(shardId)) {
          settled.add(shardId);
          left.pop();
          continue;
        }
        entered.add(shardId);
        for (const parentId of parentShardIds) {
          if (settled.has(parentId)) continue;
          if (entered.has(parentId))
            throw new InvalidShardError(`ParentShardId of ${shardId}`, parentId, "none of its descendants");
          const parent = this.#members.get(parentId);
          if (parent) left.push(parent.shard);
        }
      }
    }
  }

  #lacksFamily({ isGone, isListed, shard, state }: Member): boolean {
    if (state === FINISHED) return !isGone && !this.#parentIds.has(shard.shardId);
    // Once a listing has the child, a parent that it has not is trimmed away.
    return state === "waiting" && !isListed && shard.parentShardIds.some((id) => !this.#members.has(id));
  }

  #isOver(parentId: string, { isListed }: Member): boolean {
    const parent = this.#members.get(parentId);
    return parent ? parent.state === FINISHED : isListed;
  }
}
