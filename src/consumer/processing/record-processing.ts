// The record form of processing, for one shard: the user's code is called a record at a time, many at once where their
// order allows it, and the shard's watermark follows what is finished. A record that fails is never passed unless the
// user has said so.

import type { UserRecord } from "../../codec/index.ts";
import type { Clock } from "../../kinesis/index.ts";
import { type Checkpoint, positionOfRecord } from "../checkpoint.ts";
import type { OnConsumerEvent } from "../consumer-event.ts";
import { ProcessingFailedError } from "../errors.ts";
import { FinishedPositions, type FinishingPage } from "./finished-positions.ts";
import { type Concurrency, type Lane, type RecordLanes, recordLanes, type Slots } from "./record-lanes.ts";
import { type FailedAttempt, type RetryContext, type RetryPolicy, retryAfter, runWithRetries } from "./retry-policy.ts";
import type { UnpackedPage } from "./unpacked-page.ts";

/** What happens to a record that failed as often as `retry` allows: nothing after it, or it is passed, or handed over. */
export type OnRecordFailure = "stop" | "skip" | ((record: UserRecord, error: unknown) => Promise<void> | void);

export interface RecordProcessingOptions {
  readonly shardId: string;
  readonly handler: (record: UserRecord) => Promise<void> | void;
  readonly onFailure: OnRecordFailure;
  readonly retry: RetryPolicy;
  /** Shared by all shards of the reader. */
  readonly slots: Slots;
  readonly per: Concurrency["per"];
  readonly clock: Clock;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Must not throw. */
  readonly onEvent: OnConsumerEvent;
  /** The watermark has moved; records that finish together are told once. Must not throw. */
  readonly onProgress: (watermark: Checkpoint) => void;
  /** Stop: nothing is started any more, no attempt either; what runs goes on. */
  readonly signal: AbortSignal;
}

/** So many pages at once, so that the slow last records of one do not hold up the next. */
const PAGES_AHEAD = 2;

interface PageInWork {
  readonly page: UnpackedPage;
  readonly progress: FinishingPage;
  /** Of its first record. */
  readonly ordinal: number;
  readonly acceptedMs: number;
  running: number;
}

export class RecordProcessing {
  readonly #options: RecordProcessingOptions;
  readonly #positions: FinishedPositions = new FinishedPositions();
  readonly #lanes: RecordLanes;
  readonly #retrying: AbortController = new AbortController();
  /** Those that are not released. */
  readonly #pages: PageInWork[] = [];
  #accepted = 0;
  #running = 0;
  #reported: Checkpoint | undefined;
  #isWaitingForSlot = false;
  /** Stopped, failed or abandoned: nothing is started any more. */
  #isHalted = false;
  #isAbandoned = false;
  #failure: ProcessingFailedError | undefined;
  #room: Waiting | undefined;
  #settled: Waiting | undefined;

