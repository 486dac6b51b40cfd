// All user records at once: a handler says where it failed, or fails the invocation.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { batchHandler, deaggregate, type LambdaUserRecord, RecordError } from "../../src/lambda/index.ts";
import { eventOf, logged, numbered, reporting, withData } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

const event = eventOf(["a.1", ["b.1", "b.2"], "c.1"]);
const failingAt = (at: number) => batchHandler((records) => Promise.reject(new RecordError(records[at]!)));

describe("batchHandler", () => {
  it("gets the batch's user records in order, and the context", async () => {
    const context = { functionName: "f", awsRequestId: "1", getRemainingTimeInMillis: () => 1 };
    const handle = vi.fn((records: readonly LambdaUserRecord[]) => records.map(({ id }) => id));
    expect(await batchHandler(handle)(event, context)).toEqual(reporting(event, undefined));
    expect(handle.mock.calls).toEqual([[[...deaggregate(event)], context]]);
  });

  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [3, 2],
  ])("that failed at user record %i reports Kinesis record %i", async (at, reported) => {
    expect(await failingAt(at)(event)).toEqual(reporting(event, reported));
  });

  it("takes a copy of a record for the record", async () => {
    const handler = batchHandler(([first]) => {
      throw new RecordError({ ...first! });
    });
    expect(await handler(event)).toEqual(reporting(event, 0));
  });

  it("takes the error of another copy of the package for its own", async () => {
    const errorOf = (record: unknown) => Object.assign(new Error("failed"), { code: "KPL_KIT_RECORD_FAILED", record });
    const handler = batchHandler(([, , third]) => Promise.reject(errorOf(third)));
    expect(await handler(event)).toEqual(reporting(event, 1));
  });

  it.each<[string, unknown]>([
    ["an error of its own", new Error("no database")],
    ["a text", "no database"],
    ["nothing", undefined],
    ["null", null],
    ["an error with another code", { code: "KPL_KIT_UNDECODABLE_RECORD", record: [...deaggregate(event)][0] }],
    ["a record error without a record", { code: "KPL_KIT_RECORD_FAILED" }],
    ["one of another batch", new RecordError([...deaggregate(eventOf(["a.1"], { startingSequenceNumber: "5" }))][0]!)],
    [
      "one of another shard, with the same sequence number",
      new RecordError([...deaggregate(eventOf(["a.1"], { shardId: "shardId-000000000001" }))][0]!),
    ],
  ])("that throws %s fails the invocation", async (_, thrown) => {
    const handler = batchHandler(() => Promise.reject(thrown as Error));
    await expect(handler(event)).rejects.toBe(thrown);
  });

  it("is not called for nothing", async () => {
    const handle = vi.fn();
    expect(await batchHandler(handle)({ Records: [] })).toEqual({ batchItemFailures: [] });
    const malformed = withData(event, 0, "~");
    expect(await batchHandler(handle)(malformed)).toEqual(reporting(event, 0));
    expect(handle).not.toHaveBeenCalled();
  });

  it("reports the lower of what failed and what is malformed", async () => {
    const malformed = withData(event, 2, "~");
    expect(await failingAt(1)(malformed)).toEqual(reporting(event, 1));
    const unsorted = withData(numbered(event, ["7", "8", "6"]), 0, "~");
    expect(await failingAt(0)(unsorted)).toEqual(reporting(unsorted, 2));
  });

  it("has what comes again in the log", async () => {
    const lines = logged();
    await failingAt(0)(withData(event, 2, "~"));
    expect(lines).toEqual([
      [expect.stringContaining(event.Records[2]!.eventID), expect.objectContaining({ code: "KPL_KIT_INVALID_RECORD" })],
      [expect.stringContaining(`${event.Records[0]!.eventID}:0`), expect.any(RecordError)],
    ]);
  });
});

describe("RecordError", () => {
  it("says which record, and what with it", () => {
    const [record] = deaggregate(event);
    const error = new RecordError(record!, new Error("too long"));
    expect(error).toMatchObject({
      code: "KPL_KIT_RECORD_FAILED",
      retryable: true,
      record,
      cause: new Error("too long"),
    });
    expect(error.message).toContain(record!.id);
    expect(new RecordError(record!)).not.toHaveProperty("cause");
  });
});
