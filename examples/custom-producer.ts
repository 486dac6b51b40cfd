// A producer of one's own: pack per shard, put, and send again what the service refused.
//
//     npx tsx examples/custom-producer.ts my-stream < records.ndjson     (the partition key is the field "key")
//
// A refused Kinesis record is sent after those that came behind it. Where the order of a key matters, have one Kinesis
// record of a shard under way at a time, as demo/produce.ts does.

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { KinesisClient, ListShardsCommand, PutRecordsCommand, type Shard } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { aggregate, batchEntries, type PackedEntry, ShardMap, type UserRecordInput } from "kpl-kit";

const MAX_ATTEMPTS = 10;

const StreamName = process.argv[2];
if (!StreamName) throw new Error("usage: custom-producer.ts <stream>");
// Keeps its connections; the SDK's own default opens one a request.
const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler() });

async function loadShardMap(): Promise<ShardMap> {
  const shards: Shard[] = [];
  let NextToken: string | undefined;
  do {
    const page = await kinesis.send(new ListShardsCommand(NextToken ? { NextToken } : { StreamName }));
    shards.push(...(page.Shards ?? []));
    ({ NextToken } = page);
  } while (NextToken);
  return ShardMap.from(shards);
}

/** What the service did not store. */
async function put(entries: readonly PackedEntry[]): Promise<PackedEntry[]> {
  const refused: PackedEntry[] = [];
  for (const batch of batchEntries(entries)) {
    const { Records = [] } = await kinesis.send(new PutRecordsCommand({ StreamName, Records: batch.Records }));
    // The answer's entries stand where the call's stood.
    refused.push(...batch.entries.filter((_, index) => Records[index]?.SequenceNumber === undefined));
  }
  return refused;
}

function userRecordsIn(entries: readonly PackedEntry[]): number {
  return entries.reduce((sum, { userRecordCount }) => sum + userRecordCount, 0);
}

async function putAll(records: readonly UserRecordInput[]): Promise<void> {
  let waiting = aggregate(records, { groupBy: await loadShardMap() });
  console.log(`${records.length} user records in ${waiting.length} Kinesis records`);
  for (let attempt = 1; ; attempt++) {
    waiting = await put(waiting);
    if (waiting.length === 0) return;
    const lost = `${waiting.length} Kinesis records with ${userRecordsIn(waiting)} user records`;
    if (attempt === MAX_ATTEMPTS) throw new Error(`${lost} refused ${MAX_ATTEMPTS} times`);
    console.log(`sending again: ${lost}`);
    // Full jitter: anywhere up to the doubled bound, so that refused producers don't come back together.
    await sleep(Math.random() * Math.min(5_000, 50 * 2 ** attempt));
  }
}

const records: UserRecordInput[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  records.push({ partitionKey: String((JSON.parse(line) as { key: unknown }).key), data: line });
}
await putAll(records);
console.log("all stored");
