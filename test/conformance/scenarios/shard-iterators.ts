// GetShardIterator: where each type starts, and what it refuses.

import type { GetShardIteratorInput } from "@aws-sdk/client-kinesis";
import { GetShardIteratorCommand } from "@aws-sdk/client-kinesis";
import { type Context, FIRST, STREAM, type Start, TRIM_HORIZON, textsOf } from "../context.ts";
import type { Observation } from "../observation.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference, silent } from "../sources.ts";

const source = reference("GetShardIterator");
const SECOND = "shardId-000000000001";

interface Written {
  readonly numbers: readonly string[];
  readonly beforeThird: Date;
}

/** Four records, "a" to "d"; time goes by before the third. */
async function writeFour(context: Context): Promise<Written> {
  await context.createStream();
  const first = await context.putAll("a", "b");
  const beforeThird = await context.later(60);
  await context.elapse(60);
  return { numbers: [...first, ...(await context.putAll("c", "d"))], beforeThird };
}

function reads(rule: string, aws: Observation, start: (written: Written) => Start): Scenario {
  return {
    call: "GetShardIterator",
    rule,
    source,
    aws,
    run: async (context) => context.read(start(await writeFour(context))),
  };
}

function request(context: Context, input: Partial<GetShardIteratorInput>): Promise<string> {
  const { ShardId = FIRST, ShardIteratorType = "TRIM_HORIZON" } = input;
  return outcomeOf(
    context.kinesis.send(new GetShardIteratorCommand({ StreamName: STREAM, ...input, ShardId, ShardIteratorType })),
  );
}

