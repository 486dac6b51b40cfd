// An event with a record for each user record, for what knows nothing of aggregates.

import { describe, expect, it } from "vitest";
import { deaggregate, expandKinesisEvent, middyDeaggregate } from "../../src/lambda/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { eventOf, numbered, numberOf, windowEventOf, withData } from "./events.ts";

describe("expandKinesisEvent", () => {
  const event = eventOf(["a.1", ["b.1", "c.1"], ["d.1"]]);

  it("leaves plain records as they are, and the event too", () => {
    const before = structuredClone(event);
    const expanded = expandKinesisEvent(event);
    expect(expanded.Records[0]).toBe(event.Records[0]);
    expect(expanded).not.toBe(event);
    expect(event).toEqual(before);
  });

  it("has a record for each member, with its own eventID, data and key, and all else of its Kinesis record", () => {
    const [, , last] = event.Records;
    const { Records } = expandKinesisEvent(event);
    expect(Records.map(({ eventID }) => eventID.slice(eventID.indexOf(":") + 1))).toEqual([
      numberOf(event, 0),
      `${numberOf(event, 1)}:0`,
      `${numberOf(event, 1)}:1`,
      `${numberOf(event, 2)}:0`, // an aggregate of one, too
    ]);
    const kinesis = { ...last!.kinesis, partitionKey: "d", data: btoa("d.1") };
    expect(Records[3]).toEqual({ ...last, eventID: `${last!.eventID}:0`, kinesis });
  });

  it("keeps every byte", () => {
    const data = Uint8Array.from({ length: 256 }, (_, at) => at);
    const bytes = encodeAsKpl([
      { partitionKey: "k", data },
      { partitionKey: "k", data: "" },
    ]);
    const { Records } = expandKinesisEvent(withData(eventOf(["a.1"]), 0, bytes));
    expect(Records.map(({ kinesis }) => [...Buffer.from(kinesis.data, "base64")])).toEqual([[...data], []]);
  });

  it("is in the shard's order, and has no more to expand", () => {
    const unsorted = numbered(event, ["300", "99", "200"]);
    const expanded = expandKinesisEvent(unsorted);
    expect(expanded.Records.map(({ kinesis }) => kinesis.sequenceNumber)).toEqual(["99", "99", "200", "300"]);
    expect(expandKinesisEvent(expanded)).toEqual(expanded);
    expect([...deaggregate(expanded)].map((record) => record.text())).toEqual(["b.1", "c.1", "d.1", "a.1"]);
  });

  it("keeps what else an event has", () => {
    const { Records: _, ...window } = windowEventOf([["a.1"]], { state: { total: 1 } });
    expect(expandKinesisEvent(windowEventOf([["a.1"]], { state: { total: 1 } }))).toMatchObject(window);
  });

  it("has nothing of what is skipped", () => {
    const onMalformed = "skip";
    expect(expandKinesisEvent(withData(event, 1, "~"), { onMalformed }).Records).toHaveLength(2);
    expect(() => expandKinesisEvent(withData(event, 1, "~"))).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_RECORD" }),
    );
  });
});

// With middy itself: interop-middy.test.ts.
describe("middyDeaggregate", () => {
  it("expands before, and collapses the reply after", () => {
    const event = eventOf([["a.1", "a.2"], "b.1"]);
    const { before, after } = middyDeaggregate();
    const failed = [0, 1, 0].map((at) => ({ itemIdentifier: numberOf(event, at) }));
    const request: { event: unknown; response: unknown } = {
      event,
      response: { batchItemFailures: failed, state: {} },
    };
    before(request);
    expect(request.event).toEqual(expandKinesisEvent(event));
    after(request);
    expect(request.response).toEqual({ batchItemFailures: [failed[0]], state: {} });
  });

  it.each([undefined, null, {}])("a reply %j says that all is done", (response) => {
    const request: { event: unknown; response: unknown } = { event: undefined, response };
    middyDeaggregate().after(request);
    expect(request.response).toEqual({ batchItemFailures: [] });
  });
});
