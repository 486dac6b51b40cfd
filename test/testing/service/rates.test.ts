// How often a call may be made, by the documentation of each.

import { describe, expect, it } from "vitest";
import type { ActionName, InputOf } from "../../../src/testing/service/index.ts";
import { refusalOf } from "../shapes/refusal.ts";
import { id, KEYS, Model, STREAM } from "./model.ts";

interface Rate<Name extends ActionName = ActionName> {
  readonly action: Name;
  readonly perSecond: number;
  /** What the rate is counted for. */
  readonly per: "account" | "stream";
  readonly input: (streamName: string, call: number) => InputOf<Name>;
}

function rate<Name extends ActionName>(
  action: Name,
  perSecond: number,
  per: Rate["per"],
  input: (streamName: string, call: number) => InputOf<Name>,
): Rate {
  return { action, perSecond, per, input: input as Rate["input"] };
}

const arnOf = (streamName: string): string => `arn:aws:kinesis:us-east-1:000000000000:stream/${streamName}`;

const RATES: readonly Rate[] = [
  rate("CreateStream", 5, "account", (_, call) => ({ StreamName: `new-${call}`, ShardCount: 1 })),
  rate("DeleteStream", 5, "account", (_, call) => ({ StreamName: `old-${call}` })),
  rate("DescribeLimits", 1, "account", () => ({})),
  rate("DescribeStream", 10, "account", (StreamName) => ({ StreamName })),
  rate("DescribeStreamSummary", 20, "account", (StreamName) => ({ StreamName })),
  rate("ListStreams", 5, "account", () => ({})),
  rate("SplitShard", 5, "account", (StreamName) => ({
    StreamName,
    ShardToSplit: id(0),
    NewStartingHashKey: `${KEYS / 2n}`,
  })),
  rate("MergeShards", 5, "account", (StreamName) => ({
    StreamName,
    ShardToMerge: id(0),
    AdjacentShardToMerge: id(1),
  })),
  rate("UpdateShardCount", 10, "account", (StreamName) => ({
    StreamName,
    TargetShardCount: 1,
    ScalingType: "UNIFORM_SCALING",
  })),
  rate("RegisterStreamConsumer", 5, "account", (streamName, call) => ({
    StreamARN: arnOf(streamName),
    ConsumerName: `consumer-${call}`,
  })),
  rate("DeregisterStreamConsumer", 5, "stream", (streamName) => ({
    StreamARN: arnOf(streamName),
    ConsumerName: "reader",
  })),
  rate("DescribeStreamConsumer", 20, "stream", (streamName) => ({
    StreamARN: arnOf(streamName),
    ConsumerName: "reader",
  })),
  rate("ListStreamConsumers", 5, "stream", (streamName) => ({ StreamARN: arnOf(streamName) })),
  rate("ListShards", 1_000, "stream", (StreamName) => ({ StreamName })),
];

/** Two streams, each with a consumer in the making, and some to delete; the rates are as new. */
async function prepared(limits: "aws" | { controlCalls: "off" }): Promise<Model> {
  const model = new Model({ limits, transitionMs: 60_000 });
  model.service.addStream("returns", 1);
  for (let call = 0; call < 50; call++) model.service.addStream(`old-${call}`, 1);
  for (const StreamARN of [arnOf(STREAM), arnOf("returns")]) {
    model.perform("RegisterStreamConsumer", { StreamARN, ConsumerName: "reader" });
  }
  await model.clock.advance(30_000);
  return model;
}

/** What a call is refused with for its rate, however it else fares. */
function tooOften(model: Model, { action, input }: Rate, streamName: string, call: number): string | undefined {
  const refusal = refusalOf(() => model.perform(action, input(streamName, call)));
  return refusal?.includes("Rate exceeded") ? refusal : undefined;
}

describe.each(RATES)("$action: $perSecond a second for each $per", (given) => {
  const { action, per, perSecond } = given;

  it("is held, refilled, and counted for no other", async () => {
    const model = await prepared("aws");
    for (let call = 0; call < perSecond; call++) expect(tooOften(model, given, STREAM, call)).toBeUndefined();
    const whose = per === "account" ? "account 000000000000" : STREAM;
    const refusal = `LimitExceededException: Rate exceeded for ${whose}: ${action}.`;
    expect(tooOften(model, given, STREAM, perSecond)).toBe(refusal);
    expect(tooOften(model, given, "returns", perSecond)).toBe(per === "account" ? refusal : undefined);
    await model.clock.advance(1_000 / perSecond);
    expect(tooOften(model, given, STREAM, perSecond + 1)).toBeUndefined();
    expect(tooOften(model, given, STREAM, perSecond + 2)).toBe(refusal);
  });

  it("can be switched off", async () => {
    const model = await prepared({ controlCalls: "off" });
    for (let call = 0; call < 2 * perSecond; call++) expect(tooOften(model, given, STREAM, call)).toBeUndefined();
  });
});

// "GetShardIterator has a limit of five transactions per second per account per open shard."
describe("GetShardIterator: 5 a second for each open shard", () => {
  const TOO_FAST =
    "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream orders under account 000000000000.";

  it("is held for the shard and refilled", async () => {
    const model = new Model({ limits: "aws", shards: 2 });
    for (let call = 0; call < 5; call++) model.iterator();
    expect(refusalOf(() => model.iterator())).toBe(TOO_FAST);
    for (let call = 0; call < 5; call++) model.iterator({}, id(1));
    await model.clock.advance(199);
    expect(refusalOf(() => model.iterator())).toBe(TOO_FAST);
    await model.clock.advance(1);
    model.iterator();
  });

  it("does not hold for a closed one", () => {
    const model = new Model({ limits: "aws" });
    model.split(0);
    for (let call = 0; call < 50; call++) model.iterator();
  });

  it("can be switched off", () => {
    const model = new Model({ limits: { shardIteratorCallsPerSecond: Number.POSITIVE_INFINITY } });
    for (let call = 0; call < 50; call++) model.iterator();
  });
});

// "You can make one call to SubscribeToShard per second per registered consumer per shard."
describe("SubscribeToShard: 1 a second for each consumer and shard", () => {
  it("is held for both and refilled", async () => {
    const model = new Model({ limits: { takeoverAfterMs: 0 }, shards: 2 });
    const [one, other] = [model.register("one"), model.register("other")];
    model.subscribe(one);
    const again = (): string | undefined => refusalOf(() => model.subscribe(one));
    expect(again()).toBe(
      `LimitExceededException: Rate exceeded for SubscribeToShard: 000000000000:orders:one:${id(0)}`,
    );
    model.subscribe(one, {}, id(1));
    model.subscribe(other);
    await model.clock.advance(999);
    expect(again()).toMatch(/^LimitExceededException/);
    await model.clock.advance(1);
    expect(again()).toBeUndefined();
  });
});
