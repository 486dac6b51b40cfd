// Reads back through the package's own reader what the run has put. Each shard's aggregates go through the KCL's own rule:
// one user record outside the shard's range, and the whole aggregate is dropped.

import type { UserRecord } from "../src/codec/index.ts";
import { type ConsumerEvent, StreamReader, type StreamReaderOptions } from "../src/consumer/index.ts";
import { type Clock, systemClock } from "../src/kinesis/index.ts";
import { DemoError } from "./errors.ts";
import { lineageOf } from "./lineage.ts";
import { type KinesisRecord, Ownership } from "./ownership.ts";
import type { StoredEntry } from "./produce.ts";
import { ReadEnd } from "./read-end.ts";
import { listShards, type Stream } from "./stream.ts";
import { type ReadBack, Tally } from "./tally.ts";

export type Retrieval = NonNullable<StreamReaderOptions["retrieval"]>;

export interface ReadOptions {
  readonly stored: readonly StoredEntry[];
  readonly retrieval: Retrieval;
  /** Others write to the stream too: only what this run stored is looked at. */
  readonly shared: boolean;
  /** On a shared stream, nothing older is asked for. */
  readonly begunAt: Date;
  readonly onRead?: (userRecords: number) => void;
  /** @defaultValue `systemClock` */
  readonly clock?: Clock;
}

// What was acknowledged must turn up; a service that never shows it ends the run instead of hanging it.
const STALL_TIMEOUT_MS = 30_000;
// At the tip there is nothing to wait for but the end.
const IDLE_MS = 220;
// The service's clock says when a record came, ours when the run began.
const CLOCK_SKEW_MS = 60_000;

export async function readBack(stream: Stream, options: ReadOptions): Promise<ReadBack> {
  const { begunAt, clock = systemClock, onRead, retrieval, shared, stored } = options;
  const end = new ReadEnd(stored, shared);
  const tally = new Tally(new Ownership(stored, shared));
  const over = new AbortController();

  let cancel: () => void = () => undefined;
  const goOn = (isNews: boolean): void => {
    if (end.isReached) over.abort();
    else if (isNews) {
      cancel();
      cancel = clock.timer(STALL_TIMEOUT_MS, () => over.abort(stalled(end)));
    }
  };
  const onEvent = (event: ConsumerEvent): void => {
    // What the stop itself brings about.
    if (over.signal.aborted) return;
    if (event.type === "records-dropped") {
      const { sequenceNumber = "", shardId, userRecords } = event;
      tally.drop({ shardId, sequenceNumber }, userRecords);
      end.meetDropped(shardId, sequenceNumber);
    }
    goOn(end.note(event));
  };

  const reader = new StreamReader({
    kinesis: stream.kinesis,
    streamName: stream.name,
    retrieval,
    ...(shared ? { initialPosition: new Date(begunAt.getTime() - CLOCK_SKEW_MS) } : {}),
    idleTimeBetweenReads: IDLE_MS,
    rangeFilter: "kcl",
    onEvent,
    clock,
    signal: AbortSignal.any([stream.signal, over.signal]),
  });
  try {
    for await (const { records, shardId } of reader) {
      for (const record of kinesisRecordsOf(shardId, records)) {
        const own = tally.add(record);
        if (own > 0) onRead?.(own);
        end.meet(shardId, record.sequenceNumber);
      }
      if (!over.signal.aborted) goOn(true);
    }
  } finally {
    cancel();
  }
  stream.signal.throwIfAborted();
  const { reason } = over.signal as { reason: unknown };
  if (reason instanceof DemoError) throw reason;
  return tally.of((await listShards(stream)).map(lineageOf));
}

function stalled({ awaited }: ReadEnd): DemoError {
  const waited = `nothing new for ${STALL_TIMEOUT_MS / 1_000} s`;
  return new DemoError(
    "KPL_KIT_DEMO_READ_FAILED",
    awaited
      ? `${awaited.shardId} shows ${waited}, yet a record was stored at ${awaited.sequenceNumber}`
      : `the stream shows ${waited}, and not that this is all`,
  );
}

/** A reader hands over user records; those of one Kinesis record share its sequence number, and follow each other. */
function kinesisRecordsOf(shardId: string, userRecords: readonly UserRecord[]): KinesisRecord[] {
  const groups = new Map<string, UserRecord[]>();
  for (const record of userRecords) {
    const { sequenceNumber = "" } = record;
    const group = groups.get(sequenceNumber);
    if (group) group.push(record);
    else groups.set(sequenceNumber, [record]);
  }
  return [...groups].map(([sequenceNumber, members]) => ({ shardId, sequenceNumber, userRecords: members }));
}
