// Which shard may be read now. A shard waits until all of its parents are finished, so that what a key got before a split
// or merge comes before what it got after.

import type { Checkpoint } from "../checkpoint.ts";
import type { KnownShard } from "./known-shard.ts";
import { FINISHED } from "./starting-positions.ts";

type State = "waiting" | "reading" | typeof FINISHED;

interface Member {
  readonly shard: KnownShard;
  readonly start: Checkpoint;
  state: State;
  /** Whether a listing has shown it: then parents that are not listed are trimmed away, and nobody waits for them. */
  isListed: boolean;
}

export interface ReadableShard {
  readonly shard: KnownShard;
  readonly start: Checkpoint;
}

const BEGINNING: Checkpoint = { sequenceNumber: "TRIM_HORIZON" };

export class Lineage {
  readonly #members = new Map<string, Member>();
  readonly #stored: ReadonlyMap<string, Checkpoint>;

  /** `stored`: of shards that no listing has shown yet. */
  constructor(stored: ReadonlyMap<string, Checkpoint> = new Map()) {
    this.#stored = stored;
  }

  addListed(
    listed: readonly KnownShard[],
    starts: ReadonlyMap<string, Checkpoint | typeof FINISHED> = new Map(),
  ): void {
    for (const shard of listed) {
      const known = this.#members.get(shard.shardId);
      if (known) known.isListed = true;
      else this.#add(shard, starts.get(shard.shardId), true);
    }
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
    if (member) member.state = FINISHED;
  }

  /**
   * Whether a shard waits for a parent that was never seen. A stale listing may have left it out, or it is trimmed away:
   * a listing that has the child tells.
   */
  get needsListing(): boolean {
    return [...this.#members.values()].some(
      ({ isListed, shard, state }) =>
        state === "waiting" && !isListed && shard.parentShardIds.some((id) => !this.#members.has(id)),
    );
  }

  /** Nothing is read, and nothing ever will be: every shard has ended. */
  get isOver(): boolean {
    return [...this.#members.values()].every(({ state }) => state === FINISHED);
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
    });
  }

  #isOver(parentId: string, { isListed }: Member): boolean {
    const parent = this.#members.get(parentId);
    return parent ? parent.state === FINISHED : isListed;
  }
}
