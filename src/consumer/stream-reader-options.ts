// What a reader is told, checked once at the door.

import * as v from "valibot";
import { type DeaggregateOptions, InvalidOptionError } from "../codec/index.ts";
import { type Clock, KINESIS_LIMITS, type KinesisClientLike, systemClock, systemRandom } from "../kinesis/index.ts";
import type { CheckpointStore } from "./checkpoint.ts";
import { MemoryCheckpointStore } from "./checkpoints/index.ts";
import type { ConsumerEvent, OnConsumerEvent } from "./consumer-event.ts";
import { type RetryPolicy, resolveRetryPolicy } from "./processing/index.ts";
import type { PrefetchBudgetOptions } from "./retrieval/index.ts";
import type { InitialPosition } from "./shards/index.ts";
import { type StreamId, streamId } from "./stream-id.ts";

export interface StreamReaderOptions {
  /** Any client of the AWS SDK, or `LocalKinesis.client()`. @defaultValue `createKinesisClient()`, destroyed at the end */
  readonly kinesis?: KinesisClientLike;
  /** This or `streamARN`. */
  readonly streamName?: string;
  /** Needed for a stream of another account. */
  readonly streamARN?: string;
  /**
   * Where a shard without a checkpoint starts: with the oldest record, with the next one, or with the first that arrived at
   * or after a time. LATEST and a time are stored at once, so that a restart before the first checkpoint goes on there.
   * A time to come, which the service does not take, counts as LATEST. KCL: `InitialPositionInStream`.
   * @defaultValue "TRIM_HORIZON"
   */
  readonly initialPosition?: InitialPosition;
  /** @defaultValue a `MemoryCheckpointStore`: a new process starts at `initialPosition` */
  readonly checkpointStore?: CheckpointStore;
  /**
   * Polling shares the shard's 2 MB/s with all who poll. With a consumer name: enhanced fan-out, 2 MB/s of our own, pushed;
   * the consumer is registered if need be.
   * @defaultValue "polling"
   */
  readonly retrieval?: "polling" | { readonly consumerName: string };
  /** Kinesis records of a page, 1 to 10,000. KCL: `maxRecords`. @defaultValue 10,000 */
  readonly maxRecords?: number;
  /**
   * How long to wait at the tip of a shard before it is polled again, in milliseconds, 200 or more. Whoever is behind polls
   * as fast as the shard allows. KCL: `idleTimeBetweenReadsInMillis`.
   * @defaultValue 1,500
   */
  readonly idleTimeBetweenReads?: number;
  /** The service's 5 calls and 2 MiB a second of a shard, kept by ourselves, over all readers of the process. @defaultValue true */
  readonly respectReadLimits?: boolean;
  /** How much is fetched ahead, over all shards. @defaultValue 64 MiB, 30,000 Kinesis records */
  readonly prefetch?: Partial<PrefetchBudgetOptions>;
  /**
   * A page of the service, up to 10 MB, comes in batches: one is full with the Kinesis record that brings it to so many
   * bytes of data. Small ones stay in the processor's cache, and are gone before the garbage collector comes; Infinity:
   * whole pages, as from the KCL. Of the record form with order by key, always whole pages.
   * @defaultValue 65,536
   */
  readonly batchBytes?: number;
  /**
   * Whether a page's memory is used again once its batch, or in the record form its last record, is done: less work for the
   * garbage collector. A record's `data` is then empty afterwards: copy what you keep. Polling with a client of
   * `createKinesisClient` only.
   * @defaultValue false
   */
  readonly reusePages?: boolean;
  /** Members of an aggregate that lie outside the range of the shard they are in. KCL: "kcl". @defaultValue "off": all are delivered */
  readonly rangeFilter?: DeaggregateOptions["rangeFilter"];
  /** A record that has the magic of an aggregate, and is none. @defaultValue "pass": delivered as it is, with its reason */
  readonly onMalformed?: DeaggregateOptions["onMalformed"];
  /** How often code that throws is called again before the reader stops, or `onFailure` decides. @defaultValue 3 attempts, up to 10 s apart */
  readonly retry?: Partial<RetryPolicy>;
  /** Of `run({ record })`: how long finished records may go unstored, in milliseconds. A crash repeats as much. @defaultValue 5,000 */
  readonly checkpointInterval?: number;
  /** How long what runs may take to finish after `stop()`, in milliseconds. What takes longer comes again. @defaultValue 30,000 */
  readonly shutdownTimeout?: number;
  /** Told of everything. It must not throw. */
  readonly onEvent?: OnConsumerEvent;
  /** @defaultValue `systemClock` */
  readonly clock?: Clock;
  /** From 0 up to, not including, 1. @defaultValue `Math.random` */
  readonly random?: () => number;
  /** Aborted: as `stop()`. */
  readonly signal?: AbortSignal;
}

export interface ReaderSettings {
  /** Undefined: one of our own. */
  readonly kinesis: KinesisClientLike | undefined;
  readonly stream: StreamId;
  readonly initialPosition: InitialPosition;
  readonly checkpointStore: CheckpointStore;
  readonly retrieval: "polling" | { readonly consumerName: string };
  readonly maxRecords: number;
  readonly idleTimeBetweenReads: number;
  readonly respectReadLimits: boolean;
  readonly prefetch: PrefetchBudgetOptions;
  readonly batchBytes: number;
  readonly reusePages: boolean;
  readonly rangeFilter: DeaggregateOptions["rangeFilter"];
  readonly onMalformed: DeaggregateOptions["onMalformed"];
  readonly retry: RetryPolicy;
  readonly checkpointInterval: number;
  readonly shutdownTimeout: number;
  readonly onEvent: OnConsumerEvent;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
}

