// One shard: its range, its place in the family, its records and what it still admits.

import type { ChildShard, Shard as SdkShard } from "@aws-sdk/client-kinesis";
import type { HashKeyRange } from "../../codec/index.ts";
import type { Limits } from "../limits.ts";
import { Budget } from "./budget.ts";
import { RecordLog, type TrimHorizon } from "./record-log.ts";
import { SequenceNumbers } from "./sequence-number.ts";

export interface ShardOrigin {
  readonly index: number;
  readonly range: HashKeyRange;
  /** One after a split, two after a merge. */
  readonly parents: readonly Shard[];
  readonly createdAtMs: number;
  /** Sequence numbers begin at this second, or later. */
  readonly leastSecond: number;
  /** The stream's. */
  readonly trimmed: TrimHorizon;
}

export class Shard {
  readonly index: number;
  readonly id: string;
  readonly range: HashKeyRange;
  readonly parents: readonly Shard[];
  readonly children: Shard[] = [];
  readonly createdAtMs: number;
  readonly sequenceNumbers: SequenceNumbers;
  readonly log: RecordLog;
  readonly writeRecords: Budget;
  readonly writeBytes: Budget;
  readonly readCalls: Budget;
  readonly readBytes: Budget;
  readonly iteratorCalls: Budget;
  readonly startingSequenceNumber: string;
  endingSequenceNumber: string | undefined;
  closedAtMs: number | undefined;
  readonly #watchers = new Set<() => void>();

  constructor({ createdAtMs, index, leastSecond, parents, range, trimmed }: ShardOrigin, limits: Limits) {
    this.index = index;
    this.id = shardIdOf(index);
    this.range = range;
    this.parents = parents;
    this.createdAtMs = createdAtMs;
    this.log = new RecordLog(trimmed);
    // By the second, and yet above every number of the parents: two reshards may fall into one second here.
    const second = Math.max(
      Math.floor(createdAtMs / 1_000),
      leastSecond,
      ...parents.map(({ sequenceNumbers }) => sequenceNumbers.shardCreatedAtSeconds + 1),
    );
    this.sequenceNumbers = new SequenceNumbers(index, second);
    this.startingSequenceNumber = this.sequenceNumbers.start();
    this.writeRecords = new Budget(limits.writeRecordsPerSecond, createdAtMs);
    this.writeBytes = new Budget(limits.writeBytesPerSecond, createdAtMs);
    this.readCalls = new Budget(limits.readCallsPerSecond, createdAtMs);
    this.readBytes = new Budget(limits.readBytesPerSecond, createdAtMs);
    this.iteratorCalls = new Budget(limits.shardIteratorCallsPerSecond, createdAtMs);
    for (const parent of parents) parent.children.push(this);
  }

  /** It came with the stream. */
  get isFirst(): boolean {
    return this.parents.length === 0;
  }

  get isOpen(): boolean {
    return this.closedAtMs === undefined;
  }

  /** Writes what its budgets admit. Undefined: too fast. */
  append(
    record: {
      readonly partitionKey: string;
      readonly explicitHashKey: string | undefined;
      readonly data: Uint8Array;
      readonly size: number;
      readonly encryptionType: "KMS" | undefined;
    },
    nowMs: number,
  ): string | undefined {
    const { data, encryptionType, explicitHashKey, partitionKey, size } = record;
    if (!this.writeRecords.has(1, nowMs) || !this.writeBytes.has(size, nowMs)) return undefined;
    this.writeRecords.tryTake(1, nowMs);
    this.writeBytes.tryTake(size, nowMs);
    const sequenceNumber = this.sequenceNumbers.at(this.log.end + 1, nowMs);
    this.log.append({
      sequenceNumber,
      partitionKey,
      explicitHashKey,
      data,
      size,
      arrivedAtMs: nowMs,
      encryptionType,
    });
    this.wake();
    return sequenceNumber;
  }

  close(atMs: number): void {
    this.closedAtMs = atMs;
    this.endingSequenceNumber = this.sequenceNumbers.end(atMs);
    this.wake();
  }

  /** `onChange` runs after the next record, at the end of the shard, or when its stream changes. Returns what stops that. */
  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }

  wake(): void {
    if (this.#watchers.size === 0) return;
    for (const onChange of [...this.#watchers]) onChange();
  }

  /** As ListShards and DescribeStream tell it. `asOfMs`: as it was then. */
  describe(asOfMs: number = Number.POSITIVE_INFINITY): SdkShard {
    const [parent, adjacent] = this.parents;
    const ended = this.closedAtMs !== undefined && this.closedAtMs <= asOfMs;
    return {
      ShardId: this.id,
      ...(parent ? { ParentShardId: parent.id } : {}),
      ...(adjacent ? { AdjacentParentShardId: adjacent.id } : {}),
      HashKeyRange: this.#describeRange(),
      SequenceNumberRange: {
        StartingSequenceNumber: this.startingSequenceNumber,
        ...(ended ? { EndingSequenceNumber: this.endingSequenceNumber } : {}),
      },
    };
  }

  describeAsChild(): ChildShard {
    return {
      ShardId: this.id,
      ParentShards: this.parents.map(({ id }) => id),
      HashKeyRange: this.#describeRange(),
    };
  }

  #describeRange(): { StartingHashKey: string; EndingHashKey: string } {
    return { StartingHashKey: this.range.start.toString(), EndingHashKey: this.range.end.toString() };
  }
}

export function shardIdOf(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}
