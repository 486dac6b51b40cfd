// A process in which a gibibyte of aggregates streams past a slow loop, from a source that never waits, and that prints how
// much memory it held. Run it with --expose-gc.

import { aggregate } from "../../src/codec/index.ts";
import { StreamReader } from "../../src/consumer/index.ts";
import type { KinesisClientLike } from "../../src/kinesis/index.ts";

const MIB = 1_048_576;
const shardIds = Array.from({ length: 16 }, (_, at) => `shardId-${String(at).padStart(12, "0")}`);
/** Of about 50 KiB, as the KPL makes them. */
const [template] = [
  ...aggregate(
    Array.from({ length: 100 }, (_, at) => ({ partitionKey: `key-${at % 50}`, data: new Uint8Array(1_024) })),
    { groupBy: "none" },
  ),
];
const IN_A_MIB = 20;
/** More than a gibibyte of user data: headers and keys take some of it. */
const MOST = 1_150 * IN_A_MIB;

let given = 0;

/** Fresh memory each time, as off a socket: pages of 1 to 10 MiB. */
function page(shardId: string, from: number): object {
  const size = Math.min(IN_A_MIB * (1 + (from % 10)), MOST - given);
  given += size;
  const Records = Array.from({ length: size }, (_, at) => ({
    SequenceNumber: `${1_000_000 + from * 1_000 + at}`,
    PartitionKey: template!.PartitionKey,
    Data: template!.Data.slice(),
    ApproximateArrivalTimestamp: new Date(0),
  }));
  return { Records, NextShardIterator: `${shardId}/${from + 1}`, MillisBehindLatest: given < MOST ? 1_000 : 0 };
}

async function answer(command: object): Promise<object> {
  const { input } = command as { readonly input: { readonly ShardId?: string; readonly ShardIterator?: string } };
  if (input.ShardIterator !== undefined) {
    const [shardId = "", from = "0"] = input.ShardIterator.split("/");
    return page(shardId, Number(from));
  }
  if (input.ShardId !== undefined) return { ShardIterator: `${input.ShardId}/${shardIds.indexOf(input.ShardId)}` };
  const HashKeyRange = { StartingHashKey: "0", EndingHashKey: (2n ** 128n - 1n).toString() };
  const SequenceNumberRange = { StartingSequenceNumber: "0" };
  return { Shards: shardIds.map((ShardId) => ({ ShardId, HashKeyRange, SequenceNumberRange })) };
}

const kinesis: KinesisClientLike = { send: answer };
const collect = (globalThis as { gc?: () => void }).gc!;

function heldBytes(): number {
  collect();
  const { external, heapUsed } = process.memoryUsage();
  return external + heapUsed;
}

const before = heldBytes();
let [batches, dataBytes, mostHeld, mostResident] = [0, 0, 0, 0];
const reader = new StreamReader({
  batchBytes: Number.POSITIVE_INFINITY,
  kinesis,
  streamName: "orders",
  respectReadLimits: false,
});
for await (const { records } of reader) {
  for (const { data } of records) dataBytes += data.length;
  // Time enough for the source to give whatever it is asked for.
  await new Promise((resolve) => setTimeout(resolve, 5));
  mostResident = Math.max(mostResident, process.memoryUsage.rss());
  if (batches++ % 4 === 0) mostHeld = Math.max(mostHeld, heldBytes() - before);
  if (dataBytes >= 1_024 * MIB) break;
}
const [dataMiB, mostHeldMiB, mostResidentMiB] = [dataBytes, mostHeld, mostResident].map((bytes) =>
  Math.round(bytes / MIB),
);
process.stdout.write(JSON.stringify({ dataMiB, mostHeldMiB, mostResidentMiB }));
