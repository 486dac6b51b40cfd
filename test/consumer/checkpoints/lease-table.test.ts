// The table and the calls: made once, waited for, asked for no more than is needed; and the client they go through.

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CheckpointTableUnusableError, DynamoDBCheckpointStore } from "../../../src/consumer/checkpoints/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import { codedRejection } from "./coded-rejection.ts";
import { type DynamoDBLab, hastyClock, openDynamoDBLab } from "./dynamodb-lab.ts";
import { at, SHARD } from "./java-row.ts";

let lab: DynamoDBLab;

beforeAll(async () => {
  lab = await openDynamoDBLab();
});

afterAll(async () => {
  await lab.close();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("how much is asked of DynamoDB", () => {
  it("a row is read once, before its first save, and not even then after a load", async () => {
    const tableName = lab.newTableName();
    const commands: string[] = [];
    const dynamodb = lab.between((command, send) => {
      commands.push(command.constructor.name);
      return send();
    });
    const store = lab.storeOf(tableName, { dynamodb });
    for (let n = 1; n <= 3; n++) await store.save("orders", SHARD, at(n));
    const saves = ["UpdateItemCommand", "UpdateItemCommand", "UpdateItemCommand"];
    expect(commands.filter((name) => !name.includes("Table"))).toEqual(["GetItemCommand", ...saves]);
    commands.length = 0;
    const next = lab.storeOf(tableName, { dynamodb });
    await next.load("orders");
    for (let n = 4; n <= 6; n++) await next.save("orders", SHARD, at(n));
    expect(commands).toEqual(["DescribeTableCommand", "ScanCommand", ...saves]);
  });

  it("all pages of the table are read, consistently", async () => {
    const tableName = lab.newTableName();
    const shardIds = Array.from({ length: 7 }, (_, n) => `shardId-${String(n).padStart(12, "0")}`);
    const writer = lab.storeOf(tableName);
    for (const shardId of shardIds) await writer.save("orders", shardId, at(1));
    const inputs: unknown[] = [];
    const dynamodb = lab.between((command, send) => {
      if (command instanceof GetItemCommand || command instanceof ScanCommand)
        inputs.push(command.input.ConsistentRead);
      if (command instanceof ScanCommand) command.input.Limit = 2;
      return send();
    });
    const store = lab.storeOf(tableName, { dynamodb });
    expect([...(await store.load("orders")).keys()].sort()).toEqual(shardIds);
    expect(inputs.length).toBeGreaterThanOrEqual(4);
    await store.save("orders", "shardId-new", at(1));
    expect(new Set(inputs)).toEqual(new Set([true]));
  });
});

describe("the table", () => {
  it("is made as a KCL 3.x wants to find it, its index with it", async () => {
    const tableName = lab.newTableName();
    expect((await lab.storeOf(tableName).load("orders")).size).toBe(0);
    const { Table } = await lab.client.send(new DescribeTableCommand({ TableName: tableName }));
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      KeySchema: [{ AttributeName: "leaseKey", KeyType: "HASH" }],
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
    });
    expect(Table?.AttributeDefinitions).toEqual(
      expect.arrayContaining([
        { AttributeName: "leaseKey", AttributeType: "S" },
        { AttributeName: "leaseOwner", AttributeType: "S" },
      ]),
    );
  });

  it("may be made by two at once", async () => {
    const tableName = lab.newTableName();
    const stores = [lab.storeOf(tableName), lab.storeOf(tableName), lab.storeOf(tableName)];
    await Promise.all(stores.map((store, n) => store.save("orders", `shardId-${n}`, at(n))));
    expect((await lab.storeOf(tableName).load("orders")).size).toBe(3);
  });

  it("is of one stream: a store asked for another one refuses, for both have a shardId-000000000000", async () => {
    const store = lab.storeOf(lab.newTableName());
    await store.load("orders");
    for (const attempt of [() => store.load("payments"), () => store.save("payments", SHARD, at(1))]) {
      const error = await codedRejection(attempt());
      expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_TABLE_TAKEN", retryable: false });
      expect(error.message).toContain("orders");
      expect(error.message).toContain("payments");
    }
    await store.save("orders", SHARD, at(1));
    expect((await store.load("orders")).size).toBe(1);
  });

  it.each([
    ["another name", [{ AttributeName: "id", KeyType: "HASH" as const }], "S" as const],
    ["another type", [{ AttributeName: "leaseKey", KeyType: "HASH" as const }], "N" as const],
  ])("of something else is refused by its key: %s", async (_, KeySchema, AttributeType) => {
    const AttributeDefinitions = [{ AttributeName: KeySchema[0]?.AttributeName, AttributeType }];
    const tableName = await lab.createTable({ KeySchema, AttributeDefinitions });
    const error = await codedRejection(lab.storeOf(tableName).load("orders"));
    expect(error).toBeInstanceOf(CheckpointTableUnusableError);
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_TABLE_UNUSABLE", retryable: false, tableName });
  });
});

