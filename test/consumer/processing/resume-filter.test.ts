import { describe, expect, it } from "vitest";
import type { KinesisRecordInput } from "../../../src/codec/index.ts";
import type { Checkpoint } from "../../../src/consumer/index.ts";
import { ResumeFilter } from "../../../src/consumer/processing/index.ts";
import { arrivalOf, idOf, pageOf } from "./record-pages.ts";

const SENTINELS = ["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"];

function restAfter(start: Checkpoint): string[] {
  const records = [...pageOf([["a", "b", "c"], ["d"], ["e", "f"]], 9).records];
  return new ResumeFilter(start).rest(records).map(idOf);
}

describe("what is at or before the position is dropped, user record by user record", () => {
  const after10 = ["10/0", "11/0", "11/1"];

  it.each([
    ["inside an aggregate", { sequenceNumber: "9", subSequenceNumber: 0 }, ["9/1", "9/2", ...after10]],
    ["inside an aggregate, without a sub-sequence number", { sequenceNumber: "9" }, ["9/1", "9/2", ...after10]],
    ["before its last member", { sequenceNumber: "9", subSequenceNumber: 1 }, ["9/2", ...after10]],
    ["at its end", { sequenceNumber: "9", subSequenceNumber: 2 }, after10],
    ["beyond its end, as the KCL stores it", { sequenceNumber: "9", subSequenceNumber: 7 }, after10],
    ["at a record that is none", { sequenceNumber: "10", subSequenceNumber: 0 }, ["11/0", "11/1"]],
    ["at the last of all", { sequenceNumber: "11", subSequenceNumber: 1 }, []],
    ["before all", { sequenceNumber: "8" }, ["9/0", "9/1", "9/2", ...after10]],
  ])("%s", (_, start, rest) => {
    expect(restAfter(start)).toEqual(rest);
  });

  it.each(SENTINELS)("nothing after %s", (sequenceNumber) => {
    expect(restAfter({ sequenceNumber })).toHaveLength(6);
  });

  it("over as many pages as it takes", () => {
    const filter = new ResumeFilter({ sequenceNumber: "10", subSequenceNumber: 0 });
    expect(filter.rest([...pageOf([["a", "b"]], 9).records])).toEqual([]);
    expect(filter.rest([...pageOf([["c", "d"]], 10).records]).map(idOf)).toEqual(["10/1"]);
    expect(filter.rest([...pageOf([["e"]], 11).records]).map(idOf)).toEqual(["11/0"]);
  });

  it("not any more once reading begins at the beginning", () => {
    const filter = new ResumeFilter({ sequenceNumber: "10" });
    filter.reset();
    expect(filter.rest([...pageOf([["a"]], 9).records]).map(idOf)).toEqual(["9/0"]);
  });
});

describe("retention has overtaken the position unless its own record comes first", () => {
  const NOW_MS = arrivalOf(60_000).getTime();

  function record(sequenceNumber: number): KinesisRecordInput {
    return { SequenceNumber: `${sequenceNumber}`, ApproximateArrivalTimestamp: arrivalOf(sequenceNumber) };
  }

  const start: Checkpoint = { sequenceNumber: "1000", subSequenceNumber: 3, timestamp: arrivalOf(1_000) };

  it.each([
    ["its own", 1_000],
    ["an earlier one", 999],
  ])("%s: nothing is missing, and nothing that comes later says so", (_, first) => {
    const filter = new ResumeFilter(start);
    expect(filter.trimmedBefore([record(first)], false, NOW_MS)).toBeUndefined();
    expect(filter.trimmedBefore([record(5_000)], false, NOW_MS)).toBeUndefined();
  });

  it("a later one: at most the time between the two is missing, told once", () => {
    const filter = new ResumeFilter(start);
    expect(filter.trimmedBefore([record(5_000), record(6_000)], false, NOW_MS)).toEqual({
      position: start,
      missingMs: 4_000,
    });
    expect(filter.trimmedBefore([record(7_000)], false, NOW_MS)).toBeUndefined();
  });

  it("an empty page decides nothing", () => {
    const filter = new ResumeFilter(start);
    expect(filter.trimmedBefore([], false, NOW_MS)).toBeUndefined();
    expect(filter.trimmedBefore([record(5_000)], false, NOW_MS)).toMatchObject({ missingMs: 4_000 });
  });

  it("the shard ends without a record: all up to now is missing", () => {
    expect(new ResumeFilter(start).trimmedBefore([], true, NOW_MS)).toEqual({ position: start, missingMs: 59_000 });
  });

  it("a record that does not tell when it arrived: all up to now is missing", () => {
    const trimmed = new ResumeFilter(start).trimmedBefore([{ SequenceNumber: "5000" }], false, NOW_MS);
    expect(trimmed).toEqual({ position: start, missingMs: 59_000 });
  });

  it("a position without its time: nobody can tell how much", () => {
    const { timestamp: _, ...position } = start;
    const filter = new ResumeFilter(position);
    expect(filter.trimmedBefore([record(5_000)], false, NOW_MS)).toEqual({ position, missingMs: undefined });
  });

  it("a clock that was set back: never less than nothing", () => {
    const filter = new ResumeFilter({ ...start, timestamp: arrivalOf(9_000) });
    expect(filter.trimmedBefore([record(5_000)], false, NOW_MS)).toMatchObject({ missingMs: 0 });
  });

  it.each(SENTINELS)("never for %s", (sequenceNumber) => {
    const filter = new ResumeFilter({ sequenceNumber, timestamp: arrivalOf(0) });
    expect(filter.trimmedBefore([record(5_000)], true, NOW_MS)).toBeUndefined();
  });

  it("not once the service has refused the position", () => {
    const filter = new ResumeFilter(start);
    filter.reset();
    expect(filter.trimmedBefore([record(5_000)], false, NOW_MS)).toBeUndefined();
  });
});
