import { describe, expect, it } from "vitest";
import { type HashKeyRange, type ShardInput, ShardMap } from "../../src/codec/index.ts";
import { codedError } from "./coded-error.ts";

const MAX = (1n << 128n) - 1n;
const HALF = 1n << 127n;

function shard(
  ShardId: string,
  start: bigint | string,
  end: bigint | string,
  EndingSequenceNumber?: string,
): ShardInput {
  return {
    ShardId,
    HashKeyRange: { StartingHashKey: `${start}`, EndingHashKey: `${end}` },
    SequenceNumberRange: { ...(EndingSequenceNumber !== undefined && { EndingSequenceNumber }) },
  };
}

/** Adjacent ranges joined: how a range is cut into pieces is not part of the promise. */
function joined(ranges: readonly HashKeyRange[]): HashKeyRange[] {
  const result: HashKeyRange[] = [];
  for (const range of ranges) {
    const before = result.at(-1);
    expect(range.start <= range.end).toBe(true);
    if (before) expect(range.start > before.end, "sorted and apart").toBe(true);
    if (before && before.end + 1n === range.start) result[result.length - 1] = { start: before.start, end: range.end };
    else result.push({ start: range.start, end: range.end });
  }
  return result;
}

describe("ShardMap.from", () => {
  const parent = shard("shardId-000000000000", 0n, MAX, "4960");
  const children = [shard("shardId-000000000001", 0n, HALF - 1n), shard("shardId-000000000002", HALF, MAX)];

  it("keeps open shards, with bigint ranges", () => {
    const map = ShardMap.from([parent, ...children]);
    expect(
      map.shards.map(({ shardId, hashKeyRange }) => ({ shardId, start: hashKeyRange.start, end: hashKeyRange.end })),
    ).toEqual([
      { shardId: "shardId-000000000001", start: 0n, end: HALF - 1n },
      { shardId: "shardId-000000000002", start: HALF, end: MAX },
    ]);
    expect([map.holes, map.overlaps]).toEqual([[], []]);
  });

  it("takes any order, and any iterable", () => {
    const map = ShardMap.from(new Set([children[1]!, parent, children[0]!]));
    expect(map.shardFor(0n)?.shardId).toBe("shardId-000000000001");
    expect(map.shardFor(MAX)?.shardId).toBe("shardId-000000000002");
    expect(map.holes).toEqual([]);
  });

  it("takes undefined where the SDK says undefined", () => {
    const open: ShardInput = { ...children[0]!, SequenceNumberRange: undefined };
    const alsoOpen: ShardInput = { ...children[1]!, SequenceNumberRange: { EndingSequenceNumber: undefined } };
    expect(ShardMap.from([open, alsoOpen]).shards).toHaveLength(2);
  });

  it.each<readonly [string, unknown]>([
    ["no id", { HashKeyRange: { StartingHashKey: "0", EndingHashKey: "1" } }],
    ["an empty id", { ShardId: "", HashKeyRange: { StartingHashKey: "0", EndingHashKey: "1" } }],
  ])("%s is an error", (_, wrong) => {
    const error = codedError(() => ShardMap.from([children[0]!, wrong as ShardInput]));
    expect(error.code).toBe("KPL_KIT_INVALID_SHARD");
    expect(error.retryable).toBe(false);
  });

  it.each<readonly [string, unknown]>([
    ["no range", undefined],
    ["an empty range", {}],
    ["no start", { EndingHashKey: "1" }],
    ["no end", { StartingHashKey: "1" }],
    ["an empty start", { StartingHashKey: "", EndingHashKey: "1" }],
    ["a start that is no number", { StartingHashKey: "abc", EndingHashKey: "1" }],
    ["a hexadecimal end", { StartingHashKey: "0", EndingHashKey: "0x10" }],
    ["a negative start", { StartingHashKey: "-1", EndingHashKey: "1" }],
    ["an end of 2^128", { StartingHashKey: "0", EndingHashKey: `${MAX + 1n}` }],
    ["an end before its start", { StartingHashKey: "2", EndingHashKey: "1" }],
  ])("%s is an error that names the shard", (_, HashKeyRange) => {
    const error = codedError(() =>
      ShardMap.from([children[0]!, { ShardId: "shardId-000000000077", HashKeyRange } as ShardInput]),
    );
    expect(error.code).toBe("KPL_KIT_INVALID_SHARD");
    expect(error.message).toContain("shardId-000000000077");
  });

  it("of no shards is one hole", () => {
    for (const none of [[], [parent]]) {
      const map = ShardMap.from(none);
      expect([map.shards, map.holes, map.overlaps]).toEqual([[], [{ start: 0n, end: MAX }], []]);
      expect(map.shardFor(0n)).toBeUndefined();
    }
  });
});

