// One life of a reader of a whole stream: parents before children, however each shard is read. What it has checkpointed it
// will not ask for again; what it has only delivered comes once more to its next life.

import { type _Record, type ChildShard, type KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import type { Random } from "../../fuzz/random.ts";
import type { Checkpoints } from "../checkpoints.ts";
import { explained } from "../explained.ts";
import { type ReaderLog, userRecordsOf } from "../reader-log.ts";
import type { World } from "../world.ts";

export interface ReaderLife {
  readonly world: World;
  readonly client: KinesisClient;
  readonly streamName: string;
  readonly log: ReaderLog;
  readonly checkpoints: Checkpoints;
  /** 1 for the first. */
  readonly life: number;
  readonly random: Random;
  /** Aborted when it is to end. */
  readonly signal: AbortSignal;
}

/** Reads a shard from its checkpoint; gives its children at its end, or undefined when the reader's life is over. */
export type ReadShard = (reader: ReaderLife, shardId: string) => Promise<readonly ChildShard[] | undefined>;

export async function readStream(reader: ReaderLife, readShard: ReadShard): Promise<void> {
  const { checkpoints, life, log, signal, world } = reader;
  world.log(log.name, `begins life ${life}`);
  await listShards(reader);
  const reading = new Map<string, Promise<void>>();
  const readAll = (): void => {
    if (signal.aborted) return;
    for (const shardId of checkpoints.readable) {
      if (!reading.has(shardId))
        reading.set(
          shardId,
          world.start(() => readToEnd(shardId)),
        );
    }
  };
  const readToEnd = async (shardId: string): Promise<void> => {
    world.log(log.name, `starts ${shardId} after ${checkpoints.of(shardId) ?? "nothing"}`);
    log.add({ type: "started", life, shardId });
    const children = await readShard(reader, shardId);
    if (!children) return;
    world.log(log.name, `ends ${shardId}`);
    log.add({ type: "ended", life, shardId });
    checkpoints.end(
      shardId,
      children.map(({ ParentShards = [], ShardId = "" }) => ({ shardId: ShardId, parents: ParentShards })),
    );
    readAll();
  };
  readAll();
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await Promise.all(reading.values());
  world.log(log.name, `ends life ${life}`);
}

/** Hands over user records, and sometimes writes down how far it has come. */
export function deliver(
  { checkpoints, life, log, random, world }: ReaderLife,
  shardId: string,
  records: readonly _Record[],
): void {
  for (const record of records) {
    for (const userRecord of userRecordsOf(shardId, record)) log.add({ type: "delivered", life, ...userRecord });
  }
  const last = records.at(-1)?.SequenceNumber;
  if (last === undefined) return;
  world.log(log.name, `got ${shardId} ${records[0]?.SequenceNumber}..${last}`);
  if (random.once(2)) checkpoints.save(shardId, last);
}

/** Waits after what went wrong. False when the reader's life is over. */
export async function pause({ random, signal, world }: ReaderLife, ms: number): Promise<boolean> {
  await world.clock.sleep(ms + random.int(200), signal).catch(() => undefined);
  return !signal.aborted;
}

async function listShards(reader: ReaderLife): Promise<void> {
  const { checkpoints, client, signal, streamName: StreamName } = reader;
  do {
    const answer = await client.send(new ListShardsCommand({ StreamName }), { abortSignal: signal }).catch(explained);
    if (typeof answer === "string") continue;
    const { Shards = [] } = answer;
    const listed = new Set(Shards.map(({ ShardId }) => ShardId));
    for (const { AdjacentParentShardId, ParentShardId, ShardId = "" } of Shards) {
      // One that is not listed has been trimmed away, with all its records.
      const parents = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined && listed.has(id));
      checkpoints.add({ shardId: ShardId, parents: parents as string[] });
    }
    return;
  } while (await pause(reader, 500));
}
