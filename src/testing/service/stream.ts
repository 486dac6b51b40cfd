// One stream: its shards over time, what it is set to, and the change that is under way.

import type { MetricsName } from "@aws-sdk/client-kinesis";
import { type HashKeyRange, ShardMap } from "../../codec/index.ts";
import type { Limits } from "../limits.ts";
import type { Consumer } from "./consumer.ts";
import { DailyCount } from "./daily-count.ts";
import { evenRanges, type ReshardingStep } from "./resharding.ts";
import { Shard } from "./shard.ts";

export type StreamStatus = "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";

export interface StreamOrigin {
  readonly name: string;
  readonly arn: string;
  /** Tells it from all others of the account, earlier ones of the same name too. */
  readonly ordinal: number;
  readonly createdAtMs: number;
  /** Its sequence numbers begin at this second, or later. */
  readonly leastSecond: number;
  readonly mode: "PROVISIONED" | "ON_DEMAND";
  readonly maxRecordSizeInKiB: number;
}

/** A change that a call began and that time ends. */
interface Change {
  readonly status: Exclude<StreamStatus, "ACTIVE">;
  readonly endsAtMs: number;
  /** How many there will be. */
  readonly openShards: number;
  readonly apply: (atMs: number) => void;
}

const HOUR_MS = 3_600_000;

export class Stream {
  readonly name: string;
  readonly arn: string;
  readonly ordinal: number;
  readonly createdAtMs: number;
  readonly consumers: Map<string, Consumer> = new Map();
  readonly tags: Map<string, string> = new Map();
  readonly shardLevelMetrics: Set<MetricsName> = new Set();
  mode: "PROVISIONED" | "ON_DEMAND";
  maxRecordSizeInKiB: number;
  retentionHours = 24;
  encryption: { readonly keyId: string } | undefined;
  distribution: "AUTO" | "USER_PARTITION_KEY" = "USER_PARTITION_KEY";
  warmThroughputMiBps: number | undefined;
  policy: string | undefined;
  /** When UpdateShardCount was called. */
  readonly shardCountUpdatesMs: number[] = [];
  readonly modeUpdates: DailyCount = new DailyCount();
  readonly encryptionStarts: DailyCount = new DailyCount();
  readonly encryptionStops: DailyCount = new DailyCount();
  isDeleted = false;
  /** When shards last came or went. */
  reshardedAtMs: number;
  readonly #limits: Limits;
  /** In the order of their ids, closed ones too. */
  readonly #shards: Shard[] = [];
  #change: Change | undefined;
  #open: readonly Shard[] = [];
  #map: ShardMap = ShardMap.from([]);
  readonly #byId = new Map<string, Shard>();
  /** Of an AUTO stream: whose turn it is. */
  #turn = 0;
  readonly #leastSecond: number;
  /** The latest at which a shard's sequence numbers begin. */
  #lastSecond = 0;
  readonly #trimmed = { beforeMs: Number.NEGATIVE_INFINITY };

  constructor(origin: StreamOrigin, limits: Limits) {
    this.name = origin.name;
    this.arn = origin.arn;
    this.ordinal = origin.ordinal;
    this.createdAtMs = origin.createdAtMs;
    this.#leastSecond = origin.leastSecond;
    this.reshardedAtMs = origin.createdAtMs;
    this.mode = origin.mode;
    this.maxRecordSizeInKiB = origin.maxRecordSizeInKiB;
    this.#limits = limits;
  }

  /** Brings it to this moment. Every call does so first; no timer is needed. */
  settle(nowMs: number): void {
    const change = this.#change;
    if (change && nowMs >= change.endsAtMs) {
      this.#trim(change.endsAtMs);
      this.#change = undefined;
      change.apply(change.endsAtMs);
      this.wake();
    }
    this.#trim(nowMs);
  }

  get status(): StreamStatus {
    return this.#change?.status ?? "ACTIVE";
  }

  /** When the change under way ends. */
  get changesAtMs(): number {
    return this.#change?.endsAtMs ?? Number.POSITIVE_INFINITY;
  }

