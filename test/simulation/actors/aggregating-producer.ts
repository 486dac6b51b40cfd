// Packs user records with kpl-kit and puts them until each is acknowledged. At least once: after an answer that never
// came, an entry is sent again.

import { type KinesisClient, PutRecordsCommand, type PutRecordsCommandOutput } from "@aws-sdk/client-kinesis";
import {
  aggregate,
  batchEntries,
  type GroupBy,
  type PackedEntry,
  ShardMap,
  type UserRecordInput,
} from "../../../src/codec/index.ts";
import type { Random } from "../../fuzz/random.ts";
import { explained } from "../explained.ts";
import type { World } from "../world.ts";

export interface ProducerRole {
  readonly name: string;
  readonly streamName: string;
  /** It sends new records until then; what it has sent it sees through. */
  readonly untilMs: number;
  /** @defaultValue "partitionKey" */
  readonly groupBy?: "partitionKey" | "shard";
}

/** A shard map is as old as that at most. */
const SHARD_MAP_MS = 10_000;

/** Integer-like ones among them: an object as key table would sort those. */
const KEYS = ["a", "b", "10", "9", "order-1", "order-2", "order-3", "__proto__", "ключ", "k".repeat(256)];

export async function produce(
  world: World,
  { groupBy = "partitionKey", name, streamName, untilMs }: ProducerRole,
): Promise<void> {
  const { clock, ledger } = world;
  const grouping = groupBy === "shard" ? shardMaps(world, streamName) : (): GroupBy => "partitionKey";
  const random = world.randomFor(name);
  const client = world.client(name);
  const puts: Promise<void>[] = [];
  let made = 0;
  while (clock.monotonicMs() < untilMs) {
    const records = Array.from({ length: 1 + random.int(random.once(20) ? 100 : 8) }, () =>
      userRecord(random, `${name} ${++made} `),
    );
    const entries = aggregate(records, { groupBy: grouping(), maxSize: 4_096 });
    for (const { Data: data, ExplicitHashKey: explicitHashKey, PartitionKey: partitionKey } of entries)
      ledger.sent({ partitionKey, explicitHashKey, data });
    for (const { entries: call } of batchEntries(entries, { maxCount: 1 + random.int(40) }))
      puts.push(world.start(() => putAll(world, client, streamName, call, random)));
    await clock.sleep(20 + random.int(1_500));
  }
  await Promise.all(puts);
  client.destroy();
  world.log(name, `is done: ${made} user records`);
}

/** Not by ListShards: that has its own faults, and here only its age counts. */
function shardMaps({ clock, kinesis }: World, streamName: string): () => GroupBy {
  let map: ShardMap | undefined;
  let madeMs = 0;
  return () => {
    if (map && clock.monotonicMs() - madeMs < SHARD_MAP_MS) return map;
    madeMs = clock.monotonicMs();
    const { shards } = kinesis.snapshot().find((stream) => stream.streamName === streamName)!; // it is never deleted
    const open = shards.filter(({ closedAt }) => closedAt === undefined);
    map = ShardMap.from(
      open.map(({ hashKeyRange: { end, start }, shardId }) => ({
        ShardId: shardId,
        HashKeyRange: { StartingHashKey: start.toString(), EndingHashKey: end.toString() },
      })),
    );
    return map;
  };
}

function userRecord(random: Random, id: string): UserRecordInput {
  return { partitionKey: random.pick(KEYS), data: id.padEnd(random.int(random.once(10) ? 3_000 : 100), ".") };
}

async function putAll(
  world: World,
  client: KinesisClient,
  StreamName: string,
  entries: readonly PackedEntry[],
  random: Random,
): Promise<void> {
  let left = entries;
  for (let tries = 1; ; tries++) {
    const Records = left.map(({ Data, ExplicitHashKey, PartitionKey }) => ({ Data, ExplicitHashKey, PartitionKey }));
    const answer = await client.send(new PutRecordsCommand({ StreamName, Records })).catch(explained);
    if (typeof answer !== "string") left = left.filter((entry, index) => !isAcknowledged(world, entry, answer, index));
    if (left.length === 0) return;
    await world.clock.sleep(Math.min(100 * 2 ** tries, 2_000) + random.int(100));
  }
}

function isAcknowledged(
  { ledger }: World,
  { Data: data, ExplicitHashKey: explicitHashKey, PartitionKey: partitionKey }: PackedEntry,
  answer: PutRecordsCommandOutput,
  index: number,
): boolean {
  const { SequenceNumber: sequenceNumber, ShardId: shardId } = answer.Records?.[index] ?? {};
  // No position, no proof.
  if (sequenceNumber === undefined || shardId === undefined) return false;
  ledger.acknowledged({ partitionKey, explicitHashKey, data, shardId, sequenceNumber });
  return true;
}
