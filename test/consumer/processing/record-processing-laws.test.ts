// Any pages of any shards, any durations and failures, any limit, any instant of stop, in virtual time; judged by what
// the user's code saw, never by what the processing says of itself.

import { getEventListeners } from "node:events";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { UserRecord } from "../../../src/codec/index.ts";
import {
  RecordProcessing,
  type RecordProcessingOptions,
  resolveRetryPolicy,
  Slots,
} from "../../../src/consumer/processing/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import "../../properties/replay.ts";
import { idOf, pageOf, type TestPage } from "./record-pages.ts";

/** How one record's handler behaves. */
interface Behaviour {
  /** -1: it returns no promise. */
  readonly ms: number;
  /** Attempts that fail before one succeeds. */
  readonly failures: number;
}

interface Scenario {
  readonly shards: readonly (readonly {
    readonly kinesisRecords: readonly (readonly string[])[];
    readonly dropped: number;
  }[])[];
  /** By the records' order, over and over. */
  readonly behaviours: readonly Behaviour[];
  readonly per: "shard" | "partitionKey";
  readonly limit: number;
  readonly onFailure: "stop" | "skip" | "divert";
  /** Attempts at diverting that fail. */
  readonly divertFailures: number;
  readonly stopAtMs: number | undefined;
  /** After the stop. */
  readonly abandonAfterMs: number | undefined;
}

const ATTEMPTS = 3;

const scenario: fc.Arbitrary<Scenario> = fc.record({
  shards: fc.array(
    fc.array(
      fc.record({
        kinesisRecords: fc.array(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }), {
          maxLength: 4,
        }),
        dropped: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 12 }) }),
      }),
      { maxLength: 5 },
    ),
    { minLength: 1, maxLength: 3 },
  ),
  behaviours: fc.array(
    fc.record({
      ms: fc.oneof(fc.constant(-1), fc.nat({ max: 30 })),
      failures: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat({ max: ATTEMPTS }) }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  per: fc.constantFrom("shard", "partitionKey"),
  limit: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(Number.POSITIVE_INFINITY)),
  onFailure: fc.constantFrom("stop", "skip", "divert"),
  divertFailures: fc.nat({ max: ATTEMPTS }),
  stopAtMs: fc.option(fc.nat({ max: 120 }), { nil: undefined }),
  abandonAfterMs: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
});

interface Running {
  readonly shard: Shard;
  readonly lane: string;
}

interface World {
  readonly drawn: Scenario;
  readonly clock: VirtualClock;
  readonly stop: AbortController;
  readonly slots: Slots;
  readonly running: Set<Running>;
  /** What user code throws is the user's: a broken law is kept here, until the end. */
  readonly broken: string[];
}

/** One shard, its feeder, and all that its processing must keep to. */
class Shard {
  readonly #world: World;
  readonly pages: readonly TestPage[];
  readonly #records: readonly UserRecord[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #processing: RecordProcessing;
  /** Handled, skipped or diverted; as indexes of `#records`. */
  readonly #settled: Set<number> = new Set();
  readonly #attempts: Map<number, number> = new Map();
  readonly #diverts: Map<number, number> = new Map();
  #watermark = -1;
  #accepted: TestPage[] = [];
  #processed = 0;
  isAbandoned = false;
  failure: unknown;

