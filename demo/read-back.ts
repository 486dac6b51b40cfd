// A polling reader as the KCL orders it: a shard is read only after its parents were read to their end, so that what a
// key got before a split comes before what it got after. Each shard's aggregates go through the KCL's own rule: one
// user record outside the shard's range, and the whole aggregate is dropped.

import { setTimeout as sleep } from "node:timers/promises";
import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type _Record as KinesisRecord,
  type Shard,
} from "@aws-sdk/client-kinesis";
import { comparePositions, deaggregateAll } from "../src/codec/index.ts";
import { DemoError } from "./errors.ts";
import type { SentRecord } from "./input.ts";
import { lineageOf, nextShard, type ShardLineage } from "./lineage.ts";
import type { StoredEntry } from "./produce.ts";
import type { Stream } from "./stream.ts";

export interface ReadOptions {
  readonly shards: readonly Shard[];
  readonly stored: readonly StoredEntry[];
  /** Others write to the stream too: only what this run stored is looked at, and only from there on. */
  readonly shared: boolean;
  readonly onRead?: (userRecords: number) => void;
}

export interface ReadShard extends ShardLineage {
  readonly kinesisRecords: number;
  readonly userRecords: number;
}

export interface ReadBack {
  /** In the order of reading. */
  readonly records: readonly SentRecord[];
  readonly shards: readonly ReadShard[];
  /** User records that a KCL would have dropped, and those that were no sound aggregate. */
  readonly dropped: number;
  readonly malformed: number;
  /** Kinesis records that lie in the stream again, after an answer that never came. */
  readonly explainedDuplicates: number;
  /** Kinesis records of other writers. */
  readonly foreign: number;
}

// What was acknowledged must turn up; a service that never shows it ends the run instead of hanging it.
const STALL_TIMEOUT_MS = 30_000;
// Five calls a second and shard are allowed.
const EMPTY_PAGE_WAIT_MS = 220;

export async function readBack(stream: Stream, { shards, stored, shared, onRead }: ReadOptions): Promise<ReadBack> {
  const known = new Map(shards.map(lineageOf).map((shard) => [shard.shardId, shard]));
  const whose = new Ownership(stored, shared);
  const records: SentRecord[] = [];
  const done = new Map<string, ReadShard>();
  const counts = { dropped: 0, malformed: 0 };

  for (let shard = nextShard(known, done); shard; shard = nextShard(known, done)) {
    const { hashKeyRange, shardId } = shard;
    const ours = stored.filter((entry) => entry.shardId === shardId).sort(bySequenceNumber);
    let kinesisRecords = 0;
    let userRecords = 0;
    let { closed } = shard;
    // On a stream of others, a shard that this run did not write to holds nothing to look for.
    if (!shared || ours.length > 0) {
      for await (const page of pagesOf(stream, shard, ours, shared)) {
        const own = (page.Records ?? []).filter((record) => whose.isOwn(shardId, record));
        const unpacked = deaggregateAll(own, {
          hashRange: hashKeyRange,
          rangeFilter: "kcl",
          onDropped: (drop) => {
            counts.dropped += drop.userRecords;
          },
        });
        for (const { data, malformed, partitionKey } of unpacked) {
          if (malformed !== undefined) counts.malformed++;
          records.push({ partitionKey: partitionKey ?? "", data });
        }
        kinesisRecords += own.length;
        userRecords += unpacked.length;
        onRead?.(unpacked.length);
        // Split or merged since the list was made.
        closed ||= page.NextShardIterator === undefined;
        // Its children are met here, as a KCL meets them.
        for (const child of (page.ChildShards ?? []).map(lineageOf))
          if (!known.has(child.shardId)) known.set(child.shardId, child);
      }
    }
    done.set(shardId, { ...shard, closed, kinesisRecords, userRecords });
  }
  return {
    records,
    shards: [...done.values()],
    ...counts,
    explainedDuplicates: whose.explainedDuplicates,
    foreign: whose.foreign,
  };
}

/** To a closed shard's end; of an open one, to its tip and at least to the last record stored. */
async function* pagesOf(
  { kinesis, name, signal }: Stream,
  { closed, shardId }: ShardLineage,
  ours: readonly StoredEntry[],
  shared: boolean,
): AsyncGenerator<GetRecordsCommandOutput> {
  const [first, last] = [ours[0], ours.at(-1)];
  const from =
    shared && first
      ? { ShardIteratorType: "AT_SEQUENCE_NUMBER" as const, StartingSequenceNumber: first.sequenceNumber }
      : { ShardIteratorType: "TRIM_HORIZON" as const };
  let iterator = (
    await kinesis.send(new GetShardIteratorCommand({ StreamName: name, ShardId: shardId, ...from }), {
      abortSignal: signal,
    })
  ).ShardIterator;
  let reachedLast = last === undefined;
  let lastProgressAt = performance.now();
  while (iterator) {
    const page: GetRecordsCommandOutput = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }), {
      abortSignal: signal,
    });
    iterator = page.NextShardIterator;
    yield page;
    const tip = page.Records?.at(-1)?.SequenceNumber;
    if (last && tip !== undefined) reachedLast ||= comparePositions({ sequenceNumber: tip }, last) >= 0;
    // At the tip of a closed shard, its end may still be a page away.
    if (!closed && reachedLast && (shared || page.MillisBehindLatest === 0)) return;
    if (tip !== undefined) lastProgressAt = performance.now();
    else await sleep(EMPTY_PAGE_WAIT_MS, undefined, { signal });
    if (performance.now() - lastProgressAt > STALL_TIMEOUT_MS) {
      throw new DemoError(
        "KPL_KIT_DEMO_READ_FAILED",
        `${shardId} shows nothing new for ${STALL_TIMEOUT_MS / 1_000} s, yet a record was stored at ${last?.sequenceNumber ?? "no position"}`,
      );
    }
  }
}

/** Which Kinesis records of a shard are this run's, and which of them come a second time. */
class Ownership {
  readonly #stored: ReadonlySet<string>;
  readonly #sentTwice: readonly StoredEntry[];
  readonly #shared: boolean;
  explainedDuplicates = 0;
  foreign = 0;

  constructor(stored: readonly StoredEntry[], shared: boolean) {
    this.#stored = new Set(stored.map(({ sequenceNumber, shardId }) => `${shardId}/${sequenceNumber}`));
    this.#sentTwice = stored.filter(({ sentTwice }) => sentTwice);
    this.#shared = shared;
  }

  isOwn(shardId: string, { Data, SequenceNumber }: KinesisRecord): boolean {
    if (this.#stored.has(`${shardId}/${SequenceNumber}`)) return true;
    const data = Data ?? new Uint8Array();
    if (this.#sentTwice.some(({ entry }) => Buffer.compare(entry.Data, data) === 0)) {
      this.explainedDuplicates++;
      return false;
    }
    if (this.#shared) this.foreign++;
    // On a stream of its own, what nobody acknowledged still counts: the verdict has to meet it.
    return !this.#shared;
  }
}

function bySequenceNumber(a: StoredEntry, b: StoredEntry): number {
  return comparePositions(a, b);
}
