// A stream in virtual time with a registered consumer, and what reading a shard of it through subscriptions needs.

import {
  type KinesisClient,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
  type SubscribeToShardEvent,
  type SubscribeToShardEventStream,
  type SubscribeToShardInput,
} from "@aws-sdk/client-kinesis";
import { onTestFinished } from "vitest";
import {
  type FanOutOptions,
  fanOutPages,
  type OpenShardPages,
  type Page,
  type RegisterConsumerContext,
  registerConsumer,
  type ShardPages,
} from "../../../src/consumer/retrieval/index.ts";
import { type KnownShard, knownShard } from "../../../src/consumer/shards/index.ts";
import { type KinesisCalls, kinesisCalls } from "../../../src/kinesis/index.ts";
import { LocalKinesis, type LocalKinesisOptions, VirtualClock } from "../../../src/testing/index.ts";

type Checkpoint = Parameters<OpenShardPages>[1];
type ConsumerEvent = Parameters<FanOutOptions["onEvent"]>[0];

export const FROM_BEGINNING: Checkpoint = { sequenceNumber: "TRIM_HORIZON" };
const HALF = 2n ** 127n;

export interface Subscribed {
  readonly atMs: number;
  readonly input: SubscribeToShardInput;
}

export class FanOut {
  readonly clock: VirtualClock = new VirtualClock();
  readonly events: ConsumerEvent[] = [];
  readonly refusals: unknown[] = [];
  readonly stop: AbortController = new AbortController();
  readonly local: LocalKinesis;
  readonly kinesis: KinesisClient;
  /** The calls that were made, refused ones included. */
  readonly subscribed: Subscribed[] = [];
  readonly calls: KinesisCalls;
  /** What `random` gives: the middle of each backoff, unless a test wants its end. */
  drawn = 0.5;
  consumerARN = "";

  constructor({ streams = { orders: 1 }, ...options }: LocalKinesisOptions = {}) {
    this.local = new LocalKinesis({ clock: this.clock, streams, ...options });
    this.kinesis = this.local.client();
    this.calls = this.#counted(kinesisCalls(this.kinesis));
    onTestFinished(() => this.local.close());
  }

  static async make(options?: LocalKinesisOptions): Promise<FanOut> {
    const fanOut = new FanOut(options);
    fanOut.consumerARN = await fanOut.run(fanOut.register("billing"));
    fanOut.events.length = 0;
    return fanOut;
  }

  get context(): RegisterConsumerContext & { readonly calls: KinesisCalls } {
    return {
      calls: this.calls,
      clock: this.clock,
      random: () => this.drawn,
      onEvent: (event) => this.events.push(event),
      signal: this.stop.signal,
    };
  }

  register(consumerName: string): Promise<string> {
    return registerConsumer(this.context, { streamName: "orders", consumerName });
  }

  async shards(): Promise<KnownShard[]> {
    return (await this.calls.listShards({ StreamName: "orders" })).Shards!.map(knownShard);
  }

  async open(
    start: Checkpoint = FROM_BEGINNING,
    { shard = 0, calls = this.calls }: { readonly shard?: number; readonly calls?: KinesisCalls } = {},
  ): Promise<ShardPages> {
    const open = fanOutPages({ ...this.context, calls, consumerARN: this.consumerARN, streamName: "orders" });
    const context = { signal: this.stop.signal, onPositionRefused: (error: unknown) => this.refusals.push(error) };
    return open((await this.shards())[shard]!, start, context);
  }

  /** Lets time pass until it settles. */
  run<T>(promise: Promise<T>): Promise<T> {
    return this.clock.runUntil(promise);
  }

  async put(...texts: string[]): Promise<string[]> {
    const Records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
    const put = await this.run(this.kinesis.send(new PutRecordsCommand({ StreamName: "orders", Records })));
    return put.Records!.map(({ SequenceNumber }) => SequenceNumber!);
  }

  async split(): Promise<void> {
    const input = { StreamName: "orders", ShardToSplit: "shardId-000000000000", NewStartingHashKey: String(HALF) };
    await this.run(this.kinesis.send(new SplitShardCommand(input)));
  }

  async merge(): Promise<void> {
    const [ShardToMerge, AdjacentShardToMerge] = (await this.shards()).map(({ shardId }) => shardId);
    const input = { StreamName: "orders", ShardToMerge, AdjacentShardToMerge };
    await this.run(this.kinesis.send(new MergeShardsCommand(input)));
  }

  /** The texts of pages, until there are `count` of them. */
  async read(pages: ShardPages, count: number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) texts.push(...textsOf(await this.run(pages.next())));
    return texts;
  }

  eventsOf<Type extends ConsumerEvent["type"]>(type: Type): Extract<ConsumerEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<ConsumerEvent, { type: Type }> => event.type === type);
  }

  #counted(calls: KinesisCalls): KinesisCalls {
    return {
      ...calls,
      subscribeToShard: (input, signal) => {
        this.subscribed.push({ atMs: this.clock.monotonicMs(), input });
        return calls.subscribeToShard(input, signal);
      },
    };
  }
}

export function textsOf({ records }: Page): string[] {
  return records.map(({ Data }) => Buffer.from(Data!).toString());
}

type Scripted = SubscribeToShardEvent | Error | { readonly member: object };

/** Subscriptions of what a service says that the in-process stream never says: events, then an error or the normal end. */
export class ScriptedSubscriptions {
  readonly inputs: SubscribeToShardInput[] = [];
  pulls = 0;
  readonly #scripts: (readonly Scripted[])[];

  constructor(...scripts: (readonly Scripted[])[]) {
    this.#scripts = scripts;
  }

  over(calls: KinesisCalls): KinesisCalls {
    return {
      ...calls,
      subscribeToShard: async (input) => {
        this.inputs.push(input);
        return { EventStream: this.#stream(this.#scripts.shift() ?? []) };
      },
    };
  }

  #stream(script: readonly Scripted[]): AsyncIterable<SubscribeToShardEventStream> {
    const left = [...script];
    const next = async (): Promise<IteratorResult<SubscribeToShardEventStream>> => {
      this.pulls++;
      const said = left.shift();
      if (said instanceof Error) throw said;
      if (!said) return { done: true, value: undefined };
      const value = "member" in said ? said.member : { SubscribeToShardEvent: said };
      return { done: false, value: value as SubscribeToShardEventStream };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }
}

/** An event with records of these sequence numbers. */
export function eventOf(
  sequenceNumbers: readonly string[],
  change: Partial<SubscribeToShardEvent> = {},
): SubscribeToShardEvent {
  const Records = sequenceNumbers.map((SequenceNumber) => ({
    SequenceNumber,
    PartitionKey: "a",
    Data: Buffer.from(SequenceNumber),
  }));
  return { Records, ContinuationSequenceNumber: sequenceNumbers.at(-1) ?? "1", MillisBehindLatest: 0, ...change };
}
