// CreateStream: what becomes of it, and what it refuses.

import {
  CreateStreamCommand,
  type CreateStreamInput,
  DescribeStreamSummaryCommand,
  ListTagsForStreamCommand,
} from "@aws-sdk/client-kinesis";
import { type Context, STREAM, shardNumber } from "../context.ts";
import { outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { quotas, reference } from "../sources.ts";

const END_OF_RANGE = 2n ** 128n - 1n;

const source = reference("CreateStream");

/** Where all accounts share the five that may be CREATING at a time, other scenarios may be in the way. */
async function outcomeOfCreating(context: Context, input: CreateStreamInput): Promise<string> {
  let outcome = "";
  for (let tries = 0; tries < 5; tries++) {
    outcome = await outcomeOf(context.kinesis.send(new CreateStreamCommand(input)));
    if (outcome !== "LimitExceededException") break;
    await context.elapse(100);
  }
  return outcome;
}

export const createStream: readonly Scenario[] = [
  {
    call: "CreateStream",
    rule: "a stream is CREATING at once, and ACTIVE later",
    source,
    time: "tight",
    aws: ["CREATING", "ACTIVE"],
    run: async (context) =>
      context.statusesAfter(context.kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 1 }))),
  },
  {
    call: "CreateStream",
    rule: "the shards of a new stream divide the hash keys from 0 to 2^128-1 evenly, without a gap",
    source: reference("Shard"),
    aws: { shards: [0, 1, 2], from: "0", to: END_OF_RANGE.toString(), gaps: 0, even: true },
    run: async (context) => {
      await context.createStream({ ShardCount: 3 });
      const shards = await context.shards();
      const ranges = shards.map(({ HashKeyRange }) => ({
        start: BigInt(HashKeyRange?.StartingHashKey ?? -1),
        end: BigInt(HashKeyRange?.EndingHashKey ?? -1),
      }));
      const sizes = ranges.map(({ start, end }) => end - start);
      return {
        shards: shards.map(({ ShardId }) => shardNumber(ShardId)),
        from: ranges[0]?.start.toString(),
        to: ranges.at(-1)?.end.toString(),
        gaps: ranges.filter(({ start }, at) => at > 0 && start !== (ranges[at - 1]?.end ?? 0n) + 1n).length,
        even: sizes.every((size) => size - sizes[0]! <= 3n && size - sizes[0]! >= -3n), // there are three
      };
    },
  },
  {
    call: "CreateStream",
    rule: "a name that is taken is refused",
    source,
    aws: "ResourceInUseException",
    run: async (context) => {
      await context.createStream();
      return outcomeOfCreating(context, { StreamName: STREAM, ShardCount: 1 });
    },
  },
  {
    call: "CreateStream",
    rule: "a name has 1 to 128 of the characters a-z, A-Z, 0-9, _, - and .",
    source,
    aws: {
      "a/b": "ValidationException",
      "": "ValidationException",
      "129 characters": "ValidationException",
      "128 characters": "accepted",
    },
    run: async (context) => {
      const create = (StreamName: string) => outcomeOfCreating(context, { StreamName, ShardCount: 1 });
      return {
        "a/b": await create("a/b"),
        "": await create(""),
        "129 characters": await create("a".repeat(129)),
        "128 characters": await create("a".repeat(128)),
      };
    },
  },
  {
    call: "CreateStream",
    rule: "a stream has at least one shard",
    source,
    aws: "ValidationException",
    run: (context) => outcomeOfCreating(context, { StreamName: STREAM, ShardCount: 0 }),
  },
  {
    call: "CreateStream",
    rule: "a provisioned stream needs a number of shards",
    source,
    aws: "refused",
    run: async (context) => {
      const StreamModeDetails = { StreamMode: "PROVISIONED" } as const;
      const outcome = await outcomeOfCreating(context, { StreamName: STREAM, StreamModeDetails });
      return outcome === "accepted" ? outcome : "refused";
    },
  },
  {
    call: "CreateStream",
    rule: "a stream on demand needs no number of shards, and begins with the 4 that take 4 MB/s",
    source: quotas,
    aws: { mode: "ON_DEMAND", shards: 4 },
    run: async (context) => {
      const { OpenShardCount, StreamModeDetails } = await context.createStream({
        StreamModeDetails: { StreamMode: "ON_DEMAND" },
      });
      return { mode: StreamModeDetails?.StreamMode, shards: OpenShardCount };
    },
  },
  {
    call: "CreateStream",
    rule: "more shards than the account may have are refused",
    source,
    aws: "LimitExceededException",
    run: async ({ kinesis }) =>
      outcomeOf(kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 100_000 }))),
  },
  {
    call: "CreateStream",
    rule: "no more than five streams are CREATING at a time",
    source,
    time: "tight",
    aws: { accepted: 5, refusedWith: ["LimitExceededException"] },
    run: async ({ kinesis }) => {
      const outcomes = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7].map((n) =>
          outcomeOf(kinesis.send(new CreateStreamCommand({ StreamName: `${STREAM}-${n}`, ShardCount: 1 }))),
        ),
      );
      return {
        accepted: outcomes.filter((outcome) => outcome === "accepted").length,
        refusedWith: [...new Set(outcomes.filter((outcome) => outcome !== "accepted"))],
      };
    },
  },
  {
    call: "CreateStream",
    rule: "tags given to it are there from the start",
    source,
    aws: [{ Key: "team", Value: "payments" }],
    run: async (context) => {
      await context.createStream({ Tags: { team: "payments" } });
      const { Tags = [] } = await context.kinesis.send(new ListTagsForStreamCommand({ StreamName: STREAM }));
      return Tags.map(({ Key, Value }) => ({ Key, Value }));
    },
  },
  {
    call: "CreateStream",
    rule: "it sets the maximum record size",
    source,
    aws: 2_048,
    run: async (context) => (await context.createStream({ MaxRecordSizeInKiB: 2_048 })).MaxRecordSizeInKiB,
  },
  {
    call: "CreateStream",
    rule: "the maximum record size is 1,024 KiB where nothing is said",
    source: quotas,
    aws: 1_024,
    run: async (context) => (await context.createStream()).MaxRecordSizeInKiB,
  },
  {
    call: "CreateStream",
    rule: "a maximum record size is refused below 1,024 KiB and above 10,240 KiB",
    source,
    aws: { 1_023: "ValidationException", 10_241: "ValidationException" },
    run: async (context) => {
      const create = (MaxRecordSizeInKiB: number) =>
        outcomeOfCreating(context, { StreamName: STREAM, ShardCount: 1, MaxRecordSizeInKiB });
      return { 1_023: await create(1_023), 10_241: await create(10_241) };
    },
  },
  {
    call: "CreateStream",
    rule: "a stream that never was is not found",
    source: reference("DescribeStreamSummary"),
    aws: "ResourceNotFoundException",
    run: async ({ kinesis }) => outcomeOf(kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM }))),
  },
];
