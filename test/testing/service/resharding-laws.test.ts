// Any splits, merges and changes of the count, with puts among them.

import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import "../../properties/replay.ts";
import { id, KEYS, Model, rangeOf } from "./model.ts";

type Deed =
  | { readonly kind: "put"; readonly share: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "split"; readonly which: number; readonly share: number }
  | { readonly kind: "merge"; readonly which: number }
  | { readonly kind: "scale"; readonly share: number };

const SHARES = 1_000;
const share = fc.nat({ max: SHARES - 1 });
const which = fc.nat({ max: 50 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("put" as const), share }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 999, 5_000, 90_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("split" as const), which, share }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("merge" as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("scale" as const), share }) },
);

function openByRange(model: Model): { index: number; start: bigint; end: bigint }[] {
  return model
    .list({ Type: "AT_LATEST" })
    .map((shard) => ({ index: Number(shard.ShardId!.slice(-12)), start: rangeOf(shard)[0], end: rangeOf(shard)[1] }))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}

function perform(model: Model, given: Exclude<Deed, { kind: "put" | "wait" }>): void {
  const open = openByRange(model);
  if (given.kind === "split") {
    const { end, index, start } = open[given.which % open.length]!;
    const width = end - start + 1n;
    if (width >= 5n) model.split(index, start + 2n + ((width - 4n) * BigInt(given.share)) / BigInt(SHARES));
  } else if (given.kind === "merge") {
    const at = given.which % Math.max(1, open.length - 1);
    if (open.length > 1) model.merge(open[at]!.index, open[at + 1]!.index);
  } else {
    const [least, most] = [Math.ceil(open.length / 2), Math.min(40, open.length * 2)];
    if (most >= least) model.scaleTo(least + Math.floor(((most - least) * given.share) / (SHARES - 1)));
  }
}

test.prop(
  [fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 0, 3_000), fc.array(deed, { maxLength: 40, size: "max" })],
  { numRuns: 50 },
)(
  "open shards tile the hash keys, the family is sound, every record is where it was acknowledged",
  async (shards, transitionMs, deeds) => {
    const model = new Model({ shards, transitionMs });
    const acknowledged: { text: string; shardId: string; hashKey: bigint }[] = [];
    for (const given of deeds) {
      if (given.kind === "wait") await model.clock.advance(given.ms);
      else if (given.kind === "put") {
        const text = `record ${acknowledged.length}`;
        const hashKey = (BigInt(given.share) * KEYS) / BigInt(SHARES);
        acknowledged.push({ text, hashKey, shardId: model.put(text, { hashKey }).shardId });
      } else {
        // A stream that is changing takes no second change.
        if (model.status() !== "ACTIVE") await model.clock.advance(transitionMs);
        perform(model, given);
      }

      const open = openByRange(model);
      expect(open[0]!.start).toBe(0n);
      expect(open.at(-1)!.end).toBe(KEYS - 1n);
      for (const [at, { start }] of open.entries()) if (at > 0) expect(start).toBe(open[at - 1]!.end + 1n);
    }

    await model.clock.advance(transitionMs);
    model.list();
    const { shards: all } = model.service.snapshot()[0]!;
    const byId = new Map(all.map((shard) => [shard.shardId, shard]));
    for (const [index, shard] of all.entries()) {
      expect(shard.shardId).toBe(id(index)); // ids ascend, none is left out
      const parents = shard.parentShardIds.map((parentId) => byId.get(parentId)!);
      const children = shard.childShardIds.map((childId) => byId.get(childId)!);
      expect(parents.length).toBe(index < shards ? 0 : Math.max(1, Math.min(2, parents.length)));
      for (const parent of parents) {
        expect(parent.shardId < shard.shardId).toBe(true); // so no shard is its own ancestor
        expect(parent.childShardIds).toContain(shard.shardId);
        expect(parent.closedAt).toEqual(shard.createdAt);
      }
      expect(children.length).toBe(shard.closedAt === undefined ? 0 : Math.max(1, Math.min(2, children.length)));
      const { end, start } = shard.hashKeyRange;
      if (parents.length === 2) {
        expect([start, parents[0]!.hashKeyRange.end + 1n, end]).toEqual([
          parents[0]!.hashKeyRange.start,
          parents[1]!.hashKeyRange.start,
          parents[1]!.hashKeyRange.end,
        ]);
      }
      if (children.length === 2) {
        expect([start, children[0]!.hashKeyRange.end + 1n, end]).toEqual([
          children[0]!.hashKeyRange.start,
          children[1]!.hashKeyRange.start,
          children[1]!.hashKeyRange.end,
        ]);
      }
    }

    for (const { hashKey, shardId } of acknowledged) {
      const { end, start } = byId.get(shardId)!.hashKeyRange;
      expect(start <= hashKey && hashKey <= end).toBe(true);
    }
    for (const { shardId } of all) {
      const expected = acknowledged.filter((record) => record.shardId === shardId).map(({ text }) => text);
      expect(model.read({}, shardId)).toEqual(expected);
    }
  },
);
