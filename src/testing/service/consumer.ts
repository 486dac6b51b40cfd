// A registered consumer of enhanced fan-out.

import type { Consumer as SdkConsumer } from "@aws-sdk/client-kinesis";
import type { Limits } from "../limits.ts";
import { Budget } from "./budget.ts";
import type { ShardSubscription } from "./subscription.ts";

export interface ConsumerOrigin {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly createdAtMs: number;
  readonly activeAtMs: number;
}

/** What a consumer has of one shard. */
export interface ConsumerShard {
  readonly calls: Budget;
  readonly bytes: Budget;
  subscription: ShardSubscription | undefined;
  subscribedAtMs: number;
}

export class Consumer {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly createdAtMs: number;
  readonly tags: Map<string, string> = new Map();
  policy: string | undefined;
  readonly #activeAtMs: number;
  /** Since DeregisterStreamConsumer: when it will be gone. */
  #goneAtMs: number | undefined;
  readonly #limits: Limits;
  readonly #shards = new Map<string, ConsumerShard>();

  constructor({ activeAtMs, arn, createdAtMs, name, streamArn }: ConsumerOrigin, limits: Limits) {
    this.name = name;
    this.arn = arn;
    this.streamArn = streamArn;
    this.createdAtMs = createdAtMs;
    this.#activeAtMs = activeAtMs;
    this.#limits = limits;
  }

  status(nowMs: number): "CREATING" | "ACTIVE" | "DELETING" {
    if (this.#goneAtMs !== undefined) return "DELETING";
    return nowMs >= this.#activeAtMs ? "ACTIVE" : "CREATING";
  }

  isGone(nowMs: number): boolean {
    return this.#goneAtMs !== undefined && nowMs >= this.#goneAtMs;
  }

  /** Its subscriptions end at once. */
  deregister(goneAtMs: number): void {
    // Once is enough: a second call, while it is DELETING, does not put it off.
    this.#goneAtMs ??= goneAtMs;
    for (const { subscription } of this.#shards.values()) subscription?.lose();
  }

  shard(shardId: string, nowMs: number): ConsumerShard {
    let shard = this.#shards.get(shardId);
    if (!shard) {
      const { fanOutBytesPerSecond, subscribeCallsPerSecond } = this.#limits;
      shard = {
        calls: new Budget(subscribeCallsPerSecond, nowMs),
        bytes: new Budget(fanOutBytesPerSecond, nowMs),
        subscription: undefined,
        subscribedAtMs: Number.NEGATIVE_INFINITY,
      };
      this.#shards.set(shardId, shard);
    }
    return shard;
  }

  describe(nowMs: number): SdkConsumer {
    return {
      ConsumerName: this.name,
      ConsumerARN: this.arn,
      ConsumerStatus: this.status(nowMs),
      ConsumerCreationTimestamp: new Date(this.createdAtMs),
    };
  }
}
