// Reads all of a stream, aggregated or not, from its oldest record to its tip. ListShards names parents before their
// children, so a key's records come in order across a split.
//
//     npx tsx examples/polling-reader.ts my-stream

import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { deaggregateAll } from "kpl-kit";

const StreamName = process.argv[2];
const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler() });
const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
for (const { ShardId } of Shards) {
  const start = new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" });
  let { ShardIterator } = await kinesis.send(start);
  while (ShardIterator) {
    const page = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    for (const record of deaggregateAll(page.Records ?? [])) console.log(record.partitionKey, record.text());
    ShardIterator = page.MillisBehindLatest === 0 ? undefined : page.NextShardIterator;
  }
}
