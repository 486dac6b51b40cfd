// The constraints, and the service's words for each.

import { describe, expect, it } from "vitest";
import { fromInput, type INPUT_SHAPES, validate } from "../../../src/testing/shapes/index.ts";
import { refusalOf } from "./refusal.ts";

type Action = keyof typeof INPUT_SHAPES;

function violationsOf(action: Action, input: unknown): string | undefined {
  return refusalOf(() => validate(action, fromInput(action, input)));
}

function one(violation: string): string {
  return `ValidationException: 1 validation error detected: ${violation}`;
}

const DATA = Uint8Array.of(1, 2, 3);
const ENTRY = { PartitionKey: "a", Data: DATA };
const STREAM_ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
const CONSUMER_ARN = `${STREAM_ARN}/consumer/billing:1700000000`;

function put(over: object): unknown {
  return { StreamName: "orders", Records: [ENTRY, { ...ENTRY, ...over }] };
}

describe("requests that the service takes", () => {
  it.each<[string, Action, unknown]>([
    ["nothing where nothing is asked", "DescribeLimits", {}],
    ["no input at all", "DescribeAccountSettings", undefined],
    ["an ARN and a stream id", "DescribeStream", { StreamARN: STREAM_ARN, StreamId: `${"a1".repeat(10)}-x9z` }],
    ["an ARN of another partition", "DescribeStream", { StreamARN: STREAM_ARN.replace("arn:aws:", "arn:aws-cn:") }],
    ["the longest key, the least hash key", "PutRecords", put({ PartitionKey: "k".repeat(256), ExplicitHashKey: "0" })],
    // Whether a hash key is on the ring is no matter of its shape.
    ["no data, 39 digits", "PutRecords", put({ Data: new Uint8Array(), ExplicitHashKey: "9".repeat(39) })],
    ["500 records", "PutRecords", { Records: Array.from({ length: 500 }, () => ENTRY) }],
    ["10 MiB", "PutRecord", { ...ENTRY, Data: new Uint8Array(10_485_760), SequenceNumberForOrdering: "0" }],
    // Whether it needs a key is for the stream to say.
    ["no partition key", "PutRecords", { Records: [{ Data: DATA }] }],
    ["a date", "GetShardIterator", { ShardId: "shardId-0", ShardIteratorType: "LATEST", Timestamp: new Date(0) }],
    ["an empty tag, __proto__", "AddTagsToStream", { Tags: { team: "", ["__proto__"]: "kept" } }],
    ["a consumer's ARN", "TagResource", { Tags: { team: "a" }, ResourceARN: CONSUMER_ARN }],
    [
      "a position",
      "SubscribeToShard",
      { ConsumerARN: CONSUMER_ARN, ShardId: "s", StartingPosition: { Type: "LATEST" } },
    ],
    ["metrics", "EnableEnhancedMonitoring", { ShardLevelMetrics: ["ALL", "IncomingBytes"] }],
    // The bounds of these hang on the stream, not on the shape.
    ["any retention", "IncreaseStreamRetentionPeriod", { RetentionPeriodHours: -1 }],
    ["many shards", "UpdateShardCount", { TargetShardCount: 2_147_483_647, ScalingType: "UNIFORM_SCALING" }],
  ])("%s: %s", (_what, action, input) => {
    expect(violationsOf(action, input)).toBeUndefined();
  });
});

