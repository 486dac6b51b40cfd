// Somebody else at the same row: another reader, a KCL worker, or ourselves a moment ago.

import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheckpointContestedError } from "../../../src/consumer/checkpoints/index.ts";
import { codedRejection } from "./coded-rejection.ts";
import { type DynamoDBLab, openDynamoDBLab } from "./dynamodb-lab.ts";
import { at, LATER, OF_JAVA, SHARD } from "./java-row.ts";

let lab: DynamoDBLab;

beforeAll(async () => {
  lab = await openDynamoDBLab();
});

afterAll(async () => {
  await lab.close();
});

describe("a checkpoint that another has written is never turned back", () => {
  it("before this store has read the row", async () => {
    const tableName = await lab.createTable();
    const { leaseOwner: _, ...row } = OF_JAVA;
    await lab.put(tableName, row);
    const store = lab.storeOf(tableName);
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
    const [one, other] = [lab.storeOf(tableName), lab.storeOf(tableName)];
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
    const [one, other] = [lab.storeOf(tableName), lab.storeOf(tableName)];
    await one.save("orders", SHARD, at(9));
    await other.save("orders", SHARD, at(11));
    expect((await codedRejection(one.save("orders", SHARD, at(9)))).code).toBe("KPL_KIT_CHECKPOINT_CONTESTED");
  });
});

describe("a KCL worker that owns the lease", () => {
  it("and renews it is not fought: each save is contested until the store has loaded anew", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    const store = lab.storeOf(tableName);
    await store.load("orders");
    await lab.renew(tableName, SHARD);
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
    const store = lab.storeOf(tableName);
    await store.load("orders");
    await lab.renew(tableName, SHARD);
    await lab.renew(tableName, SHARD);
    const error = await codedRejection(store.save("orders", SHARD, at(OF_JAVA["checkpoint"]?.S ?? "")));
    expect(error.code).toBe("KPL_KIT_CHECKPOINT_CONTESTED");
  });

  it("is, while the lease is handed over, the old owner", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, { ...OF_JAVA, leaseOwner: { S: "java-2" }, checkpointOwner: { S: "java-1" } });
    const store = lab.storeOf(tableName);
    await store.load("orders");
    await lab.renew(tableName, SHARD);
    const error = await codedRejection(store.save("orders", SHARD, at(LATER)));
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_CONTESTED", leaseOwner: "java-1" });
  });

  it("and is gone stands in our way no longer", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    const store = lab.storeOf(tableName);
    await store.load("orders");
    for (let n = 0; n < 3; n++) await store.save("orders", SHARD, { sequenceNumber: LATER, subSequenceNumber: n });
    expect(await lab.get(tableName, SHARD)).toMatchObject({
      leaseCounter: { N: "15" },
      leaseOwner: { S: "java-1" },
      checkpointSubSequenceNumber: { N: "2" },
    });
  });
});

describe("a write whose answer is lost", () => {
  it.each(["made", "changed"])("and that the SDK sends again has gone through once: a row %s", async (how) => {
    const tableName = await lab.createTable();
    if (how === "changed") await lab.put(tableName, OF_JAVA);
    const dynamodb = lab.between(async (command, send) => {
      if (command instanceof UpdateItemCommand) await send();
      return send();
    });
    const store = lab.storeOf(tableName, { dynamodb });
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
    const dynamodb = lab.between(async (command, send) => {
      const answered = await send();
      if (command instanceof UpdateItemCommand && isLost) throw new Error("socket hang up");
      return answered;
    });
    const store = lab.storeOf(tableName, { dynamodb });
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
    const dynamodb = lab.between(async (command, send) => {
      const answered = await send();
      if (command instanceof GetItemCommand && isFirst) {
        isFirst = false;
        await lab.storeOf(tableName).save("orders", SHARD, at(3));
      }
      return answered;
    });
    const store = lab.storeOf(tableName, { dynamodb });
    await store.save("orders", SHARD, at(4));
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpoint: { S: "4" }, leaseCounter: { N: "1" } });
  });

  it("a row that is deleted is made again", async () => {
    const tableName = lab.newTableName();
    const store = lab.storeOf(tableName);
    await store.save("orders", SHARD, at(3));
    await lab.client.send(new DeleteItemCommand({ TableName: tableName, Key: { leaseKey: { S: SHARD } } }));
    await store.save("orders", SHARD, at(4));
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpoint: { S: "4" }, leaseCounter: { N: "0" } });
  });

  it("a row that is changed each time is given up", async () => {
    const tableName = lab.newTableName();
    await lab.storeOf(tableName).save("orders", SHARD, at(3));
    let reads = 0;
    const dynamodb = lab.between(async (command, send) => {
      const answered = await send();
      if (command instanceof GetItemCommand) {
        reads++;
        await lab.renew(tableName, SHARD);
      }
      return answered;
    });
    const error = await codedRejection(lab.storeOf(tableName, { dynamodb }).save("orders", SHARD, at(4)));
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_CONTESTED", leaseOwner: undefined });
    expect(reads).toBe(10);
  });

  it("a save that is faster than the page of a load is not forgotten", async () => {
    const tableName = await lab.createTable();
    await lab.put(tableName, OF_JAVA);
    let storeFaster: Promise<void> | undefined;
    const dynamodb: DynamoDBClient = lab.between(async (command, send) => {
      const answered = await send();
      if (command instanceof ScanCommand) await (storeFaster ??= store.save("orders", SHARD, at(LATER)));
      return answered;
    });
    const store = lab.storeOf(tableName, { dynamodb });
    await store.load("orders");
    // By the counter of the page, this would look like another's heartbeat.
    await store.save("orders", SHARD, { sequenceNumber: LATER, subSequenceNumber: 1 });
    expect(await lab.get(tableName, SHARD)).toMatchObject({ checkpointSubSequenceNumber: { N: "1" } });
  });
});
