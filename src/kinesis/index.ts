// `kpl-kit/kinesis`: what the service is, and the time that everything runs on.

export { type Clock, systemClock } from "./clock.ts";
export type { KinesisClientLike } from "./kinesis-client-like.ts";
