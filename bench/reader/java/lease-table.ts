// A lease table with a lease for each shard, as the KCL makes it itself: that takes a new application up to half a minute.

import { CreateTableCommand, DynamoDBClient, PutItemCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { CREDENTIALS, REGION } from "../credentials.ts";
import { SHARDS, shardIdOf } from "../loads.ts";
import { hashKeyRangeOf } from "../shard-content.ts";

export async function makeLeaseTable(endpoint: string, TableName: string): Promise<void> {
  const dynamodb = new DynamoDBClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "leaseKey", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "leaseKey", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });
  for (let shard = 0; shard < SHARDS; shard++) {
    const { end, start } = hashKeyRangeOf(shard);
    const Item = {
      leaseKey: { S: shardIdOf(shard) },
      leaseCounter: { N: "0" },
      ownerSwitchesSinceCheckpoint: { N: "0" },
      checkpoint: { S: "TRIM_HORIZON" },
      checkpointSubSequenceNumber: { N: "0" },
      startingHashKey: { S: String(start) },
      endingHashKey: { S: String(end) },
      entityType: { S: "LEASE" },
    };
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
  }
  dynamodb.destroy();
}
