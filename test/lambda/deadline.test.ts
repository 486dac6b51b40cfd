// When the time is nearly up: a stop where a Kinesis record ends, and the reply names the first that is not done.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type KinesisHandlerOptions,
  kinesisHandler,
  type LambdaUserRecord,
  tumblingWindowHandler,
} from "../../src/lambda/index.ts";
import { contextOf, eventOf, logged, reporting, type TestContext, windowEventOf } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

const orders: readonly KinesisHandlerOptions[] = [
  { order: "shard" },
  { order: "partitionKey", concurrency: 1 },
  { order: "none", concurrency: 1 },
];

/** A function with `timeoutMs` whose handling of each user record takes `tookMs`; when none was left, it was killed. */
function run(
  timeoutMs: number,
  tookMs: number,
  options: KinesisHandlerOptions = {},
  event = eventOf(["a.1", ["b.1", "b.2", "b.3"], "c.1"]),
) {
  let leftMs = timeoutMs;
  const handled: string[] = [];
  const handler = kinesisHandler<TestContext>(async (record) => {
    await Promise.resolve();
    leftMs -= tookMs;
    handled.push(record.text());
  }, options);
  const replied = handler(event, { getRemainingTimeInMillis: () => Math.max(0, leftMs) });
  return replied.then((reply) => ({ event, handled, reply, leftMs }));
}

const all = ["a.1", "b.1", "b.2", "b.3", "c.1"];

describe.each(orders)("no further Kinesis record is begun with less than the margin left, $order", (order) => {
  // Of a function with a minute: the default margin is 5 s.
  it.each([
    { tookMs: 1_000, handled: all, reported: undefined },
    { tookMs: 13_749, handled: all, reported: undefined }, // 5.004 s before c.1
    { tookMs: 13_750, handled: ["a.1", "b.1", "b.2", "b.3"], reported: 2 }, // 5 s before c.1
    { tookMs: 54_999, handled: ["a.1", "b.1"], reported: 1 }, // 5.001 s before b.1: the aggregate was begun, and left in its middle
    { tookMs: 55_000, handled: ["a.1"], reported: 1 }, // 5 s before b.1
    { tookMs: 60_000, handled: ["a.1"], reported: 1 },
  ])("a minute, $tookMs ms each: $handled", async ({ tookMs, handled, reported }) => {
    const ended = await run(60_000, tookMs, order);
    expect(ended.handled).toEqual(handled);
    expect(ended.reply).toEqual(reporting(ended.event, reported));
  });

  it.each([
    { deadlineMarginMs: 0, handled: all, reported: undefined },
    { deadlineMarginMs: 1_999, handled: all, reported: undefined },
    { deadlineMarginMs: 2_000, handled: ["a.1", "b.1", "b.2", "b.3"], reported: 2 }, // 2 s before c.1
  ])("a margin of $deadlineMarginMs ms", async ({ deadlineMarginMs, handled, reported }) => {
    const ended = await run(42_000, 10_000, { ...order, deadlineMarginMs });
    expect(ended.handled).toEqual(handled);
    expect(ended.reply).toEqual(reporting(ended.event, reported));
  });
});

describe.each(orders)("the margin is a fifth of the time there is, at most, $order", (order) => {
  it.each([
    // Lambda's default timeout, all of which would be margin.
    { timeoutMs: 3_000, tookMs: 599, handled: all, reported: undefined }, // 604 ms before c.1
    { timeoutMs: 3_000, tookMs: 600, handled: ["a.1", "b.1", "b.2", "b.3"], reported: 2 }, // 600 ms before c.1
    { timeoutMs: 3_000, tookMs: 2_399, handled: ["a.1", "b.1"], reported: 1 }, // 601 ms before b.1
    { timeoutMs: 3_000, tookMs: 2_400, handled: ["a.1"], reported: 1 }, // 600 ms before b.1
    { timeoutMs: 1, tookMs: 0, handled: all, reported: undefined },
  ])("$timeoutMs ms, $tookMs ms each", async ({ timeoutMs, tookMs, handled, reported }) => {
    const ended = await run(timeoutMs, tookMs, order);
    expect(ended.handled).toEqual(handled);
    expect(ended.reply).toEqual(reporting(ended.event, reported));
  });
});

