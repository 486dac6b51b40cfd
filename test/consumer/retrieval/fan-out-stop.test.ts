// A stop, at whatever moment: the reader hears its reason, and nothing is left.

import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { eventOf, FanOut, FROM_BEGINNING, ScriptedSubscriptions } from "./fan-out.ts";

const REASON = new Error("the reader stops");
const CHILD = {
  ShardId: "shardId-000000000001",
  ParentShards: ["shardId-000000000000"],
  HashKeyRange: { StartingHashKey: "0", EndingHashKey: "1" },
};
const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("a stop", () => {
  it("at any moment of ten minutes, with cuts, throttles and silence among them", async () => {
    for (let stopMs = 0; stopMs <= 600_000; stopMs += 14_957) {
      const fanOut = await FanOut.make();
      const { clock, local, stop } = fanOut;
      local.faults.inject({ fault: { kind: "cut-subscription", afterEvents: 2, how: "reset" } });
      local.faults.inject({
        action: "SubscribeToShard",
        fault: { kind: "error", name: "LimitExceededException" },
        times: 3,
      });
      local.faults.inject({ fault: { kind: "silent-subscription" } });
      const pages = await fanOut.open();
      const outcome = (async () => {
        while (true) await pages.next();
      })().catch((error: unknown) => error);
      await clock.advance(stopMs);
      stop.abort(REASON);
      expect(await outcome, `after ${stopMs} ms`).toBe(REASON);
      expect(clock.pending, `after ${stopMs} ms`).toBe(0);
      expect(listenersOf(stop.signal), `after ${stopMs} ms`).toBe(0);
    }
  });

  it("while a call waits for its answer", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ action: "SubscribeToShard", fault: { kind: "lost" } });
    const outcome = (await fanOut.open()).next().catch((error: unknown) => error);
    await fanOut.clock.advance(1_000);
    fanOut.stop.abort(REASON);
    expect(await outcome).toBe(REASON);
    expect(fanOut.clock.pending).toBe(0);
  });

  it.each([
    ["before", (abort: () => void) => abort()],
    ["after", (abort: () => void) => queueMicrotask(abort)],
  ])("in the very moment of the answer, just %s it", async (_, when) => {
    const fanOut = await FanOut.make();
    const { calls, stop } = fanOut;
    let connection: AbortSignal | undefined;
    const subscribeToShard: typeof calls.subscribeToShard = async (input, signal) => {
      connection = signal;
      const answer = await calls.subscribeToShard(input, signal);
      when(() => stop.abort(REASON));
      return answer;
    };
    const pages = await fanOut.open(FROM_BEGINNING, { calls: { ...calls, subscribeToShard } });
    await expect(fanOut.run(pages.next())).rejects.toBe(REASON);
    expect(connection?.aborted).toBe(true);
    expect(fanOut.clock.pending).toBe(0);
    expect(listenersOf(stop.signal)).toBe(0);
  });

  it("while nobody waits: the connection goes at once", async () => {
    const fanOut = await FanOut.make();
    const { calls, clock, stop } = fanOut;
    const connections: AbortSignal[] = [];
    const subscribeToShard: typeof calls.subscribeToShard = (input, signal) => {
      connections.push(signal!);
      return calls.subscribeToShard(input, signal);
    };
    const pages = await fanOut.open(FROM_BEGINNING, { calls: { ...calls, subscribeToShard } });
    await fanOut.run(pages.next());
    expect([connections[0]?.aborted, listenersOf(stop.signal)]).toEqual([false, 1]);
    stop.abort(REASON);
    expect([connections[0]?.aborted, listenersOf(stop.signal)]).toEqual([true, 0]);
    expect(clock.pending).toBe(0);
    await expect(pages.next()).rejects.toBe(REASON);
  });

  describe("of a connection that does not notice", () => {
    async function deaf({ onAnswer = (_: FanOut): void => undefined } = {}) {
      const fanOut = await FanOut.make();
      const asked: ((said: IteratorResult<never>) => void)[] = [];
      const next = () => new Promise<IteratorResult<never>>((resolve) => asked.push(resolve));
      const EventStream = { [Symbol.asyncIterator]: () => ({ next }) };
      const subscribeToShard: typeof fanOut.calls.subscribeToShard = () => {
        onAnswer(fanOut);
        return Promise.resolve({ EventStream });
      };
      const pages = await fanOut.open(FROM_BEGINNING, { calls: { ...fanOut.calls, subscribeToShard } });
      const say = (member: object): void => asked.at(-1)?.({ done: false, value: member as never });
      return { asked, fanOut, pages, say };
    }

    it("while it says nothing", async () => {
      const { fanOut, pages } = await deaf();
      const outcome = pages.next().catch((error: unknown) => error);
      await fanOut.clock.advance(1_000);
      fanOut.stop.abort(REASON);
      expect(await outcome).toBe(REASON);
      expect(fanOut.clock.pending).toBe(0);
    });

    it("that was stopped as it was answered: it is never asked", async () => {
      const { asked, fanOut, pages } = await deaf({ onAnswer: ({ stop }) => stop.abort(REASON) });
      await expect(pages.next()).rejects.toBe(REASON);
      expect([asked.length, fanOut.clock.pending, listenersOf(fanOut.stop.signal)]).toEqual([0, 0, 0]);
    });

    it("that was stopped while nobody waited: it is not asked again", async () => {
      const { asked, fanOut, pages, say } = await deaf();
      const first = pages.next();
      await fanOut.clock.advance(1_000);
      say({ SubscribeToShardEvent: eventOf(["1"]) });
      await first;
      fanOut.stop.abort(REASON);
      await expect(pages.next()).rejects.toBe(REASON);
      expect([asked.length, fanOut.clock.pending]).toEqual([1, 0]);
    });

    it("that says what nobody knows afterwards: nor then", async () => {
      const { asked, fanOut, pages, say } = await deaf();
      const outcome = pages.next().catch((error: unknown) => error);
      await fanOut.clock.advance(1_000);
      fanOut.stop.abort(REASON);
      say({ $unknown: ["NewEvent", {}] });
      expect(await outcome).toBe(REASON);
      await fanOut.clock.advance(0);
      expect(asked).toHaveLength(1);
    });
  });

  it("before the first page: nothing is called", async () => {
    const fanOut = await FanOut.make();
    const pages = await fanOut.open();
    fanOut.stop.abort(REASON);
    await expect(pages.next()).rejects.toBe(REASON);
    expect(fanOut.subscribed).toEqual([]);
  });
});

