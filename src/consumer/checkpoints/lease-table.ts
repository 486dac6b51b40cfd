// The lease table of a KCL application, made as a KCL 3.x wants to find it.

import type { CreateTableInput, TableDescription } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../kinesis/index.ts";
import { type DynamoDBCalls, isNamed } from "./dynamodb-calls.ts";
import { CheckpointTableUnusableError } from "./errors.ts";

/** KCL: DynamoDBLeaseCoordinator waits as long. */
const MOST_WAIT_MS = 600_000;
const POLL_MS = 1_000;

/** @throws `KPL_KIT_CHECKPOINT_TABLE_UNUSABLE`; what the SDK throws */
export async function ensureLeaseTable(
  { createTable, describeTable }: Pick<DynamoDBCalls, "createTable" | "describeTable">,
  tableName: string,
  clock: Clock,
): Promise<void> {
  const endMs = clock.monotonicMs() + MOST_WAIT_MS;
  let isRequested = false;
  for (;;) {
    const table = await unless("ResourceNotFoundException", describeTable({ TableName: tableName }));
    const status = table?.Table?.TableStatus ?? "missing";
    if (status === "ACTIVE" || status === "UPDATING") return checkKey(tableName, table?.Table);
    // Whoever has just made a table may be told for a while that there is none.
    if (status === "missing" && !isRequested) {
      await unless("ResourceInUseException", createTable(leaseTable(tableName))); // another was faster: as good
      isRequested = true;
    }
    const canPass = status === "missing" || status === "CREATING" || status === "DELETING";
    if (!canPass || clock.monotonicMs() >= endMs) {
      throw new CheckpointTableUnusableError(tableName, "not-active", status);
    }
    await clock.sleep(POLL_MS);
  }
}

async function unless<Output>(errorName: string, call: Promise<Output>): Promise<Output | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNamed(error, errorName)) return undefined;
    throw error;
  }
}

function checkKey(tableName: string, { AttributeDefinitions = [], KeySchema = [] }: TableDescription = {}): void {
  const found = KeySchema.map(({ AttributeName: name, KeyType }) => {
    const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    return `${name} (${type}, ${KeyType})`;
  }).join(", ");
  if (found !== "leaseKey (S, HASH)") throw new CheckpointTableUnusableError(tableName, "other-key", found);
}

function leaseTable(tableName: string): CreateTableInput {
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "leaseKey", AttributeType: "S" },
      { AttributeName: "leaseOwner", AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: "leaseKey", KeyType: "HASH" }],
    // A KCL 3.x adds it where it is lacking, and then waits for minutes before it reads.
    GlobalSecondaryIndexes: [
      {
        IndexName: "LeaseOwnerToLeaseKeyIndex",
        KeySchema: [
          { AttributeName: "leaseOwner", KeyType: "HASH" },
          { AttributeName: "leaseKey", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  };
}
