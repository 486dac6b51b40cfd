import { describe, expect, it } from "vitest";
import type { SentRecord } from "../../demo/input.ts";
import { exitCodeOf, figuresOf } from "../../demo/report.ts";
import { judge } from "../../demo/verdict.ts";

const sent = ["a1", "b1", "a2", "b2", "a3", "a1"].map(record);

/** "a1" is data "a1" under the key "a". */
function record(data: string): SentRecord {
  return { partitionKey: data.slice(0, 1), data: Buffer.from(data) };
}

function verdictOn(received: readonly SentRecord[], kcl: { dropped?: number; malformed?: number } = {}) {
  const verdict = judge(sent, received);
  const back = { records: received, shards: [], dropped: 0, malformed: 0, explainedDuplicates: 0, foreign: 0, ...kcl };
  return { verdict, exitCode: exitCodeOf(figuresOf({ sent, puts: [], back, verdict })) };
}

describe("what came back, judged against what was sent", () => {
  it.each([
    ["in order", ["a1", "b1", "a2", "b2", "a3", "a1"]],
    ["in order within each key only", ["b1", "b2", "a1", "a2", "a3", "a1"]],
  ])("passes: %s", (_, received) => {
    const { exitCode, verdict } = verdictOn(received.map(record));
    expect(verdict).toEqual({
      partitionKeys: 2,
      sent: 6,
      received: 6,
      missing: 0,
      duplicated: 0,
      outOfOrder: 0,
      unknown: 0,
      examples: [],
    });
    expect(exitCode).toBe(0);
  });

  it.each([
    ["a record is missing", ["a1", "b1", "a2", "a3", "a1"], { missing: 1 }],
    ["one of two equal records is missing", ["a1", "b1", "a2", "b2", "a3"], { missing: 1 }],
    ["a record comes twice", ["a1", "b1", "b1", "a2", "b2", "a3", "a1"], { duplicated: 1 }],
    ["two of a key are swapped", ["a2", "a1", "a3", "a1", "b1", "b2"], { outOfOrder: 1 }],
    ["data comes under another key", ["a1", "b1", "a2", "a3", "a1"].concat(["c2"]), { missing: 1, unknown: 1 }],
    ["nothing comes", [], { missing: 6 }],
  ])("exit code 1: %s", (_, received, faults) => {
    const { exitCode, verdict } = verdictOn(received.map(record));
    expect(verdict).toMatchObject({ missing: 0, duplicated: 0, outOfOrder: 0, unknown: 0, ...faults });
    expect(exitCode).toBe(1);
  });

  it.each([
    ["a KCL would have dropped one", { dropped: 1 }],
    ["an aggregate came back unsound", { malformed: 1 }],
  ])("exit code 1 though all is there: %s", (_, kcl) => {
    expect(verdictOn(sent, kcl).exitCode).toBe(1);
  });

  it("takes records whose bytes differ for different, whatever their text", () => {
    const bytes = (byte: number): SentRecord => ({ partitionKey: "a", data: Uint8Array.of(byte) });
    expect(judge([bytes(0xff)], [bytes(0xfe)])).toMatchObject({ missing: 1, unknown: 1 });
  });

  it("shows which", () => {
    const [example] = verdictOn([record("a2"), record("a1")]).verdict.examples;
    expect({ ...example, data: String(example?.data) }).toEqual({
      fault: "out-of-order",
      partitionKey: "a",
      data: "a1",
    });
  });
});
