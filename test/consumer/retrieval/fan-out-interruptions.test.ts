// Subscriptions that break, fall silent, or are refused: reading goes on, without a gap, and not too soon.

import { describe, expect, it } from "vitest";
import { eventOf, FanOut, FROM_BEGINNING, ScriptedSubscriptions, textsOf } from "./fan-out.ts";

const gapsOf = ({ subscribed }: FanOut): number[] =>
  subscribed.slice(1).map(({ atMs }, at) => atMs - subscribed[at]!.atMs);

describe("a subscription that is cut goes on after the last record", () => {
  it.each([
    ["normally", "end", "ended"],
    ["by its connection", "reset", "failed"],
    ["by an exception", { exception: "InternalFailureException" }, "failed"],
  ] as const)("%s", async (_, how, reason) => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ fault: { kind: "cut-subscription", afterEvents: 2, how }, times: 3 });
    const pages = await fanOut.open();
    const read: string[] = [];
    const written = Array.from({ length: 10 }, (_, at) => `record ${at}`);
    for (const text of written) {
      await fanOut.put(text);
      read.push(...(await fanOut.read(pages, 1)));
    }
    expect(read).toEqual(written);
    expect(fanOut.local.faults.unused).toEqual([]);
    expect(fanOut.eventsOf("subscription-ended").map((event) => event.reason)).toEqual(Array(3).fill(reason));
    expect(fanOut.eventsOf("subscription-started")).toHaveLength(4);
    expect(fanOut.eventsOf("call-failed")).toHaveLength(reason === "failed" ? 3 : 0);
  });

  it("a normal end is never the end of the shard", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ fault: { kind: "cut-subscription" }, times: 5 });
    await fanOut.put("a");
    const page = await fanOut.run((await fanOut.open()).next());
    expect(textsOf(page)).toEqual(["a"]);
    expect(page.childShards).toBeUndefined();
  });

  it("an answer without a stream is one that has ended", async () => {
    const fanOut = await FanOut.make();
    await fanOut.put("a");
    let calls = 0;
    const subscribeToShard: typeof fanOut.calls.subscribeToShard = (input, signal) =>
      ++calls === 1 ? Promise.resolve({ EventStream: undefined }) : fanOut.calls.subscribeToShard(input, signal);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: { ...fanOut.calls, subscribeToShard } });
    expect(await fanOut.read(pages, 1)).toEqual(["a"]);
  });

  it("an exception as a member, as an SDK may hand it on, is thrown like any other", async () => {
    const fanOut = await FanOut.make();
    const error = Object.assign(new Error("no"), { name: "KMSDisabledException", $fault: "client" });
    const subscriptions = new ScriptedSubscriptions([{ member: { KMSDisabledException: error } }]);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    await expect(fanOut.run(pages.next())).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED", cause: error });
  });

  it("a kind of event that nobody knows is passed over", async () => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions([{ member: { $unknown: ["NewEvent", {}] } }, eventOf(["1"])]);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    expect(await fanOut.read(pages, 1)).toEqual(["1"]);
    expect(subscriptions.inputs).toHaveLength(1);
  });
});

describe("a frame that was cut in its middle", () => {
  const cut = new Error("Truncated event message received.");

  it("is a broken connection", async () => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions([eventOf(["1"]), cut], [eventOf(["2"])]);
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    expect(await fanOut.read(pages, 2)).toEqual(["1", "2"]);
    expect(fanOut.eventsOf("call-failed")).toMatchObject([{ error: cut, retryInMs: 5_000 }]);
  });

  it("ten of ten is none: what can never be read is told", async () => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions(...Array.from({ length: 20 }, () => [cut]));
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    await expect(fanOut.run(pages.next())).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED", cause: cut });
    expect(subscriptions.inputs).toHaveLength(10);
    expect(fanOut.eventsOf("call-failed").at(-1)).toMatchObject({ failures: 10, retryInMs: undefined });
  });
});

describe("a subscription that falls silent is broken off after 35 s", () => {
  it("and the next one goes on", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ fault: { kind: "silent-subscription" } });
    await fanOut.put("a");
    const pages = await fanOut.open();
    const startedMs = fanOut.clock.monotonicMs();
    expect(await fanOut.read(pages, 1)).toEqual(["a"]);
    expect(fanOut.clock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(35_000);
    expect(fanOut.clock.monotonicMs() - startedMs).toBeLessThan(36_000);
    expect(fanOut.eventsOf("subscription-ended")).toMatchObject([{ reason: "silent" }]);
  });

  it("an empty event every few seconds is no silence", async () => {
    const fanOut = await FanOut.make({ limits: { subscriptionLifeMs: 3_600_000 } });
    const pages = await fanOut.open();
    for (let pagesSeen = 0; pagesSeen < 100; pagesSeen++) await fanOut.run(pages.next());
    expect(fanOut.subscribed).toHaveLength(1);
  });

  it("while nobody asks, nothing is silent", async () => {
    const fanOut = await FanOut.make();
    const pages = await fanOut.open();
    for (let pause = 0; pause < 4; pause++) {
      await fanOut.run(pages.next());
      await fanOut.clock.advance(60_000);
    }
    expect(fanOut.subscribed).toHaveLength(1);
    expect(fanOut.eventsOf("subscription-ended")).toEqual([]);
  });

  it("what nobody asks for is not taken from the connection", async () => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions(Array.from({ length: 100 }, (_, at) => eventOf([`${at + 1}`])));
    const pages = await fanOut.open(FROM_BEGINNING, { calls: subscriptions.over(fanOut.calls) });
    for (let asked = 1; asked <= 5; asked++) {
      await fanOut.run(pages.next());
      await fanOut.clock.advance(30_000);
      expect(subscriptions.pulls).toBe(asked);
    }
  });
});