describe("requests that it refuses, by its own texts", () => {
  it.each<[Action, unknown, string]>([
    [
      "GetShardIterator",
      { ShardIteratorType: "LATEST" },
      "Value null at 'shardId' failed to satisfy constraint: Member must not be null",
    ],
    [
      "GetShardIterator",
      { ShardId: "s", ShardIteratorType: "SOON" },
      "Value 'SOON' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: " +
        "[AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]",
    ],
    [
      "PutRecord",
      { ...ENTRY, PartitionKey: "" },
      "Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      "PutRecords",
      put({ PartitionKey: "k".repeat(257) }),
      `Value '${"k".repeat(257)}' at 'records.2.member.partitionKey' failed to satisfy constraint: ` +
        "Member must have length less than or equal to 256",
    ],
    [
      "PutRecords",
      put({ Data: new Uint8Array(10_485_761) }),
      "Value 'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]' at 'records.2.member.data' failed to satisfy " +
        "constraint: Member must have length less than or equal to 10485760",
    ],
    [
      "PutRecords",
      put({ ExplicitHashKey: "01" }),
      "Value '01' at 'records.2.member.explicitHashKey' failed to satisfy constraint: " +
        String.raw`Member must satisfy regular expression pattern: 0|([1-9]\d{0,38})`,
    ],
    [
      "PutRecords",
      put({ Data: undefined }),
      "Value null at 'records.2.member.data' failed to satisfy constraint: Member must not be null",
    ],
    [
      "PutRecords",
      { Records: [] },
      "Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    ["PutRecords", {}, "Value null at 'records' failed to satisfy constraint: Member must not be null"],
    [
      "DescribeStream",
      { Limit: 0 },
      "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      "DescribeStream",
      { Limit: 10_001 },
      "Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    ],
    [
      "DescribeStream",
      { StreamARN: "orders" },
      "Value 'orders' at 'streamARN' failed to satisfy constraint: Member must satisfy regular expression pattern: " +
        String.raw`arn:aws.*:kinesis:.*:\d{12}:stream/\S+`,
    ],
    [
      "AddTagsToStream",
      { Tags: {} },
      "Value '{}' at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      "AddTagsToStream",
      { Tags: { "": "a", b: "c" } },
      "Value '{=a, b=c}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: " +
        "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
    ],
    [
      "AddTagsToStream",
      { Tags: { a: "v".repeat(257) } },
      `Value '{a=${"v".repeat(257)}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: ` +
        "[Member must have length less than or equal to 256, Member must have length greater than or equal to 0]",
    ],
    [
      "RemoveTagsFromStream",
      { TagKeys: ["", "b"] },
      "Value '[, b]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: " +
        "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
    ],
    [
      "EnableEnhancedMonitoring",
      { ShardLevelMetrics: ["Everything"] },
      "Value '[Everything]' at 'shardLevelMetrics' failed to satisfy constraint: Member must satisfy constraint: " +
        "[Member must satisfy enum value set: [IncomingBytes, IncomingRecords, OutgoingBytes, OutgoingRecords, " +
        "WriteProvisionedThroughputExceeded, ReadProvisionedThroughputExceeded, IteratorAgeMilliseconds, ALL]]",
    ],
    [
      "SubscribeToShard",
      { ConsumerARN: CONSUMER_ARN, ShardId: "s", StartingPosition: {} },
      "Value null at 'startingPosition.type' failed to satisfy constraint: Member must not be null",
    ],
  ])("%s: $2", (action, input, violation) => {
    expect(violationsOf(action, input)).toBe(one(violation));
  });

  it("a name breaks several constraints at once, told in the service's order", () => {
    expect(violationsOf("DescribeStream", { StreamName: "" })).toBe(
      "ValidationException: 2 validation errors detected: Value '' at 'streamName' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'streamName' failed to satisfy " +
        "constraint: Member must have length greater than or equal to 1",
    );
  });

  it("501 records: the list is shown, but not all 501 of it", () => {
    const refusal = violationsOf("PutRecords", { Records: Array.from({ length: 501 }, () => ENTRY) });
    expect(refusal).toMatch(/^ValidationException: 1 validation error detected: Value '\[com\.amazonaws\.kinesis\./);
    expect(refusal).toMatch(
      /' at 'records' failed to satisfy constraint: Member must have length less than or equal to 500$/,
    );
    expect(refusal?.length).toBeLessThan(5_000);
  });

  it("ten violations at most", () => {
    const refusal = violationsOf("PutRecords", {
      Records: Array.from({ length: 20 }, () => ({ PartitionKey: "", Data: DATA })),
    });
    expect(refusal).toMatch(/^ValidationException: 10 validation errors detected: /);
    expect(refusal?.split("; ")).toHaveLength(10);
    expect(refusal).toContain("'records.10.member.partitionKey'");
  });
});

describe("the length of a text", () => {
  it("is counted in Unicode characters: 256 of two units each are no more than 256", () => {
    expect(violationsOf("PutRecords", put({ PartitionKey: "😀".repeat(256) }))).toBeUndefined();
    expect(violationsOf("PutRecords", put({ PartitionKey: "😀".repeat(257) }))).toContain("less than or equal to 256");
  });

  it("a long text is refused at once: no pattern with several .* is tried on it", () => {
    const arn = `arn:aws${":kinesis:".repeat(200_000)}`;
    const before = process.cpuUsage();
    const refusal = violationsOf("TagResource", { Tags: { a: "b" }, ResourceARN: arn });
    const { user } = process.cpuUsage(before);
    expect(refusal).toContain("at 'resourceARN' failed to satisfy constraint: Member must have length less than");
    // The pattern alone would take minutes.
    expect(user / 1_000).toBeLessThan(2_000);
  });
});
