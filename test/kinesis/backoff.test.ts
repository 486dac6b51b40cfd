// Full jitter: by a table where chance is held in the hand, by laws for any numbers, by a count for the spread.

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type BackoffOptions, fullJitter } from "../../src/kinesis/index.ts";
import { seededRandom } from "../../src/testing/faults/index.ts";

const JUST_BELOW_1 = 1 - 2 ** -53;

describe.each([
  { failures: 1, bound: 100 },
  { failures: 2, bound: 200 },
  { failures: 3, bound: 400 },
  { failures: 8, bound: 12_800 },
  { failures: 9, bound: 20_000 },
  { failures: 1_001, bound: 20_000 },
  // 2 ** 1024 is no number any more.
  { failures: 1_026, bound: 20_000 },
  { failures: Number.MAX_SAFE_INTEGER, bound: 20_000 },
  { failures: Number.POSITIVE_INFINITY, bound: 20_000 },
  // Nobody counts so, and it must not wait for nothing, nor for ever.
  { failures: 0, bound: 100 },
  { failures: -7, bound: 100 },
  { failures: Number.NEGATIVE_INFINITY, bound: 100 },
  { failures: Number.NaN, bound: 100 },
])("after $failures failures, from 100 ms to 20 s", ({ bound, failures }) => {
  it.each([
    { drawn: 0, waits: 0 },
    { drawn: 0.25, waits: bound / 4 },
    { drawn: JUST_BELOW_1, waits: bound - 1 },
  ])(`of ${bound} ms, $drawn is $waits ms`, ({ drawn, waits }) => {
    expect(fullJitter({ baseMs: 100, capMs: 20_000, random: () => drawn })(failures)).toBe(waits);
  });
});

const options = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 0, max: 2 ** 40 }))
  .map(([baseMs, more]) => ({ baseMs, capMs: baseMs + more }));
const below1 = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const failures = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.double());

describe("laws", () => {
  test.prop([options, failures, below1])("whole milliseconds, from 0, below the cap", (given, count, drawn) => {
    const ms = fullJitter({ ...given, random: () => drawn })(count);
    expect(Number.isSafeInteger(ms)).toBe(true);
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThan(given.capMs);
  });

  test.prop([options, fc.integer({ min: 1, max: 3_000 }), below1])(
    "one failure more is no shorter a wait",
    (given, count, drawn) => {
      const backoff = fullJitter({ ...given, random: () => drawn });
      expect(backoff(count + 1)).toBeGreaterThanOrEqual(backoff(count));
    },
  );

  test.prop([options, failures])("a draw for each wait, and no more", (given, count) => {
    let draws = 0;
    fullJitter({ ...given, random: () => ++draws / 10 })(count);
    expect(draws).toBe(1);
  });
});

it.each([1, 4, 12])("after %i failures each part of the interval is as likely as any other", (count) => {
  const backoff = fullJitter({ baseMs: 1_000, capMs: 60_000, random: seededRandom(7) });
  const bound = Math.min(60_000, 1_000 * 2 ** (count - 1));
  const parts = Array<number>(10).fill(0);
  const draws = 20_000;
  for (let draw = 0; draw < draws; draw++) parts[Math.floor((backoff(count) / bound) * parts.length)]!++; // below bound
  const chiSquare = parts.reduce((sum, seen) => sum + (seen - draws / 10) ** 2 / (draws / 10), 0);
  // Nine degrees of freedom: beyond this once in a million.
  expect(chiSquare).toBeLessThan(45);
});

it("draws from Math.random where nothing else is given", () => {
  const backoff = fullJitter({ baseMs: 1_000_000, capMs: 1_000_000 });
  expect(new Set(Array.from({ length: 50 }, () => backoff(1))).size).toBeGreaterThan(40);
});

it.each<[string, BackoffOptions]>([
  ["baseMs", { baseMs: 0, capMs: 100 }],
  ["baseMs", { baseMs: -1, capMs: 100 }],
  ["baseMs", { baseMs: 0.5, capMs: 100 }],
  ["baseMs", { baseMs: Number.NaN, capMs: 100 }],
  ["baseMs", { baseMs: "100" as never, capMs: 100 }],
  ["capMs", { baseMs: 100, capMs: 99 }],
  ["capMs", { baseMs: 100, capMs: Number.POSITIVE_INFINITY }],
  ["capMs", { baseMs: 100, capMs: Number.NaN }],
  ["capMs", { baseMs: 100 } as never],
])("a wrong %s is refused: %j", (option, given) => {
  expect(() => fullJitter(given)).toThrow(
    expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", message: expect.stringContaining(`${option} `) }),
  );
});
