// Compiled, never run: what kpl-kit/lambda makes goes where @types/aws-lambda wants it, and what is wrong does not compile.

import type {
  Context,
  FirehoseTransformationHandler,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  KinesisStreamHandler,
  KinesisStreamTumblingWindowHandler,
} from "aws-lambda";
import type { UserRecord } from "kpl-kit";
import {
  batchHandler,
  cloudWatchLogs,
  collapseBatchItemFailures,
  deaggregate,
  expandKinesisEvent,
  firehoseTransform,
  fromPipes,
  gunzip,
  json,
  type KinesisHandlerOptions,
  kinesisHandler,
  type LambdaContext,
  type LambdaUserRecord,
  middyDeaggregate,
  RecordError,
  text,
  toBatchResponse,
  tumblingWindowHandler,
} from "kpl-kit/lambda";
import { makeKinesisEvent } from "kpl-kit/testing";
import * as v from "valibot";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;

declare const event: KinesisStreamEvent;
declare const context: Context;
declare const record: LambdaUserRecord;
declare const store: (id: string, value: unknown) => Promise<void>;

// ---- A handler is Lambda's.

export const simplest: KinesisStreamHandler = kinesisHandler(async ({ id }) => await store(id, 1));
export const chosen: KinesisStreamHandler = kinesisHandler(() => undefined, {
  order: "partitionKey",
  concurrency: 10,
  onRecordFailure: async (failed, error) => (failed.data.length > 0 && error ? "retry" : "skip"),
  onMalformed: (raw, reason) => (reason === "base64" || raw.Data?.length === 0 ? "skip" : "pass"),
  deadlineMarginMs: 1_000,
  remember: true,
});
export const batched: KinesisStreamHandler = batchHandler((records) => {
  same<typeof records, readonly LambdaUserRecord[]>(true);
  throw new RecordError(records[0] ?? record);
});
void simplest(event, context, () => undefined);

// ---- Lambda's own context where it is Lambda's handler, else a narrow one; a test needs none.

export const contextual: KinesisStreamHandler = kinesisHandler((_, given) => {
  same<typeof given, Context>(true);
});
void kinesisHandler((_, given) => same<typeof given, LambdaContext>(true));
export const whole: KinesisStreamHandler = kinesisHandler(
  async (_, given: Context) => await store(given.logStreamName, 1),
);
export const wholeBatch: KinesisStreamHandler = batchHandler((_, given: Context) => store(given.logStreamName, 1));
export const decodedWhole: KinesisStreamHandler = kinesisHandler(
  ({ value }, given: Context) => store(given.logStreamName, value),
  { decode: text },
);
void kinesisHandler(() => undefined)(event);
void kinesisHandler(() => undefined)(makeKinesisEvent([]), context);
void kinesisHandler((_, given: { getRemainingTimeInMillis(): number }) => given)(event, {
  getRemainingTimeInMillis: () => 5,
});

// ---- decode gives the value its type.

void kinesisHandler(({ value }) => same<typeof value, string>(true), { decode: text });
void kinesisHandler(({ value }) => same<typeof value, unknown>(true), { decode: json });
void kinesisHandler(({ value }) => same<typeof value, number>(true), {
  decode: async (bytes: Uint8Array) => bytes.length,
});
void kinesisHandler(({ value }) => same<typeof value, { of: string }>(true), {
  decode: (bytes: Uint8Array, { partitionKey }: LambdaUserRecord) => ({ of: `${partitionKey}${text(gunzip(bytes))}` }),
});
// The handler is read first: not any, at least.
void kinesisHandler(({ value }) => same<typeof value, unknown>(true), { decode: (bytes) => bytes.length });
void kinesisHandler(({ value }) => value.logEvents.map(({ message }) => message), { decode: cloudWatchLogs });
void kinesisHandler(({ value }) => same<typeof value, { amount: number }>(true), {
  decode: v.object({ amount: v.number() }),
});
void kinesisHandler(({ value }) => same<typeof value, Date>(true), {
  decode: v.pipe(
    v.string(),
    v.transform((given) => new Date(given)),
  ),
});
void kinesisHandler(({ id, value }) => store(id, value.length), { decode: text, order: "none", concurrency: 5 });
// @ts-expect-error without decode there is no value
void kinesisHandler(({ value }) => value);
// @ts-expect-error neither a function nor a schema
void kinesisHandler(() => undefined, { decode: "json" });

