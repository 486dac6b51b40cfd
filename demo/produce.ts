// Puts Kinesis records so that the order per partition key survives partial failures. PutRecords promises no order
// inside a call, and an entry resent after its successors has lost its place. So each shard has a lane, a call carries
// the head of each lane, and an entry leaves its lane only when the service has stored it.

import type { PutRecordsCommandOutput } from "@aws-sdk/client-kinesis";
import { batchEntries, type PackedEntry, type ShardMap } from "../src/codec/index.ts";
import { DemoError } from "./errors.ts";

type PutRecordsEntries = ReturnType<typeof batchEntries>[number]["Records"];

export interface ProduceOptions {
  readonly put: (records: PutRecordsEntries) => Promise<PutRecordsCommandOutput>;
  readonly shardMap: ShardMap;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 <= random() < 1 */
  readonly random: () => number;
  readonly onStored?: (entry: PackedEntry) => void;
}

export interface StoredEntry {
  readonly entry: PackedEntry;
  readonly predictedShardId: string | undefined;
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Sent again after an answer that was lost or that refused it: it may lie in the stream twice. */
  readonly sentTwice: boolean;
}

export interface Produced {
  readonly stored: readonly StoredEntry[];
  readonly calls: number;
  /** Kinesis records that a call refused, and the user records in them. */
  readonly resent: number;
  readonly resentUserRecords: number;
}

const BACKOFF_FLOOR_MS = 50;
const BACKOFF_CEILING_MS = 2_000;
const MAX_REFUSALS = 20;

/** Full jitter: anywhere between nothing and the doubled bound, so that two producers don't return together. */
export function backoffMs(refusals: number, random: () => number): number {
  return random() * Math.min(BACKOFF_CEILING_MS, BACKOFF_FLOOR_MS * 2 ** refusals);
}

interface Waiting {
  readonly entry: PackedEntry;
  readonly predictedShardId: string | undefined;
  refusals: number;
}

export async function produce(entries: Iterable<PackedEntry>, options: ProduceOptions): Promise<Produced> {
  const { put, shardMap, sleep, random, onStored } = options;
  const lanes = new Map<string | undefined, Waiting[]>();
  for (const entry of entries) {
    const predictedShardId = shardMap.shardFor(BigInt(entry.ExplicitHashKey))?.shardId;
    const lane = lanes.get(predictedShardId);
    const waiting = { entry, predictedShardId, refusals: 0 };
    if (lane) lane.push(waiting);
    else lanes.set(predictedShardId, [waiting]);
  }

  const stored: StoredEntry[] = [];
  const produced = { calls: 0, resent: 0, resentUserRecords: 0 };
  for (let heads = headsOf(lanes); heads.length > 0; heads = headsOf(lanes)) {
    const waitingOf = new Map(heads.map((waiting) => [waiting.entry, waiting]));
    let refusals = 0;
    for (const { entries: sent, Records } of batchEntries(waitingOf.keys())) {
      const answer = await put(Records);
      produced.calls++;
      for (const [index, entry] of sent.entries()) {
        const waiting = waitingOf.get(entry)!; // every batch is cut from its keys
        const { predictedShardId } = waiting;
        const { ErrorCode, ErrorMessage, SequenceNumber, ShardId } = answer.Records?.[index] ?? {};
        if (ShardId !== undefined && SequenceNumber !== undefined) {
          lanes.get(predictedShardId)?.shift();
          // The SDK repeats a call whose answer it never saw.
          const sentTwice = waiting.refusals > 0 || (answer.$metadata.attempts ?? 1) > 1;
          stored.push({ entry, predictedShardId, shardId: ShardId, sequenceNumber: SequenceNumber, sentTwice });
          onStored?.(entry);
          continue;
        }
        waiting.refusals++;
        const passes =
          ErrorCode === "ProvisionedThroughputExceededException" ||
          ErrorCode === "InternalFailure" ||
          ErrorCode === undefined;
        if (!passes || waiting.refusals > MAX_REFUSALS) {
          throw new DemoError(
            "KPL_KIT_DEMO_PUT_FAILED",
            `a Kinesis record of ${entry.userRecordCount} user records for ${predictedShardId ?? "an unknown shard"} was refused ` +
              `${waiting.refusals} times: ${ErrorCode ?? "no position in the answer"} ${ErrorMessage ?? ""}`.trimEnd(),
          );
        }
        refusals = Math.max(refusals, waiting.refusals);
        produced.resent++;
        produced.resentUserRecords += entry.userRecordCount;
      }
    }
    if (refusals > 0) await sleep(backoffMs(refusals, random));
  }
  return { stored, ...produced };
}

function headsOf(lanes: ReadonlyMap<string | undefined, readonly Waiting[]>): Waiting[] {
  return [...lanes.values()].flatMap((lane) => lane.slice(0, 1));
}
