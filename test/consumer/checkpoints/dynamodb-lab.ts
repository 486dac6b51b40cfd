// dynalite in this process, with a client, and tables of their own for each test.

import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableInput,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  DynamoDBCheckpointStore,
  type DynamoDBCheckpointStoreOptions,
} from "../../../src/consumer/checkpoints/index.ts";
import { type Clock, systemClock } from "../../../src/kinesis/index.ts";

type Dynalite = (options: { readonly createTableMs: number }) => Server;
const dynalite = createRequire(import.meta.url)("dynalite") as Dynalite;

export type Row = Record<string, AttributeValue>;

/** The machine's, only that nobody waits a second for a table that is there at once. */
export const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal) };

export interface DynamoDBLab {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  newTableName(): string;
  put(tableName: string, row: Row): Promise<void>;
  get(tableName: string, leaseKey: string): Promise<Row | undefined>;
  /** A store on the lab's client. */
  storeOf(tableName: string, options?: Partial<DynamoDBCheckpointStoreOptions>): DynamoDBCheckpointStore;
  /** A client whose calls the test may answer itself. */
  between(answer: (command: object, send: () => Promise<unknown>) => Promise<unknown>): DynamoDBClient;
  /** A worker's heartbeat. */
  renew(tableName: string, leaseKey: string): Promise<void>;
  /** As KCL 2.7.2 makes it, and with any other key. */
  createTable(input?: Partial<CreateTableInput>): Promise<string>;
  close(): Promise<void>;
}

export async function openDynamoDBLab(): Promise<DynamoDBLab> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  let tables = 0;
  const newTableName = (): string => `orders-app-${++tables}`;
  return {
    client,
    endpoint,
    newTableName,
    put: async (TableName, Item) => {
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    get: async (TableName, leaseKey) => {
      const Key = { leaseKey: { S: leaseKey } };
      return (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
    },
    storeOf: (tableName, options) =>
      new DynamoDBCheckpointStore({ dynamodb: client, tableName, clock: hastyClock, ...options }),
    between: (answer) => {
      const send = (command: object): Promise<unknown> =>
        answer(command, () => client.send(command as never) as unknown as Promise<unknown>);
      return { send } as unknown as DynamoDBClient;
    },
    renew: async (TableName, leaseKey) => {
      const UpdateExpression = "ADD leaseCounter :one";
      const ExpressionAttributeValues = { ":one": { N: "1" } };
      const Key = { leaseKey: { S: leaseKey } };
      await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ExpressionAttributeValues }));
    },
    createTable: async (input) => {
      const TableName = newTableName();
      const AttributeDefinitions = [{ AttributeName: "leaseKey", AttributeType: "S" as const }];
      const KeySchema = [{ AttributeName: "leaseKey", KeyType: "HASH" as const }];
      const BillingMode = "PAY_PER_REQUEST";
      await client.send(new CreateTableCommand({ TableName, AttributeDefinitions, BillingMode, KeySchema, ...input }));
      await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.1 }, { TableName });
      return TableName;
    },
    close: async () => {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
