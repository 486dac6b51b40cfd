// What a shard takes and gives in a second.

import { PutRecordsCommand, type PutRecordsRequestEntry, type PutRecordsResultEntry } from "@aws-sdk/client-kinesis";
import { type Context, STREAM } from "../context.ts";
import { outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { quotas, reference } from "../sources.ts";

const THROTTLED = "ProvisionedThroughputExceededException";
const KIB = 1_024;
const UPPER_HALF = (2n ** 127n).toString();

async function put(context: Context, Records: PutRecordsRequestEntry[]): Promise<PutRecordsResultEntry[]> {
  const { Records: answers = [] } = await context.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records }));
  return answers;
}

function entries(count: number, bytes: number, ExplicitHashKey = "0"): PutRecordsRequestEntry[] {
  return Array.from({ length: count }, () => ({ PartitionKey: "a", ExplicitHashKey, Data: Buffer.alloc(bytes) }));
}

function codesOf(answers: readonly PutRecordsResultEntry[]): string[] {
  return [...new Set(answers.flatMap(({ ErrorCode }) => ErrorCode ?? []))];
}

export const throttles: readonly Scenario[] = [
  {
    call: "PutRecords",
    rule: "a shard takes 1,000 records a second: the entries beyond fail, each by itself; the shard beside it takes more",
    source: quotas,
    rates: "aws",
    time: "tight",
    aws: { firstThousand: [], beyond: [THROTTLED], allBeyond: true, otherShard: [] },
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      const firstThousand = [...(await put(context, entries(500, 1))), ...(await put(context, entries(500, 1)))];
      const beyond = await put(context, entries(500, 1));
      const otherShard = await put(context, entries(1, 1, UPPER_HALF));
      const failed = beyond.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
      return {
        firstThousand: codesOf(firstThousand),
        beyond: codesOf(beyond),
        // What has come to the shard again meanwhile is not many.
        allBeyond: failed > 250,
        otherShard: codesOf(otherShard),
      };
    },
  },
  {
    call: "PutRecords",
    rule: "a shard takes 1 MiB a second, data and partition keys",
    source: quotas,
    rates: "aws",
    time: "tight",
    aws: { first: [], beyond: [THROTTLED] },
    run: async (context) => {
      await context.createStream();
      const first = await put(context, entries(10, 100 * KIB));
      return { first: codesOf(first), beyond: codesOf(await put(context, entries(4, 200 * KIB))) };
    },
  },
  {
    call: "PutRecords",
    rule: "the message of a throttled entry names account, stream and shard",
    source: reference("PutRecordsResultEntry"),
    rates: "aws",
    time: "tight",
    aws: { account: true, stream: true, shard: true },
    run: async (context) => {
      await context.createStream();
      await put(context, entries(10, 100 * KIB));
      const answers = await put(context, entries(4, 200 * KIB));
      const message = answers.find(({ ErrorMessage }) => ErrorMessage !== undefined)?.ErrorMessage ?? "";
      return {
        account: /\b\d{12}\b/.test(message.replace(/shardId-\d+/, "")),
        stream: message.includes(STREAM),
        shard: message.includes("shardId-000000000000"),
      };
    },
  },
  {
    call: "PutRecord",
    rule: "beyond the rate of a shard the call fails",
    source: reference("PutRecord"),
    rates: "aws",
    time: "tight",
    aws: ["accepted", THROTTLED],
    run: async (context) => {
      await context.createStream();
      const big = () => outcomeOf(context.put("", { Data: Buffer.alloc(900 * KIB) }));
      return [await big(), await big()];
    },
  },
  {
    call: "GetRecords",
    rule: "a shard answers five calls a second",
    source: reference("GetRecords"),
    rates: "aws",
    time: "tight",
    aws: { first: ["accepted"], sixth: THROTTLED },
    run: async (context) => {
      await context.createStream();
      const iterator = await context.iterator();
      const outcomes: string[] = [];
      for (let n = 0; n < 6; n++) outcomes.push(await outcomeOf(context.getRecords(iterator)));
      return { first: [...new Set(outcomes.slice(0, 5))], sixth: outcomes[5] };
    },
  },
  {
    call: "GetRecords",
    rule: "after more than 2 MiB, the calls of the next second fail; after 10 MiB, those of the next five",
    source: reference("GetRecords"),
    rates: "aws",
    time: "virtual",
    aws: { page: 10, "after 4 s": THROTTLED, "after 6 s": "accepted" },
    run: async (context) => {
      await context.createStream({ ShardCount: 1 });
      for (let n = 0; n < 10; n++) {
        await context.put("", { Data: Buffer.alloc(1_024 * KIB - 1) });
        await context.elapse(2_000);
      }
      const iterator = await context.iterator();
      const { NextShardIterator, Records = [] } = await context.getRecords(iterator);
      await context.elapse(4_000);
      const tooEarly = await outcomeOf(context.getRecords(NextShardIterator));
      await context.elapse(2_000);
      return {
        page: Records.length,
        "after 4 s": tooEarly,
        "after 6 s": await outcomeOf(context.getRecords(NextShardIterator)),
      };
    },
  },
  {
    call: "GetRecords",
    rule: "a second later all of it may be had again",
    source: quotas,
    rates: "aws",
    time: "virtual",
    aws: { writes: [THROTTLED, "accepted"], reads: [THROTTLED, "accepted"] },
    run: async (context) => {
      await context.createStream();
      const write = () => outcomeOf(context.put("", { Data: Buffer.alloc(900 * KIB) }));
      await write();
      const secondWrite = await write();
      const iterator = await context.iterator({ ShardIteratorType: "LATEST" });
      for (let n = 0; n < 5; n++) await context.getRecords(iterator);
      const sixthRead = await outcomeOf(context.getRecords(iterator));
      await context.elapse(1_000);
      return {
        writes: [secondWrite, await write()],
        reads: [sixthRead, await outcomeOf(context.getRecords(iterator))],
      };
    },
  },
];