describe("not too soon", () => {
  it("two subscriptions of a shard are 5 s apart, however soon the first ends", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ fault: { kind: "cut-subscription", afterEvents: 1 }, times: 4 });
    const pages = await fanOut.open();
    for (let page = 0; page < 5; page++) await fanOut.run(pages.next());
    expect(gapsOf(fanOut)).toEqual(Array(4).fill(5_000));
    expect(fanOut.eventsOf("call-failed"), "AWS refuses none of them").toEqual([]);
  });

  it.each(["end", "reset"] as const)(
    "after a %s, those that die without an event come ever later, to 10 s",
    async (how) => {
      const fanOut = await FanOut.make();
      fanOut.drawn = 0.99;
      const { faults } = fanOut.local;
      faults.inject({ fault: { kind: "cut-subscription", afterEvents: 1, how } });
      faults.inject({ fault: { kind: "cut-subscription", how }, times: 9 });
      faults.inject({ fault: { kind: "cut-subscription", afterEvents: 1, how } });
      faults.inject({ fault: { kind: "cut-subscription", how }, times: 2 });
      const pages = await fanOut.open();
      for (let page = 0; page < 3; page++) await fanOut.run(pages.next());
      // 99 ms, 198 ms, ... lie within the 5 s, up to the seventh; one with an event begins anew.
      const untilEvent = [5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 6_336, 9_900, 9_900];
      expect(gapsOf(fanOut)).toEqual([...untilEvent, 5_000, 5_000, 5_000]);
    },
  );

  it("those with events come no later than the 5 s say, however many broke before", async () => {
    const fanOut = await FanOut.make();
    fanOut.drawn = 0.99;
    fanOut.local.faults.inject({ fault: { kind: "cut-subscription", afterEvents: 1, how: "reset" }, times: 20 });
    const pages = await fanOut.open();
    for (let page = 0; page < 21; page++) await fanOut.run(pages.next());
    expect(gapsOf(fanOut)).toEqual(Array(20).fill(5_000));
    expect(fanOut.eventsOf("call-failed").every(({ failures }) => failures === 1)).toBe(true);
  });

  it.each(["LimitExceededException", "InternalFailureException", "ResourceInUseException"])(
    "%s: the call is made again, once a second at most",
    async (name) => {
      const fanOut = await FanOut.make();
      fanOut.local.faults.inject({ action: "SubscribeToShard", fault: { kind: "error", name }, times: 6 });
      await fanOut.put("a");
      expect(await fanOut.read(await fanOut.open(), 1)).toEqual(["a"]);
      expect(Math.min(...gapsOf(fanOut))).toBeGreaterThanOrEqual(1_000);
      expect(fanOut.eventsOf("call-failed")).toHaveLength(6);
    },
  );

  it("in use: every second, not ever later", async () => {
    const fanOut = await FanOut.make();
    const fault = { kind: "error", name: "ResourceInUseException" } as const;
    fanOut.local.faults.inject({ action: "SubscribeToShard", fault, times: 20 });
    await fanOut.run((await fanOut.open()).next());
    expect(gapsOf(fanOut)).toEqual(Array(20).fill(1_050));
  });

  it("taken over by another: a second later", async () => {
    const fanOut = await FanOut.make();
    const how = { exception: "ResourceInUseException" } as const;
    fanOut.local.faults.inject({ fault: { kind: "cut-subscription", afterEvents: 3, how } });
    const pages = await fanOut.open();
    for (let page = 0; page < 4; page++) await fanOut.run(pages.next());
    expect(gapsOf(fanOut), "an empty event comes every 5 s").toEqual([11_000]);
  });

  it("an answer that is lost: the subscription that nobody holds is taken over", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ action: "SubscribeToShard", fault: { kind: "lost" } });
    await fanOut.put("a");
    expect(await fanOut.read(await fanOut.open(), 1)).toEqual(["a"]);
    expect(fanOut.eventsOf("call-failed")).toMatchObject([{ failure: { kind: "transient" } }]);
  });
});

describe("a second reader with the same consumer", () => {
  it("takes the shard over, and loses it again: both read everything, none is told that it ended", async () => {
    const fanOut = await FanOut.make();
    const mine = await fanOut.open();
    const others = await fanOut.open();
    await fanOut.put("a", "b");
    expect(await fanOut.read(mine, 2)).toEqual(["a", "b"]);
    expect(await fanOut.read(others, 2)).toEqual(["a", "b"]);
    const next = mine.next();
    await fanOut.clock.advance(1_000);
    await fanOut.put("c");
    const page = await fanOut.run(next);
    expect([textsOf(page), page.childShards]).toEqual([["c"], undefined]);
    const kinds = fanOut.eventsOf("call-failed").map(({ failure }) => failure.kind);
    expect(kinds).toContain("in-use");
    expect(kinds.filter((kind) => kind !== "in-use" && kind !== "throttled")).toEqual([]);
  });
});
