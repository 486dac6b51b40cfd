// Pages by enhanced fan-out: the service pushes into a subscription for five minutes, then the next one goes on where it
// ended. Nothing but ChildShards ends a shard: a subscription also ends normally where a server went away.

import type { SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import {
  type Backoff,
  classifyError,
  fullJitter,
  KINESIS_LIMITS,
  type KinesisCalls,
  type KinesisFailure,
} from "../../kinesis/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { ReadFailedError } from "../errors.ts";
import { callUntilAnswered, type ServiceCallContext } from "../service-call.ts";
import { type KnownShard, listAllShards } from "../shards/index.ts";
import { streamId } from "../stream-id.ts";
import { dataBytes } from "./data-bytes.ts";
import { familyIn, shardEndOf } from "./shard-end.ts";
import type { OpenShardPages, Page, ShardPages, ShardPagesContext } from "./shard-pages.ts";
import { openSubscription, type Received, type ShardSubscription } from "./shard-subscription.ts";
import { SubscriptionPosition } from "./subscription-position.ts";

export interface FanOutOptions extends Omit<ServiceCallContext, "signal"> {
  readonly calls: KinesisCalls;
  readonly consumerARN: string;
  readonly streamName: string;
  /** How long a subscription may send nothing at all while it is waited for. @defaultValue 35 s */
  readonly silenceMs?: number;
}

/** AWS sends an empty event every few seconds. */
const SILENCE_MS = 35_000;
const CALL_EVERY_MS = 1_000 / KINESIS_LIMITS.subscribeCallsPerSecond;
/** "in-use": another one of the same consumer has the shard; it is fought for, but not faster than this. */
const IN_USE_MS = 1_000;
/** Of subscriptions that died without an event. */
const BACKOFF = { baseMs: 100, capMs: 10_000 };
/** In a row. A frame can be cut in its middle; what never can be read is no accident. */
const MOST_UNREADABLE = 10;

export function fanOutPages(options: FanOutOptions): OpenShardPages {
  return (shard, start, context) => new FanOutPages(options, shard, start, context);
}

type Ended = Exclude<Received, { kind: "event" }>;
/** `refused`: there is no subscription at all. */
type Outcome = Received | { readonly kind: "refused"; readonly failure: KinesisFailure; readonly error: unknown };

class FanOutPages implements ShardPages {
  readonly #options: FanOutOptions;
  readonly #shardId: string;
  readonly #call: ServiceCallContext;
  readonly #onPositionRefused: (error: unknown) => void;
  readonly #position: SubscriptionPosition;
  readonly #backoff: Backoff;
  #subscription: ShardSubscription | undefined;
  #hadEvent = false;
  /** Subscriptions in a row that died without an event. */
  #barren = 0;
  #notBeforeMs: number = Number.NEGATIVE_INFINITY;

  constructor(options: FanOutOptions, shard: KnownShard, start: Checkpoint, context: ShardPagesContext) {
    const { clock, onEvent, random } = options;
    this.#options = options;
    this.#shardId = shard.shardId;
    this.#call = { clock, onEvent, random, signal: context.signal };
    this.#onPositionRefused = context.onPositionRefused;
    this.#position = new SubscriptionPosition(start);
    this.#backoff = fullJitter({ ...BACKOFF, random });
  }

  async next(): Promise<Page> {
    const { clock, onEvent, signal } = this.#call;
    const askedMs = clock.monotonicMs();
    while (true) {
      const outcome = await this.#receive();
      signal.throwIfAborted();
      if (outcome.kind === "event") {
        const page = this.#pageOf(outcome.event);
        if (!page) continue;
        const { bytes, millisBehindLatest, records } = page;
        const durationMs = clock.monotonicMs() - askedMs;
        const shardId = this.#shardId;
        onEvent({
          type: "page-retrieved",
          shardId,
          kinesisRecords: records.length,
          bytes,
          millisBehindLatest,
          durationMs,
        });
        return page;
      }
      const last =
        outcome.kind === "refused"
          ? await this.#afterRefusal(outcome.failure, outcome.error)
          : await this.#afterEnd(outcome);
      if (last) return last;
    }
  }

  async #receive(): Promise<Outcome> {
    if (!this.#subscription) {
      const refused = await this.#subscribe();
      if (refused) return refused;
    }
    return this.#subscription?.next() ?? { kind: "closed" };
  }

  async #subscribe(): Promise<Outcome | undefined> {
    const { calls, consumerARN, silenceMs = SILENCE_MS } = this.#options;
    const { clock, onEvent, signal } = this.#call;
    const shardId = this.#shardId;
    const waitMs = this.#notBeforeMs - clock.monotonicMs();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    const StartingPosition = this.#position.next;
    let calledAtMs = clock.now();
    const answered = await callUntilAnswered(this.#call, {
      operation: "SubscribeToShard",
      shardId,
      leastPauseMs: CALL_EVERY_MS,
      call: (callSignal) => {
        calledAtMs = clock.now();
        const input = { ConsumerARN: consumerARN, ShardId: shardId, StartingPosition };
        return openSubscription({ calls, clock, signal, silenceMs }, input, callSignal);
      },
    });
    if (!answered.ok) {
      this.#waitFor(CALL_EVERY_MS);
      return { kind: "refused", failure: answered.failure, error: answered.error };
    }
    this.#subscription = answered.output;
    this.#hadEvent = false;
    this.#position.taken(calledAtMs);
    // Within this time the service refuses another one, whether this one still lives or not.
    this.#waitFor(KINESIS_LIMITS.takeoverAfterMs);
    onEvent({ type: "subscription-started", shardId });
    return undefined;
  }

  /** Undefined: it says nothing that could be handed out, and the shard is subscribed to again. */
  #pageOf(event: SubscribeToShardEvent): Page | undefined {
    const { ChildShards, ContinuationSequenceNumber, MillisBehindLatest, Records } = event;
    this.#hadEvent = true;
    this.#barren = 0;
    const records = this.#position.advance(Records ?? [], ContinuationSequenceNumber);
    const page = { records, bytes: dataBytes(records), millisBehindLatest: MillisBehindLatest ?? 0 };
    const shardId = this.#shardId;
    const end = shardEndOf(shardId, { ChildShards, NextShardIterator: ContinuationSequenceNumber });
    if (end.kind === "goes-on") return page;
    this.#leave("ended");
    if (end.kind === "ended") return { ...page, childShards: end.childShards };
    this.#call.onEvent({ type: "shard-end-unconfirmed", shardId, childShardIds: end.childShardIds });
    return records.length > 0 ? page : undefined;
  }

  async #afterEnd(ended: Ended): Promise<Page | undefined> {
    switch (ended.kind) {
      case "closed":
        return undefined;
      case "ended":
      case "silent":
        this.#leave(ended.kind);
        if (this.#barren > 0) this.#waitFor(this.#backoff(this.#barren));
        return undefined;
      case "failed":
        return await this.#afterFailure(ended.error);
      default:
        return ended satisfies never;
    }
  }

  async #afterFailure(error: unknown): Promise<Page | undefined> {
    const { onEvent, signal } = this.#call;
    const failure = classifyError(error, { signal });
    this.#leave("failed");
    const failures = Math.max(1, this.#barren);
    const isPassing = failure.retryable || (isUnreadable(failure, error) && failures < MOST_UNREADABLE);
    if (isPassing) this.#waitFor(failure.kind === "in-use" ? IN_USE_MS : this.#backoff(failures));
    const retryInMs = isPassing ? Math.max(0, this.#notBeforeMs - this.#call.clock.monotonicMs()) : undefined;
    const shardId = this.#shardId;
    onEvent({ type: "call-failed", operation: "SubscribeToShard", shardId, failure, error, failures, retryInMs });
    return isPassing ? undefined : await this.#afterRefusal(failure, error);
  }

  /** @throws `KPL_KIT_READ_FAILED` */
  async #afterRefusal(failure: KinesisFailure, error: unknown): Promise<Page | undefined> {
    if (failure.code === "InvalidArgumentException") {
      const refused = this.#position.refuse();
      if (refused === "stored position") this.#onPositionRefused(error);
      if (refused) return undefined;
    }
    if (failure.kind === "gone") return await this.#goneShard(error);
    throw this.#readFailed(error);
  }

  /** The shard, the stream or the consumer is not there any more; the error does not tell which. */
  async #goneShard(error: unknown): Promise<Page> {
    const { calls, consumerARN, streamName } = this.#options;
    const stream = streamId({ streamName, streamARN: /^.*(?=\/consumer\/)/.exec(consumerARN)?.[0] });
    const { childShards, own } = familyIn(await listAllShards({ ...this.#call, calls, stream }), this.#shardId);
    // With its stream and its shard there, it is the consumer that somebody has deregistered. That is not the shard's end.
    if (own) throw this.#readFailed(error);
    return { records: [], bytes: 0, millisBehindLatest: 0, childShards };
  }

  #leave(reason: "ended" | "silent" | "failed"): void {
    this.#subscription?.close();
    this.#subscription = undefined;
    if (!this.#hadEvent) this.#barren++;
    this.#call.onEvent({ type: "subscription-ended", shardId: this.#shardId, reason });
  }

  #waitFor(ms: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#call.clock.monotonicMs() + ms);
  }

  #readFailed(error: unknown): ReadFailedError {
    const { streamName } = this.#options;
    return new ReadFailedError("SubscribeToShard", { streamName, shardId: this.#shardId }, error);
  }
}

/** A frame that was cut or changed on the way: the SDK throws a plain error for it, the service's own have a `$fault`. */
function isUnreadable({ kind }: KinesisFailure, error: unknown): boolean {
  return kind === "fatal" && !(typeof error === "object" && error !== null && "$fault" in error);
}
