// `kpl-kit/consumer`: every record of a stream, deaggregated, in order, from where it was left.

export type { Checkpoint, CheckpointStore } from "./checkpoint.ts";
export {
  CheckpointContestedError,
  CheckpointFileDamagedError,
  CheckpointFileFailedError,
  CheckpointTableTakenError,
  CheckpointTableUnusableError,
  DynamoDBCheckpointStore,
  type DynamoDBCheckpointStoreOptions,
  FileCheckpointStore,
  LeaseRowUnreadableError,
  MemoryCheckpointStore,
} from "./checkpoints/index.ts";
export type { ConsumerEvent, ConsumerOperation, OnConsumerEvent } from "./consumer-event.ts";
export {
  CheckpointFailedError,
  ProcessingFailedError,
  ReaderBusyError,
  ReaderStoppedError,
  ReadFailedError,
} from "./errors.ts";
export { type KclMetric, kclMetricsOf } from "./kcl-metrics.ts";
export type { Batch, Concurrency, OnRecordFailure, RetryPolicy, ShardProcessor } from "./processing/index.ts";
export type { PrefetchBudgetOptions } from "./retrieval/index.ts";
export type { ShardBatches } from "./shard-batches.ts";
export type { ShardStatus } from "./shard-status.ts";
export type { InitialPosition } from "./shards/index.ts";
export { type Stoppable, stopOnSignals } from "./stop-on-signals.ts";
export { type MakeShardProcessor, type RecordHandler, StreamReader } from "./stream-reader.ts";
export type { StreamReaderOptions } from "./stream-reader-options.ts";
