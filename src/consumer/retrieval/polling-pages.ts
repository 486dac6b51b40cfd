// A shard by GetRecords, one page a call: as fast as the shard gives while there is something to fetch, and seldom while
// there is nothing.

import type { GetRecordsOutput } from "@aws-sdk/client-kinesis";
import { comparePositions, type KinesisRecordInput } from "../../codec/index.ts";
import { type Backoff, type Clock, fullJitter, KINESIS_LIMITS, type KinesisCalls } from "../../kinesis/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { ConsumerOperation, OnConsumerEvent } from "../consumer-event.ts";
import { ReadFailedError } from "../errors.ts";
import { type Answered, callUntilAnswered, type ServiceCallContext } from "../service-call.ts";
import { type KnownShard, listAllShards } from "../shards/index.ts";
import type { StreamId } from "../stream-id.ts";
import { dataBytes } from "./data-bytes.ts";
import { idleBetweenReads, isBehind } from "./idle-between-reads.ts";
import { type ReadBudget, type SharedReadBudget, sharedReadBudget } from "./read-budget.ts";
import { familyIn, type ListedFamily, shardEndOf } from "./shard-end.ts";
import { ShardIterators } from "./shard-iterator.ts";
import type { OpenShardPages, Page, ShardPages, ShardPagesContext } from "./shard-pages.ts";

export interface PollingOptions {
  readonly calls: Pick<KinesisCalls, "getRecords" | "getShardIterator" | "listShards">;
  readonly stream: StreamId;
  readonly clock: Clock;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly onEvent: OnConsumerEvent;
  /** Kinesis records of a page, 1 to 10,000. KCL: `maxRecords`. @defaultValue 10,000 */
  readonly maxRecords?: number;
  /** At the tip of the shard, in milliseconds. KCL: `idleTimeBetweenReadsInMillis`. @defaultValue 1,500 */
  readonly idleTimeBetweenReads?: number;
  /** The shard's 5 calls and 2 MiB a second, kept by ourselves. @defaultValue true */
  readonly respectReadLimits?: boolean;
}

type Settings = Required<PollingOptions>;
type Refusal = Extract<Answered<never>, { ok: false }> & { readonly operation: ConsumerOperation };

interface Fetched {
  readonly output: GetRecordsOutput;
  /** Of the attempt that was answered. */
  readonly startedMs: number;
  readonly durationMs: number;
}

/** In a row: the shard is listed, and yet not there. As long as a stream takes to be deleted, and then some. */
const MOST_ABSENCES = 12;
/** In a row: new iterators that the service does not take for iterators. */
const MOST_INVALID_ITERATORS = 4;
/** Of what should not be asked again at once, though it may be other the next time. */
const BACKOFF = { baseMs: 1_000, capMs: 10_000 };
const LEAST_PAUSE_MS = 200;

export function pollingPages({
  idleTimeBetweenReads = 1_500,
  maxRecords = KINESIS_LIMITS.getRecordsRecords,
  respectReadLimits = true,
  ...given
}: PollingOptions): OpenShardPages {
  const settings = { ...given, idleTimeBetweenReads, maxRecords, respectReadLimits };
  return (shard, start, context) => new PollingPages(settings, shard, start, context);
}

class PollingPages implements ShardPages {
  readonly #settings: Settings;
  readonly #shardId: string;
  readonly #context: ServiceCallContext;
  readonly #iterators: ShardIterators;
  readonly #backoff: Backoff;
  #shared: SharedReadBudget | undefined;
  #iterator: string | undefined;
  #lastFetched: string | undefined;
  /** A new iterator should stand after the last fetched record; whether it does is seen by its records. */
  #mayRepeat = false;
  /** When the shard is asked again, by `monotonicMs`. */
  #dueMs = 0;
  /** Each in a row. */
  #readsAtTip = 0;
  #unconfirmedEnds = 0;
  #uselessIterators = 0;
  #absences = 0;
  #isOver = false;

