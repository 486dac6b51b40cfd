// A stream in virtual time, readers of all of it, and what they were told and stored.

import {
  CreateStreamCommand,
  DeleteStreamCommand,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { onTestFinished } from "vitest";
import { aggregate, type HashKeyRange } from "../../src/codec/index.ts";
import {
  type Batch,
  type ConsumerEvent,
  MemoryCheckpointStore,
  StreamReader,
  type StreamReaderOptions,
} from "../../src/consumer/index.ts";
import type { KinesisClientLike } from "../../src/kinesis/index.ts";
import { LocalKinesis, type LocalKinesisOptions, VirtualClock } from "../../src/testing/index.ts";
import { textOf } from "./user-record-text.ts";

export { textOf } from "./user-record-text.ts";

export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

export class OrdersStream {
  readonly clock: VirtualClock = new VirtualClock();
  readonly local: LocalKinesis;
  readonly store: MemoryCheckpointStore = new MemoryCheckpointStore();
  readonly events: ConsumerEvent[] = [];
  /** What readers asked, and when. */
  readonly calls: Call[] = [];
  /** As readers use it. */
  readonly kinesis: KinesisClientLike;
  readonly #client: ReturnType<LocalKinesis["client"]>;

  constructor(options: LocalKinesisOptions = {}) {
    this.local = new LocalKinesis({ clock: this.clock, streams: { orders: 1 }, ...options });
    onTestFinished(() => this.local.close());
    this.#client = this.local.client();
    const client = this.local.client();
    const answer = client.send.bind(client) as (command: object, sendOptions: object) => Promise<unknown>;
    const send = (command: { readonly input: object }, sendOptions: object): Promise<unknown> => {
      const name = command.constructor.name.replace("Command", "");
      this.calls.push({ name, input: { ...command.input }, atMs: this.clock.monotonicMs() });
      return answer(command, sendOptions);
    };
    this.kinesis = Object.assign(client, { send }) as unknown as KinesisClientLike;
  }

  reader(options: StreamReaderOptions = {}): StreamReader {
    const reader = new StreamReader({
      kinesis: this.kinesis,
      streamName: "orders",
      checkpointStore: this.store,
      clock: this.clock,
      random: () => 0.5,
      onEvent: (event) => this.events.push(event),
      ...options,
    });
    onTestFinished(async () => {
      const stopped = reader.stop();
      await this.clock.runUntil(stopped);
    });
    return reader;
  }

  /** One Kinesis record a text. Their sequence numbers. */
  async put(texts: readonly (string | Uint8Array)[], shard = 0): Promise<string[]> {
    const numbers: string[] = [];
    for (const text of texts) numbers.push(await this.#put(bytesOf(text), "k", shard));
    return numbers;
  }

  /** One Kinesis record of all texts. Its sequence number. */
  async putAggregate(texts: readonly string[], shard = 0): Promise<string> {
    const ExplicitHashKey = this.#hashKeyIn(shard);
    const members = texts.map((data) => ({ partitionKey: data, explicitHashKey: ExplicitHashKey, data }));
    const [packed] = [...aggregate(members, { groupBy: "none", lone: "wrap" })];
    return this.#put(packed!.Data, packed!.PartitionKey, shard);
  }

  async split(shard = 0): Promise<void> {
    const { end, start } = this.#range(shard);
    const NewStartingHashKey = ((start + end + 1n) / 2n).toString();
    await this.send(new SplitShardCommand({ StreamName: "orders", ShardToSplit: id(shard), NewStartingHashKey }));
  }

  async merge(shard: number, adjacent: number): Promise<void> {
    const merge = { StreamName: "orders", ShardToMerge: id(shard), AdjacentShardToMerge: id(adjacent) };
    await this.send(new MergeShardsCommand(merge));
  }

  /** As if somebody had removed it, and set it up again. */
  async makeAnew(ShardCount = 1): Promise<void> {
    await this.delete();
    await this.send(new CreateStreamCommand({ StreamName: "orders", ShardCount }));
  }

  async delete(): Promise<void> {
    await this.send(new DeleteStreamCommand({ StreamName: "orders" }));
  }

  async send(command: object): Promise<unknown> {
    return this.clock.runUntil(this.#client.send(command as never) as Promise<unknown>);
  }

  /** Sequence number and sub-sequence number, by shard. */
  async stored(): Promise<Record<string, string>> {
    const checkpoints = await this.store.load("orders");
    return Object.fromEntries(
      [...checkpoints].map(([shardId, { sequenceNumber, subSequenceNumber }]) => [
        shardId,
        subSequenceNumber ? `${sequenceNumber}/${subSequenceNumber}` : sequenceNumber,
      ]),
    );
  }

  /** Batches until so many user records were read; then the loop is left. */
  async take(reader: StreamReader, most: number, onBatch: OnBatch = () => undefined): Promise<string[]> {
    const texts: string[] = [];
    await this.clock.runUntil(
      (async () => {
        for await (const batch of reader) {
          texts.push(...textsOf(batch));
          await onBatch(batch);
          if (texts.length >= most) break;
        }
      })(),
    );
    return texts;
  }

  eventsOf<Type extends ConsumerEvent["type"]>(type: Type): Extract<ConsumerEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<ConsumerEvent, { type: Type }> => event.type === type);
  }

  countOf(name: string, shard?: number): number {
    const shardId = shard === undefined ? undefined : id(shard);
    return this.calls.filter((call) => call.name === name && (!shardId || call.input["ShardId"] === shardId)).length;
  }

  async #put(Data: Uint8Array, PartitionKey: string, shard: number): Promise<string> {
    const ExplicitHashKey = this.#hashKeyIn(shard);
    const put = new PutRecordCommand({ StreamName: "orders", PartitionKey, ExplicitHashKey, Data });
    return (await this.clock.runUntil(this.#client.send(put))).SequenceNumber!;
  }

  #hashKeyIn(shard: number): string {
    return this.#range(shard).start.toString();
  }

  #range(shard: number): HashKeyRange {
    const stream = this.local.snapshot().findLast(({ streamName }) => streamName === "orders");
    return stream!.shards.find(({ shardId }) => shardId === id(shard))!.hashKeyRange;
  }
}

type OnBatch = (batch: Batch) => Promise<void> | void;

export function id(shard: number): string {
  return `shardId-${String(shard).padStart(12, "0")}`;
}

export function textsOf({ records }: Pick<Batch, "records">): string[] {
  return records.map((record) => textOf(record));
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("did not reject");
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}
