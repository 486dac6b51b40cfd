// PutRecord and PutRecords: how much a call and a record may hold.

import { PutRecordsCommand, type PutRecordsRequestEntry, UpdateMaxRecordSizeCommand } from "@aws-sdk/client-kinesis";
import { type Context, STREAM } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { quotas, reference } from "../sources.ts";

const MIB = 1_048_576;

function entry(bytes: number, PartitionKey = "a"): PutRecordsRequestEntry {
  return { PartitionKey, Data: Buffer.alloc(bytes) };
}

async function putAll(context: Context, Records: PutRecordsRequestEntry[]): Promise<string> {
  return isRefused(context.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records })));
}

export const putLimits: readonly Scenario[] = [
  {
    call: "PutRecords",
    rule: "a call has 1 to 500 entries",
    source: reference("PutRecords"),
    aws: { 0: "ValidationException", 500: "accepted", 501: "ValidationException" },
    run: async (context) => {
      await context.createStream();
      const put = (length: number) => {
        const Records = Array.from({ length }, () => entry(1));
        return outcomeOf(context.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records })));
      };
      return { 0: await put(0), 500: await put(500), 501: await put(501) };
    },
  },
  {
    call: "PutRecords",
    rule: "a call of 6 MiB is fine: the limit is 10 MiB, and no longer 5 MiB",
    source: reference("PutRecords"),
    transport: "matters",
    aws: "accepted",
    run: async (context) => {
      await context.createStream();
      return putAll(
        context,
        Array.from({ length: 6 }, () => entry(MIB - 1)),
      );
    },
  },
  {
    call: "PutRecords",
    rule: "data and partition keys of a call are 10 MiB at most",
    source: reference("PutRecords"),
    transport: "matters",
    aws: { "10 MiB": "accepted", "10 MiB and a byte": "refused" },
    run: async (context) => {
      await context.createStream();
      const nine = Array.from({ length: 9 }, () => entry(MIB - 1));
      return {
        "10 MiB": await putAll(context, [...nine, entry(MIB - 1)]),
        "10 MiB and a byte": await putAll(context, [...nine, entry(MIB - 2), entry(1)]),
      };
    },
  },
  {
    call: "PutRecord",
    rule: "data and partition key of a record are 1 MiB at most, where the stream's maximum is not raised",
    source: quotas,
    transport: "matters",
    aws: { "1 MiB": "accepted", "1 MiB and a byte": "refused" },
    run: async (context) => {
      await context.createStream();
      return {
        "1 MiB": await isRefused(context.put("", { PartitionKey: "abc", Data: Buffer.alloc(MIB - 3) })),
        "1 MiB and a byte": await isRefused(context.put("", { PartitionKey: "abc", Data: Buffer.alloc(MIB - 2) })),
      };
    },
  },
  {
    call: "PutRecord",
    rule: "a partition key counts with its bytes in UTF-8",
    source: quotas,
    aws: { "1 MiB": "accepted", "1 MiB and a byte": "refused" },
    run: async (context) => {
      await context.createStream();
      const PartitionKey = "ü".repeat(256);
      return {
        "1 MiB": await isRefused(context.put("", { PartitionKey, Data: Buffer.alloc(MIB - 512) })),
        "1 MiB and a byte": await isRefused(context.put("", { PartitionKey, Data: Buffer.alloc(MIB - 511) })),
      };
    },
  },
  {
    call: "PutRecords",
    rule: "one record over the maximum refuses the call: an entry fails by throttling or by an internal failure only",
    source: reference("PutRecordsResultEntry"),
    aws: { outcome: "refused", stored: [] },
    run: async (context) => {
      await context.createStream();
      const outcome = await putAll(context, [entry(1), entry(MIB + 1), entry(1)]);
      return { outcome, stored: await context.read() };
    },
  },
  {
    call: "PutRecord",
    rule: "a partition key has 1 to 256 characters, not bytes",
    source: reference("PutRecord"),
    aws: {
      "": "ValidationException",
      "256 characters": "accepted",
      "256 characters of two bytes": "accepted",
      "257 characters": "ValidationException",
    },
    run: async (context) => {
      await context.createStream();
      return {
        "": await outcomeOf(context.put("x", { PartitionKey: "" })),
        "256 characters": await outcomeOf(context.put("x", { PartitionKey: "k".repeat(256) })),
        "256 characters of two bytes": await outcomeOf(context.put("x", { PartitionKey: "ü".repeat(256) })),
        "257 characters": await outcomeOf(context.put("x", { PartitionKey: "k".repeat(257) })),
      };
    },
  },
  {
    call: "PutRecord",
    rule: "a record may be without data",
    source: reference("PutRecord"),
    aws: [""],
    run: async (context) => {
      await context.createStream();
      await context.put("");
      return context.read();
    },
  },
  {
    call: "UpdateMaxRecordSize",
    rule: "it raises the maximum of a record: 2 MiB are refused before, stored and read back after",
    source: reference("UpdateMaxRecordSize"),
    transport: "matters",
    aws: { before: "refused", after: "accepted", read: [2 * MIB - 1], maximum: 2_048 },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const put = () => isRefused(context.put("", { Data: Buffer.alloc(2 * MIB - 1) }));
      const before = await put();
      await context.kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 2_048 }));
      const { MaxRecordSizeInKiB: maximum } = await context.untilActive();
      const after = await put();
      const pages = await context.pages();
      const read = pages.flatMap(({ Records = [] }) => Records.map(({ Data }) => Data?.length));
      return { before, after, read, maximum };
    },
  },
  {
    call: "UpdateMaxRecordSize",
    rule: "a record may be 10 MiB",
    source: reference("UpdateMaxRecordSize"),
    transport: "matters",
    aws: { outcome: "accepted", read: [10 * MIB - 1] },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      await context.kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 10_240 }));
      await context.untilActive();
      const outcome = await isRefused(context.put("", { Data: Buffer.alloc(10 * MIB - 1) }));
      const pages = await context.pages();
      return { outcome, read: pages.flatMap(({ Records = [] }) => Records.map(({ Data }) => Data?.length)) };
    },
  },
  {
    call: "UpdateMaxRecordSize",
    rule: "the maximum is 1,024 to 10,240 KiB",
    source: reference("UpdateMaxRecordSize"),
    aws: { 1_023: "ValidationException", 10_241: "ValidationException" },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const update = (MaxRecordSizeInKiB: number) =>
        outcomeOf(context.kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB })));
      return { 1_023: await update(1_023), 10_241: await update(10_241) };
    },
  },
];
