// The rows are the KCL's: what it wrote is read, what we write it can read, and what it knows and we do not stays.

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
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  CheckpointContestedError,
  CheckpointTableUnusableError,
  DynamoDBCheckpointStore,
  type DynamoDBCheckpointStoreOptions,
  LeaseRowUnreadableError,
} from "../../../src/consumer/checkpoints/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import { codedRejection } from "./coded-rejection.ts";
import { type DynamoDBLab, hastyClock, openDynamoDBLab, type Row } from "./dynamodb-lab.ts";

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

const storeOf = (tableName: string, options?: Partial<DynamoDBCheckpointStoreOptions>): DynamoDBCheckpointStore =>
  new DynamoDBCheckpointStore({ dynamodb: lab.client, tableName, clock: hastyClock, ...options });

const SHARD = "shardId-000000000000";
const at = (sequenceNumber: number | string): { sequenceNumber: string } => ({
  sequenceNumber: String(sequenceNumber),
});

/** Of KCL 3.5.1, in its own words: a lease that it owns, with a prepared checkpoint. */
const OF_JAVA: Row = {
  checkpoint: { S: "49680427575465428493254121606305859263931746282889019394" },
  checkpointSubSequenceNumber: { N: "49" },
  endingHashKey: { S: "170141183460469231731687303715884105726" },
  entityType: { S: "LEASE" },
  leaseCounter: { N: "12" },
  leaseKey: { S: SHARD },
  leaseOwner: { S: "java-1" },
  ownerSwitchesSinceCheckpoint: { N: "1" },
  parentShardId: { SS: ["shardId-000000000007", "shardId-000000000008"] },
  pendingCheckpoint: { S: "49680427575465428493254121606305859263931746282889019394" },
  pendingCheckpointState: { B: new TextEncoder().encode("resume-state") },
  pendingCheckpointSubSequenceNumber: { N: "77" },
  startingHashKey: { S: "0" },
  throughputKBps: { N: "0.064558" },
};
/** Its last record's successor. */
const LATER = "49680427575465428493254121606305859263931746282889019395";

/** A worker's heartbeat. */
async function renew(tableName: string): Promise<void> {
  await lab.client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { leaseKey: { S: SHARD } },
      UpdateExpression: "ADD leaseCounter :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    }),
  );
}

describe("a row that we make", () => {
  it("has what a KCL must find in a lease, and no more", async () => {
    const tableName = lab.newTableName();
    await storeOf(tableName).save("orders", SHARD, { sequenceNumber: "4968", subSequenceNumber: 41 });
    expect(await lab.get(tableName, SHARD)).toEqual({
      checkpoint: { S: "4968" },
      checkpointSubSequenceNumber: { N: "41" },
      entityType: { S: "LEASE" },
      leaseCounter: { N: "0" },
      leaseKey: { S: SHARD },
      ownerSwitchesSinceCheckpoint: { N: "0" },
    });
  });

  it("has sub-sequence number 0 where there is none: Java reads a number", async () => {
    const tableName = lab.newTableName();
    await storeOf(tableName).save("orders", SHARD, at("TRIM_HORIZON"));
    expect(await lab.get(tableName, SHARD)).toMatchObject({
      checkpoint: { S: "TRIM_HORIZON" },
      checkpointSubSequenceNumber: { N: "0" },
    });
  });

  it("has the time in an attribute of its own, and loses it with the next checkpoint that has none", async () => {
    const tableName = lab.newTableName();
    const store = storeOf(tableName);
    const timestamp = new Date(1_795_260_267_457);
    await store.save("orders", SHARD, { sequenceNumber: "AT_TIMESTAMP", timestamp });
    expect(await lab.get(tableName, SHARD)).toMatchObject({
      checkpoint: { S: "AT_TIMESTAMP" },
      checkpointTimestamp: { N: "1795260267457" },
    });
    await store.save("orders", SHARD, at(5));
    expect(await lab.get(tableName, SHARD)).toEqual({
      checkpoint: { S: "5" },
      checkpointSubSequenceNumber: { N: "0" },
      entityType: { S: "LEASE" },
      leaseCounter: { N: "1" },
      leaseKey: { S: SHARD },
      ownerSwitchesSinceCheckpoint: { N: "0" },
    });
  });
});