describe("each connection is closed by the signal that its call was given", () => {
  it.each([
    ["at the end of the shard", [eventOf([], { ContinuationSequenceNumber: undefined, ChildShards: [CHILD] })]],
    ["where the end is not confirmed", [eventOf(["1"], { ContinuationSequenceNumber: undefined })]],
    ["that broke", [new Error("Truncated event message received.")]],
    ["that ended", []],
  ])("%s", async (_, script) => {
    const fanOut = await FanOut.make();
    const subscriptions = new ScriptedSubscriptions(script, [eventOf(["2"])]).over(fanOut.calls);
    const connections: AbortSignal[] = [];
    const subscribeToShard: typeof subscriptions.subscribeToShard = (input, signal) => {
      connections.push(signal!);
      return subscriptions.subscribeToShard(input, signal);
    };
    await fanOut.run((await fanOut.open(FROM_BEGINNING, { calls: { ...fanOut.calls, subscribeToShard } })).next());
    expect(connections[0]?.aborted).toBe(true);
    expect(listenersOf(fanOut.stop.signal)).toBe(connections.length - 1);
  });

  it("one that fell silent", async () => {
    const fanOut = await FanOut.make();
    fanOut.local.faults.inject({ fault: { kind: "silent-subscription" } });
    const { calls } = fanOut;
    const connections: AbortSignal[] = [];
    const subscribeToShard: typeof calls.subscribeToShard = (input, signal) => {
      connections.push(signal!);
      return calls.subscribeToShard(input, signal);
    };
    await fanOut.run((await fanOut.open(FROM_BEGINNING, { calls: { ...calls, subscribeToShard } })).next());
    expect(connections.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(listenersOf(fanOut.stop.signal)).toBe(1);
  });
});
