// What most write who have no reader: the AWS SDK's client over HTTP/1.1, one loop a shard, aws-kinesis-agg with its digests.
// No checkpoint, no read limit, no retry but the SDK's.

import { Agent } from "node:http";
import { createRequire } from "node:module";
import { type _Record, GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { CREDENTIALS, REGION } from "../credentials.ts";
import { SHARDS, STREAM, shardIdOf } from "../loads.ts";
import type { Tally } from "../tally.ts";
import type { Place } from "./contender.ts";

interface Deaggregated {
  readonly PartitionKey: string;
  /** base64 */
  readonly Data: string;
}

// Its own types need the AWS SDK v2.
const { deaggregateSync } = createRequire(import.meta.url)("aws-kinesis-agg") as {
  readonly deaggregateSync: (
    record: _Record,
    computeChecksums: boolean,
    onDone: (error: Error | null | undefined, records?: readonly Deaggregated[]) => void,
  ) => void;
};

export async function sdkWithAgg({ endpoint }: Place, tally: Tally): Promise<void> {
  const kinesis = new KinesisClient({
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 50 }) }),
  });
  await Promise.all(Array.from({ length: SHARDS }, (_, shard) => readShard(kinesis, shardIdOf(shard), tally)));
}

async function readShard(kinesis: KinesisClient, ShardId: string, tally: Tally): Promise<void> {
  const start = { StreamName: STREAM, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
  let { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(start));
  while (ShardIterator !== undefined) {
    const page = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
    for (const record of page.Records ?? []) {
      deaggregateSync(record, true, (error, records) => {
        if (!records) throw error ?? new Error("nothing was unpacked");
        for (const { Data, PartitionKey } of records) tally.take(PartitionKey, Data);
      });
    }
    ShardIterator = page.NextShardIterator;
  }
}