describe("a row that Java made", () => {
  it("is read", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    expect(await storeOf(tableName).load("orders")).toEqual(
      new Map([[SHARD, { sequenceNumber: OF_JAVA["checkpoint"]?.S, subSequenceNumber: 49 }]]),
    );
  });

  it.each(["after a load", "without one"])(
    "keeps, after our save, all that is not of the checkpoint: %s",
    async (how) => {
      const tableName = await lab.createTable();
      await lab.put(tableName, { ...OF_JAVA, childShardIds: { SS: ["shardId-000000000009"] }, tsExtra: { S: "kept" } });
      const store = storeOf(tableName);
      if (how === "after a load") await store.load("orders");
      const timestamp = new Date(1_795_260_267_457);
      await store.save("orders", SHARD, { sequenceNumber: LATER, subSequenceNumber: 3, timestamp });
      const {
        pendingCheckpoint: _,
        pendingCheckpointState: __,
        pendingCheckpointSubSequenceNumber: ___,
        ...kept
      } = OF_JAVA;
      expect(await lab.get(tableName, SHARD)).toEqual({
        ...kept,
        checkpoint: { S: LATER },
        checkpointSubSequenceNumber: { N: "3" },
        checkpointTimestamp: { N: "1795260267457" },
        childShardIds: { SS: ["shardId-000000000009"] },
        leaseCounter: { N: "13" },
        ownerSwitchesSinceCheckpoint: { N: "0" },
        tsExtra: { S: "kept" },
      });
    },
  );

  it("from before 3.5 has no entityType, and gets none", async () => {
    const tableName = await lab.createTable();
    const { entityType: _, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    const store = storeOf(tableName);
    expect((await store.load("orders")).size).toBe(1);
    await store.save("orders", SHARD, at(LATER));
    expect(await lab.get(tableName, SHARD)).not.toHaveProperty("entityType");
  });

  it("without a sub-sequence number stands at 0", async () => {
    const tableName = await lab.createTable();
    const { checkpointSubSequenceNumber: _, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    expect((await storeOf(tableName).load("orders")).get(SHARD)?.subSequenceNumber).toBe(0);
  });

  it("without a counter, which no KCL can read, gets one", async () => {
    const tableName = await lab.createTable();
    const { leaseCounter: _, ownerSwitchesSinceCheckpoint: __, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    await storeOf(tableName).save("orders", SHARD, at(LATER));
    expect(await lab.get(tableName, SHARD)).toMatchObject({
      leaseCounter: { N: "1" },
      ownerSwitchesSinceCheckpoint: { N: "0" },
    });
  });

  it.each<[string, Row]>([
    ["a leader's lock", { entityType: { S: "LEADER" }, leaseKey: { S: "Leader" }, leaseDuration: { S: "6000" } }],
    [
      "the migration's state",
      {
        entityType: { S: "CLIENT_VERSION_MIGRATION" },
        leaseKey: { S: "Migration3.0" },
        cv: { S: "CLIENT_VERSION_3X" },
      },
    ],
    [
      "a worker's metrics",
      { entityType: { S: "WORKER_METRIC_STATS" }, leaseKey: { S: "java-1" }, lut: { N: "1795260283" }, opr: { M: {} } },
    ],
    ["one of another kind that has a checkpoint", { ...OF_JAVA, entityType: { S: "STREAM" } }],
    ["one that has nothing of a lease", { leaseKey: { S: SHARD }, note: { S: "mine" } }],
  ])("of another kind is no checkpoint: %s", async (_, row) => {
    const tableName = await lab.createTable();
    await lab.put(tableName, row);
    await lab.put(tableName, { ...OF_JAVA, leaseKey: { S: "shardId-000000000001" } });
    const store = storeOf(tableName);
    expect([...(await store.load("orders")).keys()]).toEqual(["shardId-000000000001"]);
    const leaseKey = row["leaseKey"]?.S ?? "";
    const error = await codedRejection(store.save("orders", leaseKey, at(LATER)));
    expect(error).toMatchObject({ code: "KPL_KIT_LEASE_ROW_UNREADABLE", leaseKey, tableName });
    expect(await lab.get(tableName, leaseKey)).toEqual(row);
  });

  it.each<[string, Row]>([
    ["no checkpoint", { checkpoint: { NULL: true } }],
    ["a checkpoint of another type", { checkpoint: { N: "17" } }],
    ["a checkpoint that is none", { checkpoint: { S: "YESTERDAY" } }],
    ["a sub-sequence number of another type", { checkpointSubSequenceNumber: { S: "1" } }],
    ["a sub-sequence number that is no count", { checkpointSubSequenceNumber: { N: "0.5" } }],
    ["a time of another type", { checkpointTimestamp: { S: "noon" } }],
    ["several streams in its table", { streamName: { S: "123456789012:orders:1795260267" } }],
  ])("that cannot be read is told, never taken for a shard that nobody has read: %s", async (_, wrong) => {
    const tableName = await lab.createTable();
    await lab.put(tableName, { ...OF_JAVA, ...wrong });
    const store = storeOf(tableName);
    for (const attempt of [() => store.load("orders"), () => store.save("orders", SHARD, at(LATER))]) {
      const error = await codedRejection(attempt());
      expect(error).toBeInstanceOf(LeaseRowUnreadableError);
      expect(error).toMatchObject({ code: "KPL_KIT_LEASE_ROW_UNREADABLE", retryable: false, leaseKey: SHARD });
      expect(error.message).toContain(`row ${SHARD} of ${tableName}`);
    }
    expect(await lab.get(tableName, SHARD)).toEqual({ ...OF_JAVA, ...wrong });
  });

  it("a lease without any checkpoint is told as well", async () => {
    const tableName = await lab.createTable();
    const { checkpoint: _, entityType: __, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    expect((await codedRejection(storeOf(tableName).load("orders"))).code).toBe("KPL_KIT_LEASE_ROW_UNREADABLE");
  });
});

describe("a checkpoint that another has written is never turned back", () => {
  it("before this store has read the row", async () => {
    const tableName = await lab.createTable();
    const { leaseOwner: _, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    const store = storeOf(tableName);
    const wanted = { sequenceNumber: row["checkpoint"]?.S ?? "", subSequenceNumber: 48 };
    const error = await codedRejection(store.save("orders", SHARD, wanted));
    expect(error).toBeInstanceOf(CheckpointContestedError);
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_CONTESTED", retryable: false, shardId: SHARD });
    expect(error.message).toContain(`${row["checkpoint"]?.S}/49`);
    expect(await lab.get(tableName, SHARD)).toEqual(row);
    await store.save("orders", SHARD, { ...wanted, subSequenceNumber: 50 });
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpointSubSequenceNumber: { N: "50" } });
  });

  it("and neither since: a reader that is behind another one is told so, and writes once it is ahead", async () => {
    const tableName = lab.newTableName();
    const [one, other] = [storeOf(tableName), storeOf(tableName)];
    await one.save("orders", SHARD, at(9));
    await other.save("orders", SHARD, at(11));
    const error = await codedRejection(one.save("orders", SHARD, at(10)));
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_CONTESTED", leaseOwner: undefined });
    expect(error.message).toContain("another reader, who has it at 11/0: 10/0 is not stored");
    await one.save("orders", SHARD, at(12));
    expect((await other.load("orders")).get(SHARD)?.sequenceNumber).toBe("12");
  });

  it("though this store has saved the same place before", async () => {
    const tableName = lab.newTableName();
    const [one, other] = [storeOf(tableName), storeOf(tableName)];
    await one.save("orders", SHARD, at(9));
    await other.save("orders", SHARD, at(11));
    expect((await codedRejection(one.save("orders", SHARD, at(9)))).code).toBe("KPL_KIT_CHECKPOINT_CONTESTED");
  });
});

describe("a KCL worker that owns the lease", () => {
  it("and renews it is not fought: each save is contested until the store has loaded anew", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    const store = storeOf(tableName);
    await store.load("orders");
    await renew(tableName);
    for (let tries = 0; tries < 3; tries++) {
      const error = await codedRejection(store.save("orders", SHARD, at(LATER)));
      expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_CONTESTED", leaseOwner: "java-1", shardId: SHARD });
      expect(error.message).toContain("is written by java-1");
    }
    expect(await lab.get(tableName, SHARD)).toEqual({ ...OF_JAVA, leaseCounter: { N: "13" } });
    await store.load("orders");
    await store.save("orders", SHARD, at(LATER));
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpoint: { S: LATER }, leaseCounter: { N: "14" } });
  });

  it("and has renewed it is not fought for the same place either", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, { ...OF_JAVA, checkpointSubSequenceNumber: { N: "0" } });
    const store = storeOf(tableName);
    await store.load("orders");
    await renew(tableName);
    await renew(tableName);
    const error = await codedRejection(store.save("orders", SHARD, at(OF_JAVA["checkpoint"]?.S ?? "")));
    expect(error.code).toBe("KPL_KIT_CHECKPOINT_CONTESTED");
  });

  it("is, while the lease is handed over, the old owner", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, { ...OF_JAVA, leaseOwner: { S: "java-2" }, checkpointOwner: { S: "java-1" } });
    const store = storeOf(tableName);
    await store.load("orders");
    await renew(tableName);
    const error = await codedRejection(store.save("orders", SHARD, at(LATER)));
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_CONTESTED", leaseOwner: "java-1" });
  });

  it("and is gone stands in our way no longer", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    const store = storeOf(tableName);
    await store.load("orders");
    for (let n = 0; n < 3; n++) await store.save("orders", SHARD, { sequenceNumber: LATER, subSequenceNumber: n });
    expect(await lab.get(tableName, SHARD)).toMatchObject({
      leaseCounter: { N: "15" },
      leaseOwner: { S: "java-1" },
      checkpointSubSequenceNumber: { N: "2" },
    });
  });
});

