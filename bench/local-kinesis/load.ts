// The load: Kinesis records of 100 B put in batches of 500, and read back from every shard. What came back is counted and
// compared before its time counts.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";

export interface LoadOptions {
  readonly calls: number;
  readonly shards: number;
}

export interface LoadTimes {
  readonly putMs: number;
  readonly readMs: number;
}

const RECORDS_A_CALL = 500;
const RECORD_BYTES = 100;
const PARTITION_KEYS = 1_000;

export async function runLoad(kinesis: KinesisClient, { calls, shards }: LoadOptions): Promise<LoadTimes> {
  const StreamName = `bench-${randomUUID()}`;
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
  await untilActive(kinesis, StreamName);
  const batches = Array.from({ length: calls }, (_, call) => batchOf(call));

  const putAt = performance.now();
  for (const Records of batches) {
    const { FailedRecordCount } = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records were refused`);
  }
  const putMs = performance.now() - putAt;

  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const readAt = performance.now();
  let records = 0;
  let sum = 0;
  for (const { ShardId } of Shards) {
    let { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    let atTip = false;
    while (ShardIterator !== undefined && !atTip) {
      const page: GetRecordsCommandOutput = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
      for (const { Data } of page.Records ?? []) {
        records++;
        sum += Data?.[0] ?? 0;
      }
      ShardIterator = page.NextShardIterator;
      atTip = page.MillisBehindLatest === 0 && (page.Records ?? []).length === 0;
    }
  }
  const readMs = performance.now() - readAt;

  const expected = batches.flat().reduce((total, { Data }) => total + (Data[0] ?? 0), 0);
  if (records !== calls * RECORDS_A_CALL || sum !== expected) {
    throw new Error(`${records} records came back of ${calls * RECORDS_A_CALL}, sum ${sum} instead of ${expected}`);
  }
  await kinesis.send(new DeleteStreamCommand({ StreamName }));
  return { putMs, readMs };
}

function batchOf(call: number): { Data: Uint8Array; PartitionKey: string }[] {
  return Array.from({ length: RECORDS_A_CALL }, (_, index) => ({
    Data: new Uint8Array(RECORD_BYTES).fill((call + index) % 251),
    PartitionKey: `customer-${(call * RECORDS_A_CALL + index) % PARTITION_KEYS}`,
  }));
}

async function untilActive(kinesis: KinesisClient, StreamName: string): Promise<void> {
  while (true) {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === "ACTIVE") return;
    await sleep(20);
  }
}
