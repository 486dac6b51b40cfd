// PutRecord and PutRecords: which shard a record goes to, and which number it gets.

import { PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { hashKeyOf } from "../../../src/codec/index.ts";
import { type Context, STREAM, shardNumber } from "../context.ts";
import { outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { addingData, reference, silent } from "../sources.ts";

const QUARTER = 2n ** 126n;
const LAST_HASH_KEY = (2n ** 128n - 1n).toString();
const KEYS = [
  ...["a", "b", "c", "d", "0", "order-7", " ", "x".repeat(256), "__proto__"],
  ...["ü", "é", "e\u0301", "ß", "日本語", "ключ", "🐘", "👩‍👩‍👧", "\u0000", "\uffff", "𝄞".repeat(8)],
];

async function shardOf(context: Context, ExplicitHashKey: string): Promise<number> {
  return shardNumber((await context.put("x", { ExplicitHashKey })).ShardId);
}

export const putRouting: readonly Scenario[] = [
  {
    call: "PutRecord",
    rule: "the MD5 of the partition key in UTF-8 decides the shard, whatever the key's characters",
    source: reference("PutRecord"),
    aws: { put: KEYS.length / 2, elsewhere: [] },
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      const elsewhere: string[] = [];
      // The other half is among those of PutRecords.
      const keys = KEYS.filter((_, at) => at % 2 === 0);
      for (const PartitionKey of keys) {
        const { ShardId } = await context.put("x", { PartitionKey });
        if (shardNumber(ShardId) !== Number(hashKeyOf(PartitionKey) / QUARTER)) elsewhere.push(PartitionKey);
      }
      return { put: keys.length, elsewhere };
    },
  },
  {
    call: "PutRecords",
    rule: "each entry goes by its own key, and the answers stand in the order of the entries",
    source: reference("PutRecords"),
    aws: { failed: 0, answers: KEYS.length, elsewhere: [] },
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      const Records = KEYS.map((PartitionKey) => ({ PartitionKey, Data: Buffer.from("x") }));
      const answer = await context.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records }));
      const shards = (answer.Records ?? []).map(({ ShardId }) => shardNumber(ShardId));
      const elsewhere = KEYS.filter((key, at) => shards[at] !== Number(hashKeyOf(key) / QUARTER));
      return { failed: answer.FailedRecordCount, answers: shards.length, elsewhere };
    },
  },
  {
    call: "PutRecord",
    rule: "an explicit hash key decides instead of the partition key: 0, both ends of each range, 2^128-1",
    source: reference("PutRecord"),
    aws: [0, 0, 1, 1, 2, 2, 3, 3],
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      const ends = (await context.shards()).flatMap(({ HashKeyRange }) => [
        HashKeyRange?.StartingHashKey ?? "",
        HashKeyRange?.EndingHashKey ?? "",
      ]);
      const shards: number[] = [];
      for (const hashKey of ends) shards.push(await shardOf(context, hashKey));
      return shards;
    },
  },
  {
    call: "PutRecord",
    rule: "an explicit hash key is 0 to 2^128-1",
    source: reference("HashKeyRange"),
    aws: { "2^128-1": "accepted", "2^128": "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream();
      return {
        "2^128-1": await outcomeOf(context.put("x", { ExplicitHashKey: LAST_HASH_KEY })),
        "2^128": await outcomeOf(context.put("x", { ExplicitHashKey: (2n ** 128n).toString() })),
      };
    },
  },
  {
    call: "PutRecord",
    rule: "an explicit hash key is a number in decimal digits without a leading zero, sign or space",
    source: reference("PutRecord"),
    aws: {
      "01": "ValidationException",
      "-1": "ValidationException",
      "+1": "ValidationException",
      " 1": "ValidationException",
      "0x10": "ValidationException",
      "1e3": "ValidationException",
      "": "ValidationException",
      [`1${"0".repeat(39)}`]: "ValidationException",
    },
    run: async (context) => {
      await context.createStream();
      const bad = ["01", "-1", "+1", " 1", "0x10", "1e3", "", `1${"0".repeat(39)}`];
      const outcomes: [string, string][] = [];
      for (const ExplicitHashKey of bad) {
        outcomes.push([ExplicitHashKey, await outcomeOf(context.put("x", { ExplicitHashKey }))]);
      }
      return Object.fromEntries(outcomes);
    },
  },
  {
    call: "PutRecords",
    rule: "one bad explicit hash key refuses the call, and nothing of it is stored",
    source: reference("PutRecordsResultEntry"),
    aws: { "01": "ValidationException", "2^128": "InvalidArgumentException", stored: [] },
    run: async (context) => {
      await context.createStream();
      const put = (ExplicitHashKey: string) => {
        const good = { PartitionKey: "a", Data: Buffer.from("good") };
        const Records = [good, { ...good, ExplicitHashKey }, good];
        return outcomeOf(context.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records })));
      };
      return { "01": await put("01"), "2^128": await put((2n ** 128n).toString()), stored: await context.read() };
    },
  },
  {
    call: "PutRecord",
    rule: "a stream that does not exist is not found",
    source: reference("PutRecord"),
    aws: { PutRecord: "ResourceNotFoundException", PutRecords: "ResourceNotFoundException" },
    run: async (context) => {
      const Records = [{ PartitionKey: "a", Data: Buffer.from("x") }];
      return {
        PutRecord: await outcomeOf(context.put("x")),
        PutRecords: await outcomeOf(context.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records }))),
      };
    },
  },
  {
    call: "PutRecord",
    rule: "sequence numbers of a shard grow with every record",
    source: reference("PutRecord"),
    aws: { grows: true, read: true },
    run: async (context) => {
      await context.createStream();
      const given = await context.putAll(...Array.from({ length: 6 }, (_, n) => `record ${n}`));
      const read = (await context.pages()).flatMap(({ Records = [] }) =>
        Records.map((record) => record.SequenceNumber),
      );
      return {
        grows: given.every((number, at) => at === 0 || BigInt(number) > BigInt(given[at - 1] ?? 0)),
        read: read.join() === given.join(),
      };
    },
  },
  {
    call: "PutRecords",
    rule: "every record of a stream has a sequence number of its own",
    source: reference("PutRecords"),
    aws: { records: 100, numbers: 100 },
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      const Records = Array.from({ length: 100 }, (_, n) => ({ PartitionKey: `key-${n}`, Data: Buffer.from(`${n}`) }));
      const answer = await context.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records }));
      const numbers = new Set((answer.Records ?? []).map(({ SequenceNumber }) => SequenceNumber));
      return { records: answer.Records?.length, numbers: numbers.size };
    },
  },
  {
    call: "PutRecord",
    rule: "a sequence number is above the shard's StartingSequenceNumber",
    source: reference("SequenceNumberRange"),
    aws: true,
    run: async (context) => {
      await context.createStream();
      const { SequenceNumber = "0" } = await context.put("first");
      const [shard] = await context.shards();
      return BigInt(SequenceNumber) > BigInt(shard?.SequenceNumberRange?.StartingSequenceNumber ?? 0);
    },
  },
  {
    call: "PutRecord",
    rule: "a sequence number has 56 decimal digits and begins with 49",
    source: silent("every number that the guides show"),
    aws: true,
    run: async (context) => {
      await context.createStream();
      return /^49\d{54}$/.test((await context.put("x")).SequenceNumber ?? "");
    },
  },
  {
    call: "PutRecord",
    rule: "calls that come together are all answered, and each record is stored once",
    source: silent("every producer"),
    transport: "matters",
    aws: { answers: 15, stored: 15 },
    run: async (context) => {
      await context.createStream();
      const answers = await Promise.all(Array.from({ length: 15 }, (_, n) => context.put(`${n}`)));
      const stored = new Set(await context.read());
      return { answers: answers.filter(({ SequenceNumber }) => SequenceNumber).length, stored: stored.size };
    },
  },
  {
    call: "PutRecord",
    rule: "SequenceNumberForOrdering gives a greater number than that",
    source: addingData,
    aws: true,
    run: async (context) => {
      await context.createStream();
      const { SequenceNumber: first = "0" } = await context.put("first");
      const second = await context.put("second", { SequenceNumberForOrdering: first });
      return BigInt(second.SequenceNumber ?? 0) > BigInt(first);
    },
  },
  {
    call: "PutRecord",
    rule: "SequenceNumberForOrdering is a number",
    source: reference("PutRecord"),
    aws: "ValidationException",
    run: async (context) => {
      await context.createStream();
      return outcomeOf(
        context.kinesis.send(
          new PutRecordCommand({
            StreamName: STREAM,
            PartitionKey: "a",
            Data: Buffer.from("x"),
            SequenceNumberForOrdering: "first",
          }),
        ),
      );
    },
  },
];
