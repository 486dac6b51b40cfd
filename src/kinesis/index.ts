// `kpl-kit/kinesis`: what the service is, how it is spoken to, and the time that everything runs on.

export { type Backoff, type BackoffOptions, fullJitter, systemRandom } from "./backoff.ts";
export { MalformedCborError, readCbor, writeCbor } from "./cbor/index.ts";
export { type Clock, systemClock } from "./clock.ts";
export { createKinesisClient, type KinesisClientEvent, type KinesisClientOptions } from "./create-kinesis-client.ts";
export type { KinesisFailureKind } from "./error-table.ts";
export { classifyEntry, classifyError, type EntryOutcome, type KinesisFailure } from "./errors.ts";
export { type KinesisCalls, kinesisCalls } from "./kinesis-calls.ts";
export { KinesisCborProtocol, type KinesisCborProtocolOptions } from "./kinesis-cbor-protocol.ts";
export type { KinesisClientLike } from "./kinesis-client-like.ts";
export { KINESIS_LIMITS, type KinesisLimits } from "./limits.ts";
export { MissingPeerError } from "./missing-peer-error.ts";
export type { Peers } from "./peers.ts";
export { type RecordsPage, releasePage } from "./wire/index.ts";
