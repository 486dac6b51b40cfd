// `kpl-kit/testing`: a Kinesis in the process, for tests.

export type { ActionName } from "./action.ts";
export {
  LocalKinesisClosedError,
  VirtualClockBusyError,
  VirtualClockLimitError,
  VirtualClockStuckError,
} from "./errors.ts";
export type { FaultHandle, FaultRule, Faults, InjectedFault, Strike, StruckFault } from "./faults/index.ts";
export type { Listener } from "./http/index.ts";
export {
  type KinesisEvent,
  type KinesisEventInput,
  type KinesisEventOptions,
  type KinesisEventRecord,
  type KinesisEventWindow,
  type KinesisTumblingWindowEvent,
  makeKinesisEvent,
} from "./kinesis-event.ts";
export type { Limits } from "./limits.ts";
export { LocalKinesis, type LocalKinesisOptions } from "./local-kinesis.ts";
export type { RecordSnapshot, ShardSnapshot, StreamSnapshot } from "./service/index.ts";
export { VirtualClock, type VirtualClockOptions, type VirtualTimeLimit } from "./virtual-clock.ts";