  constructor(settings: Settings, { shardId }: KnownShard, start: Checkpoint, context: ShardPagesContext) {
    const { calls, clock, onEvent, random, stream } = settings;
    const { onPositionRefused, signal } = context;
    this.#settings = settings;
    this.#shardId = shardId;
    this.#context = { clock, onEvent, random, signal };
    this.#iterators = new ShardIterators({ calls, context: this.#context, onPositionRefused, shardId, start, stream });
    this.#backoff = fullJitter({ ...BACKOFF, random });
  }

  async next(): Promise<Page> {
    this.#context.signal.throwIfAborted();
    if (this.#isOver) throw new Error(`bug: ${this.#shardId} was read after its end`);
    try {
      for (;;) {
        const answer = await this.#ask();
        const page = answer.ok ? await this.#pageOf(answer.output) : await this.#afterRefusal(answer);
        if (!page) continue;
        if (page.childShards) this.#end();
        return page;
      }
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async #ask(): Promise<{ readonly ok: true; readonly output: Fetched } | Refusal> {
    const { clock, signal } = this.#context;
    const idleMs = this.#dueMs - clock.monotonicMs();
    if (idleMs > 0) await clock.sleep(idleMs, signal);
    if (this.#iterator === undefined) {
      const opened = await this.#iterators.open();
      if (!opened.ok) return { ...opened, operation: "GetShardIterator" };
      this.#iterator = opened.output;
    }
    const answered = await this.#getRecords(this.#iterator);
    return answered.ok ? answered : { ...answered, operation: "GetRecords" };
  }

  async #getRecords(ShardIterator: string): Promise<Answered<Fetched>> {
    const { calls, maxRecords: Limit, stream } = this.#settings;
    const { clock, signal: stopped } = this.#context;
    const input = { ShardIterator, Limit, ...stream.inputBesideToken };
    const budget = this.#budget();
    // The first wait is none for an answer, and however long it is, nothing has failed.
    if (budget) await takeCall(budget, clock, stopped);
    let isTaken = true;
    return callUntilAnswered(this.#context, {
      operation: "GetRecords",
      shardId: this.#shardId,
      call: async (signal) => {
        if (budget && !isTaken) await takeCall(budget, clock, signal);
        isTaken = false;
        const startedMs = clock.monotonicMs();
        const output = await calls.getRecords(input, signal);
        return { output, startedMs, durationMs: clock.monotonicMs() - startedMs };
      },
    });
  }

