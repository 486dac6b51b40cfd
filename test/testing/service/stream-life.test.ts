// CreateStream, DeleteStream and what lies between: CREATING, ACTIVE, UPDATING, DELETING.

import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import { HOUR, id, KEYS, Model, STREAM } from "./model.ts";

const create = (model: Model, name: string = STREAM, ShardCount = 1): string | undefined =>
  refusalOf(() => model.perform("CreateStream", { StreamName: name, ShardCount }));
const drop = (model: Model, name: string = STREAM): string | undefined =>
  refusalOf(() => model.perform("DeleteStream", { StreamName: name }));
const names = (model: Model): string[] | undefined => model.perform("ListStreams", {}).StreamNames;
const GONE = "ResourceNotFoundException: Stream orders under account 000000000000 not found.";

describe("a stream", () => {
  it("is CREATING, ACTIVE, DELETING and gone, each in its time", async () => {
    const model = new Model({ shards: 0, transitionMs: 30_000 });
    expect(create(model)).toBeUndefined();
    expect([model.status(), model.listed()]).toEqual(["CREATING", []]);
    expect(refusalOf(() => model.put("early"))).toBe(GONE);
    expect(refusalOf(() => model.iterator())).toBe(GONE);
    await model.clock.advance(29_999);
    expect(model.status()).toBe("CREATING");
    await model.clock.advance(1);
    expect([model.status(), model.listed()]).toEqual(["ACTIVE", [0]]);
    model.put("record");
    expect(drop(model)).toBeUndefined();
    expect(model.status()).toBe("DELETING");
    expect(names(model)).toEqual([STREAM]);
    expect(refusalOf(() => model.put("late"))).toBe(GONE);
    await model.clock.advance(30_000);
    expect(refusalOf(() => model.status())).toBe(GONE);
    expect(names(model)).toEqual([]);
    expect(model.service.snapshot()).toMatchObject([{ status: "DELETED", shards: [{ records: [{}] }] }]);
  });

  it("is ACTIVE and gone at once where changes take no time", () => {
    const model = new Model({ shards: 0 });
    create(model);
    expect(model.status()).toBe("ACTIVE");
    drop(model);
    expect(refusalOf(() => model.status())).toBe(GONE);
  });

  it("cuts the hash keys into equal ranges, the last one takes the rest", () => {
    const model = new Model({ shards: 0 });
    create(model, STREAM, 3);
    expect(model.list().map(({ HashKeyRange }) => HashKeyRange)).toEqual([
      { StartingHashKey: "0", EndingHashKey: "113427455640312821154458202477256070484" },
      {
        StartingHashKey: "113427455640312821154458202477256070485",
        EndingHashKey: "226854911280625642308916404954512140969",
      },
      { StartingHashKey: "226854911280625642308916404954512140970", EndingHashKey: `${KEYS - 1n}` },
    ]);
  });

  it("is described as it is", async () => {
    const model = new Model({ shards: 0 });
    await model.clock.advance(1_234);
    create(model, STREAM, 2);
    const common = {
      StreamName: STREAM,
      StreamARN: model.arn,
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      StreamCreationTimestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, 1)),
      RetentionPeriodHours: 24,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: "NONE",
    };
    expect(model.perform("DescribeStreamSummary", { StreamName: STREAM }).StreamDescriptionSummary).toEqual({
      ...common,
      OpenShardCount: 2,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 1_024,
    });
    expect(model.perform("DescribeStream", { StreamARN: model.arn }).StreamDescription).toEqual({
      ...common,
      Shards: model.list(),
      HasMoreShards: false,
    });
  });
});

