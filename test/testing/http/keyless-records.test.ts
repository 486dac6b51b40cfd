// Records of a stream that distributes them itself come without a partition key, over HTTP as in the process.

import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  PutRecordCommand,
  UpdateStreamRecordDistributionStrategyCommand,
} from "@aws-sdk/client-kinesis";
import { expect, it, onTestFinished } from "vitest";
import { clientFor } from "../../../demo/client.ts";
import { LocalKinesis } from "../../../src/testing/index.ts";

const StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/events";

async function clientOver(door: string): Promise<KinesisClient> {
  const local = new LocalKinesis();
  onTestFinished(() => local.close());
  if (door === "in process") return local.client();
  const { endpoint } = await local.listen();
  const kinesis = clientFor({ endpoint, region: "us-east-1" });
  onTestFinished(() => kinesis.destroy());
  return kinesis;
}

it.each(["in process", "HTTP"])("%s", async (door) => {
  const kinesis = await clientOver(door);
  const StreamModeDetails = { StreamMode: "ON_DEMAND" as const };
  await kinesis.send(new CreateStreamCommand({ StreamName: "events", StreamModeDetails }));
  await kinesis.send(
    new UpdateStreamRecordDistributionStrategyCommand({ StreamARN, RecordDistributionStrategy: "AUTO" }),
  );
  const Data = new TextEncoder().encode("click");
  const { ShardId } = await kinesis.send(new PutRecordCommand({ StreamARN, Data, PartitionKey: undefined }));
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({ StreamARN, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
  );
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  expect(Records.map(({ PartitionKey }) => PartitionKey)).toEqual([undefined]);
  expect(Records.map((record) => Buffer.from(record.Data ?? []).toString())).toEqual(["click"]);
});