/** Answers of a table that is `statuses` long in the making: "missing" where there is none. */
function tableInTheMaking(statuses: readonly string[]): { dynamodb: DynamoDBClient; created: () => number } {
  let described = 0;
  let created = 0;
  const send = async (command: object): Promise<unknown> => {
    if (command instanceof DescribeTableCommand) {
      const TableStatus = statuses[Math.min(described++, statuses.length - 1)];
      if (TableStatus === "missing") throw new ResourceNotFoundException({ message: "no table", $metadata: {} });
      const KeySchema = [{ AttributeName: "leaseKey", KeyType: "HASH" }];
      return {
        Table: { TableStatus, KeySchema, AttributeDefinitions: [{ AttributeName: "leaseKey", AttributeType: "S" }] },
      };
    }
    if (command instanceof CreateTableCommand) {
      created++;
      if (created > 1) throw new ResourceInUseException({ message: "in use", $metadata: {} });
    }
    return {};
  };
  return { dynamodb: { send } as unknown as DynamoDBClient, created: () => created };
}

describe("a table that is not there yet is waited for, a second at a time and ten minutes at most", () => {
  it.each([
    ["made by us", ["missing", "CREATING", "CREATING", "ACTIVE"], 1, 3_000],
    ["made by us, and at first still unknown", ["missing", "missing", "CREATING", "ACTIVE"], 1, 3_000],
    ["made by another", ["CREATING", "ACTIVE"], 0, 1_000],
    ["being deleted, and then made", ["DELETING", "missing", "ACTIVE"], 1, 2_000],
    ["being updated", ["UPDATING"], 0, 0],
  ])("%s", async (_, statuses, creations, waitMs) => {
    const clock = new VirtualClock();
    const { created, dynamodb } = tableInTheMaking(statuses);
    await clock.runUntil(lab.storeOf("orders-app", { clock, dynamodb }).load("orders"));
    expect(clock.monotonicMs()).toBe(waitMs);
    expect(created()).toBe(creations);
    expect(clock.pending).toBe(0);
  });

  it("in vain: told, and looked for again by the next call", async () => {
    const clock = new VirtualClock();
    const statuses = [...Array.from({ length: 601 }, () => "CREATING"), "ACTIVE"];
    const { dynamodb } = tableInTheMaking(statuses);
    const store = lab.storeOf("orders-app", { clock, dynamodb });
    const refused = await Promise.all([
      clock.runUntil(codedRejection(store.load("orders"))),
      codedRejection(store.save("orders", SHARD, at(1))),
    ]);
    for (const error of refused) {
      expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_TABLE_UNUSABLE", retryable: true });
      expect(error.message).toContain("CREATING");
    }
    expect(clock.monotonicMs()).toBe(600_000);
    await store.load("orders");
    expect(clock.monotonicMs()).toBe(600_000);
  });

  it("a state that does not pass by itself is told at once", async () => {
    const clock = new VirtualClock();
    const { dynamodb } = tableInTheMaking(["INACCESSIBLE_ENCRYPTION_CREDENTIALS"]);
    const error = await codedRejection(lab.storeOf("orders-app", { clock, dynamodb }).load("orders"));
    expect(error.message).toContain("INACCESSIBLE_ENCRYPTION_CREDENTIALS");
    expect(clock.monotonicMs()).toBe(0);
  });

  it("what the SDK throws comes through as it is, and the next call asks again", async () => {
    let isDenied = true;
    const dynamodb = lab.between((_, send) =>
      isDenied ? Promise.reject(Object.assign(new Error("denied"), { name: "AccessDeniedException" })) : send(),
    );
    const store = lab.storeOf(lab.newTableName(), { dynamodb });
    await expect(store.load("orders")).rejects.toMatchObject({ name: "AccessDeniedException" });
    isDenied = false;
    expect((await store.load("orders")).size).toBe(0);
  });
});

describe("options", () => {
  it.each<[string, unknown]>([
    ["tableName", undefined],
    ["tableName", "ab"],
    ["tableName", "a".repeat(256)],
    ["tableName", "orders/app"],
    ["tableName", "orders\n"],
    ["dynamodb", null],
    ["dynamodb", {}],
    ["dynamodb", "http://localhost:8000"],
  ])("%s: %j is refused", (option, value) => {
    const options = { tableName: "orders-app", dynamodb: lab.client, [option]: value };
    expect(() => new DynamoDBCheckpointStore(options)).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", message: expect.stringContaining(option) as string }),
    );
  });

  it("without a client, one with the SDK's own defaults is made", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", lab.endpoint);
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "any");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "any");
    const tableName = lab.newTableName();
    const store = new DynamoDBCheckpointStore({ tableName, clock: hastyClock });
    await store.save("orders", SHARD, at(1));
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpoint: { S: "1" } });
  });

  it("without the AWS SDK, the first call says what to install", async () => {
    const folder = await mkdtemp(join(tmpdir(), "checkpoints-alone-"));
    const root = fileURLToPath(new URL("../../..", import.meta.url));
    await build({
      entryPoints: [join(root, "src/consumer/checkpoints/index.ts")],
      outfile: join(folder, "checkpoints.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["@aws-sdk/*", "@smithy/*"],
    });
    const program = `
      import { DynamoDBCheckpointStore, MemoryCheckpointStore } from "./checkpoints.mjs";
      await new MemoryCheckpointStore().load("orders");
      const error = await new DynamoDBCheckpointStore({ tableName: "orders-app" }).load("orders").catch((error) => error);
      console.log(JSON.stringify({ code: error.code, packageName: error.packageName }));
    `;
    await writeFile(join(folder, "program.mjs"), program);
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "program.mjs")], { env });
    await rm(folder, { recursive: true, force: true });
    expect(JSON.parse(stdout)).toEqual({ code: "KPL_KIT_MISSING_PEER", packageName: "@aws-sdk/client-dynamodb" });
  });
});
