// The rows are the KCL's: what it wrote is read, what we write it can read, and what it knows and we do not stays.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LeaseRowUnreadableError } from "../../../src/consumer/checkpoints/index.ts";
import { codedRejection } from "./coded-rejection.ts";
import { type DynamoDBLab, openDynamoDBLab, type Row } from "./dynamodb-lab.ts";
import { at, LATER, OF_JAVA, SHARD } from "./java-row.ts";

let lab: DynamoDBLab;

beforeAll(async () => {
  lab = await openDynamoDBLab();
});

afterAll(async () => {
  await lab.close();
});

describe("a row that we make", () => {
  it("has what a KCL must find in a lease, and no more", async () => {
    const tableName = lab.newTableName();
    await lab.storeOf(tableName).save("orders", SHARD, { sequenceNumber: "4968", subSequenceNumber: 41 });
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
    await lab.storeOf(tableName).save("orders", SHARD, at("TRIM_HORIZON"));
    expect(await lab.get(tableName, SHARD)).toMatchObject({
      checkpoint: { S: "TRIM_HORIZON" },
      checkpointSubSequenceNumber: { N: "0" },
    });
  });

  it("has the time in an attribute of its own, and loses it with the next checkpoint that has none", async () => {
    const tableName = lab.newTableName();
    const store = lab.storeOf(tableName);
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
    expect(await lab.storeOf(tableName).load("orders")).toEqual(
      new Map([[SHARD, { sequenceNumber: OF_JAVA["checkpoint"]?.S, subSequenceNumber: 49 }]]),
    );
  });

  it.each(["after a load", "without one"])(
    "keeps, after our save, all that is not of the checkpoint: %s",
    async (how) => {
      const tableName = await lab.createTable();
      await lab.put(tableName, { ...OF_JAVA, childShardIds: { SS: ["shardId-000000000009"] }, tsExtra: { S: "kept" } });
      const store = lab.storeOf(tableName);
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
    const store = lab.storeOf(tableName);
    expect((await store.load("orders")).size).toBe(1);
    await store.save("orders", SHARD, at(LATER));
    expect(await lab.get(tableName, SHARD)).not.toHaveProperty("entityType");
  });

  it("without a sub-sequence number stands at 0", async () => {
    const tableName = await lab.createTable();
    const { checkpointSubSequenceNumber: _, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    expect((await lab.storeOf(tableName).load("orders")).get(SHARD)?.subSequenceNumber).toBe(0);
  });

  it("without a counter, which no KCL can read, gets one", async () => {
    const tableName = await lab.createTable();
    const { leaseCounter: _, ownerSwitchesSinceCheckpoint: __, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    await lab.storeOf(tableName).save("orders", SHARD, at(LATER));
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
    const store = lab.storeOf(tableName);
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
    const store = lab.storeOf(tableName);
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
    expect((await codedRejection(lab.storeOf(tableName).load("orders"))).code).toBe("KPL_KIT_LEASE_ROW_UNREADABLE");
  });
});
