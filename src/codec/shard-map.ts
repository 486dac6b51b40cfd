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

/** A stretch of hash keys that the same shards hold. */
interface Stretch extends HashKeyRange {
  readonly holders: readonly Shard[];
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
  readonly #stretches: readonly Stretch[];

  private constructor(shards: readonly Shard[]) {
    this.shards = shards;
    this.#stretches = stretchesOf(shards);
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

  /** Hash key ranges that no shard holds. */
  get holes(): readonly HashKeyRange[] {
    return this.#heldBy((holders) => holders === 0);
  }

  /** Hash key ranges that more than one shard holds. */
  get overlaps(): readonly HashKeyRange[] {
    return this.#heldBy((holders) => holders > 1);
  }

  /** The one shard that holds the hash key. */
  shardFor(hashKey: bigint): Shard | undefined {
    const stretches = this.#stretches;
    let low = 0;
    let high = stretches.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (stretches[middle]!.end < hashKey) low = middle + 1; // middle < high < length
      else high = middle;
    }
    const found = stretches[low];
    return found?.holders.length === 1 && found.start <= hashKey && hashKey <= found.end ? found.holders[0] : undefined;
  }

  #heldBy(wanted: (holders: number) => boolean): HashKeyRange[] {
    return this.#stretches
      .filter(({ holders }) => wanted(holders.length))
      .map(({ start, end }) => ({ start, end }));
  }
}

function readShard({ ShardId: shardId, HashKeyRange: range }: ShardInput): Shard {
  if (typeof shardId !== "string" || shardId === "") throw new InvalidShardError(shardId, "ShardId", shardId);
  const start = readHashKey(range?.StartingHashKey ?? "");
  if (start === undefined) throw new InvalidShardError(shardId, "HashKeyRange.StartingHashKey", range?.StartingHashKey);
  const end = readHashKey(range?.EndingHashKey ?? "");
  if (end === undefined || end < start) {
    throw new InvalidShardError(shardId, "HashKeyRange.EndingHashKey", range?.EndingHashKey);
  }
  return { shardId, hashKeyRange: { start, end } };
}

/** Cuts the whole space of hash keys where a shard begins or ends. */
function stretchesOf(shards: readonly Shard[]): Stretch[] {
  const cuts = new Set([0n]);
  for (const { hashKeyRange } of shards) cuts.add(hashKeyRange.start).add(hashKeyRange.end + 1n);
  const starts = [...cuts].filter((cut) => cut <= MAX_HASH_KEY).sort((a, b) => (a < b ? -1 : 1));
  const stretches: Stretch[] = [];
  let next = 0;
  let holders: Shard[] = [];
  for (const [index, start] of starts.entries()) {
    holders = holders.filter(({ hashKeyRange }) => hashKeyRange.end >= start);
    for (let shard = shards[next]; shard && shard.hashKeyRange.start <= start; shard = shards[++next]) holders.push(shard);
    const end = (starts[index + 1] ?? MAX_HASH_KEY + 1n) - 1n;
    const last = stretches.at(-1);
    // A hole or an overlap is told whole, however many shards end inside it.
    if (last && holders.length !== 1 && last.holders.length > 1 === holders.length > 1 && last.holders.length !== 1) {
      stretches[stretches.length - 1] = { start: last.start, end, holders };
    } else stretches.push({ start, end, holders: [...holders] });
  }
  return stretches;
}