describe("CreateStream is refused", () => {
  it("for a name that is taken, also by a stream that is being deleted", async () => {
    const model = new Model({ transitionMs: 1_000 });
    const taken = "ResourceInUseException: Stream orders under account 000000000000 already exists.";
    expect(create(model)).toBe(taken);
    drop(model);
    expect(create(model)).toBe(taken);
    await model.clock.advance(1_000);
    expect(create(model)).toBeUndefined();
  });

  // "Have more than five streams in the CREATING state at any point in time."
  it("while five are CREATING", async () => {
    const model = new Model({ limits: { controlCalls: "off" }, shards: 0, transitionMs: 1_000 });
    for (const name of ["a", "b", "c", "d", "e"]) expect(create(model, name)).toBeUndefined();
    expect(create(model, "f")).toMatch(/^LimitExceededException: Only 5 streams may be in state CREATING/);
    await model.clock.advance(1_000);
    expect(create(model, "f")).toBeUndefined();
  });

  // "Create more shards than are authorized for your account."
  it("beyond the account's shards, those of streams in the making counted", () => {
    const model = new Model({ limits: { shardsPerAccount: 5 }, shards: 2, transitionMs: 1_000 });
    expect(create(model, "fits", 3)).toBeUndefined();
    expect(create(model, "more")).toMatch(/Current shard count for the account: 5\. Limit: 5\. .* request: 1\./);
  });

  it("without a count of shards", () => {
    const model = new Model({ shards: 0 });
    expect(refusalOf(() => model.perform("CreateStream", { StreamName: STREAM }))).toMatch(/^InvalidArgumentException/);
  });
});

describe("DeleteStream is refused", () => {
  it("while the stream is CREATING or DELETING", async () => {
    const model = new Model({ shards: 0, transitionMs: 1_000 });
    create(model);
    expect(drop(model)).toMatch(/^ResourceInUseException: .* not ACTIVE, instead in state CREATING$/);
    await model.clock.advance(1_000);
    drop(model);
    expect(drop(model)).toMatch(/^ResourceInUseException: .* not ACTIVE, instead in state DELETING$/);
  });

  // "If this parameter is unset (null) or if you set it to false, and the stream has registered consumers, the call to
  // DeleteStream fails with a ResourceInUseException."
  it("while it has consumers, unless their deletion is asked for", () => {
    const model = new Model();
    model.register("reader");
    const call = (EnforceConsumerDeletion?: boolean): string | undefined =>
      refusalOf(() => model.perform("DeleteStream", { StreamName: STREAM, EnforceConsumerDeletion }));
    expect(call()).toMatch(/^ResourceInUseException: .* has registered consumers/);
    expect(call(false)).toMatch(/^ResourceInUseException/);
    expect(call(true)).toBeUndefined();
    expect(names(model)).toEqual([]);
  });
});

describe("a stream made anew under an old name", () => {
  it("has none of the old one's records, shards, consumers, tags or settings", async () => {
    const model = new Model({ shards: 0 });
    model.perform("CreateStream", { StreamName: STREAM, ShardCount: 3, Tags: { old: "" }, MaxRecordSizeInKiB: 2_048 });
    model.put("old");
    const arn = model.register("reader");
    model.perform("DeleteStream", { StreamName: STREAM, EnforceConsumerDeletion: true });
    create(model);
    expect(model.listed()).toEqual([0]);
    expect(model.page()).toEqual([]);
    expect(model.perform("ListTagsForStream", { StreamName: STREAM }).Tags).toEqual([]);
    expect(refusalOf(() => model.subscribe(arn))).toMatch(/^ResourceNotFoundException/);
    expect(model.perform("DescribeStreamSummary", { StreamName: STREAM })).toMatchObject({
      StreamDescriptionSummary: { ConsumerCount: 0, MaxRecordSizeInKiB: 1_024, OpenShardCount: 1 },
    });
    expect(model.service.snapshot().map(({ status }) => status)).toEqual(["DELETED", "ACTIVE"]);
  });
});

