// The model on a clock that stands still, with the calls that every test makes. All of them go to the stream "orders",
// which is ACTIVE from the start, unless a test says otherwise.

import type {
  GetRecordsOutput,
  Shard,
  ShardFilter,
  ShardIteratorType,
  SubscribeToShardEvent,
} from "@aws-sdk/client-kinesis";
import { type Limits, VirtualClock } from "../../../src/testing/index.ts";
import type { Subscription } from "../../../src/testing/service/index.ts";
import { type AccountOptions, resolveLimits, Service } from "../../../src/testing/service/index.ts";

export const STREAM = "orders";
export const KEYS: bigint = 2n ** 128n;
export const MIB = 1_048_576;
export const HOUR = 3_600_000;

export type ModelOptions = Partial<Omit<AccountOptions, "clock" | "limits">> & {
  readonly limits?: "aws" | "off" | Partial<Limits>;
  readonly shards?: number;
};

export interface Position {
  readonly type?: ShardIteratorType;
  readonly sequenceNumber?: string | undefined;
  readonly timestampMs?: number;
}

export class Model {
  readonly clock: VirtualClock = new VirtualClock();
  readonly service: Service;
  readonly perform: Service["perform"];
  readonly arn: string;

  constructor({ limits = "off", shards = 1, ...options }: ModelOptions = {}) {
    const { accountId = "000000000000", region = "us-east-1" } = options;
    this.service = new Service({
      clock: this.clock,
      limits: resolveLimits(limits),
      accountId,
      region,
      transitionMs: 0,
      heartbeatMs: 5_000,
      shardEnd: "with-last-records",
      ...options,
    });
    this.perform = this.service.perform.bind(this.service);
    this.arn = `arn:aws:kinesis:${region}:${accountId}:stream/${STREAM}`;
    if (shards > 0) this.service.addStream(STREAM, shards);
  }

  put(
    data: string | Uint8Array,
    { hashKey, key = "a", stream = STREAM }: { hashKey?: bigint; key?: string; stream?: string } = {},
  ): { readonly shardId: string; readonly sequenceNumber: string } {
    const { SequenceNumber, ShardId } = this.perform("PutRecord", {
      StreamName: stream,
      PartitionKey: key,
      Data: Buffer.from(data),
      ...(hashKey === undefined ? {} : { ExplicitHashKey: hashKey.toString() }),
    });
    return { shardId: ShardId!, sequenceNumber: SequenceNumber! };
  }

  iterator({ type = "TRIM_HORIZON", sequenceNumber, timestampMs }: Position = {}, shardId: string = id(0)): string {
    const { ShardIterator } = this.perform("GetShardIterator", {
      StreamName: STREAM,
      ShardId: shardId,
      ShardIteratorType: type,
      StartingSequenceNumber: sequenceNumber,
      Timestamp: timestampMs === undefined ? undefined : new Date(timestampMs),
    });
    return ShardIterator!;
  }

  get(iterator: string, limit?: number): GetRecordsOutput {
    return this.perform("GetRecords", {
      ShardIterator: iterator,
      ...(limit === undefined ? {} : { Limit: limit }),
    });
  }

  /** The texts of one page. */
  page(position?: Position, shardId?: string): string[] {
    return texts(this.get(this.iterator(position, shardId)));
  }

  /** The texts of a shard from the position to its end, or to the tip. */
  read(position?: Position, shardId?: string): string[] {
    const read: string[] = [];
    let iterator: string | undefined = this.iterator(position, shardId);
    while (iterator !== undefined) {
      const answer: GetRecordsOutput = this.get(iterator);
      read.push(...texts(answer));
      if (answer.MillisBehindLatest === 0 && answer.Records!.length === 0) break;
      iterator = answer.NextShardIterator;
    }
    return read;
  }

  /** All pages of ListShards. */
  list(filter?: ShardFilter, pageSize?: number): Shard[] {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      const answer = this.perform("ListShards", {
        ...(token === undefined ? { StreamName: STREAM, ShardFilter: filter } : { NextToken: token }),
        ...(pageSize === undefined ? {} : { MaxResults: pageSize }),
      });
      shards.push(...(answer.Shards ?? []));
      token = answer.NextToken;
    } while (token !== undefined);
    return shards;
  }

  /** Their ids, by index. */
  listed(filter?: ShardFilter): number[] {
    return this.list(filter).map(({ ShardId }) => Number(ShardId!.slice(-12)));
  }

  split(index: number, at?: bigint): void {
    const shard = this.list().find(({ ShardId }) => ShardId === id(index))!;
    const [start, end] = rangeOf(shard);
    this.perform("SplitShard", {
      StreamName: STREAM,
      ShardToSplit: id(index),
      NewStartingHashKey: String(at ?? (start + end + 1n) / 2n),
    });
  }

  merge(lower: number, upper: number): void {
    this.perform("MergeShards", { StreamName: STREAM, ShardToMerge: id(lower), AdjacentShardToMerge: id(upper) });
  }

  scaleTo(count: number): void {
    this.perform("UpdateShardCount", {
      StreamName: STREAM,
      TargetShardCount: count,
      ScalingType: "UNIFORM_SCALING",
    });
  }

  status(): string | undefined {
    return this.perform("DescribeStreamSummary", { StreamName: STREAM }).StreamDescriptionSummary?.StreamStatus;
  }

  /** Its ARN. */
  register(name: string): string {
    const { Consumer } = this.perform("RegisterStreamConsumer", { StreamARN: this.arn, ConsumerName: name });
    return Consumer!.ConsumerARN!;
  }

  subscribe(
    consumerArn: string,
    { type = "TRIM_HORIZON", sequenceNumber, timestampMs }: Position = {},
    shardId: string = id(0),
  ): Subscription {
    return this.perform("SubscribeToShard", {
      ConsumerARN: consumerArn,
      ShardId: shardId,
      StartingPosition: {
        Type: type,
        SequenceNumber: sequenceNumber,
        Timestamp: timestampMs === undefined ? undefined : new Date(timestampMs),
      },
    });
  }

  /** Moves the time until the event comes. */
  next(subscription: Subscription): Promise<SubscribeToShardEvent | undefined> {
    return this.clock.runUntil(subscription.next());
  }
}

export function id(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

export function rangeOf({ HashKeyRange }: Shard): readonly [start: bigint, end: bigint] {
  return [BigInt(HashKeyRange!.StartingHashKey!), BigInt(HashKeyRange!.EndingHashKey!)];
}

export function texts({ Records }: { readonly Records?: GetRecordsOutput["Records"] }): string[] {
  return (Records ?? []).map(({ Data }) => Buffer.from(Data!).toString());
}