  constructor(options: RecordProcessingOptions) {
    this.#options = options;
    this.#lanes = recordLanes(options.per, {
      onFulfilled: (lane) => {
        this.#finish(lane);
        this.#goOn();
      },
      onRejected: (lane, error) => {
        void this.#recover(lane, error); // never rejects
      },
    });
  }

  /** Accepted records that are not finished; after a stop some stay so. */
  get open(): number {
    return this.#positions.open;
  }

  /**
   * One call at a time. Resolves when the next page may come. After a stop the page is released at once, and its records
   * stay open.
   * @throws `KPL_KIT_PROCESSING_FAILED`
   */
  async accept(page: UnpackedPage): Promise<void> {
    const { clock, signal } = this.#options;
    if (signal.aborted) this.#halt();
    const progress = this.#positions.add(page);
    const added = { page, progress, ordinal: this.#accepted, acceptedMs: clock.monotonicMs(), running: 0 };
    this.#accepted += page.records.length;
    this.#pages.push(added);
    if (progress.open === 0) {
      this.#complete(added);
    } else if (this.#isHalted) {
      this.#release(added);
    } else {
      signal.addEventListener("abort", this.#halt);
      this.#lanes.add(page.records);
    }
    this.#goOn();
    if (!this.#hasRoom) await (this.#room ??= new Waiting()).promise;
    if (this.#failure) throw this.#failure;
  }

  /**
   * Resolves when all accepted records are finished; after a stop, when those that ran are settled.
   * @throws `KPL_KIT_PROCESSING_FAILED`, once nothing runs any more
   */
  async drain(): Promise<void> {
    if (!this.#isSettled) await (this.#settled ??= new Waiting()).promise;
    if (this.#failure) throw this.#failure;
  }

  /**
   * Waits no longer: what still runs may end as it likes, and counts for nothing. Returns how many records were not
   * finished; they come again.
   */
  abandon(): number {
    if (this.#isAbandoned) return 0;
    const { onEvent, shardId, slots } = this.#options;
    this.#report();
    this.#isAbandoned = true;
    this.#halt();
    // A handler that never ends must not hold a slot that other shards need.
    for (; this.#running > 0; this.#running--) slots.release();
    this.#wake();
    const { open } = this.#positions;
    if (open > 0) onEvent({ type: "abandoned", shardId, userRecords: open });
    return open;
  }

  get #hasRoom(): boolean {
    return this.#isHalted || this.#positions.pagesAhead < PAGES_AHEAD;
  }

  get #isSettled(): boolean {
    return this.#running === 0 && (this.#isHalted || this.#positions.open === 0);
  }

  /** Starts what may start, tells how far it is, and lets go on who waits for that. */
  #goOn(): void {
    const { slots } = this.#options;
    // A handler that returns no promise is finished on return: the next is called from here, not from inside its finish,
    // for a page has more records than a stack has room.
    while (!this.#isHalted && !this.#isWaitingForSlot) {
      const lane = this.#lanes.next();
      if (!lane) break;
      if (slots.take()) {
        this.#start(lane);
      } else {
        this.#isWaitingForSlot = true;
        slots.wait(this.#onSlot);
      }
    }
    this.#report();
    this.#wake();
  }

  readonly #onSlot = (): void => {
    this.#isWaitingForSlot = false;
    this.#start(this.#lanes.next()!); // the one that waited: only `take` takes it away
    this.#goOn();
  };

  /** A slot has been taken for it. */
  #start(lane: Lane): void {
    this.#lanes.take();
    const page = this.#pageOf(lane);
    page.running++;
    this.#running++;
    const { handler } = this.#options;
    let returned: Promise<void> | undefined;
    try {
      const result = handler(recordOf(page, lane));
      if (isThenable(result)) returned = Promise.resolve(result);
    } catch (error) {
      lane.onRejected(error);
      return;
    }
    if (returned) returned.then(lane.onFulfilled, lane.onRejected);
    else this.#finish(lane);
  }

  /** Its first attempt failed. */
  async #recover(lane: Lane, error: unknown): Promise<void> {
    const page = this.#pageOf(lane);
    const isDealtWith = await this.#dealWith(recordOf(page, lane), error);
    if (isDealtWith) this.#finish(lane);
    else this.#leave(page);
    this.#goOn();
  }

  /** Whether the record counts as finished in the end. */
  async #dealWith(record: UserRecord, firstError: unknown): Promise<boolean> {
    const { clock, handler, onEvent, onFailure, random, retry, shardId } = this.#options;
    const context: RetryContext = { clock, random, retry, signal: this.#retrying.signal };
    const position = positionOfRecord(record);
    const onFailed = (failed: FailedAttempt): void => {
      if (!this.#isAbandoned) onEvent({ type: "processing-failed", shardId, position, ...failed });
    };

    let outcome = await retryAfter(firstError, context, () => handler(record), onFailed);
    if (this.#isAbandoned) return false;
    if (outcome.kind !== "failed") return outcome.kind === "done";
    if (onFailure === "skip") {
      onEvent({ type: "record-given-up", shardId, position, how: "skipped" });
      return true;
    }
    if (onFailure !== "stop") {
      const { error } = outcome;
      outcome = await runWithRetries(context, () => onFailure(record, error), onFailed);
      if (this.#isAbandoned || outcome.kind === "abandoned") return false;
      if (outcome.kind === "done") {
        onEvent({ type: "record-given-up", shardId, position, how: "diverted" });
        return true;
      }
    }
    // Another of this shard may have failed before.
    this.#failure ??= new ProcessingFailedError(shardId, position, outcome.failures, outcome.error);
    this.#halt();
    return false;
  }

  #finish(lane: Lane): void {
    const page = this.#pageOf(lane);
    if (!this.#isAbandoned) {
      this.#positions.finish(page.progress, lane.ordinal - page.ordinal);
      this.#lanes.finish(lane);
    }
    this.#leave(page);
  }

  /** One of its records runs no more, finished or not. */
  #leave(page: PageInWork): void {
    page.running--;
    if (page.progress.open === 0) this.#complete(page);
    else if (this.#isHalted && page.running === 0) this.#release(page);
    if (this.#isAbandoned) return;
    this.#running--;
    // Last: other shards' records may run in here.
    this.#options.slots.release();
  }

  #complete(work: PageInWork): void {
    const { clock, onEvent, shardId, signal } = this.#options;
    if (this.#positions.open === 0) signal.removeEventListener("abort", this.#halt);
    this.#release(work);
    const { bytes, millisBehindLatest, records } = work.page;
    const durationMs = clock.monotonicMs() - work.acceptedMs;
    onEvent({ type: "batch-processed", shardId, userRecords: records.length, bytes, millisBehindLatest, durationMs });
  }

  #release(work: PageInWork): void {
    this.#pages.splice(this.#pages.indexOf(work), 1);
    work.page.release();
  }

  readonly #halt = (): void => {
    if (this.#isHalted) return;
    this.#isHalted = true;
    const { signal, slots } = this.#options;
    signal.removeEventListener("abort", this.#halt);
    slots.cancel(this.#onSlot);
    this.#retrying.abort();
    for (const page of [...this.#pages]) if (page.running === 0) this.#release(page);
    this.#wake();
  };

  #report(): void {
    const { watermark } = this.#positions;
    if (this.#isAbandoned || watermark === undefined || watermark === this.#reported) return;
    this.#reported = watermark;
    this.#options.onProgress(watermark);
  }

  #wake(): void {
    if (this.#room && this.#hasRoom) {
      this.#room.end();
      this.#room = undefined;
    }
    if (this.#settled && this.#isSettled) {
      this.#settled.end();
      this.#settled = undefined;
    }
  }

  /** One of the few at once. */
  #pageOf({ ordinal }: Lane): PageInWork {
    for (const page of this.#pages) {
      if (ordinal >= page.ordinal && ordinal < page.ordinal + page.page.records.length) return page;
    }
    throw new Error(`bug: record ${ordinal} is of no page`);
  }
}

class Waiting {
  readonly promise: Promise<void>;
  end!: () => void;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.end = resolve;
    });
  }
}

function recordOf(work: PageInWork, { ordinal }: Lane): UserRecord {
  return work.page.records[ordinal - work.ordinal]!; // the page of the lane's record
}

function isThenable(result: unknown): boolean {
  return typeof (result as PromiseLike<unknown> | null | undefined)?.then === "function";
}