/** A client whose calls the test may answer itself. */
function between(answer: (command: object, send: () => Promise<unknown>) => Promise<unknown>): DynamoDBClient {
  const send = (command: object): Promise<unknown> =>
    answer(command, () => lab.client.send(command as never) as unknown as Promise<unknown>);
  return { send } as unknown as DynamoDBClient;
}

describe("a write whose answer is lost", () => {
  it.each(["made", "changed"])("and that the SDK sends again has gone through once: a row %s", async (how) => {
    const tableName = await lab.createTable();
    if (how === "changed") await lab.put(tableName, OF_JAVA);
    const dynamodb = between(async (command, send) => {
      if (command instanceof UpdateItemCommand) await send();
      return send();
    });
    const store = storeOf(tableName, { dynamodb });
    await store.load("orders");
    await store.save("orders", SHARD, at(LATER));
    const leaseCounter = { N: how === "changed" ? "13" : "0" };
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpoint: { S: LATER }, leaseCounter });
    await store.save("orders", SHARD, { sequenceNumber: LATER, subSequenceNumber: 1 });
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpointSubSequenceNumber: { N: "1" } });
  });

  it("and that fails is no sign of another: the next save goes through, under an old owner's name too", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    let isLost = true;
    const dynamodb = between(async (command, send) => {
      const answered = await send();
      if (command instanceof UpdateItemCommand && isLost) throw new Error("socket hang up");
      return answered;
    });
    const store = storeOf(tableName, { dynamodb });
    await store.load("orders");
    await expect(store.save("orders", SHARD, at(LATER))).rejects.toThrow("socket hang up");
    isLost = false;
    await store.save("orders", SHARD, { sequenceNumber: LATER, subSequenceNumber: 7 });
    expect(await lab.get(tableName, SHARD)).toMatchObject({
      checkpointSubSequenceNumber: { N: "7" },
      leaseCounter: { N: "14" },
    });
  });
});