// ---- Options are what they are.

// @ts-expect-error no such order
void kinesisHandler(() => undefined, { order: "key" });
// @ts-expect-error no such policy
void kinesisHandler(() => undefined, { onMalformed: "plain" });
// @ts-expect-error a verdict is said, not forgotten
void kinesisHandler(() => undefined, { onRecordFailure: () => undefined });
// @ts-expect-error nor a boolean
void batchHandler(() => undefined, { remember: true });
same<KinesisHandlerOptions["order"], "shard" | "partitionKey" | "none" | undefined>(true);

// ---- A window's handler is Lambda's, and always has a state.

interface Total {
  readonly total: number;
}
export const windowed: KinesisStreamTumblingWindowHandler = tumblingWindowHandler<Total>(
  ({ total = 0 }, each) => ({ total: total + each.data.length }),
  async ({ total = 0 }, { start, shardId }) => await store(`${shardId}${start.toISOString()}`, total),
);
export const windowedWhole: KinesisStreamTumblingWindowHandler = tumblingWindowHandler<{ seen: string[] }, Context>(
  async ({ seen = [] }, { id }, { logStreamName }) => ({ seen: [...seen, id, logStreamName] }),
  () => undefined,
);
declare const sometimes: (state: object, record: LambdaUserRecord) => Total | undefined;
declare const forgetful: () => void;
declare const forgetfulLater: () => Promise<void>;
declare const noState: () => null;
declare const aNumber: () => number;
declare const finish: () => void;

// @ts-expect-error a first state has nothing in it
void tumblingWindowHandler<Total>(({ total }) => ({ total: total + 1 }), finish);
// @ts-expect-error a reducer that can yield undefined
void tumblingWindowHandler<Total>(sometimes, finish);
// @ts-expect-error also where the state is not named
void tumblingWindowHandler(sometimes, finish);
// @ts-expect-error written out
void tumblingWindowHandler((_, each) => (each.aggregated ? { total: 1 } : undefined), finish);
// @ts-expect-error one that returns nothing
void tumblingWindowHandler<Total>(forgetful, finish);
// @ts-expect-error nor later
void tumblingWindowHandler<Total>(forgetfulLater, finish);
// @ts-expect-error nor later, where the state is not named
void tumblingWindowHandler(forgetfulLater, finish);
// @ts-expect-error null is none
void tumblingWindowHandler(noState, finish);
// @ts-expect-error nor is a number
void tumblingWindowHandler(aNumber, finish);

// ---- Firehose.

export const transformed: FirehoseTransformationHandler = firehoseTransform(
  (each) => `${each.recordId}${each.text()}\n`,
);
export const filtered: FirehoseTransformationHandler = firehoseTransform(async ({ data }) =>
  data[0] ? data : undefined,
);
// @ts-expect-error an object is no data
void firehoseTransform((each) => ({ seen: each.text() }));

// ---- The pieces.

export const asUserRecord: UserRecord = record;
same<(typeof record)["id" | "shardId" | "eventSourceARN"], string>(true);
const response: KinesisStreamBatchResponse = toBatchResponse([record]);
const collapsed: KinesisStreamBatchResponse = collapseBatchItemFailures(response);
const expanded: KinesisStreamEvent = expandKinesisEvent(event);
for (const each of deaggregate(fromPipes([]), { onMalformed: "throw" })) same<typeof each, LambdaUserRecord>(true);
for (const each of deaggregate(event)) void toBatchResponse(new Set([each]), { identifier: "eventID" });
void collapseBatchItemFailures(undefined);
// @ts-expect-error what has no sequence number is no failed record
toBatchResponse([{ id: "1" }]);
void [collapsed, expanded, middyDeaggregate()];
