// The Aggregator against a list of what it holds: a history of adds, questions and flushes.

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  Aggregator,
  type AggregatorOptions,
  isAggregated,
  type PackedEntry,
  type UserRecordInput,
} from "../../src/codec/index.ts";
import { dataOf, effectiveHashKey, recordSize } from "../codec/user-record-rows.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { hex, utf8 } from "../oracle/frame.ts";
import { userRecord } from "./user-records.ts";

const RESERVED_FOR_FUNCTION = 1_024;

const options: fc.Arbitrary<Required<AggregatorOptions>> = fc.record({
  maxSize: fc.oneof(fc.integer({ min: 64, max: 600 }), fc.integer({ min: 64, max: 60_000 })),
  maxCount: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(2 ** 32 - 1)),
  maxRecordSize: fc.oneof(fc.constant(1_048_576), fc.integer({ min: 30_000, max: 60_000 })),
  lone: fc.constantFrom("raw", "wrap", "auto"),
  outerPartitionKey: fc.constantFrom<Required<AggregatorOptions>["outerPartitionKey"]>(
    "constant",
    "first",
    () => "chosen by function",
  ),
});

type Step = { readonly do: "add" | "fits"; readonly record: UserRecordInput } | { readonly do: "flush" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: userRecord.map((record): Step => ({ do: "add", record })) },
    { weight: 2, arbitrary: userRecord.map((record): Step => ({ do: "fits", record })) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: "flush" }) },
  ),
  { maxLength: 50, size: "max" },
);

/** Refused by every container: too large even alone. Everything that the arbitraries give is else valid. */
function tooLarge(error: unknown): boolean {
  return (error as { code?: string }).code === "KPL_KIT_RECORD_TOO_LARGE";
}

describe("Aggregator", () => {
  test.prop([options, steps], { numRuns: 300 })("is a list of records with an exact size", (chosen, history) => {
    const { maxSize, maxCount, maxRecordSize, lone, outerPartitionKey } = chosen;
    const aggregator = new Aggregator(chosen);
    let held: UserRecordInput[] = [];

    const outerKeyOf = (members: readonly UserRecordInput[]): string => {
      if (members.length === 1 || outerPartitionKey === "first") return members[0]!.partitionKey;
      return outerPartitionKey === "constant" ? "a" : outerPartitionKey(members);
    };
    const joins = (record: UserRecordInput): boolean => {
      if (held.length === 0) return true;
      const together = encodeAsKpl([...held, record]).length;
      const reserved =
        typeof outerPartitionKey === "function" ? RESERVED_FOR_FUNCTION : utf8(outerKeyOf([...held, record])).length;
      return held.length < maxCount && together <= maxSize && together + reserved <= maxRecordSize;
    };
    const expectClosed = (entry: PackedEntry | undefined): void => {
      if (held.length === 0) {
        expect(entry).toBeUndefined();
        return;
      }
      const framed = hex(encodeAsKpl(held));
      const raw = hex(dataOf(held[0]!));
      const shown = hex(entry!.Data);
      expect({ ...entry, Data: undefined }).toEqual({
        Data: undefined,
        PartitionKey: outerKeyOf(held),
        ExplicitHashKey: `${effectiveHashKey(held[0]!)}`,
        userRecordCount: held.length,
      });
      expect(recordSize(entry!)).toBeLessThanOrEqual(maxRecordSize);
      if (held.length > 1) expect(shown).toBe(framed);
      else if (lone === "raw") expect(shown).toBe(raw);
      else if (lone === "auto" && !isAggregated(dataOf(held[0]!)) && raw.slice(0, 8) !== "f3899ac2")
        expect(shown).toBe(raw);
      else expect([framed, raw]).toContain(shown);
      held = [];
    };

    for (const step of history) {
      if (step.do === "flush") expectClosed(aggregator.flush());
      else if (step.do === "fits") {
        const fits = aggregator.fits(step.record);
        if (held.length > 0) expect(fits).toBe(joins(step.record));
      } else {
        const joined = joins(step.record);
        const fits = aggregator.fits(step.record);
        const before = [aggregator.count, aggregator.size];
        try {
          const closed = aggregator.add(step.record);
          expect(fits).toBe(joined);
          if (joined) expect(closed).toBeUndefined();
          else expectClosed(closed);
          held.push(step.record);
        } catch (error) {
          if (!tooLarge(error)) throw error;
          expect(fits).toBe(false);
          expect(dataOf(step.record).length).toBeGreaterThan(0);
          expect([aggregator.count, aggregator.size]).toEqual(before);
        }
      }
      expect(aggregator.count).toBe(held.length);
      expect(aggregator.size).toBe(held.length === 0 ? 0 : encodeAsKpl(held).length);
    }
    expectClosed(aggregator.flush());
  });
});
