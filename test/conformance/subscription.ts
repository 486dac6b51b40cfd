// A subscription of SubscribeToShard, event by event.

import {
  type StartingPosition,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
  type SubscribeToShardEventStream,
} from "@aws-sdk/client-kinesis";
import { type Context, FIRST, textsOf } from "./context.ts";
import { refusalOf } from "./outcome.ts";

export interface SubscriptionStart {
  readonly ConsumerARN: string;
  readonly ShardId?: string;
  readonly StartingPosition?: StartingPosition;
}

export class Subscription {
  readonly #context: Context;
  readonly #events: AsyncIterator<SubscribeToShardEventStream>;
  readonly #abort: AbortController;

  private constructor(context: Context, stream: AsyncIterable<SubscribeToShardEventStream>, abort: AbortController) {
    this.#context = context;
    this.#events = stream[Symbol.asyncIterator]();
    this.#abort = abort;
  }

  static async open(context: Context, start: SubscriptionStart): Promise<Subscription> {
    const { ConsumerARN, ShardId = FIRST, StartingPosition = { Type: "TRIM_HORIZON" } } = start;
    const abort = new AbortController();
    const { EventStream } = await context.await(
      context.kinesis.send(new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition }), {
        abortSignal: abort.signal,
      }),
    );
    return new Subscription(context, EventStream!, abort); // a required member of the answer
  }

  /** Undefined at the end. */
  async next(): Promise<SubscribeToShardEvent | undefined> {
    const { done, value } = await this.#context.await(this.#events.next());
    return done ? undefined : value.SubscribeToShardEvent;
  }

  /** Texts of the records, until there are so many. */
  async texts(count: number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) {
      const event = await this.next();
      if (event === undefined) break;
      texts.push(...textsOf({ Records: event.Records }));
    }
    return texts;
  }

  /** The events to the end, and how it came; or the events of three seconds. */
  async rest(): Promise<{ events: SubscribeToShardEvent[]; end: string }> {
    const events: SubscribeToShardEvent[] = [];
    const until = this.#context.nowMs() + 3_000;
    try {
      while (this.#context.nowMs() < until) {
        const event = await this.next();
        if (event === undefined) return { events, end: "ended" };
        events.push(event);
      }
      return { events, end: "goes on" };
    } catch (error) {
      return { events, end: refusalOf(error) };
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    // The iterator ends by an error of its own where the connection is cut.
    await this.#events.return?.().catch(() => undefined);
  }
}
