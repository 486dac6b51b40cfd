// What the dice say of one life of a reader: its options, the code of its user, and its end.

import type { Random } from "../../fuzz/random.ts";
import type { KitForm, LifeEnd } from "../kit-log.ts";

export interface LifePlan {
  readonly form: KitForm;
  readonly fanOut: boolean;
  readonly per: "shard" | "partitionKey";
  readonly limit: number;
  readonly maxRecords: number;
  readonly idleTimeBetweenReads: number;
  readonly respectReadLimits: boolean;
  readonly prefetch: { readonly maxBytes?: number; readonly maxRecords?: number };
  readonly checkpointInterval: number;
  readonly shutdownTimeout: number;
  readonly retry: { readonly attempts: number; readonly baseMs: number; readonly capMs: number };
  readonly onFailure: "stop" | "skip" | "divert";
  readonly initialPosition: "TRIM_HORIZON" | Date;
  /** How often a batch is checkpointed, and a record in the middle of one; 0 never. */
  readonly checkpointsPerMille: { readonly batch: number; readonly record: number };
  /** A record takes so long at most. */
  readonly workMs: number;
  readonly throwsPerMille: number;
  /** Of `shards()`: shards that are left in their middle, or never iterated. */
  readonly leavesPerMille: number;
  readonly end: Exclude<LifeEnd["how"], "by itself">;
}

const ENDS = ["stop", "abort", "break", "crash"] as const;

export function stormyLife(random: Random): LifePlan {
  return {
    ...calmLife(random),
    limit: random.pick([1, 2, 8, Number.POSITIVE_INFINITY]),
    maxRecords: random.pick([1, 3, 10, 10_000]),
    idleTimeBetweenReads: random.pick([200, 1_500]),
    respectReadLimits: !random.once(4),
    prefetch: random.pick([{}, { maxBytes: 1 }, { maxBytes: 5_000 }, { maxRecords: 1 }, { maxRecords: 20 }]),
    checkpointInterval: random.pick([0, 100, 5_000]),
    shutdownTimeout: random.pick([0, 300, 5_000, 30_000]),
    checkpointsPerMille: random.pick([
      { batch: 1_000, record: 0 },
      { batch: 0, record: 300 },
      { batch: 500, record: 100 },
      { batch: 30, record: 5 },
      { batch: 0, record: 0 },
    ]),
    workMs: random.pick([0, 20, 200, 2_000]),
    throwsPerMille: random.pick([0, 0, 5, 50]),
    leavesPerMille: random.pick([0, 0, 20, 200]),
    end: random.pick(ENDS),
  };
}

/** Whether it may go on when the storm is over: it does not dawdle, leaves nothing out, and leaves room for others. */
export function mayOutliveStorm(plan: LifePlan): boolean {
  const { fanOut, idleTimeBetweenReads, leavesPerMille, maxRecords, respectReadLimits, workMs } = plan;
  const isFair = fanOut || (maxRecords > 10 && respectReadLimits && idleTimeBetweenReads > 1_000);
  return leavesPerMille === 0 && workMs < 200 && isFair;
}

/** It can catch up, and nothing of its user's stands in its way. */
export function calmLife(random: Random): LifePlan {
  return {
    form: random.pick(["loop", "shards", "processor", "record"]),
    fanOut: random.once(2),
    per: random.pick(["shard", "partitionKey"]),
    limit: random.pick([8, Number.POSITIVE_INFINITY]),
    maxRecords: random.pick([20, 10_000]),
    // A shard's five calls a second are for all who poll it.
    idleTimeBetweenReads: 1_500,
    respectReadLimits: true,
    prefetch: {},
    checkpointInterval: random.pick([100, 5_000]),
    shutdownTimeout: 30_000,
    retry: { attempts: random.pick([1, 2, 5]), baseMs: 50, capMs: 1_000 },
    onFailure: random.pick(["stop", "skip", "divert"]),
    // Long before the first record: it is stored, and read from the beginning.
    initialPosition: random.pick(["TRIM_HORIZON", new Date(Date.UTC(2020, 0, 1))]),
    checkpointsPerMille: { batch: 1_000, record: 50 },
    workMs: random.pick([0, 5]),
    throwsPerMille: 0,
    leavesPerMille: 0,
    end: random.pick(["stop", "abort", "break"]),
  };
}
