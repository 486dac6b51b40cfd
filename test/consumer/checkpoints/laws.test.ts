// What holds for every checkpoint store: what a reader may rely on wherever its checkpoints are kept.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  DynamoDBCheckpointStore,
  FileCheckpointStore,
  MemoryCheckpointStore,
} from "../../../src/consumer/checkpoints/index.ts";
import { codedRejection } from "./coded-rejection.ts";
import { type DynamoDBLab, hastyClock, openDynamoDBLab } from "./dynamodb-lab.ts";

type CheckpointStore = Pick<MemoryCheckpointStore, "load" | "save">;
type Checkpoint = Parameters<CheckpointStore["save"]>[2];

let lab: DynamoDBLab;
let folder: string;
let files = 0;

beforeAll(async () => {
  lab = await openDynamoDBLab();
  folder = await mkdtemp(join(tmpdir(), "checkpoints-"));
});

afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

/** `again`: as after a restart. What is in memory does not outlive its store. */
interface Opened {
  readonly store: CheckpointStore;
  readonly again: () => CheckpointStore;
}

const stores: readonly { readonly name: string; readonly keepsStreams: boolean; readonly open: () => Opened }[] = [
  {
    name: "MemoryCheckpointStore",
    keepsStreams: true,
    open: () => {
      const store = new MemoryCheckpointStore();
      return { store, again: () => store };
    },
  },
  {
    name: "FileCheckpointStore",
    keepsStreams: true,
    open: () => {
      const path = join(folder, `checkpoints-${++files}.json`);
      return { store: new FileCheckpointStore(path), again: () => new FileCheckpointStore(path) };
    },
  },
  {
    name: "DynamoDBCheckpointStore",
    keepsStreams: false,
    open: () => {
      const options = { dynamodb: lab.client, tableName: lab.newTableName(), clock: hastyClock };
      return { store: new DynamoDBCheckpointStore(options), again: () => new DynamoDBCheckpointStore(options) };
    },
  },
];

const SEQUENCE_NUMBER = "49680427575465428493254121606305859263931746282889019394";
const arrivedAt = new Date("2026-03-01T10:00:00.123Z");

/** An absent sub-sequence number means 0, and a store may say so. */
function normal({ sequenceNumber, subSequenceNumber = 0, timestamp }: Checkpoint): Checkpoint {
  return { sequenceNumber, subSequenceNumber, ...(timestamp && { timestamp: new Date(timestamp) }) };
}

async function loaded(store: CheckpointStore, streamName: string): Promise<Record<string, Checkpoint>> {
  return Object.fromEntries([...(await store.load(streamName))].map(([shardId, at]) => [shardId, normal(at)]));
}