export const shardIterators: readonly Scenario[] = [
  reads("TRIM_HORIZON starts with the oldest record", ["a", "b", "c", "d"], () => TRIM_HORIZON),
  reads("AT_SEQUENCE_NUMBER starts with that record", ["b", "c", "d"], ({ numbers }) => ({
    ShardIteratorType: "AT_SEQUENCE_NUMBER",
    StartingSequenceNumber: numbers[1],
  })),
  reads("AFTER_SEQUENCE_NUMBER starts behind that record", ["c", "d"], ({ numbers }) => ({
    ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
    StartingSequenceNumber: numbers[1],
  })),
  reads("AT_TIMESTAMP starts with the first record from that time on", ["c", "d"], ({ beforeThird }) => ({
    ShardIteratorType: "AT_TIMESTAMP",
    Timestamp: beforeThird,
  })),
  reads("AT_TIMESTAMP before the oldest record starts with that", ["a", "b", "c", "d"], () => ({
    ShardIteratorType: "AT_TIMESTAMP",
    Timestamp: new Date(1_000),
  })),
  {
    call: "GetShardIterator",
    rule: "AT_TIMESTAMP of a record's own arrival starts with that record",
    source,
    aws: true,
    run: async (context) => {
      await writeFour(context);
      const [page] = await context.pages();
      const third = page?.Records?.[2];
      const [from] = await context.pages({
        ShardIteratorType: "AT_TIMESTAMP",
        Timestamp: third?.ApproximateArrivalTimestamp,
      });
      return from?.Records?.[0]?.SequenceNumber === third?.SequenceNumber;
    },
  },
  {
    call: "GetShardIterator",
    rule: "AT_TIMESTAMP after the last record gives the records to come",
    source,
    aws: { first: [], later: ["c"] },
    run: async (context) => {
      await context.createStream();
      await context.putAll("a", "b");
      await context.elapse(50);
      const Timestamp = await context.later();
      const first = await context.getRecords(await context.iterator({ ShardIteratorType: "AT_TIMESTAMP", Timestamp }));
      await context.put("c");
      return {
        first: textsOf(first),
        later: (await context.pagesFrom(first.NextShardIterator ?? "")).flatMap(textsOf),
      };
    },
  },
  {
    call: "GetShardIterator",
    rule: "AT_TIMESTAMP in the future is refused",
    source: silent("kinesalite, with the service's message"),
    aws: "InvalidArgumentException",
    run: async (context) => {
      await context.createStream();
      const Timestamp = await context.later();
      return request(context, {
        ShardIteratorType: "AT_TIMESTAMP",
        Timestamp: new Date(Timestamp.getTime() + 60_000),
      });
    },
  },
  {
    call: "GetShardIterator",
    rule: "LATEST starts behind the newest record",
    source,
    aws: { first: [], later: ["c"] },
    run: async (context) => {
      await context.createStream();
      await context.putAll("a", "b");
      await context.elapse(5);
      const first = await context.getRecords(await context.iterator({ ShardIteratorType: "LATEST" }));
      await context.put("c");
      return {
        first: textsOf(first),
        later: (await context.pagesFrom(first.NextShardIterator ?? "")).flatMap(textsOf),
      };
    },
  },
  {
    call: "GetShardIterator",
    rule: "LATEST of an empty shard sees what is put before the first GetRecords",
    source,
    aws: ["a"],
    run: async (context) => {
      await context.createStream();
      const latest = await context.iterator({ ShardIteratorType: "LATEST" });
      await context.elapse(5);
      await context.put("a");
      return (await context.pagesFrom(latest)).flatMap(textsOf);
    },
  },
  {
    call: "GetShardIterator",
    rule: "a shard's StartingSequenceNumber, that no record has, is a place to start at",
    source,
    aws: { at: ["a", "b"], after: ["a", "b"] },
    run: async (context) => {
      await context.createStream();
      await context.putAll("a", "b");
      const [shard] = await context.shards();
      const { StartingSequenceNumber } = shard?.SequenceNumberRange ?? {};
      return {
        at: await context.read({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber }),
        after: await context.read({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber }),
      };
    },
  },
  {
    call: "GetShardIterator",
    rule: "a number between two records is a place to start at",
    source: silent("a checkpoint may stand at a number that no record has"),
    aws: ["b"],
    run: async (context) => {
      await context.createStream();
      const [first = "0"] = await context.putAll("a", "b");
      return context.read({
        ShardIteratorType: "AT_SEQUENCE_NUMBER",
        // Its last 36 bits name the shard.
        StartingSequenceNumber: (BigInt(first) + 2n ** 36n).toString(),
      });
    },
  },
  {
    call: "GetShardIterator",
    rule: "a sequence number of another shard is refused",
    source,
    aws: "InvalidArgumentException",
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      const { SequenceNumber } = await context.put("a", { ExplicitHashKey: "0" });
      return request(context, {
        ShardId: SECOND,
        ShardIteratorType: "AT_SEQUENCE_NUMBER",
        StartingSequenceNumber: SequenceNumber,
      });
    },
  },
  {
    call: "GetShardIterator",
    rule: "a number that is no sequence number is refused",
    source,
    aws: { "123": "InvalidArgumentException", first: "ValidationException" },
    run: async (context) => {
      await context.createStream();
      const at = (StartingSequenceNumber: string) =>
        request(context, { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber });
      return { 123: await at("123"), first: await at("first") };
    },
  },
  {
    call: "GetShardIterator",
    rule: "the types that start at a number or a time need one",
    source,
    aws: {
      AT_SEQUENCE_NUMBER: "InvalidArgumentException",
      AFTER_SEQUENCE_NUMBER: "InvalidArgumentException",
      AT_TIMESTAMP: "InvalidArgumentException",
    },
    run: async (context) => {
      await context.createStream();
      return {
        AT_SEQUENCE_NUMBER: await request(context, { ShardIteratorType: "AT_SEQUENCE_NUMBER" }),
        AFTER_SEQUENCE_NUMBER: await request(context, { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" }),
        AT_TIMESTAMP: await request(context, { ShardIteratorType: "AT_TIMESTAMP" }),
      };
    },
  },
  {
    call: "GetShardIterator",
    rule: "TRIM_HORIZON and LATEST take no sequence number",
    source: silent("kinesalite, with the service's message"),
    aws: { TRIM_HORIZON: "InvalidArgumentException", LATEST: "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream();
      const [StartingSequenceNumber] = await context.putAll("a");
      return {
        TRIM_HORIZON: await request(context, { ShardIteratorType: "TRIM_HORIZON", StartingSequenceNumber }),
        LATEST: await request(context, { ShardIteratorType: "LATEST", StartingSequenceNumber }),
      };
    },
  },
  {
    call: "GetShardIterator",
    rule: "an unknown shard and an unknown stream are not found",
    source,
    aws: { shard: "ResourceNotFoundException", stream: "ResourceNotFoundException" },
    run: async (context) => {
      await context.createStream();
      return {
        shard: await request(context, { ShardId: "shardId-000000000007" }),
        stream: await request(context, { StreamName: "none" }),
      };
    },
  },
  {
    call: "GetShardIterator",
    rule: "an unknown type is refused",
    source,
    aws: "ValidationException",
    run: async (context) => {
      await context.createStream();
      return request(context, { ShardIteratorType: "FIRST" as "LATEST" });
    },
  },
  {
    call: "GetShardIterator",
    rule: "a closed shard's EndingSequenceNumber is a place to start at: its end",
    source,
    aws: { at: "accepted", after: "accepted", records: [] },
    run: async (context) => {
      await context.createStream();
      await context.putAll("a", "b");
      await context.elapse(5);
      await context.splitFirst();
      const [closed] = await context.shards();
      const StartingSequenceNumber = closed?.SequenceNumberRange?.EndingSequenceNumber;
      const at = { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber } as const;
      const after = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber } as const;
      const outcomes = { at: await request(context, at), after: await request(context, after) };
      return { ...outcomes, records: outcomes.at === "accepted" ? await context.read(at) : [] };
    },
  },
  {
    call: "GetShardIterator",
    rule: "a closed shard is read from its start and from its records as an open one",
    source,
    aws: { trimHorizon: ["a", "b"], after: ["b"] },
    run: async (context) => {
      await context.createStream();
      const [StartingSequenceNumber] = await context.putAll("a", "b");
      await context.splitFirst();
      return {
        trimHorizon: await context.read(),
        after: await context.read({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber }),
      };
    },
  },
  {
    call: "GetShardIterator",
    rule: "an iterator has 512 characters at most",
    source,
    aws: true,
    run: async (context) => {
      const StreamName = "a".repeat(128);
      await context.createStream({ StreamName });
      const iterator = await context.iterator(TRIM_HORIZON, FIRST, StreamName);
      return iterator.length >= 1 && iterator.length <= 512;
    },
  },
  {
    call: "GetShardIterator",
    rule: "it lives for five minutes",
    source,
    time: "virtual",
    aws: { "after 299 s": "accepted", "after 301 s": "ExpiredIteratorException" },
    run: async (context) => {
      await context.createStream();
      const iterator = await context.iterator();
      await context.elapse(299_000);
      const before = await outcomeOf(context.getRecords(iterator));
      await context.elapse(2_000);
      return { "after 299 s": before, "after 301 s": await outcomeOf(context.getRecords(iterator)) };
    },
  },
  {
    call: "GetShardIterator",
    rule: "AT_SEQUENCE_NUMBER of a record that was trimmed starts with the oldest one left",
    source: silent("a reader that was away for longer than the retention"),
    time: "virtual",
    aws: ["new"],
    run: async (context) => {
      await context.createStream();
      const [StartingSequenceNumber] = await context.putAll("old");
      await context.elapse(25 * 3_600_000);
      await context.put("new");
      return context.read({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber });
    },
  },
];

export const iteratorRefusals: readonly Scenario[] = [
  {
    call: "GetRecords",
    rule: "what is no iterator is refused",
    source: reference("GetRecords"),
    aws: { garbage: "InvalidArgumentException", "of 513 characters": "refused" },
    run: async (context) => {
      await context.createStream();
      return {
        garbage: await outcomeOf(context.getRecords("garbage")),
        "of 513 characters": await isRefused(context.getRecords("A".repeat(513))),
      };
    },
  },
];
