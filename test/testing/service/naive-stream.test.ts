// Random calls to the model and to a stream told as simply as it can be: the same answers.

import type { ShardFilterType } from "@aws-sdk/client-kinesis";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import "../../properties/replay.ts";
import { id, Model, type Position, STREAM, texts } from "./model.ts";
import { KEYS, LIMITS, type NaiveIterator, NaiveStream, type Start, TRANSITION_MS } from "./naive-stream.ts";

const HOUR = 3_600_000;
const SHARES = 97;
const share = fc.nat({ max: SHARES - 1 });
const which = fc.nat({ max: 1_000 });
const size = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 8, max: 30 }) }, fc.constantFrom(60, 61, 130));
const put = fc.record({ share, size });

const step = fc.oneof(
  { weight: 5, arbitrary: put.map((given) => ({ kind: "put" as const, ...given })) },
  {
    weight: 2,
    arbitrary: fc.array(put, { minLength: 1, maxLength: 6 }).map((puts) => ({ kind: "puts" as const, puts })),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(1, 17, 100, 249, 250, 500, 1_000, 1_999).map((ms) => ({ kind: "wait" as const, ms })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(3_001, 60_000, 299_999, 5 * HOUR, 23 * HOUR)
      .map((ms) => ({ kind: "wait" as const, ms })),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("split" as const), which, share }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("merge" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("iterator" as const),
      which,
      start: fc.constantFrom(
        "TRIM_HORIZON" as const,
        "LATEST" as const,
        "AT_TIMESTAMP" as const,
        "AT_SEQUENCE_NUMBER" as const,
        "AFTER_SEQUENCE_NUMBER" as const,
      ),
      record: which,
      agoMs: fc.constantFrom(-1, 0, 1, 500, 90_000, 6 * HOUR, 30 * HOUR),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("get" as const),
      which,
      limit: fc.constantFrom(1, 2, 3, 10_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("list" as const),
      type: fc.constantFrom<ShardFilterType>(
        "AT_LATEST",
        "FROM_TRIM_HORIZON",
        "AT_TRIM_HORIZON",
        "AT_TIMESTAMP",
        "FROM_TIMESTAMP",
      ),
      agoMs: fc.constantFrom(0, 1, 2_000, 5 * HOUR, 24 * HOUR, 30 * HOUR),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What a call gave, or the name of what it threw. */
function outcome<Value>(run: () => Value): Value | string {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error && "statusCode" in error)) throw error;
    return error.name;
  }
}

class Pair {
  readonly model: Model;
  readonly naive: NaiveStream;
  readonly #iterators: { readonly text: string; readonly naive: NaiveIterator }[] = [];
  #texts = 0;
  #pages = 0;

  constructor(shards: number) {
    this.model = new Model({
      limits: { ...LIMITS, controlCalls: "off" },
      shards,
      transitionMs: TRANSITION_MS,
    });
    this.naive = new NaiveStream(this.model.clock.now(), shards);
  }

  /** That were not refused and not empty: a history without any proves little. */
  get pages(): number {
    return this.#pages;
  }

  async perform(given: Step): Promise<void> {
    switch (given.kind) {
      case "wait":
        this.naive.wait(given.ms);
        return await this.model.clock.advance(given.ms);
      case "put":
        return this.#put(given);
      case "puts":
        return this.#putMany(given.puts);
      case "split":
      case "merge":
        return this.#reshard(given);
      case "iterator":
        return this.#iterator(given);
      case "get":
        return this.#get(given);
      case "list":
        return this.#list(given);
      default:
        return given satisfies never;
    }
  }

  #record({ share, size }: { share: number; size: number }) {
    const text = String(this.#texts++).padStart(size - 1, "-");
    return { text, size: Buffer.byteLength(text) + 1, hashKey: (BigInt(share) * KEYS) / BigInt(SHARES) };
  }

  #put(given: { share: number; size: number }): void {
    const { hashKey, size, text } = this.#record(given);
    const expected = this.naive.put(text, size, hashKey);
    const actual = outcome(() => this.model.put(text, { hashKey }));
    expect(typeof actual === "string" ? actual : actual.shardId).toEqual(
      typeof expected === "string" ? expected : id(expected.index),
    );
    if (typeof expected !== "string" && typeof actual !== "string") {
      expected.records.at(-1)!.sequenceNumber = actual.sequenceNumber;
    }
  }

  #putMany(puts: readonly { share: number; size: number }[]): void {
    const records = puts.map((given) => this.#record(given));
    const { FailedRecordCount, Records } = this.model.perform("PutRecords", {
      StreamName: STREAM,
      Records: records.map(({ hashKey, text }) => ({
        PartitionKey: "a",
        ExplicitHashKey: hashKey.toString(),
        Data: Buffer.from(text),
      })),
    });
    let failed = 0;
    for (const [at, { hashKey, size, text }] of records.entries()) {
      const expected = this.naive.put(text, size, hashKey);
      const { ErrorCode, SequenceNumber, ShardId } = Records![at]!;
      if (typeof expected === "string") {
        failed++;
        expect([ErrorCode, SequenceNumber, ShardId]).toEqual([expected, undefined, undefined]);
      } else {
        expect([ErrorCode, ShardId]).toEqual([undefined, id(expected.index)]);
        expected.records.at(-1)!.sequenceNumber = SequenceNumber!;
      }
    }
    expect(FailedRecordCount).toBe(failed);
  }

  #reshard(given: Extract<Step, { kind: "split" | "merge" }>): void {
    const { open } = this.naive;
    if (given.kind === "split") {
      const { end, index, start } = open[given.which % open.length]!;
      if (end - start < 4n) return; // too narrow for a border
      const at = start + 2n + ((end - start - 3n) * BigInt(given.share)) / BigInt(SHARES);
      expect(outcome(() => this.model.split(index, at))).toEqual(this.naive.split(index, at));
    } else if (open.length > 1) {
      const at = given.which % (open.length - 1);
      const [lower, upper] = [open[at]!.index, open[at + 1]!.index];
      expect(outcome(() => this.model.merge(lower, upper))).toEqual(this.naive.merge(lower, upper));
    }
  }

  #iterator({ agoMs, record, start: kind, which }: Extract<Step, { kind: "iterator" }>): void {
    const { nowMs, shards } = this.naive;
    const index = which % shards.length;
    const { records } = shards[index]!;
    let start: Start;
    let position: Position;
    if (kind === "AT_TIMESTAMP") {
      start = { kind, timestampMs: nowMs - agoMs };
      position = { type: kind, timestampMs: nowMs - agoMs };
    } else if (kind === "AT_SEQUENCE_NUMBER" || kind === "AFTER_SEQUENCE_NUMBER") {
      if (records.length === 0) return;
      const at = record % records.length;
      start = { kind, record: at };
      position = { type: kind, sequenceNumber: records[at]!.sequenceNumber };
    } else {
      start = { kind };
      position = { type: kind };
    }
    const expected = this.naive.iterator(index, start);
    const actual = outcome(() => this.model.iterator(position, id(index)));
    if (typeof expected === "string") expect(actual).toBe(expected);
    else this.#iterators.push({ text: actual, naive: expected });
  }

  #get({ limit, which }: Extract<Step, { kind: "get" }>): void {
    if (this.#iterators.length === 0) return;
    // Mostly the latest ones.
    const at = Math.max(0, this.#iterators.length - 1 - (which % 5));
    const { naive, text } = this.#iterators[at]!;
    const expected = this.naive.get(naive, limit);
    const actual = outcome(() => this.model.get(text, limit));
    if (typeof expected === "string" || typeof actual === "string") {
      expect(actual).toEqual(expected);
      return;
    }
    expect({
      texts: texts(actual),
      millisBehindLatest: actual.MillisBehindLatest,
      children: actual.ChildShards?.map(({ ShardId }) => ShardId),
      goesOn: actual.NextShardIterator !== undefined,
    }).toEqual({
      texts: expected.texts,
      millisBehindLatest: expected.millisBehindLatest,
      children: expected.children?.map(id),
      goesOn: expected.next !== undefined,
    });
    if (expected.texts.length > 0) this.#pages++;
    if (expected.next) this.#iterators.push({ text: actual.NextShardIterator!, naive: expected.next });
  }

  #list({ agoMs, type }: Extract<Step, { kind: "list" }>): void {
    const timestampMs = this.naive.nowMs - agoMs;
    const byTime = type.endsWith("TIMESTAMP");
    const filter = byTime ? { Type: type, Timestamp: new Date(timestampMs) } : { Type: type };
    expect(this.model.listed(filter)).toEqual(this.naive.list(type, timestampMs));
  }
}

let pages = 0;
test.prop([fc.integer({ min: 1, max: 3 }), fc.array(step, { minLength: 1, maxLength: 120, size: "max" })], {
  numRuns: 100,
})("the model answers as the naive stream does", async (shards, steps) => {
  const pair = new Pair(shards);
  for (const given of steps) await pair.perform(given);
  pages += pair.pages;
});

it("and there was something to read", () => {
  expect(pages).toBeGreaterThan(50);
});
