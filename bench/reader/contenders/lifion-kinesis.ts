// lifion-kinesis as fast as it goes: no pause between reads, no checkpoints, all shards its own from the start. It needs
// DynamoDB nevertheless, and verifies no digests.

import { once } from "node:events";
import Kinesis from "lifion-kinesis";
import { CREDENTIALS, REGION } from "../credentials.ts";
import { STREAM } from "../loads.ts";
import type { Tally } from "../tally.ts";
import type { Place } from "./contender.ts";

export async function lifionKinesis({ endpoint, tables }: Place, tally: Tally): Promise<void> {
  const aws = { region: REGION, ...CREDENTIALS };
  const kinesis = new Kinesis({
    ...aws,
    endpoint,
    streamName: STREAM,
    consumerGroup: `bench-${process.pid}`,
    dynamoDb: { ...aws, endpoint: tables, tableName: `lifion-${process.pid}` },
    initialPositionInStream: "TRIM_HORIZON",
    limit: 10_000,
    logger: { error: console.error, warn: console.error },
    pollDelay: 0,
    shouldDeaggregate: true,
    useAutoCheckpoints: false,
    useAutoShardAssignment: false,
  });
  const failed = once(kinesis, "error");
  kinesis.on("data", ({ records }) => {
    for (const { data, partitionKey } of records) tally.take(partitionKey, data);
  });
  await kinesis.startConsumer();
  throw (await failed)[0];
}
