// How long a poller leaves a shard alone. KCL: idleTimeBetweenReadsInMillis, 1,500 ms whether or not there is more to
// read: a reader that is behind then fetches at a seventh of the rate that the shard gives.

import { KINESIS_LIMITS } from "../../kinesis/index.ts";

export interface IdleOptions {
  /** At the tip of the shard, in milliseconds. */
  readonly idleTimeBetweenReads: number;
  readonly respectReadLimits: boolean;
}

/** By which a shard's calls last the whole second. */
const LEAST_MS = 1_000 / KINESIS_LIMITS.readCallsPerSecond;

/** Whether there is, or was a moment ago, something to fetch. */
export function isBehind(kinesisRecords: number, millisBehindLatest: number): boolean {
  return kinesisRecords > 0 || millisBehindLatest > 0;
}

/**
 * Milliseconds from the start of one GetRecords to the start of the next.
 * @param readsAtTip in a row, that found nothing and nothing to come; 0 while the reader is behind
 */
export function idleBetweenReads(readsAtTip: number, { idleTimeBetweenReads, respectReadLimits }: IdleOptions): number {
  if (readsAtTip === 0) return respectReadLimits ? LEAST_MS : 0;
  return Math.min(idleTimeBetweenReads, LEAST_MS * 2 ** (readsAtTip - 1));
}
