// What a call is about, before it is made: faults are aimed by it.

import { describe, expect, it } from "vitest";
import type { ActionName, InputOf } from "../../../src/testing/service/index.ts";
import { id, KEYS, Model, STREAM } from "./model.ts";

const Data = new Uint8Array(1);
const entry = (hashKey: bigint) => ({ PartitionKey: "k", ExplicitHashKey: hashKey.toString(), Data });

function target<Name extends ActionName>(model: Model, action: Name, input: InputOf<Name>) {
  return model.service.targetOf(action, input);
}

describe("the shards of a call", () => {
  it("are those that it writes to", () => {
    const model = new Model({ shards: 4 });
    const Records = [entry(0n), entry(KEYS - 1n), entry(1n)];
    expect(target(model, "PutRecords", { StreamName: STREAM, Records })).toEqual({
      streamName: STREAM,
      shardIds: [id(0), id(3)],
      entryShardIds: [id(0), id(3), id(0)],
    });
    expect(target(model, "PutRecord", { StreamARN: model.arn, ...entry(KEYS / 2n) })).toEqual({
      streamName: STREAM,
      shardIds: [id(2)],
      entryShardIds: [id(2)],
    });
  });

  it("are where a partition key leads, as the put itself finds it", () => {
    const model = new Model({ shards: 16 });
    for (let key = 0; key < 50; key++) {
      const { shardIds } = target(model, "PutRecord", { StreamName: STREAM, PartitionKey: `${key}`, Data });
      expect(shardIds).toEqual([model.put("x", { key: `${key}` }).shardId]);
    }
  });

  it("are unknown for an entry that is refused, and for streams that deal their records out themselves", () => {
    const model = new Model({ shards: 2 });
    const Records = [entry(KEYS), entry(0n), { Data, PartitionKey: undefined }];
    expect(target(model, "PutRecords", { StreamName: STREAM, Records })).toEqual({
      streamName: STREAM,
      shardIds: [id(0)],
      entryShardIds: [undefined, id(0), undefined],
    });
    model.perform("CreateStream", {
      StreamName: "auto",
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      RecordDistributionStrategy: "AUTO",
    });
    const before = target(model, "PutRecord", { StreamName: "auto", ...entry(0n) });
    expect(before).toEqual({ streamName: "auto", shardIds: [], entryShardIds: [undefined] });
    // Looking changes nobody's turn.
    expect(model.put("x", { stream: "auto" }).shardId).toBe(id(0));
  });

  it("are the one that an iterator stands on, or that a call names", () => {
    const model = new Model({ shards: 2 });
    const ShardIterator = model.iterator({}, id(1));
    expect(target(model, "GetRecords", { ShardIterator })).toEqual({ streamName: STREAM, shardIds: [id(1)] });
    const named = { StreamName: STREAM, ShardId: id(7), ShardIteratorType: "LATEST" } as const;
    expect(target(model, "GetShardIterator", named)).toEqual({ streamName: STREAM, shardIds: [id(7)] });
    const split = { StreamName: STREAM, ShardToSplit: id(1), NewStartingHashKey: "9" };
    expect(target(model, "SplitShard", split)).toEqual({ streamName: STREAM, shardIds: [id(1)] });
    const merge = { StreamName: STREAM, ShardToMerge: id(0), AdjacentShardToMerge: id(1) };
    expect(target(model, "MergeShards", merge)).toEqual({ streamName: STREAM, shardIds: [id(0), id(1)] });
    expect(
      target(model, "SubscribeToShard", {
        ConsumerARN: model.register("reader"),
        ShardId: id(1),
        StartingPosition: { Type: "LATEST" },
      }),
    ).toEqual({ streamName: STREAM, shardIds: [id(1)] });
  });
});

describe("the stream of a call", () => {
  it.each<[ActionName, (model: Model) => object]>([
    ["CreateStream", () => ({ StreamName: STREAM, ShardCount: 1 })],
    ["DescribeStreamSummary", ({ arn }) => ({ StreamARN: arn })],
    ["RegisterStreamConsumer", ({ arn }) => ({ StreamARN: arn, ConsumerName: "reader" })],
    ["DescribeStreamConsumer", ({ arn }) => ({ ConsumerARN: `${arn}/consumer/reader:1` })],
    ["DeregisterStreamConsumer", ({ arn }) => ({ StreamARN: arn, ConsumerName: "reader" })],
    ["TagResource", ({ arn }) => ({ ResourceARN: arn, Tags: {} })],
    ["GetResourcePolicy", ({ arn }) => ({ ResourceARN: `${arn}/consumer/reader:1` })],
    ["ListShards", () => ({ StreamName: STREAM })],
    [
      "ListShards",
      (model) => ({ NextToken: model.perform("ListShards", { StreamName: STREAM, MaxResults: 1 }).NextToken }),
    ],
  ])("%s is told however it is named", (action, input) => {
    const model = new Model({ shards: 2 });
    expect(target(model, action, input(model) as never)).toEqual({ streamName: STREAM, shardIds: [] });
  });

  it.each<[ActionName, object]>([
    ["ListStreams", {}],
    ["DescribeLimits", {}],
    ["ListShards", { NextToken: "x" }],
    ["GetRecords", { ShardIterator: "x" }],
    ["PutRecord", { StreamName: "returns", PartitionKey: "k", Data }],
    ["PutRecords", { StreamARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/orders", Records: [] }],
    ["SubscribeToShard", { ConsumerARN: "x", ShardId: id(0) }],
  ])("%s %j names none", (action, input) => {
    expect(target(new Model(), action, input as never).streamName).toBeUndefined();
  });
});
