// When a shard counts as read to its end, and what it ends in.

import type { GetRecordsOutput, Shard } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { id, type Page, PollingStream } from "./polling-stream.ts";

const TEXTS = ["a", "b", "c"];
const KEYS = 2n ** 128n;
const AFTER_SPLIT = [
  { shardId: id(1), parentShardIds: [id(0)], hashKeyRange: { start: 0n, end: KEYS / 2n - 1n }, closed: false },
  { shardId: id(2), parentShardIds: [id(0)], hashKeyRange: { start: KEYS / 2n, end: KEYS - 1n }, closed: false },
];

/** Puts other answers of GetRecords in the place of the stream's own. */
function twist(stream: PollingStream, change: (answer: GetRecordsOutput, call: number) => GetRecordsOutput): void {
  const { getRecords } = stream.calls;
  let calls = 0;
  stream.calls = {
    ...stream.calls,
    getRecords: async (input, signal) => change(await getRecords(input, signal), ++calls),
  };
}

async function closed(
  shardEnd: "with-last-records" | "after-last-records" = "with-last-records",
): Promise<PollingStream> {
  const stream = new PollingStream({ shardEnd });
  await stream.put(TEXTS);
  await stream.split();
  return stream;
}

/** All that was read, and what the last page says. */
async function readToEnd(stream: PollingStream, maxRecords = 2): Promise<{ texts: string[]; last: Page }> {
  const pages = stream.open({ maxRecords });
  const texts: string[] = [];
  for (;;) {
    const page = await stream.next(pages);
    texts.push(...page.records.map(({ Data }) => new TextDecoder().decode(Data)));
    if (page.childShards) return { texts, last: page };
  }
}

describe.each(["with-last-records", "after-last-records"] as const)("a shard whose end comes %s", (shardEnd) => {
  it("ends in the two that it was split into", async () => {
    const stream = await closed(shardEnd);
    const { last, texts } = await readToEnd(stream);
    expect(texts).toEqual(TEXTS);
    expect(last.childShards).toEqual(AFTER_SPLIT);
    expect(last.records).toHaveLength(shardEnd === "with-last-records" ? 1 : 0);
    expect(stream.startsOf("listShards")).toEqual([]);
    expect(stream.eventsOf("shard-end-unconfirmed")).toEqual([]);
  });

  it("ends in the one that it was merged into, as its neighbour does", async () => {
    const stream = new PollingStream({ shardEnd, streams: { orders: 2 } });
    await stream.merge(0, 1);
    for (const shard of [0, 1]) {
      const { childShards } = await stream.next(stream.open({ shard }));
      expect(childShards).toEqual([
        { shardId: id(2), parentShardIds: [id(0), id(1)], hashKeyRange: { start: 0n, end: KEYS - 1n }, closed: false },
      ]);
    }
  });

  it("ends at once if it is empty", async () => {
    const stream = new PollingStream({ shardEnd });
    await stream.split();
    expect(await stream.next(stream.open())).toMatchObject({ records: [], childShards: AFTER_SPLIT });
  });

  it("is split while it is read: the rest comes before the end", async () => {
    const stream = new PollingStream({ shardEnd });
    await stream.put(["a"]);
    const pages = stream.open();
    expect(await stream.read(pages, 2)).toEqual(["a"]);
    await stream.put(["b"]);
    await stream.split();
    expect(await stream.read(pages)).toEqual(["b"]);
  });
});

describe("an answer without an iterator, and without children, as kinesalite ends a shard", () => {
  const withoutChildren = ({ ChildShards: _, ...answer }: GetRecordsOutput): GetRecordsOutput => answer;

  it("is the end, once it is empty and the listing names the children", async () => {
    const stream = await closed("after-last-records");
    twist(stream, withoutChildren);
    const { last, texts } = await readToEnd(stream);
    expect(texts).toEqual(TEXTS);
    expect(last.childShards).toEqual(AFTER_SPLIT);
    expect(stream.startsOf("listShards")).toHaveLength(1);
    const unconfirmed = { type: "shard-end-unconfirmed", shardId: id(0), childShardIds: [] };
    expect(stream.eventsOf("shard-end-unconfirmed")).toEqual([unconfirmed]);
  });

  it("with records is handed out, and asked after once more", async () => {
    const stream = await closed();
    twist(stream, withoutChildren);
    const { last, texts } = await readToEnd(stream);
    expect(texts).toEqual(TEXTS);
    expect(last).toMatchObject({ records: [], childShards: AFTER_SPLIT });
  });

  it("in the middle of a closed shard is not its end", async () => {
    const stream = await closed();
    twist(stream, ({ NextShardIterator, ...answer }, call) => (call === 1 ? answer : { ...answer, NextShardIterator }));
    const { last, texts } = await readToEnd(stream, 1);
    expect(texts).toEqual(TEXTS);
    expect(last.childShards).toEqual(AFTER_SPLIT);
  });

  it("from an open shard is not its end: reading goes on after the last record, a while later", async () => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    twist(stream, ({ NextShardIterator, ...answer }, call) => (call <= 3 ? answer : { ...answer, NextShardIterator }));
    const pages = stream.open();
    expect(await stream.read(pages, 3)).toEqual(TEXTS);
    await stream.put(["d"]);
    expect(await stream.read(pages, 2)).toEqual(["d"]);
    expect(stream.eventsOf("shard-end-unconfirmed")).toHaveLength(3);
    expect(stream.startsOf("getRecords")).toEqual([0, 700, 1_900, 4_100, 4_300]);
  });
});

