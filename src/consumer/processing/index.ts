// A page -> user records -> the user's code -> what is finished -> checkpoints.

export { type Batch, SHARD_END } from "./batch.ts";
export { BatchExchange } from "./batch-exchange.ts";
export { BatchWatch } from "./batch-watch.ts";
export { Checkpointer } from "./checkpointer.ts";
export { DigestsAhead } from "./digests-ahead.ts";
export { FinishedPositions, type FinishingPage } from "./finished-positions.ts";
export { LoopDelivery, type LoopDeliveryOptions } from "./loop-delivery.ts";
export { pageParts } from "./page-parts.ts";
export { ProcessorDelivery, type ShardProcessor } from "./processor-delivery.ts";
export { RecordDelivery } from "./record-delivery.ts";
export { type Concurrency, recordLanes, resolveConcurrency, Slots } from "./record-lanes.ts";
export { type OnRecordFailure, RecordProcessing, type RecordProcessingOptions } from "./record-processing.ts";
export { ResumeFilter } from "./resume-filter.ts";
export { type RetryContext, type RetryPolicy, resolveRetryPolicy, runWithRetries } from "./retry-policy.ts";
export type { PackedPage, ShardDelivery } from "./shard-delivery.ts";
export { ShardLoop } from "./shard-loop.ts";
export type { UnpackedPage } from "./unpacked-page.ts";
