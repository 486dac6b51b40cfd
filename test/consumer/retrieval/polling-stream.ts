// A stream in virtual time, and shards of it read by polling.

import { MergeShardsCommand, PutRecordCommand, SplitShardCommand } from "@aws-sdk/client-kinesis";
import { onTestFinished } from "vitest";
import { type PollingOptions, pollingPages } from "../../../src/consumer/retrieval/index.ts";
import { type KinesisCalls, kinesisCalls } from "../../../src/kinesis/index.ts";
import { LocalKinesis, type LocalKinesisOptions, VirtualClock } from "../../../src/testing/index.ts";

type OpenPages = ReturnType<typeof pollingPages>;
type Start = Parameters<OpenPages>[1];
export type Pages = ReturnType<OpenPages>;
export type Page = Awaited<ReturnType<Pages["next"]>>;
export type Event = Parameters<PollingOptions["onEvent"]>[0];

const TRIM_HORIZON: Start = { sequenceNumber: "TRIM_HORIZON" };
export const MIB = 1_048_576;

const STREAM: PollingOptions["stream"] = {
  name: "orders",
  arn: undefined,
  input: { StreamName: "orders" },
  inputBesideToken: {},
};
const HALF = 2n ** 127n;

export interface Call {
  readonly name: string;
  readonly input: object;
  readonly atMs: number;
}

export interface ReadOptions extends Partial<PollingOptions> {
  readonly start?: Start;
  readonly signal?: AbortSignal;
  readonly shard?: number;
}

export class PollingStream {
  readonly clock: VirtualClock = new VirtualClock();
  readonly local: LocalKinesis;
  readonly events: Event[] = [];
  /** What was asked, and when. */
  readonly called: Call[] = [];
  readonly refused: unknown[] = [];
  /** As made; a test may put answers in the place of these. */
  calls: KinesisCalls;
  readonly #client: ReturnType<LocalKinesis["client"]>;

  constructor(options: LocalKinesisOptions = {}) {
    this.local = new LocalKinesis({ clock: this.clock, streams: { orders: 1 }, ...options });
    onTestFinished(() => this.local.close());
    this.#client = this.local.client();
    const calls = kinesisCalls(this.#client);
    const watched = Object.entries(calls).map(([name, call]) => [
      name,
      (input: object, signal?: AbortSignal) => {
        this.called.push({ name, input, atMs: this.clock.monotonicMs() });
        return (call as (input: object, signal?: AbortSignal) => Promise<unknown>)(input, signal);
      },
    ]);
    this.calls = Object.fromEntries(watched) as KinesisCalls;
  }

  /** Their sequence numbers. */
  async put(texts: readonly (string | Uint8Array)[], shard = 0): Promise<string[]> {
    const { shards } = this.local.snapshot()[0]!;
    const ExplicitHashKey = shards[shard]!.hashKeyRange.start.toString();
    const numbers: string[] = [];
    for (const text of texts) {
      const Data = typeof text === "string" ? new TextEncoder().encode(text) : text;
      const put = new PutRecordCommand({ StreamName: "orders", PartitionKey: "k", ExplicitHashKey, Data });
      numbers.push((await this.clock.runUntil(this.#client.send(put))).SequenceNumber!);
    }
    return numbers;
  }

  async split(shard = 0): Promise<void> {
    const split = { StreamName: "orders", ShardToSplit: id(shard), NewStartingHashKey: HALF.toString() };
    await this.clock.runUntil(this.#client.send(new SplitShardCommand(split)));
  }

  async merge(shard: number, adjacent: number): Promise<void> {
    const merge = { StreamName: "orders", ShardToMerge: id(shard), AdjacentShardToMerge: id(adjacent) };
    await this.clock.runUntil(this.#client.send(new MergeShardsCommand(merge)));
  }

  open({
    shard = 0,
    signal = new AbortController().signal,
    start = TRIM_HORIZON,
    ...options
  }: ReadOptions = {}): Pages {
    const open = pollingPages({
      calls: this.calls,
      stream: STREAM,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event: Event) => this.events.push(event),
      ...options,
    });
    const known = { shardId: id(shard), parentShardIds: [], hashKeyRange: { start: 0n, end: 0n }, closed: false };
    return open(known, start, { signal, onPositionRefused: (error) => this.refused.push(error) });
  }

  async next(pages: Pages): Promise<Page> {
    return this.clock.runUntil(pages.next());
  }

  /** The texts of so many pages, or of all to the last. */
  async read(pages: Pages, most: number = Number.POSITIVE_INFINITY): Promise<string[]> {
    const texts: string[] = [];
    for (let page = 0; page < most; page++) {
      const { childShards, records } = await this.next(pages);
      texts.push(...records.map(({ Data }) => new TextDecoder().decode(Data)));
      if (childShards) break;
    }
    return texts;
  }

  eventsOf<Type extends Event["type"]>(type: Type): Extract<Event, { type: Type }>[] {
    return this.events.filter((event): event is Extract<Event, { type: Type }> => event.type === type);
  }

  startsOf(name: keyof KinesisCalls): number[] {
    return this.called.filter((call) => call.name === name).map(({ atMs }) => atMs);
  }
}

export function id(shard: number): string {
  return `shardId-${String(shard).padStart(12, "0")}`;
}

/** What comes between one and the next. */
export function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, at) => time - times[at]!); // at < times.length - 1
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("did not reject");
}
