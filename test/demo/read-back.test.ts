import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import { aggregate, type PackedEntry, type UserRecordInput } from "kpl-kit";
import { LocalKinesis, VirtualClock } from "kpl-kit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import type { StoredEntry } from "../../demo/produce.ts";
import { type ReadOptions, readBack } from "../../demo/read-back.ts";

const HALF = 2n ** 127n;
const LOWEST = "0";
const HIGHEST = (2n * HALF - 1n).toString();
const [SHARD_0, SHARD_1, SHARD_2, SHARD_3] = [0, 1, 2, 3].map((n) => `shardId-00000000000${n}`);

/** A stream in virtual time, and what a run has put there. */
class DemoStream {
  readonly clock = new VirtualClock();
  readonly interrupt = new AbortController();
  readonly stored: StoredEntry[] = [];
  /** How shards were begun: by which iterators, or by subscriptions. */
  readonly begun: string[] = [];
  readonly #local: LocalKinesis;
  readonly #client: KinesisClient;
  /** Answers to the first calls of GetRecords: as if nothing were there yet. */
  emptyPages = 0;
  /** Kinesis records. */
  pageSize: number | undefined;

  constructor(shards: number) {
    this.#local = new LocalKinesis({ clock: this.clock, streams: { orders: shards } });
    onTestFinished(() => this.#local.close());
    this.#client = this.#local.client();
  }

  async split(ShardToSplit: string, newStartingHashKey: bigint): Promise<void> {
    const NewStartingHashKey = newStartingHashKey.toString();
    const split = new SplitShardCommand({ StreamName: "orders", ShardToSplit, NewStartingHashKey });
    await this.clock.runUntil(this.#client.send(split));
  }

  async merge(ShardToMerge: string, AdjacentShardToMerge: string): Promise<void> {
    const merge = new MergeShardsCommand({ StreamName: "orders", ShardToMerge, AdjacentShardToMerge });
    await this.clock.runUntil(this.#client.send(merge));
  }

  /** By nobody of this run, or by its own first attempt. */
  async put(entry: PackedEntry | string, explicitHashKey: string = LOWEST): Promise<StoredEntry> {
    const packed = typeof entry === "string" ? plain(entry) : entry;
    const { Data, PartitionKey } = packed;
    const put = { StreamName: "orders", Data, PartitionKey, ExplicitHashKey: explicitHashKey };
    const answer = await this.clock.runUntil(this.#client.send(new PutRecordCommand(put)));
    const { SequenceNumber: sequenceNumber = "", ShardId: shardId = "" } = answer;
    return { entry: packed, predictedShardId: shardId, shardId, sequenceNumber, sentTwice: false };
  }

  /** Acknowledged. */
  async store(entry: PackedEntry | string, explicitHashKey?: string): Promise<StoredEntry> {
    const stored = await this.put(entry, explicitHashKey);
    this.stored.push(stored);
    return stored;
  }

  async readBack(options: Partial<ReadOptions> = {}) {
    const { clock, interrupt, stored } = this;
    const stream = { kinesis: this.#answering(), name: "orders", signal: interrupt.signal };
    const back = await clock.runUntil(
      readBack(stream, { retrieval: "polling", shared: false, begunAt: new Date(0), stored, clock, ...options }),
    );
    return { ...back, texts: back.records.map(({ data }) => Buffer.from(data).toString()) };
  }

  #answering(): KinesisClient {
    const send = async (command: Parameters<KinesisClient["send"]>[0], options: object) => {
      if (command instanceof GetShardIteratorCommand) this.begun.push(command.input.ShardIteratorType ?? "");
      if (command instanceof SubscribeToShardCommand) this.begun.push("subscription");
      if (!(command instanceof GetRecordsCommand)) return this.#client.send(command, options);
      const { ShardIterator } = command.input;
      if (this.emptyPages-- > 0) return { Records: [], NextShardIterator: ShardIterator, MillisBehindLatest: 0 };
      const Limit = this.pageSize ?? command.input.Limit;
      return this.#client.send(new GetRecordsCommand({ ...command.input, Limit }), options);
    };
    return { send } as unknown as KinesisClient;
  }
}

/** A user record that left alone. */
function plain(text: string): PackedEntry {
  return { Data: Buffer.from(text), PartitionKey: "k", ExplicitHashKey: LOWEST, userRecordCount: 1 };
}

function aggregateOf(texts: readonly string[], explicitHashKey: string = LOWEST): PackedEntry {
  const records: UserRecordInput[] = texts.map((data) => ({ partitionKey: "k", explicitHashKey, data }));
  const [entry] = aggregate(records, { groupBy: "none" });
  if (!entry) throw new Error("nothing to aggregate");
  return entry;
}

describe.each([
  ["polling", "polling", "TRIM_HORIZON"],
  ["enhanced fan-out", { consumerName: "demo" }, "subscription"],
] as const)("what was put is read back by %s", (_, retrieval, begin) => {
  it("to the end of each closed shard, and then from its children, over a split and a merge", async () => {
    const stream = new DemoStream(1);
    await stream.store("before");
    await stream.split(SHARD_0!, HALF);
    await stream.store("low");
    await stream.store("high", HIGHEST);
    await stream.merge(SHARD_1!, SHARD_2!);
    await stream.store("after");
    const { shards, texts } = await stream.readBack({ retrieval });
    expect([texts[0], texts.slice(1, 3).sort(), texts[3]]).toEqual(["before", ["high", "low"], "after"]);
    expect(shards).toMatchObject([
      { shardId: SHARD_0, parents: [], closed: true, kinesisRecords: 1 },
      { shardId: SHARD_1, parents: [SHARD_0], closed: true, kinesisRecords: 1 },
      { shardId: SHARD_2, parents: [SHARD_0], closed: true, kinesisRecords: 1 },
      { shardId: SHARD_3, parents: [SHARD_1, SHARD_2], closed: false, kinesisRecords: 1 },
    ]);
  });

  it("unpacked, and counted as Kinesis records and as user records", async () => {
    const stream = new DemoStream(2);
    await stream.store(aggregateOf(["a", "b", "c"]));
    await stream.store("d");
    await stream.store("e", HIGHEST);
    let read = 0;
    const { shards, texts } = await stream.readBack({
      retrieval,
      onRead: (userRecords) => {
        read += userRecords;
      },
    });
    expect(texts.sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(shards).toMatchObject([
      { kinesisRecords: 2, userRecords: 4 },
      { kinesisRecords: 1, userRecords: 1 },
    ]);
    expect(read).toBe(5);
    expect(stream.begun, "for each of the shards").toEqual([begin, begin]);
  });

  it("with what nobody acknowledged: the verdict has to meet it", async () => {
    const stream = new DemoStream(2);
    await stream.store("a");
    await stream.put("a");
    await stream.put("b", HIGHEST);
    expect((await stream.readBack({ retrieval })).texts.sort()).toEqual(["a", "a", "b"]);
  });

  it("once, where an answer was lost and it was sent again", async () => {
    const stream = new DemoStream(1);
    const twice = aggregateOf(["a", "b"]);
    await stream.put(twice);
    stream.stored.push({ ...(await stream.put(twice)), sentTwice: true });
    const { explainedDuplicates, texts } = await stream.readBack({ retrieval });
    expect(texts).toEqual(["a", "b"]);
    expect(explainedDuplicates).toBe(1);
  });

  it("but for what a KCL drops", async () => {
    const stream = new DemoStream(2);
    await stream.store("a");
    await stream.store(aggregateOf(["b", "c"], HIGHEST), LOWEST);
    const { dropped, shards, texts } = await stream.readBack({ retrieval });
    expect(texts).toEqual(["a"]);
    expect(dropped).toBe(2);
    expect(shards[0]).toMatchObject({ kinesisRecords: 2, userRecords: 1 });
  });

  it("whole, where it is no sound aggregate", async () => {
    const stream = new DemoStream(1);
    const { Data, ...entry } = aggregateOf(["a", "b"]);
    await stream.store({ ...entry, Data: Data.map((byte, index) => (index === Data.length - 1 ? byte ^ 1 : byte)) });
    expect(await stream.readBack({ retrieval })).toMatchObject({ malformed: 1, records: { length: 1 } });
  });

  it("from a stream of others, though the last of it is dropped", async () => {
    const stream = new DemoStream(2);
    await stream.put("earlier");
    await stream.store("a");
    await stream.put("of others");
    await stream.store(aggregateOf(["b", "c"], HIGHEST), LOWEST);
    // Nor is there an end to wait for where others go on writing.
    await stream.put("earlier", HIGHEST);
    const begunAt = new Date(stream.clock.now());
    const back = await stream.readBack({ retrieval, shared: true, begunAt });
    expect(back).toMatchObject({ texts: ["a"], dropped: 2, foreign: 1 });
  });

  it("or else the run ends, when nothing new has come for half a minute", async () => {
    const stream = new DemoStream(1);
    const { shardId } = await stream.store("a");
    stream.stored.push({ ...(await stream.put("b")), sequenceNumber: "9".repeat(56) });
    const begunMs = stream.clock.now();
    await expect(stream.readBack({ retrieval })).rejects.toMatchObject({
      code: "KPL_KIT_DEMO_READ_FAILED",
      message: `${shardId} shows nothing new for 30 s, yet a record was stored at ${"9".repeat(56)}`,
    });
    expect(stream.clock.now() - begunMs).toBeLessThan(35_000);
  });

  it("until it is interrupted", async () => {
    const stream = new DemoStream(1);
    stream.stored.push({ ...(await stream.put("b")), sequenceNumber: "9".repeat(56) });
    stream.clock.timer(1_000, () => stream.interrupt.abort(new Error("interrupted")));
    await expect(stream.readBack({ retrieval })).rejects.toThrow("interrupted");
    expect(stream.clock.nextDueMs, "no timer of ours is left").toBeUndefined();
  });
});

describe("what was put is read back by polling", () => {
  it("not only to the first empty page: what was stored has to show itself", async () => {
    const stream = new DemoStream(1);
    await stream.store("a");
    stream.emptyPages = 2;
    expect((await stream.readBack()).texts).toEqual(["a"]);
  });

  it("not only to the last that was stored: on a stream of its own, to the tip", async () => {
    const stream = new DemoStream(1);
    await stream.store("a");
    await stream.put("b");
    await stream.put("c");
    stream.pageSize = 1;
    expect((await stream.readBack()).texts).toEqual(["a", "b", "c"]);
  });

  it("and not waited for where a later one of its shard has come: it never will", async () => {
    const stream = new DemoStream(1);
    const last = await stream.store("a");
    stream.stored.push({ ...last, entry: plain("swallowed"), sequenceNumber: "1" });
    expect((await stream.readBack()).texts).toEqual(["a"]);
  });

  it("from a minute before the run began, where the stream is one of others", async () => {
    const stream = new DemoStream(1);
    await stream.put("long ago");
    await stream.clock.advance(3_600_000);
    const begunAt = new Date(stream.clock.now() + 30_000);
    await stream.store("a");
    const { texts } = await stream.readBack({ shared: true, begunAt });
    expect([texts, stream.begun]).toEqual([["a"], ["AT_TIMESTAMP"]]);
  });
});
