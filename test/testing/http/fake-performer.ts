// What stands behind the door in these tests: answers as it is told, and remembers what it was asked.

import type { SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import type { Performer, Subscription } from "../../../src/testing/http/index.ts";
import type { ActionName } from "../../../src/testing/index.ts";

export interface Call {
  readonly action: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
}

export class FakePerformer implements Performer {
  readonly calls: Call[] = [];
  /** What it answers; an error that this throws or rejects with is the call's. */
  answer: (call: Call) => unknown = () => ({});
  #waiting: ((call: Call) => void)[] = [];

  isAction(name: string): name is ActionName {
    return ACTIONS.has(name);
  }

  readonly perform: Performer["perform"] = async (action, input, signal) => {
    const call = { action, input, signal: signal ?? new AbortController().signal };
    this.calls.push(call);
    for (const heard of this.#waiting.splice(0)) heard(call);
    return (await this.answer(call)) as never;
  };

  async nextCall(): Promise<Call> {
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }
}

const ACTIONS: ReadonlySet<string> = new Set([
  "CreateStream",
  "DescribeStreamConsumer",
  "DescribeStreamSummary",
  "GetRecords",
  "GetShardIterator",
  "ListShards",
  "PutRecord",
  "PutRecords",
  "SubscribeToShard",
]);

/** Pushes the events it is given; after them it waits to be closed, unless it is told how to end. */
export class FakeSubscription implements Subscription {
  readonly closed: Promise<void>;
  asked = 0;
  closes = 0;
  readonly #events: readonly SubscribeToShardEvent[];
  readonly #then: "end" | "wait" | Error;
  #close: (() => void) | undefined;

  constructor(events: readonly SubscribeToShardEvent[], then: "end" | "wait" | Error = "wait") {
    this.#events = events;
    this.#then = then;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  async next(): Promise<SubscribeToShardEvent | undefined> {
    const event = this.#events[this.asked++];
    if (event) return event;
    if (this.#then === "wait") await this.closed;
    if (this.#then instanceof Error) throw this.#then;
    return undefined;
  }

  close(): void {
    this.closes++;
    this.#close?.();
  }
}
