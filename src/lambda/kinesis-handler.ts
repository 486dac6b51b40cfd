// A Lambda function on a stream: user records to a handler, and to Lambda the reply that brings back what is not done.

import { InvalidOptionError } from "../codec/index.ts";
import { checkDeadlineOptions, type DeadlineOptions, timeOf } from "./deadline.ts";
import { type Decode, type DecodedRecord, decoderOf } from "./decode.ts";
import { type BatchResponse, type KinesisEventLike, type LambdaContext, recordsOf } from "./kinesis-event.ts";
import { type FailureOptions, isSkipped } from "./record-failure.ts";
import { Remembered } from "./remembered.ts";
import { runBatch } from "./run-batch.ts";
import { checkMalformedOptions, type LambdaUserRecord, type MalformedOptions, unpack } from "./user-records.ts";

export interface KinesisHandlerOptions extends MalformedOptions, FailureOptions, DeadlineOptions {
  /**
   * `shard`: one after the other, and after one that fails none. `partitionKey`: user records of one key so, several keys at
   * once. `none`: as they come. After a failure nothing is started that Lambda brings again anyway.
   * @defaultValue "shard"
   */
  readonly order?: "shard" | "partitionKey" | "none";
  /** User records in work at once, 1 to 10,000; more than one not where the order is the shard's. @defaultValue 1 */
  readonly concurrency?: number;
  /**
   * Whether an instance that gets a failed batch again passes over the user records that were done the first time. Not
   * exactly once: another instance may get it.
   * @defaultValue false
   */
  readonly remember?: boolean;
}

/** As `KinesisStreamHandler` of `@types/aws-lambda`; a test can do without a context. */
export type KinesisHandler<Context> = (event: KinesisEventLike, context?: Context) => Promise<BatchResponse>;

/** What handling a user record returns is awaited, and else of no matter. */
export type HandleRecord<Record, Context> = (record: Record, context: Context) => unknown;

/** What is done one after the other, besides all where one is in work at once. */
const LANES = {
  shard: (): undefined => undefined,
  partitionKey: ({ partitionKey = "" }: LambdaUserRecord): string => partitionKey,
  none: (): undefined => undefined,
};
const MOST_AT_ONCE = 10_000;

/**
 * The handler of a Lambda function on a stream. Never rejects for what a record holds, or what handling it throws: the
 * reply names the first Kinesis record that is not done. Wants `ReportBatchItemFailures` on the event source mapping.
 * @throws `KPL_KIT_INVALID_OPTION`; the handler rejects with `KPL_KIT_INVALID_RECORD` for an event that is none of Kinesis
 * @example
 * ```ts
 * export const handler = kinesisHandler(async (record) => {
 *   await store(record.id, record.json());
 * });
 * ```
 */
export function kinesisHandler<Value, Context extends Partial<LambdaContext> = LambdaContext>(
  handle: HandleRecord<DecodedRecord<Value>, Context>,
  options: KinesisHandlerOptions & { readonly decode: Decode<Value> },
): KinesisHandler<Context>;
export function kinesisHandler<Context extends Partial<LambdaContext> = LambdaContext>(
  handle: HandleRecord<LambdaUserRecord, Context>,
  options?: KinesisHandlerOptions,
): KinesisHandler<Context>;
export function kinesisHandler<Context extends Partial<LambdaContext>>(
  handle: HandleRecord<never, Context>,
  options: KinesisHandlerOptions & { readonly decode?: Decode<unknown> } = {},
): KinesisHandler<Context> {
  checkOptions(options);
  const { concurrency = 1, order = "shard", remember } = options;
  const decoded = options.decode && decoderOf(options.decode);
  const remembered = remember ? new Remembered() : undefined;

  return async (event, context) => {
    const done: LambdaUserRecord[] = [];
    const isDone = (record: LambdaUserRecord): true => {
      if (remembered) done.push(record);
      return true;
    };
    const settled = async (record: LambdaUserRecord, handling: PromiseLike<unknown>): Promise<boolean> => {
      try {
        await handling;
      } catch (error) {
        if (!(await isSkipped(options, record, error))) return false;
      }
      return isDone(record);
    };
    const [first] = await runBatch(recordsOf(event), {
      concurrency,
      hasTime: timeOf(context, options),
      laneOf: LANES[order],
      unpack: (record) => unpack(record, options),
      // Without a promise where the handler makes none: thousands of small records would pay for it.
      attempt: (record, { error }) => {
        if (remembered?.has(record)) return isDone(record);
        try {
          if (error) throw error;
          const handling = decoded
            ? decoded(record).then(() => handle(record as never, context as Context))
            : handle(record as never, context as Context);
          return isThenable(handling) ? settled(record, handling) : isDone(record);
        } catch (thrown) {
          return settled(record, Promise.reject(thrown as Error));
        }
      },
    });
    const reported = first?.kinesis.sequenceNumber;
    remembered?.keep(done, reported);
    return { batchItemFailures: reported === undefined ? [] : [{ itemIdentifier: reported }] };
  };
}

/** @throws `KPL_KIT_INVALID_OPTION` */
function checkOptions(options: KinesisHandlerOptions): void {
  const { concurrency = 1, order = "shard" } = options;
  checkMalformedOptions(options);
  checkDeadlineOptions(options);
  if (!Object.hasOwn(LANES, order))
    throw new InvalidOptionError("order", order, `one of ${Object.keys(LANES).join(", ")}`);
  const most = order === "shard" ? 1 : MOST_AT_ONCE;
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= most))
    throw new InvalidOptionError("concurrency", concurrency, `1 to ${most} where order is ${order}`);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