  constructor(world: World) {
    this.#world = world;
    const { drawn } = world;
    let first = 1;
    this.pages = drawn.shards[0]!.map(({ dropped, kinesisRecords }) => {
      const page = pageOf(kinesisRecords, first, Math.min(dropped, kinesisRecords.flat().length));
      first += kinesisRecords.length;
      return page;
    });
    this.#records = this.pages.flatMap(({ records }) => records);
    this.#indexes = new Map(this.#records.map((record, index) => [idOf(record), index]));
    this.#processing = new RecordProcessing({
      shardId: "shardId-000000000000",
      handler: (record) => this.#handle(record),
      onFailure: drawn.onFailure === "divert" ? (record) => this.#divert(record) : drawn.onFailure,
      retry: resolveRetryPolicy({ attempts: ATTEMPTS, baseMs: 8, capMs: 20 }),
      slots: world.slots,
      per: drawn.per,
      clock: world.clock,
      random: () => 0.9,
      onEvent: (event) => this.#see(event),
      onProgress: (watermark) => this.#progress(watermark),
      signal: world.stop.signal,
    });
  }

  async read(): Promise<void> {
    try {
      for (const page of this.pages) {
        const isLast = this.#world.stop.signal.aborted; // one page too many, as a reader may
        this.#accepted.push(page);
        await this.#processing.accept(page);
        if (isLast) break;
      }
    } catch (error) {
      this.failure = error;
    }
    try {
      await this.#processing.drain();
    } catch (error) {
      this.failure = error;
    }
    const runs = [...this.#world.running].some(({ shard }) => shard === this);
    this.#law(this.isAbandoned || !runs, "drained, and something runs");
  }

  abandon(): void {
    const open = this.#accepted.flatMap(({ records }) => records).length - this.#settled.size;
    this.isAbandoned = true;
    for (const running of this.#world.running) if (running.shard === this) this.#world.running.delete(running);
    expect(this.#processing.abandon()).toBe(open);
  }

  #handle(record: UserRecord): Promise<void> | void {
    const { behaviours, limit, per } = this.#world.drawn;
    const index = this.#indexOf(record);
    const attempts = this.#attempts.get(index) ?? 0;
    this.#attempts.set(index, attempts + 1);
    this.#law(!this.isAbandoned, "started after abandon");
    this.#law(!this.#world.stop.signal.aborted, "started after the stop");
    this.#law(!this.failure, "started after its shard had failed");
    const laneOf = ({ partitionKey }: UserRecord): string => (per === "shard" ? "" : `${partitionKey}`);
    const lane = laneOf(record);
    for (let prior = 0; prior < index; prior++) {
      const isOfLane = laneOf(this.#records[prior]!) === lane;
      this.#law(!isOfLane || this.#settled.has(prior), "started before an earlier one of its lane was finished");
    }
    const ahead = this.#pageOf(index) - this.#pageOf(this.#firstOpen());
    this.#law(ahead < 2, "more than two pages at once");

    const running = { shard: this, lane };
    for (const other of this.#world.running) this.#law(other.shard !== this || other.lane !== lane, "two of a lane");
    this.#world.running.add(running);
    this.#law(this.#world.running.size <= limit, "more at once than the limit");

    const { failures, ms } = behaviours[index % behaviours.length]!;
    const end = (): void => {
      this.#world.running.delete(running);
      if (attempts < failures) throw new Error(`attempt ${attempts}`);
      if (!this.isAbandoned) this.#settled.add(index);
    };
    if (ms < 0) return end();
    return this.#world.clock.sleep(ms).then(end);
  }

  async #divert(record: UserRecord): Promise<void> {
    const index = this.#indexOf(record);
    this.#law(this.#attempts.get(index) === ATTEMPTS, "diverted before the last attempt");
    const diverts = this.#diverts.get(index) ?? 0;
    this.#diverts.set(index, diverts + 1);
    await this.#world.clock.sleep(3);
    if (diverts < this.#world.drawn.divertFailures) throw new Error(`divert ${diverts}`);
    if (!this.isAbandoned) this.#settled.add(index);
  }

  #see(event: Parameters<RecordProcessingOptions["onEvent"]>[0]): void {
    if (event.type === "batch-processed") this.#processed++;
    this.#law(event.type === "abandoned" || !this.isAbandoned, `${event.type} after abandon`);
    if (event.type !== "record-given-up") return;
    const index = this.#indexOf(event.position);
    const { onFailure } = this.#world.drawn;
    this.#law(
      onFailure !== "stop" && event.how === (onFailure === "skip" ? "skipped" : "diverted"),
      "given up unasked",
    );
    this.#law(this.#attempts.get(index) === ATTEMPTS, "given up before the last attempt");
    this.#settled.add(index);
  }

  /** All below it was handled, or given up as the user said; it never goes back. */
  #progress(watermark: Parameters<RecordProcessingOptions["onProgress"]>[0]): void {
    this.#law(!this.isAbandoned, "progress after abandon");
    const at = placeOf(watermark);
    this.#law(at > this.#watermark, "the watermark went back");
    this.#watermark = at;
    this.#records.forEach((record, index) => {
      this.#law(placeOf(record) > at || this.#settled.has(index), `${idOf(record)} is passed unfinished`);
    });
  }

  /** Once nothing runs any more. */
  judge(): void {
    const { onFailure } = this.#world.drawn;
    const accepted = this.#accepted.flatMap(({ records }) => records);
    expect(this.pages.map(({ released }) => released)).toEqual(
      this.pages.map((page) => (this.#accepted.includes(page) ? 1 : 0)),
    );
    expect(this.#processing.open).toBe(accepted.length - this.#settled.size);
    const firstOpen = this.#records.findIndex((_, index) => !this.#settled.has(index));
    const whole = this.#accepted.filter(({ records }) =>
      records.every((record) => this.#settled.has(this.#indexOf(record))),
    );
    if (!this.isAbandoned) expect(this.#processed).toBe(whole.length);
    if (this.failure) {
      expect(this.failure).toMatchObject({ code: "KPL_KIT_PROCESSING_FAILED" });
      expect(onFailure).not.toBe("skip");
      const failed = this.#indexOf((this.failure as { position: UserRecord }).position);
      expect(this.#settled.has(failed)).toBe(false);
      expect(this.#attempts.get(failed)).toBe(ATTEMPTS);
    } else if (!this.#world.stop.signal.aborted) {
      expect(firstOpen, "nothing is lost").toBe(-1);
      expect(this.#accepted.length).toBe(this.pages.length);
    }
    // No less than it could be: all finished records before the first open one are passed.
    if (this.isAbandoned) return;
    const passed = firstOpen < 0 ? this.#records : this.#records.slice(0, firstOpen);
    for (const record of passed) expect(placeOf(record)).toBeLessThanOrEqual(this.#watermark);
    const end = this.pages.findLast((page) => page.end)?.end;
    if (firstOpen < 0 && end && this.#accepted.length === this.pages.length) expect(this.#watermark).toBe(placeOf(end));
  }

  #law(isKept: boolean, broken: string): void {
    if (!isKept) this.#world.broken.push(broken);
  }

  #firstOpen(): number {
    for (let index = 0; ; index++) if (!this.#settled.has(index)) return index;
  }

  #pageOf(index: number): number {
    let end = 0;
    return this.pages.findIndex(({ records }) => (end += records.length) > index);
  }

  #indexOf(position: Parameters<typeof idOf>[0]): number {
    return this.#indexes.get(idOf(position)) ?? -1;
  }
}

/** The order of positions, as a number. */
function placeOf(position: {
  readonly sequenceNumber?: string | undefined;
  readonly subSequenceNumber?: number | undefined;
}): number {
  return Number(position.sequenceNumber) * 10 + (position.subSequenceNumber ?? 0);
}

describe("RecordProcessing", () => {
  test.prop([scenario], { numRuns: 300 })(
    "keeps order in a lane, the limit over all, passes nothing unfinished, loses nothing, releases each page once",
    async (drawn) => {
      const clock = new VirtualClock();
      const stop = new AbortController();
      const world = {
        drawn,
        clock,
        stop,
        slots: new Slots(drawn.limit),
        running: new Set<Running>(),
        broken: [] as string[],
      };
      const shards = drawn.shards.map((pages) => new Shard({ ...world, drawn: { ...drawn, shards: [pages] } }));
      const read = Promise.all(shards.map((shard) => shard.read()));
      if (drawn.stopAtMs !== undefined) {
        await clock.advance(drawn.stopAtMs);
        stop.abort();
        if (drawn.abandonAfterMs !== undefined) {
          await clock.advance(drawn.abandonAfterMs);
          for (const shard of shards) shard.abandon();
        }
      }
      await clock.runUntil(read, { limitMs: 60_000 });
      // What was abandoned ends late, and unseen.
      await clock.runAll();
      expect(world.broken).toEqual([]);
      for (const shard of shards) shard.judge();
      expect(world.slots.taken).toBe(0);
      expect(clock.pending).toBe(0);
      expect(getEventListeners(stop.signal, "abort")).toEqual([]);
    },
  );
});
