// The service's numbers (KINESIS_LIMITS). Each can be lowered, so that a test meets it at once, or set to Infinity.

import { InvalidOptionError } from "../codec/index.ts";
import { KINESIS_LIMITS } from "../kinesis/index.ts";

export interface Limits {
  /** Of one shard, in records. */
  readonly writeRecordsPerSecond: number;
  /** Of one shard, data and partition keys together. */
  readonly writeBytesPerSecond: number;
  /** GetRecords of one shard. */
  readonly readCallsPerSecond: number;
  /** GetRecords of one shard, all readers together. */
  readonly readBytesPerSecond: number;
  /** Of one shard to each registered consumer. */
  readonly fanOutBytesPerSecond: number;
  /** GetShardIterator of one shard. */
  readonly shardIteratorCallsPerSecond: number;
  /** SubscribeToShard of one shard and consumer. */
  readonly subscribeCallsPerSecond: number;
  /** The calls that manage streams, shards and consumers, ListShards among them: at the service's rates, or at any. */
  readonly controlCalls: "aws" | "off";
  /** Entries of one PutRecords. */
  readonly putRecordsEntries: number;
  /** Data and partition keys of one PutRecords. */
  readonly putRecordsBytes: number;
  /** Data and partition keys of the records of one GetRecords; one record more than fits is never returned. */
  readonly getRecordsBytes: number;
  /** Open shards of all provisioned streams. */
  readonly shardsPerAccount: number;
  /** Registered consumers of one stream. */
  readonly consumersPerStream: number;
  /** Streams, and consumers of a stream, that may be in CREATING at a time. */
  readonly creatingAtOnce: number;
  /** UpdateShardCount of one stream in 24 hours. */
  readonly shardCountUpdatesPerDay: number;
  /** How long a shard iterator can be used, in milliseconds. */
  readonly iteratorLifeMs: number;
  /** How long a NextToken can be used, in milliseconds. */
  readonly tokenLifeMs: number;
  /** How long a subscription pushes, in milliseconds. */
  readonly subscriptionLifeMs: number;
  /** How long after a successful SubscribeToShard another one of the same consumer and shard is refused, in milliseconds. */
  readonly takeoverAfterMs: number;
  /** Whether records leave once they are older than the stream's retention period. */
  readonly retention: "aws" | "off";
}

const AWS_LIMITS: Limits = {
  writeRecordsPerSecond: KINESIS_LIMITS.writeRecordsPerSecond,
  writeBytesPerSecond: KINESIS_LIMITS.writeBytesPerSecond,
  readCallsPerSecond: KINESIS_LIMITS.readCallsPerSecond,
  readBytesPerSecond: KINESIS_LIMITS.readBytesPerSecond,
  fanOutBytesPerSecond: KINESIS_LIMITS.fanOutBytesPerSecond,
  shardIteratorCallsPerSecond: KINESIS_LIMITS.shardIteratorCallsPerSecond,
  subscribeCallsPerSecond: KINESIS_LIMITS.subscribeCallsPerSecond,
  controlCalls: "aws",
  putRecordsEntries: KINESIS_LIMITS.putRecordsEntries,
  putRecordsBytes: KINESIS_LIMITS.putRecordsBytes,
  getRecordsBytes: KINESIS_LIMITS.getRecordsBytes,
  shardsPerAccount: KINESIS_LIMITS.shardsPerAccount,
  consumersPerStream: KINESIS_LIMITS.consumersPerStream,
  creatingAtOnce: KINESIS_LIMITS.creatingAtOnce,
  shardCountUpdatesPerDay: KINESIS_LIMITS.shardCountUpdatesPerDay,
  iteratorLifeMs: KINESIS_LIMITS.iteratorLifeMs,
  tokenLifeMs: KINESIS_LIMITS.tokenLifeMs,
  subscriptionLifeMs: KINESIS_LIMITS.subscriptionLifeMs,
  takeoverAfterMs: KINESIS_LIMITS.takeoverAfterMs,
  retention: "aws",
};

/** No throughput, rate or life ends anything; what a call or an account may hold stays limited. */
const UNLIMITED: Limits = {
  ...AWS_LIMITS,
  writeRecordsPerSecond: Number.POSITIVE_INFINITY,
  writeBytesPerSecond: Number.POSITIVE_INFINITY,
  readCallsPerSecond: Number.POSITIVE_INFINITY,
  readBytesPerSecond: Number.POSITIVE_INFINITY,
  fanOutBytesPerSecond: Number.POSITIVE_INFINITY,
  shardIteratorCallsPerSecond: Number.POSITIVE_INFINITY,
  subscribeCallsPerSecond: Number.POSITIVE_INFINITY,
  controlCalls: "off",
  creatingAtOnce: Number.POSITIVE_INFINITY,
  shardCountUpdatesPerDay: Number.POSITIVE_INFINITY,
  iteratorLifeMs: Number.POSITIVE_INFINITY,
  tokenLifeMs: Number.POSITIVE_INFINITY,
  subscriptionLifeMs: Number.POSITIVE_INFINITY,
  takeoverAfterMs: 0,
  retention: "off",
};

/** @throws `KPL_KIT_INVALID_OPTION` */
export function resolveLimits(given: "aws" | "off" | Partial<Limits> = "aws"): Limits {
  if (given === "aws") return AWS_LIMITS;
  if (given === "off") return UNLIMITED;
  if (typeof given !== "object" || given === null) {
    throw new InvalidOptionError("limits", given, '"aws", "off", or an object of limits');
  }
  for (const [name, value] of Object.entries(given)) checkLimit(name, value);
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...AWS_LIMITS, ...(Object.fromEntries(set) as Partial<Limits>) };
}

function checkLimit(name: string, value: unknown): void {
  const known = Object.hasOwn(AWS_LIMITS, name) ? AWS_LIMITS[name as keyof Limits] : undefined;
  if (known === undefined) {
    throw new InvalidOptionError(
      `limits.${name}`,
      value,
      `absent: the limits are ${Object.keys(AWS_LIMITS).join(", ")}`,
    );
  }
  if (value === undefined) return;
  if (typeof known === "string") {
    if (value !== "aws" && value !== "off") throw new InvalidOptionError(`limits.${name}`, value, '"aws" or "off"');
  } else if (typeof value !== "number" || !(value >= 0)) {
    throw new InvalidOptionError(`limits.${name}`, value, "a number from 0, or Infinity");
  }
}