describe("shardFor", () => {
  it("at every boundary of many shards", () => {
    const count = 257n;
    const width = (MAX + 1n) / count;
    const shards = Array.from({ length: Number(count) }, (_, i) => {
      const start = BigInt(i) * width;
      return shard(`shardId-${i}`, start, BigInt(i) === count - 1n ? MAX : start + width - 1n);
    });
    const map = ShardMap.from([...shards].reverse());
    expect([map.holes, map.overlaps]).toEqual([[], []]);
    for (let i = 0n; i < count; i++) {
      const start = i * width;
      const end = i === count - 1n ? MAX : start + width - 1n;
      for (const hashKey of [start, start + 1n, (start + end) / 2n, end - 1n, end])
        expect(map.shardFor(hashKey)?.shardId, `${hashKey}`).toBe(`shardId-${i}`);
    }
  });

  it("of ranges one hash key wide", () => {
    const map = ShardMap.from([shard("low", 0n, 0n), shard("middle", 1n, MAX - 1n), shard("high", MAX, MAX)]);
    expect([0n, 1n, MAX - 1n, MAX].map((hashKey) => map.shardFor(hashKey)?.shardId)).toEqual([
      "low",
      "middle",
      "middle",
      "high",
    ]);
    expect([map.holes, map.overlaps]).toEqual([[], []]);
  });

  it("outside all hash keys is none", () => {
    const map = ShardMap.from([shard("all", 0n, MAX)]);
    for (const hashKey of [-1n, MAX + 1n, 1n << 200n, -(1n << 200n)]) expect(map.shardFor(hashKey)).toBeUndefined();
  });
});

describe("holes and overlaps are reported, and nobody's", () => {
  const cases: readonly {
    readonly name: string;
    readonly shards: readonly ShardInput[];
    readonly holes: readonly (readonly [bigint, bigint])[];
    readonly overlaps: readonly (readonly [bigint, bigint])[];
  }[] = [
    { name: "a hole between", shards: [shard("a", 0n, 9n), shard("b", 20n, MAX)], holes: [[10n, 19n]], overlaps: [] },
    { name: "a hole of one", shards: [shard("a", 0n, 9n), shard("b", 11n, MAX)], holes: [[10n, 10n]], overlaps: [] },
    {
      name: "holes at both ends",
      shards: [shard("a", 5n, MAX - 5n)],
      holes: [
        [0n, 4n],
        [MAX - 4n, MAX],
      ],
      overlaps: [],
    },
    {
      name: "an overlap of one",
      shards: [shard("a", 0n, 10n), shard("b", 10n, MAX)],
      holes: [],
      overlaps: [[10n, 10n]],
    },
    { name: "an overlap", shards: [shard("a", 0n, 15n), shard("b", 10n, MAX)], holes: [], overlaps: [[10n, 15n]] },
    { name: "one in another", shards: [shard("a", 0n, MAX), shard("b", 10n, 20n)], holes: [], overlaps: [[10n, 20n]] },
    // The shard that begins last before 45 ends at 30: a search by starts alone misses the first one.
    {
      name: "several in another, apart",
      shards: [shard("a", 0n, MAX), shard("b", 10n, 20n), shard("c", 25n, 30n), shard("d", 50n, 60n)],
      holes: [],
      overlaps: [
        [10n, 20n],
        [25n, 30n],
        [50n, 60n],
      ],
    },
    {
      name: "three deep",
      shards: [shard("a", 0n, MAX), shard("b", 10n, 40n), shard("c", 20n, 30n)],
      holes: [],
      overlaps: [[10n, 40n]],
    },
    {
      name: "a chain",
      shards: [shard("a", 0n, 20n), shard("b", 10n, 30n), shard("c", 25n, MAX)],
      holes: [],
      overlaps: [
        [10n, 20n],
        [25n, 30n],
      ],
    },
    {
      name: "the same range twice",
      shards: [shard("a", 0n, MAX), shard("b", 0n, MAX)],
      holes: [],
      overlaps: [[0n, MAX]],
    },
    {
      name: "an overlap, then a hole",
      shards: [shard("a", 0n, 20n), shard("b", 10n, 15n), shard("c", 30n, MAX)],
      holes: [[21n, 29n]],
      overlaps: [[10n, 15n]],
    },
    {
      name: "parent and children all open",
      shards: [shard("p", 0n, MAX), shard("l", 0n, HALF - 1n), shard("r", HALF, MAX)],
      holes: [],
      overlaps: [[0n, MAX]],
    },
  ];

  it.each(cases)("$name", ({ shards, holes, overlaps }) => {
    const toRanges = (pairs: readonly (readonly [bigint, bigint])[]): HashKeyRange[] =>
      pairs.map(([start, end]) => ({ start, end }));
    for (const order of [shards, [...shards].reverse()]) {
      const map = ShardMap.from(order);
      expect(joined(map.holes)).toEqual(toRanges(holes));
      expect(joined(map.overlaps)).toEqual(toRanges(overlaps));
      const edges = order.flatMap(({ HashKeyRange }) => [
        BigInt(HashKeyRange!.StartingHashKey!),
        BigInt(HashKeyRange!.EndingHashKey!),
      ]);
      const points = edges.flatMap((edge) => [edge - 1n, edge, edge + 1n]).concat(5n, 17n, 22n, 45n, 100n);
      for (const point of points) {
        const holders = order.filter(
          ({ HashKeyRange }) =>
            BigInt(HashKeyRange!.StartingHashKey!) <= point && point <= BigInt(HashKeyRange!.EndingHashKey!),
        );
        expect(map.shardFor(point)?.shardId, `${point}`).toBe(holders.length === 1 ? holders[0]!.ShardId : undefined);
      }
    }
  });
});
