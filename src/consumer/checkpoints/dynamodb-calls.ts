// DynamoDB through the AWS SDK: an optional peer, loaded on first use.

import { createRequire } from "node:module";
import type {
  CreateTableInput,
  CreateTableOutput,
  DescribeTableInput,
  DescribeTableOutput,
  DynamoDBClient,
  GetItemInput,
  GetItemOutput,
  ScanInput,
  ScanOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from "@aws-sdk/client-dynamodb";
import { MissingPeerError } from "../../kinesis/index.ts";

type Sdk = typeof import("@aws-sdk/client-dynamodb");
type Call<Input, Output> = (input: Input) => Promise<Output>;

export interface DynamoDBCalls {
  readonly createTable: Call<CreateTableInput, CreateTableOutput>;
  readonly describeTable: Call<DescribeTableInput, DescribeTableOutput>;
  readonly getItem: Call<GetItemInput, GetItemOutput>;
  readonly scan: Call<ScanInput, ScanOutput>;
  readonly updateItem: Call<UpdateItemInput, UpdateItemOutput>;
}

const CLIENT = "@aws-sdk/client-dynamodb";
const require: NodeJS.Require = createRequire(import.meta.url);
let loaded: Sdk | undefined;

/** @throws `KPL_KIT_MISSING_PEER` */
function loadSdk(): Sdk {
  try {
    loaded ??= require(CLIENT) as Sdk;
    return loaded;
  } catch (error) {
    // Anything else, a package missing inside the SDK among it, is not cured by installing it.
    const isMissing = error instanceof Error && error.message.startsWith(`Cannot find module '${CLIENT}'`);
    throw isMissing ? new MissingPeerError(CLIENT, error) : error;
  }
}

/**
 * Without a client: one with the SDK's own defaults, made by the first call.
 * @throws `KPL_KIT_MISSING_PEER` from a call, where the AWS SDK is not installed
 */
export function dynamoDBCalls(given: DynamoDBClient | undefined): DynamoDBCalls {
  let client = given;
  const dynamodb = (): DynamoDBClient => (client ??= new (loadSdk().DynamoDBClient)({}));
  return {
    createTable: async (input) => dynamodb().send(new (loadSdk().CreateTableCommand)(input)),
    describeTable: async (input) => dynamodb().send(new (loadSdk().DescribeTableCommand)(input)),
    getItem: async (input) => dynamodb().send(new (loadSdk().GetItemCommand)(input)),
    scan: async (input) => dynamodb().send(new (loadSdk().ScanCommand)(input)),
    updateItem: async (input) => dynamodb().send(new (loadSdk().UpdateItemCommand)(input)),
  };
}

/** By name: two copies of the SDK have two classes. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