describe.each(stores)("$name", ({ open }) => {
  it("is empty for a stream that nobody has read", async () => {
    expect(await loaded(open().store, "orders")).toEqual({});
  });

  it.each<[string, Checkpoint]>([
    ["a sequence number", { sequenceNumber: SEQUENCE_NUMBER }],
    ["sub-sequence number 0", { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 0 }],
    ["a place inside an aggregate", { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 41 }],
    ["the arrival of the record", { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 41, timestamp: arrivedAt }],
    ["an arrival before 1970", { sequenceNumber: "1", timestamp: new Date(-1) }],
    ["TRIM_HORIZON", { sequenceNumber: "TRIM_HORIZON" }],
    ["LATEST", { sequenceNumber: "LATEST" }],
    ["AT_TIMESTAMP and when", { sequenceNumber: "AT_TIMESTAMP", timestamp: arrivedAt }],
    ["SHARD_END", { sequenceNumber: "SHARD_END" }],
  ])("what is saved is loaded, by this store and by the next: %s", async (_, checkpoint) => {
    const { again, store } = open();
    await store.save("orders", "shardId-000000000000", checkpoint);
    const expected = { "shardId-000000000000": normal(checkpoint) };
    expect(await loaded(store, "orders")).toEqual(expected);
    expect(await loaded(again(), "orders")).toEqual(expected);
  });

  it("the later save wins, and leaves nothing of the one before", async () => {
    const { again, store } = open();
    await store.save("orders", "shardId-0", { sequenceNumber: "9", subSequenceNumber: 3, timestamp: arrivedAt });
    await store.save("orders", "shardId-0", { sequenceNumber: "10" });
    expect(await loaded(again(), "orders")).toEqual({ "shardId-0": { sequenceNumber: "10", subSequenceNumber: 0 } });
  });

  it("a store turns back what it has saved itself, for a replay", async () => {
    const { again, store } = open();
    await store.save("orders", "shardId-0", { sequenceNumber: "10" });
    await store.save("orders", "shardId-0", { sequenceNumber: "TRIM_HORIZON" });
    const expected = { sequenceNumber: "TRIM_HORIZON", subSequenceNumber: 0 };
    expect(await loaded(again(), "orders")).toEqual({ "shardId-0": expected });
  });

  it("other shards stay as they are", async () => {
    const { again, store } = open();
    await store.save("orders", "shardId-0", { sequenceNumber: "1" });
    await store.save("orders", "shardId-1", { sequenceNumber: "2" });
    const next = again();
    await next.load("orders");
    await next.save("orders", "shardId-1", { sequenceNumber: "3" });
    expect(await loaded(again(), "orders")).toEqual({
      "shardId-0": { sequenceNumber: "1", subSequenceNumber: 0 },
      "shardId-1": { sequenceNumber: "3", subSequenceNumber: 0 },
    });
  });

  it("a loaded map is a snapshot, and changing it changes nothing", async () => {
    const { store } = open();
    await store.save("orders", "shardId-0", { sequenceNumber: "1", timestamp: arrivedAt });
    const before = (await store.load("orders")) as Map<string, Checkpoint>;
    await store.save("orders", "shardId-0", { sequenceNumber: "2", timestamp: arrivedAt });
    await store.save("orders", "shardId-1", { sequenceNumber: "3" });
    expect([...before.values()].map(normal)).toEqual([
      { sequenceNumber: "1", subSequenceNumber: 0, timestamp: arrivedAt },
    ]);
    const after = (await store.load("orders")) as Map<string, Checkpoint>;
    after.get("shardId-0")?.timestamp?.setTime(0);
    after.clear();
    expect((await loaded(store, "orders"))["shardId-0"]?.timestamp).toEqual(arrivedAt);
  });

  it("a checkpoint is taken as it is at the call, though its object changes afterwards", async () => {
    const { store } = open();
    const checkpoint = { sequenceNumber: "1", subSequenceNumber: 1, timestamp: new Date(arrivedAt) };
    const saved = store.save("orders", "shardId-0", checkpoint);
    checkpoint.sequenceNumber = "2";
    checkpoint.timestamp.setTime(0);
    await saved;
    const expected = { sequenceNumber: "1", subSequenceNumber: 1, timestamp: arrivedAt };
    expect(await loaded(store, "orders")).toEqual({ "shardId-0": expected });
  });

  it("saves that are not awaited take effect in the order of their calls", async () => {
    const { again, store } = open();
    const shardIds = Array.from({ length: 8 }, (_, at) => `shardId-${at}`);
    const rounds = Array.from({ length: 10 }, (_, at) => String(at + 1));
    await Promise.all(
      rounds.flatMap((sequenceNumber) => shardIds.map((shardId) => store.save("orders", shardId, { sequenceNumber }))),
    );
    const expected = shardIds.map((shardId) => [shardId, { sequenceNumber: "10", subSequenceNumber: 0 }]);
    expect(await loaded(again(), "orders")).toEqual(Object.fromEntries(expected));
  });

  it.each<[string, Checkpoint, string]>([
    ["a sequence number that is none", { sequenceNumber: "0x10" }, "KPL_KIT_INVALID_POSITION"],
    ["an empty sequence number", { sequenceNumber: "" }, "KPL_KIT_INVALID_POSITION"],
    ["a fraction", { sequenceNumber: "1", subSequenceNumber: 0.5 }, "KPL_KIT_INVALID_POSITION"],
    ["a negative sub-sequence number", { sequenceNumber: "1", subSequenceNumber: -1 }, "KPL_KIT_INVALID_POSITION"],
    ["no time", { sequenceNumber: "1", timestamp: new Date(Number.NaN) }, "KPL_KIT_INVALID_POSITION"],
    ["time as a number", { sequenceNumber: "1", timestamp: 1 as never }, "KPL_KIT_INVALID_POSITION"],
  ])("%s is refused at the door, and nothing is stored", async (_, checkpoint, code) => {
    const { again, store } = open();
    expect((await codedRejection(store.save("orders", "shardId-0", checkpoint))).code).toBe(code);
    expect(await loaded(again(), "orders")).toEqual({});
  });

  it.each([
    ["", "shardId-0"],
    ["orders", ""],
    [undefined, "shardId-0"],
    ["orders", 7],
  ] as [string, string][])("stream %j and shard %j are refused", async (streamName, shardId) => {
    const { store } = open();
    const refusal = await codedRejection(store.save(streamName, shardId, { sequenceNumber: "1" }));
    expect(refusal.code).toBe("KPL_KIT_INVALID_OPTION");
    if (shardId === "shardId-0") {
      expect((await codedRejection(store.load(streamName))).code).toBe("KPL_KIT_INVALID_OPTION");
    }
  });

  it("after any history it holds what was saved last, of each shard", async () => {
    const checkpoint = fc.record<Checkpoint>(
      {
        sequenceNumber: fc.oneof(
          fc.bigInt({ min: 0n, max: 2n ** 186n }).map(String),
          fc.constantFrom("AT_TIMESTAMP", "TRIM_HORIZON", "LATEST", "SHARD_END"),
        ),
        subSequenceNumber: fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER), fc.constant(undefined)),
        timestamp: fc.date({ noInvalidDate: true }),
      },
      { requiredKeys: ["sequenceNumber"] },
    );
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ shardId: fc.constantFrom("a", "b", "c"), checkpoint, isAwaited: fc.boolean() }),
      },
      { weight: 1, arbitrary: fc.constant("restart" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { again, store: first } = open();
        let store = first;
        let running: Promise<void>[] = [];
        const model: Record<string, Checkpoint> = {};
        for (const taken of steps) {
          if (taken === "restart") {
            await Promise.all(running);
            running = [];
            store = again();
            expect(await loaded(store, "orders")).toEqual(model);
            continue;
          }
          model[taken.shardId] = normal(taken.checkpoint);
          const saved = store.save("orders", taken.shardId, taken.checkpoint);
          running.push(saved);
          if (taken.isAwaited) await saved;
        }
        await Promise.all(running);
        expect(await loaded(again(), "orders")).toEqual(model);
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(stores.filter(({ keepsStreams }) => keepsStreams))("$name, for any number of streams", ({ open }) => {
  it("other streams stay as they are, whatever they are called", async () => {
    const { again, store } = open();
    const streamNames = ["orders", "orders-2", "__proto__", "constructor", "7"];
    for (const [at, streamName] of streamNames.entries()) {
      await store.save(streamName, "shardId-0", { sequenceNumber: String(at) });
      await store.save(streamName, "__proto__", { sequenceNumber: String(at) });
    }
    for (const [at, streamName] of streamNames.entries()) {
      const checkpoints = await again().load(streamName);
      expect([...checkpoints.keys()].sort(), streamName).toEqual(["__proto__", "shardId-0"]);
      expect(checkpoints.get("__proto__")?.sequenceNumber).toBe(String(at));
    }
    expect(await loaded(store, "toString")).toEqual({});
  });
});
