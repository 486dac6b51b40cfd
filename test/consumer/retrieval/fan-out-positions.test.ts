// Where a subscription begins, and where the one after it goes on.

import { describe, expect, it } from "vitest";
import { eventOf, FanOut, FROM_BEGINNING, ScriptedSubscriptions, textsOf } from "./fan-out.ts";

const FIVE_MINUTES_MS = 300_000;

describe("a shard is read from its start", () => {
  it("nothing is subscribed to before somebody asks", async () => {
    const fanOut = await FanOut.make();
    await fanOut.open();
    await fanOut.clock.advance(60_000);
    expect(fanOut.subscribed).toEqual([]);
  });

  it("TRIM_HORIZON: all there is", async () => {
    const fanOut = await FanOut.make();
    await fanOut.put("a", "b");
    expect(textsOf(await fanOut.run((await fanOut.open()).next()))).toEqual(["a", "b"]);
  });

  it("LATEST: what comes after", async () => {
    const fanOut = await FanOut.make();
    await fanOut.put("a");
    const pages = await fanOut.open({ sequenceNumber: "LATEST" });
    expect(await fanOut.run(pages.next())).toMatchObject({ records: [], bytes: 0, millisBehindLatest: 0 });
    await fanOut.put("b");
    expect(await fanOut.read(pages, 1)).toEqual(["b"]);
  });

  it("AT_TIMESTAMP: what came from then on", async () => {
    const fanOut = await FanOut.make();
    await fanOut.put("a");
    await fanOut.clock.advance(10_000);
    const timestamp = new Date(fanOut.clock.now());
    await fanOut.put("b");
    const pages = await fanOut.open({ sequenceNumber: "AT_TIMESTAMP", timestamp });
    expect(await fanOut.read(pages, 1)).toEqual(["b"]);
  });

  it("AT_TIMESTAMP without its time: all there is", async () => {
    const fanOut = await FanOut.make();
    await fanOut.put("a");
    expect(await fanOut.read(await fanOut.open({ sequenceNumber: "AT_TIMESTAMP" }), 1)).toEqual(["a"]);
  });

  it("a sequence number: that record again, for the rest of an aggregate", async () => {
    const fanOut = await FanOut.make();
    const [, sequenceNumber] = await fanOut.put("a", "b", "c");
    const pages = await fanOut.open({ sequenceNumber: sequenceNumber!, subSequenceNumber: 7 });
    expect(await fanOut.read(pages, 2)).toEqual(["b", "c"]);
  });
});

describe("a page tells what it holds", () => {
  it("its bytes, how far behind it is, and as an event how long it was waited for", async () => {
    const fanOut = await FanOut.make();
    await fanOut.put("abc", "de");
    const pages = await fanOut.open();
    expect(await fanOut.run(pages.next())).toMatchObject({ bytes: 5, millisBehindLatest: 0 });
    const waiting = pages.next();
    await fanOut.clock.advance(2_000);
    await fanOut.put("later");
    await fanOut.run(waiting);
    expect(fanOut.eventsOf("page-retrieved")).toMatchObject([
      { shardId: "shardId-000000000000", kinesisRecords: 2, bytes: 5, durationMs: 0 },
      { kinesisRecords: 1, bytes: 5, durationMs: 2_000 },
    ]);
  });
});

