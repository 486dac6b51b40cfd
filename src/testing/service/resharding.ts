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
  const starts = ranges.map(({ start }) => start);
  const borders = bordersTo(count, starts);
  const steps: ReshardingStep[] = [];
  const cut: bigint[] = [];
  let next = 0;
  for (const border of borders) {
    for (; next < starts.length && starts[next]! < border; next++) cut.push(starts[next]!); // next < length
    if (starts[next] === border) next++;
    else steps.push({ kind: "split", start: cut.at(-1)!, newStart: border }); // both lists begin with 0
    cut.push(border);
  }
  cut.push(...starts.slice(next));
  const kept = new Set(borders);
  for (let index = cut.length - 1; index > 0; index--) {
    if (!kept.has(cut[index]!)) steps.push({ kind: "merge", start: cut[index - 1]! }); // index < length
  }
  return steps;
}

/**
 * Where the new shards begin. A border that is already there but for a division's rest stays: doubling then only splits
 * and halving only merges, "the fewest number of splits or merges", though 2^128 / 3 is not twice 2^128 / 6.
 */
function bordersTo(count: number, starts: readonly bigint[]): bigint[] {
  const rest = BigInt(Math.max(count, starts.length));
  let next = 0;
  return evenRanges(count).map(({ start }) => {
    while (next < starts.length && starts[next]! < start - rest) next++; // next < length
    const near = starts[next];
    return near !== undefined && near <= start + rest ? near : start;
  });
}
