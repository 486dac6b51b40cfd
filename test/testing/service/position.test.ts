// Every sequence number between two records is a place between them: a checkpoint that says "so far, at this time" leads
// to the next record, and none is skipped or read again.

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import "../../properties/replay.ts";
import { Model, texts } from "./model.ts";

const waits = fc.array(fc.constantFrom(0, 1, 500, 1_000, 3_000, 61_000), { minLength: 1, maxLength: 12 });

/** Numbers of a record's time and its shard, lowest first: all but the low four bits, which tell the version. */
const VERSION = 16n;

test.prop([waits, fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 80n })])(
  "a number at, between, before or after the records of a shard",
  async (waits, which, within) => {
    const model = new Model();
    const { startingSequenceNumber } = model.service.snapshot()[0]!.shards[0]!;
    const numbers: bigint[] = [BigInt(startingSequenceNumber)];
    for (const [at, ms] of waits.entries()) {
      await model.clock.advance(ms);
      numbers.push(BigInt(model.put(String(at)).sequenceNumber));
    }
    const at = which % numbers.length;
    const low = numbers[at]!;
    const next = numbers[at + 1] ?? low + 2n ** 80n;
    // Between the two, of this shard and this version.
    const shardBits = 2n ** 36n;
    const number = low + (((next - low) * within) / 2n ** 80n / shardBits) * shardBits;
    expect(number & (VERSION - 1n)).toBe(2n);
    expect(number >= low && number <= next).toBe(true);
    const expected = (from: (record: bigint) => boolean): string[] =>
      numbers
        .slice(1)
        .map((record, place) => ({ record, text: String(place) }))
        .filter(({ record }) => from(record))
        .map(({ text }) => text);
    const sequenceNumber = number.toString();
    expect(model.page({ type: "AT_SEQUENCE_NUMBER", sequenceNumber })).toEqual(expected((record) => record >= number));
    expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber })).toEqual(
      expected((record) => record > number),
    );
  },
);

// "Use ContinuationSequenceNumber for checkpointing because it captures your shard progress even when no data is written
// to the shard."
describe("ContinuationSequenceNumber", () => {
  it("grows while nothing is written, and every one of them leads to the next record", async () => {
    const model = new Model();
    model.put("before");
    const subscription = model.subscribe(model.register("reader"), { type: "LATEST" });
    const numbers: bigint[] = [];
    for (let event = 0; event < 5; event++) {
      const { ContinuationSequenceNumber, Records } = (await model.next(subscription))!;
      expect(Records).toEqual([]);
      numbers.push(BigInt(ContinuationSequenceNumber!));
    }
    model.put("after");
    for (const [at, number] of numbers.entries()) {
      if (at > 0) expect(number).toBeGreaterThan(numbers[at - 1]!);
      const sequenceNumber = number.toString();
      const seen = at === 0 ? ["before", "after"] : ["after"]; // the first is of the record's own second: it is the record
      expect(model.page({ type: "AT_SEQUENCE_NUMBER", sequenceNumber })).toEqual(seen);
      expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber })).toEqual(["after"]);
    }
  });

  it("of an empty shard leads to its first record", async () => {
    const model = new Model();
    const subscription = model.subscribe(model.register("reader"), { type: "LATEST" });
    const first = await model.next(subscription);
    const second = await model.next(subscription);
    model.put("first");
    for (const event of [first, second]) {
      const sequenceNumber = event!.ContinuationSequenceNumber;
      expect(model.page({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber })).toEqual(["first"]);
      expect(model.page({ type: "AT_SEQUENCE_NUMBER", sequenceNumber })).toEqual(["first"]);
    }
  });

  it("is the last record's own while others wait", async () => {
    const model = new Model();
    for (let at = 0; at < 3; at++) model.put(new Uint8Array(900_000));
    const { records } = model.service.snapshot()[0]!.shards[0]!;
    await model.clock.advance(9_000);
    const subscription = model.subscribe(model.register("reader"));
    const event = (await model.next(subscription))!;
    expect(event.Records).toHaveLength(1);
    expect(event.ContinuationSequenceNumber).toBe(records[0]!.sequenceNumber);
  });
});

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("put" as const), count: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 700, 5_000, 12_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("event" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("resubscribe" as const) }) },
);

test.prop([fc.array(deed, { maxLength: 40, size: "max" }), fc.boolean()])(
  "subscriptions that go on where the last event ended read every record once, in order",
  async (deeds, latest) => {
    const model = new Model();
    const reader = model.register("reader");
    model.put("at the start");
    let subscription = model.subscribe(reader, { type: latest ? "LATEST" : "TRIM_HORIZON" });
    const put: string[] = latest ? [] : ["at the start"];
    const read: string[] = [];
    let from: string | undefined;
    const event = async (): Promise<void> => {
      const next = (await model.next(subscription))!;
      read.push(...texts(next));
      from = next.ContinuationSequenceNumber;
    };
    await event();
    for (const { kind, ...given } of deeds) {
      if (kind === "put") {
        for (let at = 0; at < (given as { count: number }).count; at++) {
          put.push(`record ${put.length}`);
          model.put(put.at(-1)!);
        }
      } else if (kind === "wait") await model.clock.advance((given as { ms: number }).ms);
      else if (kind === "event") await event();
      else {
        subscription.close();
        subscription = model.subscribe(reader, { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: from });
      }
    }
    while (read.length < put.length) await event();
    expect(read).toEqual(put);
    subscription.close();
    expect(model.clock.pending).toBe(0);
  },
);