it("ends that are not confirmed are asked after sooner again, once reading has gone on", async () => {
  const stream = new PollingStream();
  twist(stream, ({ NextShardIterator, ...answer }, call) => (call % 2 ? answer : { ...answer, NextShardIterator }));
  await stream.read(stream.open(), 5);
  expect(stream.startsOf("getRecords")).toEqual([0, 700, 1_100, 1_800, 3_300]);
});

describe("children that do not agree are not believed", () => {
  const CHILD = { HashKeyRange: { StartingHashKey: "0", EndingHashKey: "9" }, ShardId: id(7) };

  it.each([
    [
      "beside an iterator",
      (answer: GetRecordsOutput) => ({ ...answer, ChildShards: [{ ...CHILD, ParentShards: [id(0)] }] }),
    ],
    [
      "of another parent",
      ({ NextShardIterator: _, ...answer }: GetRecordsOutput) => ({
        ...answer,
        ChildShards: [{ ...CHILD, ParentShards: [id(6)] }],
      }),
    ],
    [
      "of no parent",
      ({ NextShardIterator: _, ...answer }: GetRecordsOutput) => ({
        ...answer,
        ChildShards: [{ ...CHILD, ParentShards: [] }],
      }),
    ],
    [
      "of a parent that is not told",
      ({ NextShardIterator: _, ...answer }: GetRecordsOutput) => ({ ...answer, ChildShards: [CHILD as never] }),
    ],
  ])("%s", async (_, change) => {
    const stream = new PollingStream();
    await stream.put(TEXTS);
    twist(stream, (answer, call) => (call <= 4 ? change(answer) : answer));
    const pages = stream.open({ maxRecords: 1 });
    expect(await stream.read(pages, 4)).toEqual(TEXTS);
    expect(stream.startsOf("getShardIterator"), "a new iterator after each").toHaveLength(4);
    expect(stream.startsOf("listShards")).toHaveLength(1);
    expect(stream.eventsOf("shard-end-unconfirmed").map(({ childShardIds }) => childShardIds)).toEqual(
      Array(4).fill([id(7)]),
    );
    await stream.put(["d"]);
    await stream.split();
    expect(await stream.read(pages)).toEqual(["d"]);
  });

  it("but the listing's, where the shard is closed and nothing is left in it", async () => {
    const stream = await closed("after-last-records");
    twist(stream, ({ ChildShards, ...answer }) =>
      ChildShards ? { ...answer, ChildShards: [{ ...CHILD, ParentShards: [] }] } : answer,
    );
    const { last, texts } = await readToEnd(stream);
    expect(texts).toEqual(TEXTS);
    expect(last.childShards).toEqual(AFTER_SPLIT);
  });

  it.each<[string, (shard: Shard) => Shard[]]>([
    ["call the shard closed", (shard) => [{ ...shard, SequenceNumberRange: { StartingSequenceNumber: "1" } }]],
    ["name children", (shard) => (shard.ShardId === id(0) ? [shard] : [])],
  ])("nor is the listing, as long as it does not %s", async (_, change) => {
    const stream = await closed("after-last-records");
    twist(stream, ({ ChildShards: _children, ...answer }) => answer);
    const { listShards } = stream.calls;
    let listings = 0;
    stream.calls = {
      ...stream.calls,
      listShards: async (input, signal) => {
        const answer = await listShards(input, signal);
        return ++listings > 2 ? answer : { ...answer, Shards: answer.Shards?.flatMap(change) };
      },
    };
    const { last, texts } = await readToEnd(stream);
    expect(texts).toEqual(TEXTS);
    expect(last.childShards).toEqual(AFTER_SPLIT);
    expect(listings).toBe(3);
  });

  it("nor is a listing from before the split", async () => {
    const stream = await closed("after-last-records");
    twist(stream, ({ ChildShards: _, ...answer }) => answer);
    stream.local.faults.inject({ action: "ListShards", fault: { kind: "stale-shards" }, times: 2 });
    expect((await readToEnd(stream)).last.childShards).toEqual(AFTER_SPLIT);
    expect(stream.startsOf("listShards")).toHaveLength(3);
  });
});

describe("a shard that retention has trimmed away", () => {
  const DAY_MS = 86_400_000;

  it("before it was read ends in the children that are listed", async () => {
    const stream = await closed();
    await stream.clock.advance(DAY_MS + 2_000);
    const last = await stream.next(stream.open());
    expect(last).toEqual({ records: [], bytes: 0, millisBehindLatest: 0, childShards: AFTER_SPLIT });
  });

  it("together with its children ends in none", async () => {
    const stream = await closed();
    await stream.merge(1, 2);
    await stream.clock.advance(DAY_MS + 2_000);
    const last = await stream.next(stream.open());
    expect(last.childShards).toEqual([]);
  });
});

it("a shard that has ended is not read again", async () => {
  const stream = await closed();
  const pages = stream.open();
  await stream.read(pages);
  await expect(pages.next()).rejects.toThrow("bug: shardId-000000000000 was read after its end");
});
