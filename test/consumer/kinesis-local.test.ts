// The reader on somebody else's Kinesis, by the real SDK over HTTP: polling over a split and a merge, and enhanced fan-out,
// each in three lives that end in the middle of aggregates. Over fan-out no shard is closed: kinesis-local never ends one.

import {
  CreateStreamCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type KinesisLocal, startKinesisLocal } from "../../demo/kinesis-local.ts";
import { untilActive } from "../../demo/stream.ts";
import { aggregate, ShardMap, type UserRecord } from "../../src/codec/index.ts";
import {
  type Checkpoint,
  type CheckpointStore,
  MemoryCheckpointStore,
  StreamReader,
  type StreamReaderOptions,
} from "../../src/consumer/index.ts";
import { createKinesisClient } from "../../src/kinesis/index.ts";

const KEYS = 20;
const ROUND = 300;
const FORMS = ["loop", "shards", "processor", "record"] as const;
type Form = (typeof FORMS)[number];

let local: KinesisLocal;
let kinesis: KinesisClient;

beforeAll(async () => {
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  local = await startKinesisLocal({ shardLimit: 200, transitionMs: 50 });
  kinesis = createKinesisClient({
    endpoint: local.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  kinesis.destroy();
  await local.stop();
});

async function made(StreamName: string, ShardCount: number): Promise<void> {
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
  await active(StreamName);
}

async function active(name: string): Promise<void> {
  await untilActive({ kinesis, name, signal: new AbortController().signal });
}

/** A round of user records, numbered on for each key, in aggregates by the present shard map. */
async function put(StreamName: string, round: number): Promise<void> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const records = Array.from({ length: ROUND }, (_, n) => ({
    partitionKey: `key-${n % KEYS}`,
    data: String(round * (ROUND / KEYS) + Math.floor(n / KEYS)).padStart(5, "0"),
  }));
  const entries = aggregate(records, { groupBy: ShardMap.from(Shards), maxSize: 700 });
  const { FailedRecordCount } = await kinesis.send(new PutRecordsCommand({ StreamName, Records: entries }));
  expect(FailedRecordCount).toBe(0);
}

async function split(StreamName: string): Promise<void> {
  const [shard] = await openShards(StreamName);
  const NewStartingHashKey = String((shard!.hashKeyRange.start + shard!.hashKeyRange.end) / 2n);
  await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: shard!.shardId, NewStartingHashKey }));
  await active(StreamName);
}

async function merge(StreamName: string): Promise<void> {
  const [one, other] = await openShards(StreamName);
  const command = { StreamName, ShardToMerge: one!.shardId, AdjacentShardToMerge: other!.shardId };
  await kinesis.send(new MergeShardsCommand(command));
  await active(StreamName);
}

async function openShards(StreamName: string): Promise<ShardMap["shards"]> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  return [...ShardMap.from(Shards).shards].sort((a, b) => (a.hashKeyRange.start < b.hashKeyRange.start ? -1 : 1));
}

/** What each key got, in the order of its first coming. */
class Received {
  readonly #byKey = new Map<string, string[]>();
  count = 0;

  take({ partitionKey = "", ...record }: UserRecord & { text(): string }, text: string): void {
    this.count++;
    const texts = this.#byKey.get(partitionKey) ?? [];
    if (!texts.includes(text)) texts.push(text);
    this.#byKey.set(partitionKey, texts);
    expect(record.malformed).toBeUndefined();
  }

  get distinct(): number {
    return [...this.#byKey.values()].reduce((sum, texts) => sum + texts.length, 0);
  }

  get isInOrder(): boolean {
    return [...this.#byKey.values()].every((texts) => texts.every((text, at) => at === 0 || texts[at - 1]! < text));
  }
}

/** Never turned back, and remembered over lives. */
class JudgedStore implements CheckpointStore {
  readonly #inner: MemoryCheckpointStore = new MemoryCheckpointStore();
  /** Saves in the middle of an aggregate. */
  inside = 0;

  load(streamName: string): Promise<ReadonlyMap<string, Checkpoint>> {
    return this.#inner.load(streamName);
  }

  async save(streamName: string, shardId: string, checkpoint: Checkpoint): Promise<void> {
    if ((checkpoint.subSequenceNumber ?? 0) > 0) this.inside++;
    await this.#inner.save(streamName, shardId, checkpoint);
  }
}

/** Reads until it has `least` distinct user records, checkpoints in the middle of the batch it stops in, and ends. */
async function live(form: Form, options: StreamReaderOptions, received: Received, least: number): Promise<void> {
  const reader = new StreamReader({ kinesis, maxRecords: 7, checkpointInterval: 1, ...options });
  const isEnough = (): boolean => received.distinct >= least;
  const take = async (records: readonly UserRecord[], checkpoint: (upTo?: UserRecord) => Promise<void>) => {
    for (const record of records) {
      received.take(record, record.text());
      if (!isEnough()) continue;
      await checkpoint(record);
      return;
    }
    await checkpoint();
  };
  switch (form) {
    case "loop":
      for await (const batch of reader) {
        await take(batch.records, (upTo) => batch.checkpoint(upTo));
        if (isEnough()) break;
      }
      return;
    case "shards": {
      const loops: Promise<void>[] = [];
      for await (const shard of reader.shards()) {
        loops.push(
          (async () => {
            for await (const batch of shard) {
              if (isEnough()) break;
              await take(batch.records, (upTo) => batch.checkpoint(upTo));
              if (isEnough()) void reader.stop();
            }
          })(),
        );
      }
      await Promise.all(loops);
      return;
    }
    case "processor":
      await reader.run(() => ({
        processRecords: async (batch) => {
          if (isEnough()) return;
          await take(batch.records, (upTo) => batch.checkpoint(upTo));
          if (isEnough()) void reader.stop();
        },
        shardEnded: ({ checkpoint }) => checkpoint(),
      }));
      return;
    default:
      await reader.run({
        concurrency: { per: "partitionKey", limit: 5 },
        record: (record) => {
          received.take(record, record.text());
          if (isEnough()) void reader.stop();
        },
      });
  }
}

describe.each(FORMS)("%s", { timeout: 60_000 }, (form) => {
  it("by polling, over a split and a merge: everything, each key in its order, at least once", async () => {
    const streamName = `polled-${form}`;
    await made(streamName, 2);
    const received = new Received();
    const checkpointStore = new JudgedStore();
    const options = { streamName, checkpointStore };
    await put(streamName, 0);
    await live(form, options, received, ROUND / 2);
    await split(streamName);
    await put(streamName, 1);
    await live(form, options, received, ROUND * 1.5);
    await merge(streamName);
    await put(streamName, 2);
    await live(form, options, received, ROUND * 3);
    expect(received.distinct).toBe(ROUND * 3);
    expect(received.isInOrder).toBe(true);
    expect(checkpointStore.inside, "stopped in the middle of an aggregate").toBeGreaterThan(0);
  });

  it("by enhanced fan-out: everything, each key in its order, at least once", async () => {
    const streamName = `pushed-${form}`;
    await made(streamName, 2);
    const received = new Received();
    const checkpointStore = new JudgedStore();
    const options = { streamName, checkpointStore, retrieval: { consumerName: "reader" } };
    await put(streamName, 0);
    await live(form, options, received, ROUND / 2);
    await put(streamName, 1);
    await live(form, options, received, ROUND * 2);
    expect(received.distinct).toBe(ROUND * 2);
    expect(received.isInOrder).toBe(true);
  });
});