describe.each(orders)(
  "the margin's last fifth is for nothing, the rest for the Kinesis record that was begun, $order",
  (order) => {
    // Of 10 s: the margin is 2 s, its last fifth 400 ms.
    it.each([
      { tookMs: 3_100, handled: ["b.1", "b.2", "b.3"], reported: 1 }, // 3.8 s before b.3, 700 ms after it
      { tookMs: 4_799, handled: ["b.1", "b.2", "b.3"], reported: 1 }, // 402 ms before b.3
      { tookMs: 4_800, handled: ["b.1", "b.2"], reported: 0 }, // 400 ms before b.3
      { tookMs: 9_600, handled: ["b.1"], reported: 0 }, // 400 ms before b.2
    ])("$tookMs ms each: $handled", async ({ tookMs, handled, reported }) => {
      const ended = await run(10_000, tookMs, order, eventOf([["b.1", "b.2", "b.3"], "c.1"]));
      expect(ended.handled).toEqual(handled);
      expect(ended.reply).toEqual(reporting(ended.event, reported));
    });
  },
);

describe("with several at work", () => {
  it("a Kinesis record that is not begun for want of time does not end the one before it", async () => {
    const event = eventOf([["a.1", "a.2"], "b.1"]);
    const handled: string[] = [];
    const handle = async (record: LambdaUserRecord) => handled.push(record.text());
    const handler = kinesisHandler<TestContext>(handle, { order: "partitionKey", concurrency: 2 });
    // There is time to unpack both and to begin with a; for b's turn it is too late, for the rest of a's it is not.
    const reply = await handler(event, contextOf(10_000, 10_000, 10_000, 10_000, 1_000));
    expect(handled).toEqual(["a.1", "a.2"]);
    expect(reply).toEqual(reporting(event, 1));
  });
});

describe("no context, or none with a clock", () => {
  it.each([undefined, {}])("%j: there is time", async (context) => {
    const handled: string[] = [];
    const handle = (record: LambdaUserRecord) => handled.push(record.text());
    const handler = kinesisHandler<{ getRemainingTimeInMillis(): number }>(handle, {
      deadlineMarginMs: Number.POSITIVE_INFINITY,
    });
    const reply = await handler(eventOf(all), context as TestContext);
    expect(handled).toEqual(all);
    expect(reply).toEqual({ batchItemFailures: [] });
  });
});

describe("a tumbling window", () => {
  // Asked for the time there is, for the Kinesis record and then for each of its user records.
  it.each([
    { when: "before the first", left: [10_000, 0], reported: 0, count: 10 },
    { when: "no time at all", left: [0], reported: 0, count: 10 },
    { when: "in the middle of the first", left: [10_000, 9_000, 9_000, 400], reported: 0, count: 10 },
    { when: "before the second", left: [10_000, 9_000, 9_000, 9_000, 2_000], reported: 1, count: 12 },
    { when: "at the second's first", left: [10_000, 9_000, 9_000, 9_000, 9_000, 2_000], reported: 1, count: 12 },
    {
      when: "in the middle of the second",
      left: [10_000, 9_000, 9_000, 9_000, 9_000, 9_000, 400],
      reported: 1,
      count: 12,
    },
    { when: "never", left: [10_000], reported: undefined, count: 15 },
  ])("$when", async ({ left, reported, count }) => {
    const window = { state: { count: 10 }, isFinalInvokeForWindow: true };
    const event = windowEventOf([["a.1", "a.2"], ["b.1", "b.2"], "c.1"], window);
    const finish = vi.fn();
    const handler = tumblingWindowHandler<{ count: number }, TestContext>((state) => {
      state.count = (state.count ?? 0) + 1; // in place
      return state as { count: number };
    }, finish);
    expect(await handler(event, contextOf(...left))).toEqual({ ...reporting(event, reported), state: { count } });
    expect(finish).toHaveBeenCalledTimes(reported === undefined ? 1 : 0);
  });
});
