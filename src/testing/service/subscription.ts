// One subscription of SubscribeToShard: pushes what comes, says that it lives while nothing comes, and ends with the
// shard, after its five minutes, or by a takeover.

import type { SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import type { Clock } from "../../kinesis/index.ts";
import type { Subscription } from "../action.ts";
import { inUse, notFound, type ServiceError } from "../service-error.ts";
import type { Budget } from "./budget.ts";
import { pageOf } from "./page.ts";
import type { Shard } from "./shard.ts";

/** What it has to know of the stream around the shard. */
export interface SubscribedStream {
  readonly isDeleted: boolean;
  readonly changesAtMs: number;
  settle(nowMs: number): void;
}

export interface SubscriptionOrigin {
  readonly stream: SubscribedStream;
  readonly shard: Shard;
  readonly place: number;
  readonly bytes: Budget;
  readonly clock: Clock;
  readonly nowMs: () => number;
  readonly endsAtMs: number;
  /** An event is sent after so long without one, empty. */
  readonly heartbeatMs: number;
  /** Whether the last records and ChildShards come in one event. */
  readonly endsWithRecords: boolean;
  /** "account:stream:consumer:shard", for messages. */
  readonly label: string;
  readonly onClose: () => void;
}

/** Of one event. The documentation names no numbers; a GetRecords page is the nearest that it describes. */
const EVENT_LIMITS = { records: 10_000, bytes: 1_048_576 };

export class ShardSubscription implements Subscription {
  readonly #origin: SubscriptionOrigin;
  #place: number;
  #sentAtMs: number;
  #failure: ServiceError | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(origin: SubscriptionOrigin) {
    this.#origin = origin;
    this.#place = origin.place;
    // The first event comes at once, also when there is nothing to tell but the position.
    this.#sentAtMs = Number.NEGATIVE_INFINITY;
  }

  async next(): Promise<SubscribeToShardEvent | undefined> {
    while (true) {
      if (this.#failure) {
        const failure = this.#failure;
        this.close();
        throw failure;
      }
      if (this.#ended) return undefined;
      const nowMs = this.#origin.nowMs();
      if (nowMs >= this.#origin.endsAtMs) {
        this.close();
        return undefined;
      }
      const event = this.#eventNow(nowMs);
      if (event) {
        this.#sentAtMs = nowMs;
        return event;
      }
      if (!this.#failure) await this.#change(nowMs);
    }
  }

  /** Another call of the same consumer and shard. */
  beTakenOver(): void {
    this.#fail(inUse(`Another active subscription exists for this consumer: ${this.#origin.label}`));
  }

  /** Its consumer is no more. */
  lose(): void {
    this.#fail(notFound(`The consumer of this subscription was deregistered: ${this.#origin.label}`));
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#origin.onClose();
    this.#wake?.();
  }

  #fail(failure: ServiceError): void {
    this.#failure ??= failure;
    this.#wake?.();
  }

  #eventNow(nowMs: number): SubscribeToShardEvent | undefined {
    const { bytes, endsWithRecords, heartbeatMs, shard, stream } = this.#origin;
    stream.settle(nowMs);
    if (stream.isDeleted) {
      this.#failure = notFound(`The stream of this subscription was deleted: ${this.#origin.label}`);
      return undefined;
    }
    // What was trimmed does not wait: nothing would come of it, however often it was looked for.
    this.#place = Math.max(this.#place, shard.log.horizon);
    const waits = this.#place < shard.log.end;
    if (waits && !bytes.isOpen(nowMs)) return this.#heartbeat(nowMs, heartbeatMs);
    const page = pageOf(shard, this.#place, EVENT_LIMITS, nowMs);
    if (page.reachedEnd && (page.records.length === 0 || endsWithRecords)) {
      this.close();
      return {
        Records: page.records,
        // "Returned only at the end of the current shard." There is nothing to continue with.
        ContinuationSequenceNumber: undefined,
        MillisBehindLatest: 0,
        ChildShards: shard.children.map((child) => child.describeAsChild()),
      };
    }
    if (page.records.length === 0) return this.#heartbeat(nowMs, heartbeatMs);
    bytes.charge(page.bytes, nowMs);
    this.#place = page.next;
    return {
      Records: page.records,
      ContinuationSequenceNumber: this.#continuation(nowMs),
      MillisBehindLatest: page.millisBehindLatest,
    };
  }

  #heartbeat(nowMs: number, heartbeatMs: number): SubscribeToShardEvent | undefined {
    if (nowMs < this.#sentAtMs + heartbeatMs) return undefined;
    const { shard } = this.#origin;
    const { millisBehindLatest } = pageOf(shard, this.#place, { records: 0, bytes: 0 }, nowMs);
    return {
      Records: [],
      ContinuationSequenceNumber: this.#continuation(nowMs),
      MillisBehindLatest: millisBehindLatest,
    };
  }

  /** "It captures your shard progress even when no data is written": after the last record, and at this time. */
  #continuation(nowMs: number): string {
    const { shard } = this.#origin;
    const last = shard.log.at(this.#place - 1);
    if (last && this.#place < shard.log.end) return last.sequenceNumber;
    return shard.sequenceNumbers.at(this.#place, Math.max(nowMs, shard.sequenceNumbers.shardCreatedAtSeconds * 1_000));
  }

  /** Until a record comes, or the time of something else. */
  async #change(nowMs: number): Promise<void> {
    const { bytes, clock, endsAtMs, heartbeatMs, shard, stream } = this.#origin;
    const dueMs = Math.min(
      endsAtMs - nowMs,
      this.#sentAtMs + heartbeatMs - nowMs,
      stream.changesAtMs - nowMs,
      this.#place < shard.log.end ? bytes.msUntilOpen(nowMs) : Number.POSITIVE_INFINITY,
    );
    await new Promise<void>((resolve) => {
      const cancel = dueMs === Number.POSITIVE_INFINITY ? undefined : clock.timer(Math.max(1, Math.ceil(dueMs)), done);
      const unwatch = shard.watch(done);
      this.#wake = done;
      function done(): void {
        cancel?.();
        unwatch();
        resolve();
      }
    });
    this.#wake = undefined;
  }
}