describe("what changes between our reading and our writing", () => {
  it("a row that another makes first is judged as any other", async () => {
    const tableName = await lab.createTable();
    let isFirst = true;
    const dynamodb = between(async (command, send) => {
      const answered = await send();
      if (command instanceof GetItemCommand && isFirst) {
        isFirst = false;
        await storeOf(tableName).save("orders", SHARD, at(3));
      }
      return answered;
    });
    const store = storeOf(tableName, { dynamodb });
    await store.save("orders", SHARD, at(4));
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpoint: { S: "4" }, leaseCounter: { N: "1" } });
  });

  it("a row that is deleted is made again", async () => {
    const tableName = lab.newTableName();
    const store = storeOf(tableName);
    await store.save("orders", SHARD, at(3));
    const { DeleteItemCommand } = await import("@aws-sdk/client-dynamodb");
    await lab.client.send(new DeleteItemCommand({ TableName: tableName, Key: { leaseKey: { S: SHARD } } }));
    await store.save("orders", SHARD, at(4));
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpoint: { S: "4" }, leaseCounter: { N: "0" } });
  });

  it("a row that is changed each time is given up", async () => {
    const tableName = lab.newTableName();
    await storeOf(tableName).save("orders", SHARD, at(3));
    let reads = 0;
    const dynamodb = between(async (command, send) => {
      const answered = await send();
      if (command instanceof GetItemCommand) {
        reads++;
        await renew(tableName);
      }
      return answered;
    });
    const error = await codedRejection(storeOf(tableName, { dynamodb }).save("orders", SHARD, at(4)));
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_CONTESTED", leaseOwner: undefined });
    expect(reads).toBe(10);
  });

  it("a save that is faster than the page of a load is not forgotten", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    let storeFaster: Promise<void> | undefined;
    const dynamodb: DynamoDBClient = between(async (command, send) => {
      const answered = await send();
      if (command instanceof ScanCommand) await (storeFaster ??= store.save("orders", SHARD, at(LATER)));
      return answered;
    });
    const store = storeOf(tableName, { dynamodb });
    await store.load("orders");
    // By the counter of the page, this would look like another's heartbeat.
    await store.save("orders", SHARD, { sequenceNumber: LATER, subSequenceNumber: 1 });
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpointSubSequenceNumber: { N: "1" } });
  });
});

