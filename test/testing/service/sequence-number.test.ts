// "Sequence numbers increase over time and are specific to a shard within a stream" (PutRecord); "the sequence number for
// the record is unique across all records in the stream".

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/testing/index.ts";
import { resolveLimits, Service } from "../../../src/testing/service/index.ts";
import "../../properties/replay.ts";
import { KEYS, Model, STREAM } from "./model.ts";

/** As kinesalite, whose tests ran against the service, takes a number of version 2 apart. */
function parse(text: string): {
  kind: bigint;
  created: bigint;
  counter: bigint;
  arrived: bigint;
  shard: bigint;
  version: bigint;
} {
  const value = BigInt(text);
  const bits = (from: bigint, width: bigint): bigint => (value >> from) & ((1n << width) - 1n);
  return {
    kind: value >> 184n,
    created: bits(148n, 36n),
    counter: bits(80n, 64n),
    arrived: bits(36n, 36n),
    shard: bits(4n, 32n),
    version: bits(0n, 4n),
  };
}

describe("a number", () => {
  it("looks like the service's: 56 digits, the shard's time, a counter, the record's time, the shard", async () => {
    const model = new Model({ shards: 3 });
    const second = BigInt(model.clock.now() / 1_000);
    await model.clock.advance(90_000);
    model.put("first", { hashKey: KEYS - 1n });
    const { sequenceNumber } = model.put("second", { hashKey: KEYS - 1n });
    expect(sequenceNumber).toMatch(/^4\d{55}$/);
    expect(parse(sequenceNumber)).toEqual({
      kind: 2n,
      created: second,
      counter: 2n,
      arrived: second + 90n,
      shard: 2n,
      version: 2n,
    });
  });

  it("of a shard's start counts 0, of its end 2^63 - 1", () => {
    const model = new Model();
    model.put("x");
    model.split(0);
    const { EndingSequenceNumber, StartingSequenceNumber } = model.list()[0]!.SequenceNumberRange!;
    expect(parse(StartingSequenceNumber!)).toMatchObject({ counter: 0n, shard: 0n });
    expect(parse(EndingSequenceNumber!)).toMatchObject({ counter: 2n ** 63n - 1n, shard: 0n });
  });

  it("of a child is above all of its parent's, also when both were made in one second", () => {
    const model = new Model();
    for (let split = 0; split < 40; split++) model.split(model.listed({ Type: "AT_LATEST" }).at(-1)!);
    const shards = model.list();
    for (const { ParentShardId, SequenceNumberRange } of shards.slice(1)) {
      const parent = shards.find(({ ShardId }) => ShardId === ParentShardId)!;
      expect(BigInt(SequenceNumberRange!.StartingSequenceNumber!)).toBeGreaterThan(
        BigInt(parent.SequenceNumberRange!.EndingSequenceNumber!),
      );
    }
  });

  it("of a clock that stands at 1970, or close to 4147, is none other", () => {
    for (const startMs of [0, 2 ** 36 * 1_000 - 1]) {
      const service = new Service({
        clock: new VirtualClock({ startMs }),
        limits: resolveLimits("off"),
        accountId: "000000000000",
        region: "us-east-1",
        transitionMs: 0,
        heartbeatMs: 5_000,
        shardEnd: "with-last-records",
      });
      service.addStream(STREAM, 1);
      const { SequenceNumber } = service.perform("PutRecord", {
        StreamName: STREAM,
        PartitionKey: "k",
        Data: new Uint8Array(),
      });
      expect(SequenceNumber).toMatch(/^[4-7]\d{55}$/);
    }
  });
});

type Step =
  | { readonly kind: "put"; readonly share: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "split" | "merge"; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("put" as const), share: fc.nat({ max: 255 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 400, 999, 1_000, 60_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("split" as const, "merge" as const), which: fc.nat({ max: 9 }) }),
  },
);

test.prop([fc.array(step, { maxLength: 50, size: "max" })])(
  "numbers grow in a shard, between its first and its last; a child's are above its parents'; none is given twice",
  async (steps) => {
    const model = new Model({ shards: 2 });
    for (const given of steps) {
      if (given.kind === "put") model.put("", { hashKey: (BigInt(given.share) * KEYS) / 256n });
      else if (given.kind === "wait") await model.clock.advance(given.ms);
      else {
        const open = model.listed({ Type: "AT_LATEST" });
        if (given.kind === "split") model.split(open[given.which % open.length]!);
        else if (open.length > 1) {
          const byRange = model
            .list({ Type: "AT_LATEST" })
            .sort((a, b) =>
              BigInt(a.HashKeyRange!.StartingHashKey!) < BigInt(b.HashKeyRange!.StartingHashKey!) ? -1 : 1,
            );
          const at = given.which % (byRange.length - 1);
          const index = (which: number): number => Number(byRange[which]!.ShardId!.slice(-12));
          model.merge(index(at), index(at + 1));
        }
      }
    }
    model.list(); // what was begun is done
    const { shards } = model.service.snapshot()[0]!;
    const all = new Set<string>();
    let count = 0;
    for (const shard of shards) {
      const numbers = [
        shard.startingSequenceNumber,
        ...shard.records.map(({ sequenceNumber }) => sequenceNumber),
        ...(shard.endingSequenceNumber === undefined ? [] : [shard.endingSequenceNumber]),
      ];
      for (const number of numbers) all.add(number);
      count += numbers.length;
      const values = numbers.map(BigInt);
      for (const [at, value] of values.entries()) if (at > 0) expect(value).toBeGreaterThan(values[at - 1]!);
      for (const parentId of shard.parentShardIds) {
        const parent = shards.find(({ shardId }) => shardId === parentId)!;
        expect(values[0]).toBeGreaterThan(BigInt(parent.endingSequenceNumber!));
      }
      // A number says which shard's it is.
      for (const number of numbers) expect(Number(parse(number).shard)).toBe(Number(shard.shardId.slice(-12)));
    }
    expect(all.size).toBe(count);
  },
);
