// Streams on demand, and those that distribute their records themselves.

import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import { KEYS, Model, type ModelOptions, STREAM } from "./model.ts";

const onDemand = (RecordDistributionStrategy?: "AUTO" | "USER_PARTITION_KEY", options: ModelOptions = {}): Model => {
  const model = new Model({ shards: 0, ...options });
  model.perform("CreateStream", {
    StreamName: STREAM,
    StreamModeDetails: { StreamMode: "ON_DEMAND" },
    RecordDistributionStrategy,
  });
  return model;
};
const summary = (model: Model) =>
  model.perform("DescribeStreamSummary", { StreamName: STREAM }).StreamDescriptionSummary;

describe("ON_DEMAND", () => {
  it("has four shards to begin with, which no call reshapes", () => {
    const model = onDemand();
    expect(model.listed()).toEqual([0, 1, 2, 3]);
    for (const call of [() => model.split(0), () => model.merge(0, 1), () => model.scaleTo(8)]) {
      expect(refusalOf(call)).toBe(
        "ValidationException: Request is invalid. Stream orders under account 000000000000 is in On-Demand mode.",
      );
    }
  });

  it("takes no count of shards, and does not count towards the account's", () => {
    const model = onDemand(undefined, { limits: { shardsPerAccount: 1 } });
    expect(refusalOf(() => model.perform("CreateStream", { StreamName: "returns", ShardCount: 1 }))).toBeUndefined();
    expect(model.perform("DescribeLimits", {})).toEqual({
      ShardLimit: 1,
      OpenShardCount: 1,
      OnDemandStreamCount: 1,
      OnDemandStreamCountLimit: 50,
    });
    expect(
      refusalOf(() =>
        model.perform("CreateStream", {
          StreamName: "more",
          StreamModeDetails: { StreamMode: "ON_DEMAND" },
          ShardCount: 1,
        }),
      ),
    ).toMatch(/^InvalidArgumentException/);
  });

  it("has 50 streams in an account", () => {
    const model = onDemand();
    const create = (at: number): string | undefined =>
      refusalOf(() =>
        model.perform("CreateStream", { StreamName: `s${at}`, StreamModeDetails: { StreamMode: "ON_DEMAND" } }),
      );
    for (let at = 1; at < 50; at++) expect(create(at)).toBeUndefined();
    expect(create(50)).toMatch(/^LimitExceededException/);
  });
});

// "AUTO – Amazon Kinesis Data Streams distributes records evenly across shards and ignores any partition key and
// ExplicitHashKey that producers supply."
describe("AUTO", () => {
  it("is told where it can be, and refused where it can't", () => {
    expect(summary(onDemand("AUTO"))!.RecordDistributionStrategy).toBe("AUTO");
    expect(summary(onDemand())!.RecordDistributionStrategy).toBe("USER_PARTITION_KEY");
    // "This field is only present for streams that use the on-demand capacity mode."
    expect(summary(new Model())).not.toHaveProperty("RecordDistributionStrategy");
    const provisioned = { StreamName: STREAM, ShardCount: 1, RecordDistributionStrategy: "AUTO" as const };
    expect(refusalOf(() => new Model({ shards: 0 }).perform("CreateStream", provisioned))).toMatch(
      /^InvalidArgumentException/,
    );
  });

  it("deals one partition key out evenly, and no explicit hash key is one too many", () => {
    const model = onDemand("AUTO");
    const landed = Array.from({ length: 40 }, () => model.put("x", { key: "same", hashKey: KEYS }).shardId);
    const counts = model.list().map(({ ShardId }) => landed.filter((shardId) => shardId === ShardId).length);
    expect(counts).toEqual([10, 10, 10, 10]);
  });

  // "This value is not returned if the producer did not provide a partition key when writing the record."
  it("needs no partition key, and returns what was given", () => {
    const model = onDemand("AUTO");
    const { Records } = model.perform("PutRecords", {
      StreamName: STREAM,
      Records: [
        { Data: Buffer.from("without"), PartitionKey: undefined },
        { Data: Buffer.from("with"), PartitionKey: "key" },
      ],
    });
    const keys = Records!.map(({ ShardId }) => model.get(model.iterator({}, ShardId!)).Records![0]!.PartitionKey);
    expect(keys).toEqual([undefined, "key"]);
  });

  it("a refused call changes nothing, not even whose turn it is", () => {
    const tooLarge = { Data: new Uint8Array(2_000_000), PartitionKey: "a" };
    const landings = [0, 1, 2, 3].map((refusals) => {
      const model = onDemand("AUTO");
      model.put("first");
      for (let call = 0; call < refusals; call++) {
        const Records = [{ Data: Buffer.from("x"), PartitionKey: "a" }, tooLarge];
        expect(refusalOf(() => model.perform("PutRecords", { StreamName: STREAM, Records }))).toBeDefined();
      }
      return model.put("second").shardId;
    });
    expect(new Set(landings).size).toBe(1);
  });
});