describe("how much is asked of DynamoDB", () => {
  it("a row is read once, before its first save, and not even then after a load", async () => {
    const tableName = lab.newTableName();
    const commands: string[] = [];
    const dynamodb = between((command, send) => {
      commands.push(command.constructor.name);
      return send();
    });
    const store = storeOf(tableName, { dynamodb });
    for (let n = 1; n <= 3; n++) await store.save("orders", SHARD, at(n));
    const saves = ["UpdateItemCommand", "UpdateItemCommand", "UpdateItemCommand"];
    expect(commands.filter((name) => !name.includes("Table"))).toEqual(["GetItemCommand", ...saves]);
    commands.length = 0;
    const next = storeOf(tableName, { dynamodb });
    await next.load("orders");
    for (let n = 4; n <= 6; n++) await next.save("orders", SHARD, at(n));
    expect(commands).toEqual(["DescribeTableCommand", "ScanCommand", ...saves]);
  });

  it("all pages of the table are read, consistently", async () => {
    const tableName = lab.newTableName();
    const shardIds = Array.from({ length: 7 }, (_, n) => `shardId-${String(n).padStart(12, "0")}`);
    const writer = storeOf(tableName);
    for (const shardId of shardIds) await writer.save("orders", shardId, at(1));
    const inputs: unknown[] = [];
    const dynamodb = between((command, send) => {
      if (command instanceof GetItemCommand || command instanceof ScanCommand)
        inputs.push(command.input.ConsistentRead);
      if (command instanceof ScanCommand) command.input.Limit = 2;
      return send();
    });
    const store = storeOf(tableName, { dynamodb });
    expect([...(await store.load("orders")).keys()].sort()).toEqual(shardIds);
    expect(inputs.length).toBeGreaterThanOrEqual(4);
    await store.save("orders", "shardId-new", at(1));
    expect(new Set(inputs)).toEqual(new Set([true]));
  });
});

describe("the table", () => {
  it("is made as a KCL 3.x wants to find it, its index with it", async () => {
    const tableName = lab.newTableName();
    expect((await storeOf(tableName).load("orders")).size).toBe(0);
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
    const stores = [storeOf(tableName), storeOf(tableName), storeOf(tableName)];
    await Promise.all(stores.map((store, n) => store.save("orders", `shardId-${n}`, at(n))));
    expect((await storeOf(tableName).load("orders")).size).toBe(3);
  });

  it("is of one stream: a store asked for another one refuses, for both have a shardId-000000000000", async () => {
    const store = storeOf(lab.newTableName());
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
    const error = await codedRejection(storeOf(tableName).load("orders"));
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
    await clock.runUntil(storeOf("orders-app", { clock, dynamodb }).load("orders"));
    expect(clock.monotonicMs()).toBe(waitMs);
    expect(created()).toBe(creations);
    expect(clock.pending).toBe(0);
  });

  it("in vain: told, and looked for again by the next call", async () => {
    const clock = new VirtualClock();
    const statuses = [...Array.from({ length: 601 }, () => "CREATING"), "ACTIVE"];
    const { dynamodb } = tableInTheMaking(statuses);
    const store = storeOf("orders-app", { clock, dynamodb });
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
    const error = await codedRejection(storeOf("orders-app", { clock, dynamodb }).load("orders"));
    expect(error.message).toContain("INACCESSIBLE_ENCRYPTION_CREDENTIALS");
    expect(clock.monotonicMs()).toBe(0);
  });

  it("what the SDK throws comes through as it is, and the next call asks again", async () => {
    let isDenied = true;
    const dynamodb = between((_, send) =>
      isDenied ? Promise.reject(Object.assign(new Error("denied"), { name: "AccessDeniedException" })) : send(),
    );
    const store = storeOf(lab.newTableName(), { dynamodb });
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