describe("a subscription lives five minutes, and the next one goes on where it ended", () => {
  it("an hour: each record once, in order, whatever the minute", async () => {
    const fanOut = await FanOut.make();
    const pages = await fanOut.open();
    const written: string[] = [];
    const read: string[] = [];
    for (let minute = 0; minute < 60; minute++) {
      written.push(`minute ${minute}`);
      await fanOut.put(`minute ${minute}`);
      const untilMs = fanOut.clock.monotonicMs() + 60_000;
      while (fanOut.clock.monotonicMs() < untilMs) read.push(...textsOf(await fanOut.run(pages.next())));
    }
    expect(read).toEqual(written);
    expect(fanOut.subscribed.length).toBeGreaterThanOrEqual(60 / 5);
    expect(fanOut.subscribed.slice(1).map(({ input }) => input.StartingPosition?.Type)).toEqual(
      Array(fanOut.subscribed.length - 1).fill("AFTER_SEQUENCE_NUMBER"),
    );
    expect(fanOut.eventsOf("subscription-ended").every(({ reason }) => reason === "ended")).toBe(true);
    expect(fanOut.eventsOf("call-failed")).toEqual([]);
  });

  it("what was written between two subscriptions comes with the second", async () => {
    const fanOut = await FanOut.make();
    const pages = await fanOut.open({ sequenceNumber: "LATEST" });
    await fanOut.run(pages.next());
    await fanOut.clock.advance(2 * FIVE_MINUTES_MS); // nobody asks
    await fanOut.put("a");
    expect(await fanOut.read(pages, 1)).toEqual(["a"]);
  });

  it.each([
    ["with records", eventOf(["1"], { ContinuationSequenceNumber: "41" })],
    ["without", eventOf([], { ContinuationSequenceNumber: "41" })],
  ])("after what the last event %s says", async (_, last) => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions([last], [eventOf(["42"])]);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    for (let page = 0; page < 2; page++) await fanOut.run(pages.next());
    expect(subscriptions.inputs[1]?.StartingPosition).toEqual({ Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: "41" });
  });

  it("after the last record, where an event says nothing to continue with", async () => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions(
      [eventOf(["1", "2"], { ContinuationSequenceNumber: undefined })],
      [eventOf(["3"])],
    );
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    expect(await fanOut.read(pages, 3)).toEqual(["1", "2", "3"]);
    expect(subscriptions.inputs[1]?.StartingPosition).toEqual({ Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: "2" });
  });

  it("from the start again, where it said nothing", async () => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions([], [eventOf(["1"])]);
    const pages = await fanOut.open({ sequenceNumber: "7" }, { calls: subscriptions.over(fanOut.calls) });
    await fanOut.run(pages.next());
    expect(subscriptions.inputs.map((input) => input.StartingPosition)).toEqual(
      Array(2).fill({ Type: "AT_SEQUENCE_NUMBER", SequenceNumber: "7" }),
    );
  });

  it("LATEST does not jump: what comes while a subscription dies without an event is read", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ fault: { kind: "silent-subscription" } });
    const pages = await fanOut.open({ sequenceNumber: "LATEST" });
    const next = pages.next();
    await fanOut.clock.advance(10_000);
    await fanOut.put("a");
    expect(textsOf(await fanOut.run(next))).toEqual(["a"]);
  });

  it.each([
    ["the service begins with the last record again", [eventOf(["2", "3"])], ["3"]],
    ["an emulator begins from the beginning", [eventOf(["1"]), eventOf(["2"]), eventOf(["3"])], ["3"]],
    ["99 comes before 100", [eventOf(["2", "99"]), eventOf(["100"])], ["99", "100"]],
  ])("%s: nothing is handed out twice", async (_, second, expected) => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions([eventOf(["1", "2"])], second);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    expect(await fanOut.read(pages, 2)).toEqual(["1", "2"]);
    expect(await fanOut.read(pages, expected.length)).toEqual(expected);
  });
});

describe("a position that the service does not take", () => {
  it("of another stream: that is told, and the shard read from its beginning", async () => {
    const fanOut = await FanOut.make({ streams: { orders: 1, payments: 2 } });
    await fanOut.put("a");
    const pages = await fanOut.open({ sequenceNumber: "123" });
    expect(await fanOut.read(pages, 1)).toEqual(["a"]);
    expect(fanOut.refusals).toMatchObject([{ name: "InvalidArgumentException" }]);
    expect(fanOut.subscribed.map(({ input }) => input.StartingPosition?.Type)).toEqual([
      "AT_SEQUENCE_NUMBER",
      "TRIM_HORIZON",
    ]);
    expect(fanOut.subscribed[1]!.atMs - fanOut.subscribed[0]!.atMs).toBe(1_000);
  });

  it("a time that is still to come by the service's clock: LATEST, and nothing is told", async () => {
    const fanOut = await FanOut.make();
    await fanOut.put("a");
    const timestamp = new Date(fanOut.clock.now() + 60_000);
    const pages = await fanOut.open({ sequenceNumber: "AT_TIMESTAMP", timestamp });
    expect(await fanOut.run(pages.next())).toMatchObject({ records: [] });
    await fanOut.put("b");
    expect(await fanOut.read(pages, 1)).toEqual(["b"]);
    expect(fanOut.refusals).toEqual([]);
  });

  it("TRIM_HORIZON refused too: there is nothing else to begin with", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({
      action: "SubscribeToShard",
      fault: { kind: "error", name: "InvalidArgumentException" },
    });
    await expect(fanOut.run((await fanOut.open()).next())).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED" });
  });

  it("once it was refused, numbers of before say nothing about what was handed out", async () => {
    const fanOut = await FanOut.make();
    const refused = Object.assign(new Error("no"), { name: "InvalidArgumentException", $fault: "client" });
    const subscriptions = new ScriptedSubscriptions([eventOf(["8", "9"])], [refused], [eventOf(["1"])]);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    expect(await fanOut.read(pages, 3)).toEqual(["8", "9", "1"]);
    expect(subscriptions.inputs[2]?.StartingPosition).toEqual({ Type: "TRIM_HORIZON" });
    expect(fanOut.refusals).toEqual([refused]);
  });
});
