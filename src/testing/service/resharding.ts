// How the ranges of a stream are cut and joined. Pure: which splits and merges lead from these shards to that many.

import type { HashKeyRange } from "../../codec/index.ts";

const HASH_KEYS = 2n ** 128n;

/** As CreateStream cuts them: equal, and the last one takes what is left over. */
export function evenRanges(count: number): HashKeyRange[] {
  const width = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => {
    const start = width * BigInt(index);
    return { start, end: index === count - 1 ? HASH_KEYS - 1n : start + width - 1n };
  });
}

export type ReshardingStep =
  /** The shard that begins at `start` is cut in two; the second one begins at `newStart`. */
  | { readonly kind: "split"; readonly start: bigint; readonly newStart: bigint }
  /** The shard that begins at `start` and the one after it become one. */
  | { readonly kind: "merge"; readonly start: bigint };

/**
 * UpdateShardCount "performs splits or merges on individual shards; this can cause short-lived shards to be created, in
 * addition to the final shards": first every new border is cut, then what lies between two new borders is joined.
 */
export function stepsTo(count: number, ranges: readonly HashKeyRange[]): ReshardingStep[] {
  const target = evenRanges(count);
  const starts = ranges.map(({ start }) => start);
  const steps: ReshardingStep[] = [];
  for (const { start: border } of target) {
    if (starts.includes(border)) continue;
    const before = starts.findLastIndex((start) => start < border);
    steps.push({ kind: "split", start: starts[before]!, newStart: border }); // 0 is always among them
    starts.splice(before + 1, 0, border);
  }
  const borders = new Set(target.map(({ start }) => start));
  for (let index = starts.length - 1; index > 0; index--) {
    if (borders.has(starts[index]!)) continue; // index < length
    steps.push({ kind: "merge", start: starts[index - 1]! });
    starts.splice(index, 1);
  }
  return steps;
}
