// One stream: its shards over time, what it is set to, and the change that is under way.

import type { MetricsName } from "@aws-sdk/client-kinesis";
import { type HashKeyRange, ShardMap } from "../../codec/index.ts";
import type { Limits } from "../limits.ts";
import type { Consumer } from "./consumer.ts";
import { evenRanges, type ReshardingStep } from "./resharding.ts";
import { Shard } from "./shard.ts";

export type StreamStatus = "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";

export interface StreamOrigin {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly mode: "PROVISIONED" | "ON_DEMAND";
  readonly maxRecordSizeInKiB: number;
}

/** A change that a call began and that time ends. */
interface Change {
  readonly status: Exclude<StreamStatus, "ACTIVE">;
  readonly endsAtMs: number;
  readonly apply: (atMs: number) => void;
}

const HOUR_MS = 3_600_000;

export class Stream {
  readonly name: string;
  readonly arn: string;
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

  constructor(origin: StreamOrigin, limits: Limits) {
    this.name = origin.name;
    this.arn = origin.arn;
    this.createdAtMs = origin.createdAtMs;
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

  begin(status: Change["status"], endsAtMs: number, apply: Change["apply"]): void {
    this.#change = { status, endsAtMs, apply };
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
    for (const range of evenRanges(count)) this.#add(range, [], atMs);
    this.#refresh(atMs);
  }

  reshard(steps: readonly ReshardingStep[], atMs: number): void {
    for (const step of steps) {
      const first = this.#open.find(({ range }) => range.start === step.start)!; // the steps come from these shards
      if (step.kind === "split") {
        first.close(atMs);
        this.#add({ start: first.range.start, end: step.newStart - 1n }, [first], atMs);
        this.#add({ start: step.newStart, end: first.range.end }, [first], atMs);
      } else {
        const second = this.#open.find(({ range }) => range.start === first.range.end + 1n)!;
        first.close(atMs);
        second.close(atMs);
        this.#add({ start: first.range.start, end: second.range.end }, [first, second], atMs);
      }
      this.#refresh(atMs);
    }
  }

  /** Gone with its last record: a closed shard that nobody can read any more. */
  isExpired({ closedAtMs }: Shard, nowMs: number): boolean {
    return closedAtMs !== undefined && closedAtMs < this.horizonMs(nowMs);
  }

  /** Records from before that moment can no longer be read. */
  horizonMs(nowMs: number): number {
    return this.#limits.retention === "off" ? Number.NEGATIVE_INFINITY : nowMs - this.retentionHours * HOUR_MS;
  }

  #trim(nowMs: number): void {
    const horizonMs = this.horizonMs(nowMs);
    if (horizonMs > this.createdAtMs) for (const { log } of this.#shards) log.trim(horizonMs);
  }

  #add(range: HashKeyRange, parents: readonly Shard[], createdAtMs: number): void {
    const shard = new Shard({ index: this.#shards.length, range, parents, createdAtMs }, this.#limits);
    this.#shards.push(shard);
    this.#byId.set(shard.id, shard);
  }

  #refresh(atMs: number): void {
    this.#open = this.#shards.filter(({ isOpen }) => isOpen).sort((a, b) => (a.range.start < b.range.start ? -1 : 1));
    this.#map = ShardMap.from(this.#open.map((shard) => shard.describe()));
    this.reshardedAtMs = atMs;
  }
}