const MIB = 1_048_576;

function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> {
  const rule =
    most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least}` : `a whole number, ${least} to ${most}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(least, rule), v.maxValue(most, rule));
}

function withMethods(what: string, ...methods: readonly string[]): v.GenericSchema<object> {
  return v.custom<object>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function"),
    `${what}, with ${methods.join(", ")}`,
  );
}

const callable: v.GenericSchema<unknown> = v.custom((value) => typeof value === "function", "a function");
const CONSUMER_NAME = /^[\w.-]{1,128}$/;
const FILTERS = ["off", "user-record", "kcl"] as const;
const MALFORMED = ["pass", "throw", "skip"] as const;

const OPTIONS: v.GenericSchema<unknown> = v.strictObject(
  {
    kinesis: v.optional(withMethods("a client", "send")),
    streamName: v.optional(v.string("a string")),
    streamARN: v.optional(v.string("a string")),
    initialPosition: v.optional(
      v.custom(
        (value) =>
          value === "TRIM_HORIZON" || value === "LATEST" || (value instanceof Date && !Number.isNaN(value.getTime())),
        "TRIM_HORIZON, LATEST, or a valid Date",
      ),
    ),
    checkpointStore: v.optional(withMethods("a store", "load", "save")),
    retrieval: v.optional(
      v.union(
        [v.literal("polling"), v.strictObject({ consumerName: v.pipe(v.string(), v.regex(CONSUMER_NAME)) })],
        "polling, or { consumerName } of 1 to 128 letters, digits, and any of _ . -",
      ),
    ),
    maxRecords: v.optional(whole(1, KINESIS_LIMITS.getRecordsRecords)),
    idleTimeBetweenReads: v.optional(whole(1_000 / KINESIS_LIMITS.readCallsPerSecond)),
    respectReadLimits: v.optional(v.boolean("true or false")),
    prefetch: v.optional(
      v.strictObject(
        { maxBytes: v.optional(whole(1)), maxRecords: v.optional(whole(1)) },
        "an object with maxBytes, maxRecords",
      ),
    ),
    batchBytes: v.optional(
      v.custom<number>(
        (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1),
        "a whole number from 1, or Infinity",
      ),
    ),
    reusePages: v.optional(v.boolean("true or false")),
    rangeFilter: v.optional(v.picklist(FILTERS, `one of ${FILTERS.join(", ")}`)),
    onMalformed: v.optional(
      v.union([v.picklist(MALFORMED), callable], `one of ${MALFORMED.join(", ")}, or a function`),
    ),
    // What they may be, the policy itself says.
    retry: v.optional(
      v.strictObject(
        { attempts: v.optional(v.unknown()), baseMs: v.optional(v.unknown()), capMs: v.optional(v.unknown()) },
        "an object with attempts, baseMs, capMs",
      ),
    ),
    checkpointInterval: v.optional(whole(0)),
    shutdownTimeout: v.optional(whole(0)),
    onEvent: v.optional(callable),
    clock: v.optional(withMethods("a Clock", "now", "monotonicMs", "sleep", "timer")),
    random: v.optional(callable),
    signal: v.optional(withMethods("an AbortSignal", "addEventListener")),
  },
  "an object with options of StreamReader",
);

/** @throws `KPL_KIT_INVALID_OPTION` naming the first that is wrong */
export function resolveReaderOptions(options: StreamReaderOptions): ReaderSettings {
  check(OPTIONS, options);
  const { clock = systemClock, onEvent, prefetch = {} } = options;
  return {
    kinesis: options.kinesis,
    stream: streamId(options),
    initialPosition: options.initialPosition ?? "TRIM_HORIZON",
    checkpointStore: options.checkpointStore ?? new MemoryCheckpointStore(),
    retrieval: options.retrieval ?? "polling",
    maxRecords: options.maxRecords ?? KINESIS_LIMITS.getRecordsRecords,
    idleTimeBetweenReads: options.idleTimeBetweenReads ?? 1_500,
    respectReadLimits: options.respectReadLimits ?? true,
    prefetch: { maxBytes: prefetch.maxBytes ?? 64 * MIB, maxRecords: prefetch.maxRecords ?? 30_000 },
    batchBytes: options.batchBytes ?? 65_536,
    reusePages: options.reusePages ?? false,
    rangeFilter: options.rangeFilter,
    onMalformed: options.onMalformed,
    retry: resolveRetryPolicy(options.retry),
    checkpointInterval: options.checkpointInterval ?? 5_000,
    shutdownTimeout: options.shutdownTimeout ?? 30_000,
    onEvent: onEvent ? tellingSafely(onEvent) : () => undefined,
    clock,
    random: options.random ?? systemRandom,
    signal: options.signal,
  };
}

/** @throws `KPL_KIT_INVALID_OPTION` */
function check(schema: v.GenericSchema<unknown>, value: unknown): void {
  const { issues, success } = v.safeParse(schema, value, { abortEarly: true });
  if (success) return;
  const [{ expected, input, message, path, type }] = issues;
  const field = path?.map(({ key }) => String(key)).join(".") ?? "options";
  const rule = type === "strict_object" && expected === "never" ? "left out: StreamReader has no such option" : message;
  throw new InvalidOptionError(field, input, rule);
}

/** An observer that throws must not stop the reading; what it throws is seen as an unhandled rejection. */
function tellingSafely(onEvent: OnConsumerEvent): OnConsumerEvent {
  return (event: ConsumerEvent) => {
    try {
      onEvent(event);
    } catch (error) {
      void Promise.reject(error as Error);
    }
  };
}