  /** Held from the first call to the last, or until the signal. */
  #budget(): ReadBudget | undefined {
    const { clock, respectReadLimits, stream } = this.#settings;
    if (!respectReadLimits) return undefined;
    if (!this.#shared) {
      this.#shared = sharedReadBudget(clock, stream.name, this.#shardId);
      this.#context.signal.addEventListener("abort", this.#end, { once: true });
    }
    return this.#shared.budget;
  }

  readonly #end = (): void => {
    this.#isOver = true;
    this.#shared?.release();
    this.#context.signal.removeEventListener("abort", this.#end);
  };

  async #pageOf({ durationMs, output, startedMs }: Fetched): Promise<Page> {
    const { MillisBehindLatest: millisBehindLatest = 0, NextShardIterator, Records: fetched = [] } = output;
    this.#shared?.budget.settle(servedBytes(fetched));
    this.#uselessIterators = 0;
    this.#absences = 0;
    this.#readsAtTip = isBehind(fetched.length, millisBehindLatest) ? 0 : this.#readsAtTip + 1;
    this.#dueMs = startedMs + idleBetweenReads(this.#readsAtTip, this.#settings);
    this.#iterator = NextShardIterator ?? undefined;
    const records = this.#mayRepeat ? this.#notYetFetched(fetched) : fetched;
    this.#remember(records.at(-1)?.SequenceNumber);
    const bytes = dataBytes(records);
    this.#context.onEvent({
      type: "page-retrieved",
      shardId: this.#shardId,
      kinesisRecords: records.length,
      bytes,
      millisBehindLatest,
      durationMs,
    });
    return { records, bytes, millisBehindLatest, childShards: await this.#childShards(output) };
  }

  #notYetFetched(fetched: readonly KinesisRecordInput[]): readonly KinesisRecordInput[] {
    const last = { sequenceNumber: this.#lastFetched! }; // what may repeat was fetched
    const firstNew = fetched.findIndex(
      ({ SequenceNumber: sequenceNumber }) => !sequenceNumber || comparePositions({ sequenceNumber }, last) > 0,
    );
    if (firstNew < 0) return [];
    this.#mayRepeat = false;
    return firstNew > 0 ? fetched.slice(firstNew) : fetched;
  }

  #remember(sequenceNumber: string | undefined): void {
    if (sequenceNumber === undefined) return;
    this.#lastFetched = sequenceNumber;
    this.#iterators.fetched(sequenceNumber);
  }

  /** Undefined: it goes on. */
  async #childShards(output: GetRecordsOutput): Promise<readonly KnownShard[] | undefined> {
    const verdict = shardEndOf(this.#shardId, output);
    if (verdict.kind === "ended") return verdict.childShards;
    if (verdict.kind === "goes-on") {
      this.#unconfirmedEnds = 0;
      return undefined;
    }
    const { childShardIds } = verdict;
    this.#context.onEvent({ type: "shard-end-unconfirmed", shardId: this.#shardId, childShardIds });
    // There may be more after a page with records, whatever the listing says: that comes next, or an empty page.
    if (!output.Records?.length) {
      const { childShards, own } = await this.#family();
      if (own?.closed && childShards.length > 0) return childShards;
    }
    this.#renewIterator();
    this.#pause(++this.#unconfirmedEnds);
    return undefined;
  }

  /** The last page, or undefined: it is asked again. */
  async #afterRefusal({ error, failure, operation }: Refusal): Promise<Page | undefined> {
    this.#renewIterator();
    if (failure.kind === "gone") {
      const { childShards, own } = await this.#family();
      // Closed, and trimmed away with its records.
      if (!own) return { records: [], bytes: 0, millisBehindLatest: 0, childShards };
      if (++this.#absences > MOST_ABSENCES) throw this.#failed(operation, error);
      this.#pause(this.#absences);
      return undefined;
    }
    const isExpired = failure.kind === "expired-iterator";
    const isInvalid = operation === "GetRecords" && failure.code === "InvalidArgumentException";
    const isUseless = isExpired || (isInvalid && this.#uselessIterators < MOST_INVALID_ITERATORS);
    if (!isUseless) throw this.#failed(operation, error);
    if (isExpired) this.#context.onEvent({ type: "iterator-expired", shardId: this.#shardId });
    // A new one is taken at once; after that one it is not the iterator that is old.
    if (this.#uselessIterators > 0) this.#pause(this.#uselessIterators);
    this.#uselessIterators++;
    return undefined;
  }

  #renewIterator(): void {
    this.#iterator = undefined;
    this.#mayRepeat = this.#lastFetched !== undefined;
  }

  #pause(times: number): void {
    this.#dueMs = this.#context.clock.monotonicMs() + LEAST_PAUSE_MS + this.#backoff(times);
  }

  /** @throws `KPL_KIT_READ_FAILED`, where the stream itself is gone */
  async #family(): Promise<ListedFamily> {
    const { calls, stream } = this.#settings;
    return familyIn(await listAllShards({ ...this.#context, calls, stream }), this.#shardId);
  }

  #failed(operation: ConsumerOperation, cause: unknown): ReadFailedError {
    return new ReadFailedError(operation, { streamName: this.#settings.stream.name, shardId: this.#shardId }, cause);
  }
}

/** Of several who have waited for the same call one has it, and the others wait for the next. */
async function takeCall(budget: ReadBudget, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let ms = budget.msUntilCall(); ms > 0; ms = budget.msUntilCall()) await clock.sleep(ms, signal);
  budget.takeCall();
}

/** As the service counts them. A plain loop, too. */
function servedBytes(records: readonly KinesisRecordInput[]): number {
  let bytes = 0;
  for (const { Data, PartitionKey } of records) {
    bytes += (Data?.length ?? 0) + (PartitionKey === undefined ? 0 : Buffer.byteLength(PartitionKey));
  }
  return bytes;
}
