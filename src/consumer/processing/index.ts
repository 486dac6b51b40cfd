// From a page of a shard to the user's code, and from what is finished to a checkpoint.

export { FinishedPositions, type FinishingPage, type PositionedPage } from "./finished-positions.ts";
export {
  type Concurrency,
  type Lane,
  type LaneSettling,
  type RecordLanes,
  recordLanes,
  resolveConcurrency,
  Slots,
} from "./record-lanes.ts";
export { type OnRecordFailure, RecordProcessing, type RecordProcessingOptions } from "./record-processing.ts";
export {
  type FailedAttempt,
  type Outcome,
  type RetryContext,
  type RetryPolicy,
  resolveRetryPolicy,
  retryAfter,
  runWithRetries,
} from "./retry-policy.ts";
export type { UnpackedPage } from "./unpacked-page.ts";
