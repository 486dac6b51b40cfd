// A reader of any tree of splits and merges, that ends anywhere, and one that goes on from what it has stored. Time is the
// sequence number: one record of one open shard comes at each instant.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { Checkpoint } from "../../../src/consumer/index.ts";
import {
  type InitialPosition,
  type KnownShard,
  Lineage,
  startingPositions,
} from "../../../src/consumer/shards/index.ts";

interface History {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
  readonly records: number[];
  readonly from: number;
  /** Exclusive; Infinity: it is open. */
  to: number;
}

type Dice = (sides: number) => number;

class Tree {
  readonly shards: History[] = [];

  constructor(dice: Dice, ends: number) {
    for (let root = 0; root <= dice(4); root++) this.#open([], 0);
    for (let now = 1; now < ends; now++) this.#live(dice, now);
  }

  /** What a listing shows: no shard of which retention has left nothing, and nothing that is still to come. */
  listed(now: number, horizon: number): KnownShard[] {
    return this.shards
      .filter(({ from, to }) => from <= now && to > horizon)
      .map(({ parentShardIds, shardId, to }) => {
        return { shardId, parentShardIds, hashKeyRange: { start: 0n, end: 0n }, closed: to <= now };
      });
  }

  of(shardId: string): History {
    return this.shards.find((shard) => shard.shardId === shardId)!;
  }

  childrenOf(shardId: string, now: number): KnownShard[] {
    return this.listed(now, -1).filter(({ parentShardIds }) => parentShardIds.includes(shardId));
  }

  #live(dice: Dice, now: number): void {
    const open = this.shards.filter(({ to }) => to === Number.POSITIVE_INFINITY);
    const one = open[dice(open.length)]!;
    const kind = dice(6);
    if (kind === 0 && open.length < 8) {
      one.to = now;
      this.#open([one.shardId], now);
      this.#open([one.shardId], now);
    } else if (kind === 1 && open.length > 1) {
      const other = open.find((shard) => shard !== one)!;
      one.to = now;
      other.to = now;
      this.#open([one.shardId, other.shardId], now);
    } else one.records.push(now);
  }

  #open(parentShardIds: readonly string[], from: number): void {
    const shardId = `s${this.shards.length}`;
    this.shards.push({ shardId, parentShardIds, records: [], from, to: Number.POSITIVE_INFINITY });
  }
}

interface Life {
  readonly delivered: Set<number>;
  /** Positions, as they are in the store afterwards. */
  readonly stored: Map<string, Checkpoint>;
}

interface LifeOptions {
  readonly tree: Tree;
  readonly dice: Dice;
  readonly initialPosition: InitialPosition;
  readonly now: number;
  readonly horizon: number;
  readonly stored: ReadonlyMap<string, Checkpoint>;
  /** Pages until it dies. */
  readonly pages: number;
  /** Checkpoints are the user's to make: some never come. */
  readonly storesOneIn: number;
}

function live({ dice, horizon, initialPosition, now, pages, storesOneIn, stored: before, tree }: LifeOptions): Life {
  const stored = new Map(before);
  const delivered = new Set<number>();
  const listed = tree.listed(now, horizon);
  const { starts, toStore } = startingPositions({ listed, stored: before, initialPosition, nowMs: now });
  for (const [shardId, checkpoint] of toStore) stored.set(shardId, checkpoint);
  const lineage = new Lineage(before);
  lineage.addListed(listed, starts);
  const left = new Map<string, number[]>();
  const begin = (): void => {
    for (const { shard, start } of lineage.takeReadable()) {
      for (const parentId of shard.parentShardIds)
        expect(left.has(parentId), `${shard.shardId} is read before its parent ${parentId} is`).toBe(false);
      const due = tree.of(shard.shardId).records.filter((at) => at > horizon && at <= now && isDue(start, at, now));
      left.set(shard.shardId, due);
    }
    expect(lineage.needsListing).toBe(false);
  };
  begin();
  for (let page = 0; page < pages && left.size > 0; page++) {
    const [shardId, records] = [...left][dice(left.size)]!;
    const some = records.splice(0, 1 + dice(3));
    for (const at of some) delivered.add(at);
    if (some.length > 0 && dice(storesOneIn) === 0) stored.set(shardId, { sequenceNumber: `${some.at(-1)}` });
    if (records.length > 0) continue;
    left.delete(shardId);
    if (tree.of(shardId).to > now) continue;
    if (dice(storesOneIn) === 0) stored.set(shardId, { sequenceNumber: "SHARD_END" });
    lineage.finish(shardId, tree.childrenOf(shardId, now));
    begin();
  }
  return { delivered, stored };
}

function isDue({ sequenceNumber, timestamp }: Checkpoint, at: number, now: number): boolean {
  if (sequenceNumber === "TRIM_HORIZON") return true;
  if (sequenceNumber === "LATEST") return at > now;
  if (sequenceNumber === "AT_TIMESTAMP") return at >= timestamp!.getTime();
  return at > Number(sequenceNumber);
}

it.each(["TRIM_HORIZON", "LATEST", "a time"] as const)(
  "every record that is due comes in this life or the next, no child before its parents: %s",
  (position) => {
    const law = fc.property(fc.gen(), (draw) => {
      const dice: Dice = (sides) => draw(fc.nat, sides - 1);
      const tree = new Tree(dice, 60);
      const [firstNow, horizon] = [10 + dice(30), dice(20)];
      const initialPosition = position === "a time" ? new Date(dice(40)) : position;
      const storesOneIn = 1 + dice(4);
      const all = { tree, dice, initialPosition, storesOneIn };
      const first = live({ ...all, now: firstNow, horizon: -1, stored: new Map(), pages: dice(40) });
      const second = live({ ...all, now: 60, horizon, stored: first.stored, pages: Number.POSITIVE_INFINITY });
      const beginning = { TRIM_HORIZON: 0, LATEST: firstNow + 1, "a time": Number(initialPosition) }[position];
      // Nothing stored, and nothing begun: LATEST is then the latest of the second life.
      const due = tree.shards.flatMap(({ records }) => records).filter((at) => at >= beginning && at > horizon);
      for (const at of due)
        expect(first.delivered.has(at) || second.delivered.has(at), `record ${at} is never read`).toBe(true);
    });
    fc.assert(law, { numRuns: 150 });
  },
);

it("a reader that died while its first positions were stored begins again where it would have begun", () => {
  const law = fc.property(fc.gen(), (draw) => {
    const dice: Dice = (sides) => draw(fc.nat, sides - 1);
    const tree = new Tree(dice, 60);
    const from = new Date(dice(40));
    const { toStore } = startingPositions({
      listed: tree.listed(30, -1),
      stored: new Map(),
      initialPosition: from,
      nowMs: 30,
    });
    const stored = new Map(toStore.slice(0, dice(toStore.length + 1)));
    const all = { tree, dice, initialPosition: from, storesOneIn: 1 };
    const { delivered } = live({ ...all, now: 60, horizon: -1, stored, pages: Number.POSITIVE_INFINITY });
    for (const { records } of tree.shards)
      for (const at of records) if (at >= from.getTime()) expect(delivered.has(at), `record ${at}`).toBe(true);
  });
  fc.assert(law, { numRuns: 150 });
});
