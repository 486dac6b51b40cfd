// A fold over a tumbling window: Lambda keeps the state between invocations, and fails one whose reply has none.

import { InvalidRecordError } from "../codec/index.ts";
import { toBatchResponse } from "./batch-response.ts";
import { checkDeadlineOptions, type DeadlineOptions, timeOf } from "./deadline.ts";
import { InvalidStateError } from "./errors.ts";
import { type BatchResponse, type KinesisEventLike, type LambdaContext, recordsOf } from "./kinesis-event.ts";
import { toUtf8 } from "./platform.ts";
import { type FailureOptions, isSkipped } from "./record-failure.ts";
import { runBatch } from "./run-batch.ts";
import { checkMalformedOptions, type LambdaUserRecord, type MalformedOptions, unpack } from "./user-records.ts";

/** `KinesisStreamTumblingWindowEvent` */
export interface TumblingWindowEventLike extends Partial<KinesisEventLike> {
  readonly window: { readonly start: string; readonly end: string };
  /** `{}` at a window's first invocation. */
  readonly state?: object;
  /** These two Lambda sends, and its types lack. */
  readonly shardId?: string;
  readonly eventSourceARN?: string;
  readonly isFinalInvokeForWindow: boolean;
  readonly isWindowTerminatedEarly: boolean;
}

export interface TumblingWindow {
  readonly start: Date;
  readonly end: Date;
  /** A window is of one shard. */
  readonly shardId: string | undefined;
  readonly eventSourceARN: string | undefined;
  /** Its state grew beyond 1 MB, or its shard has ended. */
  readonly isTerminatedEarly: boolean;
}

export interface TumblingWindowResponse<State> extends BatchResponse {
  state: State;
}

export type TumblingWindowHandler<State, Context> = (
  event: TumblingWindowEventLike,
  context?: Context,
) => Promise<TumblingWindowResponse<State>>;

export type TumblingWindowOptions = MalformedOptions & FailureOptions & DeadlineOptions;

/** An object, but no promise: of an async reducer that forgets its state, `State` would be taken for the promise itself. */
type AnyState = object & { readonly then?: never };

/** Lambda guide, tumbling windows: 1 MB a shard. */
const LARGEST_STATE = 1_048_576;

/**
 * `reduce` makes the next state of a user record, one after the other; `finish` gets the window's last. Both get `{}` for
 * the first. After a failure the reply holds the state up to the Kinesis record that comes again. What `finish`
 * throws fails the invocation: Lambda repeats it.
 * @throws `KPL_KIT_INVALID_OPTION`; the handler rejects with `KPL_KIT_INVALID_STATE` for a state that is no JSON or
 * beyond 1 MB of it, and with `KPL_KIT_INVALID_RECORD` for an event without a window
 * @example
 * ```ts
 * export const handler = tumblingWindowHandler<{ total: number }>(
 *   ({ total = 0 }, record) => ({ total: total + (record.json() as { amount: number }).amount }),
 *   async ({ total = 0 }, { start }) => await report(start, total),
 * );
 * ```
 */
export function tumblingWindowHandler<State extends AnyState, Context extends Partial<LambdaContext> = LambdaContext>(
  reduce: (state: Partial<State>, record: LambdaUserRecord, context: Context) => State | PromiseLike<State>,
  finish: (state: Partial<State>, window: TumblingWindow, context: Context) => unknown,
  options: TumblingWindowOptions = {},
): TumblingWindowHandler<Partial<State>, Context> {
  checkMalformedOptions(options);
  checkDeadlineOptions(options);
  return async (event, given) => {
    const records = recordsOf(hasRecords(event) ? event : { Records: [] });
    const { isFinalInvokeForWindow, state: before } = event;
    const context = given as Context;
    let state = (before ?? {}) as Partial<State>;
    // As text: a reducer may change the state that it gets.
    let atBegin = "";
    let begun = 0;
    const unfinished = await runBatch(records, {
      concurrency: 1,
      hasTime: timeOf(context, options),
      laneOf: () => undefined,
      unpack: (record) => {
        begun++;
        atBegin = textOf(state);
        return unpack(record, options);
      },
      attempt: async (record, { error: malformed }) => {
        try {
          if (malformed) throw malformed;
          const next: unknown = await reduce(state, record, context);
          if (typeof next !== "object" || next === null) throw notAState(next);
          state = next as State;
          return true;
        } catch (error) {
          return await isSkipped(options, record, error);
        }
      },
    });
    const isDone = unfinished.length === 0;
    if (isDone && isFinalInvokeForWindow) await finish(state, windowOf(event), context);
    // What was begun and not ended comes again whole, onto the state before it.
    const text = begun + unfinished.length > records.length ? atBegin : textOf(state);
    return { state: JSON.parse(text) as Partial<State>, ...toBatchResponse(unfinished.map(({ kinesis }) => kinesis)) };
  };
}

/**
 * A window's last event need not have any.
 * @throws `KPL_KIT_INVALID_RECORD` for an event that is of no window: its state is kept by nobody, and never finished
 */
function hasRecords(event: Partial<TumblingWindowEventLike> | null | undefined): boolean {
  if (event?.window) return !event.isFinalInvokeForWindow || Boolean(event.Records);
  throw new InvalidRecordError("event.window", event?.window, "there: set TumblingWindowInSeconds");
}

function windowOf({ window, ...event }: TumblingWindowEventLike): TumblingWindow {
  const { eventSourceARN, isWindowTerminatedEarly: isTerminatedEarly, shardId } = event;
  return { start: new Date(window.start), end: new Date(window.end), shardId, eventSourceARN, isTerminatedEarly };
}

/** @throws `KPL_KIT_INVALID_STATE` */
function textOf(state: object): string {
  const text = jsonOf(state);
  // A character takes three bytes at most: counted only where it may matter.
  const bytes = text.length * 3 <= LARGEST_STATE ? 0 : toUtf8(text).length;
  if (bytes <= LARGEST_STATE) return text;
  throw new InvalidStateError(`the window's state takes ${bytes} bytes of JSON; Lambda keeps ${LARGEST_STATE}`);
}

/** @throws `KPL_KIT_INVALID_STATE` */
function jsonOf(state: object): string {
  try {
    const text = JSON.stringify(state) as string | undefined;
    // As Lambda will bring it back: a Date would come as text, a function not at all.
    if (text?.startsWith("{")) return text;
  } catch (cause) {
    throw new InvalidStateError(`the window's state cannot be written as JSON: ${String(cause)}`, { cause });
  }
  throw new InvalidStateError("the window's state must be an object of JSON");
}

function notAState(next: unknown): InvalidStateError {
  return new InvalidStateError(`reduce must return the next state, an object; it returned ${String(next)}`);
}