describe("ListStreams", () => {
  const many = (count: number): Model => {
    const model = new Model({ shards: 0 });
    for (let at = 0; at < count; at++) model.service.addStream(`s${String(at).padStart(3, "0")}`, 1);
    return model;
  };

  // "The default value is 100. If you specify a value greater than 100, at most 100 results are returned."
  it.each([undefined, 100, 101, 10_000])("with Limit %s lists 100", (Limit) => {
    const answer = many(101).perform("ListStreams", { Limit });
    expect([answer.StreamNames!.length, answer.HasMoreStreams]).toEqual([100, true]);
    expect(answer.StreamSummaries!.map(({ StreamName }) => StreamName)).toEqual(answer.StreamNames);
  });

  it("goes on by name or by token, to the same end", () => {
    const model = many(7);
    const byName: string[] = [];
    for (let more: boolean | undefined = true; more; ) {
      const answer = model.perform("ListStreams", { Limit: 3, ExclusiveStartStreamName: byName.at(-1) });
      byName.push(...answer.StreamNames!);
      more = answer.HasMoreStreams;
    }
    const byToken: string[] = [];
    let NextToken: string | undefined;
    do {
      const answer = model.perform("ListStreams", { Limit: 3, NextToken });
      byToken.push(...answer.StreamNames!);
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    expect(byName).toEqual(names(model));
    expect(byToken).toEqual(byName);
  });

  it("refuses a token that is old, or none", async () => {
    const model = many(2);
    const limited = new Model({ limits: "aws", shards: 1 });
    limited.service.addStream("returns", 1);
    const { NextToken } = limited.perform("ListStreams", { Limit: 1 });
    await limited.clock.advance(300_000);
    expect(limited.perform("ListStreams", { NextToken }).StreamNames).toEqual(["returns"]);
    await limited.clock.advance(1);
    expect(refusalOf(() => limited.perform("ListStreams", { NextToken }))).toMatch(/^ExpiredNextTokenException/);
    expect(refusalOf(() => model.perform("ListStreams", { NextToken: "x" }))).toBe(
      "InvalidArgumentException: Invalid NextToken.",
    );
  });
});

describe("DescribeStream", () => {
  it("shows 100 shards at most, and goes on after one", () => {
    const model = new Model({ shards: 130 });
    const first = model.perform("DescribeStream", { StreamName: STREAM, Limit: 10_000 }).StreamDescription!;
    expect([first.Shards!.length, first.HasMoreShards]).toEqual([100, true]);
    const rest = model.perform("DescribeStream", { StreamName: STREAM, ExclusiveStartShardId: id(99) });
    expect([rest.StreamDescription!.Shards!.length, rest.StreamDescription!.HasMoreShards]).toEqual([30, false]);
  });
});

// "You must use either the StreamARN or the StreamName parameter, or both."
describe("the stream of a call", () => {
  const model = new Model();
  const describeIt = (input: { StreamARN?: string; StreamName?: string }): string | undefined =>
    refusalOf(() => model.perform("DescribeStreamSummary", input));

  it("is named by ARN, by name, or by both", () => {
    expect(describeIt({ StreamARN: model.arn })).toBeUndefined();
    expect(describeIt({ StreamName: STREAM })).toBeUndefined();
    expect(describeIt({ StreamARN: model.arn, StreamName: STREAM })).toBeUndefined();
  });

  it.each([
    [{}, /^InvalidArgumentException: Either StreamARN or StreamName must be provided\.$/],
    [{ StreamARN: model.arn, StreamName: "returns" }, /^InvalidArgumentException: .* do not name the same stream\.$/],
    [{ StreamARN: "arn:aws:s3:::bucket" }, /^InvalidArgumentException: .* is not the ARN of a stream\.$/],
    [{ StreamARN: `${model.arn}/consumer/x:1` }, /^InvalidArgumentException: .* is not the ARN of a stream\.$/],
    [{ StreamARN: model.arn.replace("us-east-1", "eu-west-1") }, /^ResourceNotFoundException/],
    [{ StreamARN: model.arn.replace("000000000000", "111111111111") }, /^ResourceNotFoundException/],
  ])("%j is refused", (input, refusal) => expect(describeIt(input)).toMatch(refusal));
});

describe("time", () => {
  it("of the service does not follow a wall clock that jumps", async () => {
    const model = new Model({ limits: { retention: "aws" }, transitionMs: 1_000 });
    model.put("record");
    model.split(0);
    model.clock.jump(-48 * HOUR);
    expect(model.status()).toBe("UPDATING");
    model.clock.jump(96 * HOUR);
    expect(model.status()).toBe("UPDATING");
    await model.clock.advance(1_000);
    expect(model.status()).toBe("ACTIVE");
    expect(model.page()).toEqual(["record"]);
  });
});