  begin(
    status: Change["status"],
    endsAtMs: number,
    apply: Change["apply"],
    openShards: number = this.#open.length,
  ): void {
    this.#change = { status, endsAtMs, openShards, apply };
    // Who waits for a record must know that something else will happen first.
    this.wake();
  }

  wake(): void {
    for (const shard of this.#shards) shard.wake();
  }

  get shards(): readonly Shard[] {
    return this.#shards;
  }

  get openShards(): readonly Shard[] {
    return this.#open;
  }

  /** What it takes of the account's limit: also those that a change under way will open. */
  get shardsClaimed(): number {
    return Math.max(this.#open.length, this.#change?.openShards ?? 0);
  }

  shard(id: string): Shard | undefined {
    return this.#byId.get(id);
  }

  shardFor(hashKey: () => bigint): Shard {
    if (this.distribution === "AUTO") return this.#open[this.#turn++ % this.#open.length]!; // open shards are never 0
    if (this.#open.length === 1) return this.#open[0]!;
    const { shardId = "" } = this.#map.shardFor(hashKey()) ?? {};
    return this.#byId.get(shardId)!; // the open shards hold every hash key
  }

  createShards(count: number, atMs: number): void {
    this.#reshardTo(
      evenRanges(count).map((range) => this.#add(range, [], atMs)),
      atMs,
    );
  }

  reshard(steps: readonly ReshardingStep[], atMs: number): void {
    const open = [...this.#open];
    for (const step of steps) {
      const at = indexOf(open, step.start);
      const first = open[at]!; // the steps come from these shards
      first.close(atMs);
      if (step.kind === "split") {
        const lower = this.#add({ start: first.range.start, end: step.newStart - 1n }, [first], atMs);
        const upper = this.#add({ start: step.newStart, end: first.range.end }, [first], atMs);
        open.splice(at, 1, lower, upper);
      } else {
        const second = open[at + 1]!;
        second.close(atMs);
        open.splice(at, 2, this.#add({ start: first.range.start, end: second.range.end }, [first, second], atMs));
      }
    }
    this.#reshardTo(open, atMs);
  }

  /** No shard's sequence numbers begin at this second or later. */
  get freeSecond(): number {
    return this.#lastSecond + 1;
  }

  /** Gone with its last record: a closed shard that nobody can read any more. */
  isExpired({ closedAtMs }: Shard): boolean {
    return closedAtMs !== undefined && closedAtMs < this.horizonMs;
  }

  /** Records from before that moment can no longer be read, nor ever again: not though the retention period grows. */
  get horizonMs(): number {
    return this.#trimmed.beforeMs;
  }

  #trim(nowMs: number): void {
    if (this.#limits.retention === "off") return;
    this.#trimmed.beforeMs = Math.max(this.#trimmed.beforeMs, nowMs - this.retentionHours * HOUR_MS);
  }

  #add(range: HashKeyRange, parents: readonly Shard[], createdAtMs: number): Shard {
    const shard = new Shard(
      {
        index: this.#shards.length,
        range,
        parents,
        createdAtMs,
        leastSecond: this.#leastSecond,
        trimmed: this.#trimmed,
      },
      this.#limits,
    );
    this.#lastSecond = Math.max(this.#lastSecond, shard.sequenceNumbers.shardCreatedAtSeconds);
    this.#shards.push(shard);
    this.#byId.set(shard.id, shard);
    return shard;
  }

  /** `open`: by hash key. */
  #reshardTo(open: readonly Shard[], atMs: number): void {
    this.#open = open;
    this.#map = ShardMap.from(open.map((shard) => shard.describe()));
    this.reshardedAtMs = atMs;
  }
}

/** Of the shard that begins at `start`; `open` is in the order of hash keys. */
function indexOf(open: readonly Shard[], start: bigint): number {
  let low = 0;
  let high = open.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (open[middle]!.range.start < start)
      low = middle + 1; // middle < high < length
    else high = middle;
  }
  return low;
}
