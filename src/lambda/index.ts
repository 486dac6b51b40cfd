// `kpl-kit/lambda`: user records from a Lambda event, and the right reply. No dependency, no AWS SDK.

export { batchHandler } from "./batch-handler.ts";
export {
  type BatchResponseOptions,
  collapseBatchItemFailures,
  type FailedRecord,
  toBatchResponse,
} from "./batch-response.ts";
export type { DeadlineOptions } from "./deadline.ts";
export type { Decode, DecodedRecord, StandardSchema } from "./decode.ts";
export { type CloudWatchLogs, cloudWatchLogs, gunzip, json, text } from "./decoders.ts";
export { InvalidStateError, RecordError, UndecodableRecordError } from "./errors.ts";
export { expandKinesisEvent, middyDeaggregate } from "./expand-kinesis-event.ts";
export {
  type FirehoseEventLike,
  type FirehoseRecord,
  type FirehoseResponse,
  firehoseTransform,
} from "./firehose-transform.ts";
export { fromPipes, type PipesRecordLike } from "./from-pipes.ts";
export type { BatchResponse, KinesisEventLike, KinesisEventRecordLike, LambdaContext } from "./kinesis-event.ts";
export {
  type HandleRecord,
  type KinesisHandler,
  type KinesisHandlerOptions,
  kinesisHandler,
} from "./kinesis-handler.ts";
export type { FailureOptions } from "./record-failure.ts";
export {
  type TumblingWindow,
  type TumblingWindowEventLike,
  type TumblingWindowHandler,
  type TumblingWindowOptions,
  type TumblingWindowResponse,
  tumblingWindowHandler,
} from "./tumbling-window-handler.ts";
export { deaggregate, type LambdaUserRecord, type MalformedOptions } from "./user-records.ts";
