import {
  type GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type KinesisClient,
  type Shard,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { readBack } from "../../demo/read-back.ts";

type Page = Partial<GetRecordsCommandOutput>;

/** Answers with these pages, shard by shard. To read on after the last one is an error. */
function streamOf(pages: Readonly<Record<string, readonly Page[]>>) {
  const starts: string[] = [];
  const send = async (command: GetShardIteratorCommand | GetRecordsCommand) => {
    if (command instanceof GetShardIteratorCommand) {
      const { ShardId, ShardIteratorType, StartingSequenceNumber = "" } = command.input;
      starts.push(`${ShardId} ${ShardIteratorType} ${StartingSequenceNumber}`.trim());
      return { ShardIterator: `${ShardId}/0` };
    }
    const [shardId = "", index = ""] = command.input.ShardIterator?.split("/") ?? [];
    const page = pages[shardId]?.[Number(index)];
    if (!page) throw new Error(`read on after page ${index} of shard ${shardId}`);
    return { NextShardIterator: `${shardId}/${Number(index) + 1}`, MillisBehindLatest: 0, ...page };
  };
  const kinesis = { send } as unknown as KinesisClient;
  return { starts, stream: { kinesis, name: "orders", signal: new AbortController().signal } };
}

const HashKeyRange = { StartingHashKey: "0", EndingHashKey: "340282366920938463463374607431768211455" };
const END = { NextShardIterator: undefined };

function shard(ShardId: string, EndingSequenceNumber?: string): Shard {
  return { ShardId, HashKeyRange, SequenceNumberRange: { StartingSequenceNumber: "1", EndingSequenceNumber } };
}

function records(...sequenceNumbers: string[]): Page {
  return {
    Records: sequenceNumbers.map((SequenceNumber) => ({
      SequenceNumber,
      PartitionKey: "k",
      Data: Buffer.from(`data ${SequenceNumber}`),
    })),
  };
}

function stored(shardId: string, sequenceNumber: string) {
  const Data = Buffer.from(`data ${sequenceNumber}`);
  const entry = { Data, PartitionKey: "k", ExplicitHashKey: "7", userRecordCount: 1 };
  return { entry, predictedShardId: shardId, shardId, sequenceNumber, sentTwice: false };
}

function textsOf({ records }: Awaited<ReturnType<typeof readBack>>): string[] {
  return records.map(({ data }) => Buffer.from(data).toString());
}

describe("readBack", () => {
  it("reads a closed shard to its end, though its tip comes a page before, and then the children named there", async () => {
    const child = { ShardId: "1", ParentShards: ["0"], HashKeyRange };
    const { stream } = streamOf({ 0: [records("10"), { ...END, ChildShards: [child] }], 1: [records("20")] });
    const shards = [shard("0", "15")];
    const back = await readBack(stream, { shards, stored: [stored("0", "10"), stored("1", "20")], shared: false });
    expect(textsOf(back)).toEqual(["data 10", "data 20"]);
    expect(back.shards).toMatchObject([
      { shardId: "0", closed: true, kinesisRecords: 1 },
      { shardId: "1", closed: false, parents: ["0"], kinesisRecords: 1 },
    ]);
  });

  it("does not stop at the tip of an open shard before what was stored has shown itself", async () => {
    // By value: as text, 9 comes after 10.
    const { stream } = streamOf({ 0: [records("9"), records("10")] });
    const back = await readBack(stream, { shards: [shard("0")], stored: [stored("0", "10")], shared: false });
    expect(textsOf(back)).toEqual(["data 9", "data 10"]);
  });

  it("starts on a shared stream where this run did, and leaves the records of others aside", async () => {
    const { starts, stream } = streamOf({ 0: [records("9", "10", "11")] });
    const options = { shards: [shard("0"), shard("1")], stored: [stored("0", "11"), stored("0", "9")], shared: true };
    const back = await readBack(stream, options);
    expect(starts).toEqual(["0 AT_SEQUENCE_NUMBER 9"]);
    expect(textsOf(back)).toEqual(["data 9", "data 11"]);
    expect(back.foreign).toBe(1);
  });
});
