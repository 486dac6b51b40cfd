// Which shard a hash key lands on, as of one ListShards answer. The KPL takes the first shard whose range ends at or
// after the key; here a key that no shard holds, or more than one, has no shard: it is then not aggregated, and nothing
// is lost by a guess.

import { InvalidShardError } from "./errors.ts";
import { MAX_HASH_KEY, readHashKey } from "./hash-key.ts";

/** Both ends inclusive. */
export interface HashKeyRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** SDK `Shard`. */
export interface ShardInput {
  readonly ShardId?: string | undefined;
  readonly HashKeyRange?:
    | { readonly StartingHashKey?: string | undefined; readonly EndingHashKey?: string | undefined }
    | undefined;
  readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string | undefined } | undefined;
}

export interface Shard {
  readonly shardId: string;
  readonly hashKeyRange: HashKeyRange;
}

/**
 * The open shards of a stream by hash key.
 * @example
 * ```ts
 * const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: "orders" }));
 * ShardMap.from(Shards).shardFor(hashKeyOf("order-7"))?.shardId;
 * ```
 */
export class ShardMap {
  /** By hash key range. */
  readonly shards: readonly Shard[];
  /** Hash key ranges that no shard holds. */
  readonly holes: readonly HashKeyRange[];
  /** Hash key ranges that more than one shard holds. */
  readonly overlaps: readonly HashKeyRange[];

  private constructor(shards: readonly Shard[]) {
    const holes: HashKeyRange[] = [];
    const overlaps: HashKeyRange[] = [];
    /** The first hash key that no shard holds so far. */
    let free = 0n;
    for (const { hashKeyRange } of shards) {
      const { start } = hashKeyRange;
      if (start > free) holes.push({ start: free, end: start - 1n });
      if (start < free) {
        const last = overlaps.at(-1);
        const end = hashKeyRange.end < free ? hashKeyRange.end : free - 1n;
        // A third shard in the same place, or next to it, makes the overlap longer, not another.
        if (!last || start > last.end + 1n) overlaps.push({ start, end });
        else if (end > last.end) overlaps[overlaps.length - 1] = { start: last.start, end };
      }
      if (hashKeyRange.end >= free) free = hashKeyRange.end + 1n;
    }
    if (free <= MAX_HASH_KEY) holes.push({ start: free, end: MAX_HASH_KEY });
    this.shards = shards;
    this.holes = holes;
    this.overlaps = overlaps;
  }

  /**
   * Open shards of a ListShards answer, of all its pages; closed ones are left out.
   * @throws `KPL_KIT_INVALID_SHARD`, naming a shard without id or range.
   */
  static from(shards: Iterable<ShardInput>): ShardMap {
    const open = new Map<string, Shard>();
    for (const input of shards) {
      const shard = readShard(input);
      // Pages read while the stream changes may name a shard twice: the later one knows more.
      if (input.SequenceNumberRange?.EndingSequenceNumber === undefined) open.set(shard.shardId, shard);
      else open.delete(shard.shardId);
    }
    return new ShardMap([...open.values()].sort((a, b) => (a.hashKeyRange.start < b.hashKeyRange.start ? -1 : 1)));
  }

  /** The one shard that holds the hash key. */
  shardFor(hashKey: bigint): Shard | undefined {
    const { shards } = this;
    if (this.overlaps.length > 0) {
      // No order to search by; a map like this lives until the next ListShards.
      const holders = shards.filter((shard) => holds(shard, hashKey));
      return holders.length === 1 ? holders[0] : undefined;
    }
    let low = 0;
    let high = shards.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (shards[middle]!.hashKeyRange.end < hashKey)
        low = middle + 1; // middle < high < length
      else high = middle;
    }
    const found = shards[low];
    return found && holds(found, hashKey) ? found : undefined;
  }
}

function holds({ hashKeyRange: { start, end } }: Shard, hashKey: bigint): boolean {
  return start <= hashKey && hashKey <= end;
}

/** @throws `KPL_KIT_INVALID_SHARD` */
function readShard({ ShardId: shardId, HashKeyRange: range }: ShardInput): Shard {
  if (typeof shardId !== "string" || shardId === "") throw new InvalidShardError("ShardId", shardId, "the shard's id");
  const hashKey = (name: "StartingHashKey" | "EndingHashKey", least: bigint): bigint => {
    const text = range?.[name];
    const value = typeof text === "string" ? readHashKey(text) : undefined;
    if (value !== undefined && value >= least) return value;
    throw new InvalidShardError(`${shardId} HashKeyRange.${name}`, text, `a decimal from ${least} to 2^128-1`);
  };
  const start = hashKey("StartingHashKey", 0n);
  return { shardId, hashKeyRange: { start, end: hashKey("EndingHashKey", start) } };
}
