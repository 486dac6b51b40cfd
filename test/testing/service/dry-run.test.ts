// "Checks if your request will succeed." "The request was rejected because the DryRun parameter was specified"
// (DryRunOperationException).

import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import { id, Model, STREAM } from "./model.ts";

const REJECTED = "DryRunOperationException: The request was rejected because the DryRun parameter was specified.";
const Data = new Uint8Array(1);
const DryRun = true;

function calls(model: Model, StreamName: string): readonly (() => unknown)[] {
  const arn = StreamName === STREAM ? model.register("reader") : `${model.arn}s/consumer/reader:1`;
  const ShardIterator = StreamName === STREAM ? model.iterator() : "none";
  return [
    () => model.perform("PutRecord", { StreamName, PartitionKey: "k", Data, DryRun }),
    () => model.perform("PutRecords", { StreamName, Records: [{ PartitionKey: "k", Data }], DryRun }),
    () => model.perform("GetShardIterator", { StreamName, ShardId: id(0), ShardIteratorType: "LATEST", DryRun }),
    () => model.perform("GetRecords", { ShardIterator, DryRun }),
    () =>
      model.perform("SubscribeToShard", {
        ConsumerARN: arn,
        ShardId: id(0),
        StartingPosition: { Type: "LATEST" },
        DryRun,
      }),
  ];
}

describe("DryRun", () => {
  it("does nothing where the call would succeed: no record, no budget", () => {
    const model = new Model({
      limits: { writeRecordsPerSecond: 1, readCallsPerSecond: 1, shardIteratorCallsPerSecond: 2 },
    });
    const all = calls(model, STREAM);
    for (let round = 0; round < 3; round++) for (const call of all) expect(refusalOf(call)).toBe(REJECTED);
    expect(model.service.snapshot()[0]!.shards[0]!.records).toEqual([]);
    expect(refusalOf(() => model.put("x"))).toBeUndefined();
    expect(refusalOf(() => model.page())).toBeUndefined();
  });

  it("says what is wrong where it would not", () => {
    const model = new Model();
    for (const call of calls(model, "returns")) {
      expect(refusalOf(call)).toMatch(/^(ResourceNotFound|InvalidArgument)Exception/);
    }
  });

  it("that is false is none", () => {
    const model = new Model();
    expect(
      refusalOf(() => model.perform("PutRecord", { StreamName: STREAM, PartitionKey: "k", Data, DryRun: false })),
    ).toBeUndefined();
  });
});
