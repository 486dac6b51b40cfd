import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { UserRecord } from "../../../src/codec/index.ts";
import {
  RecordProcessing,
  type RecordProcessingOptions,
  resolveRetryPolicy,
  Slots,
} from "../../../src/consumer/processing/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import { idOf, pageOf } from "./record-pages.ts";

const broken = new Error("table is gone");

type Event = Parameters<RecordProcessingOptions["onEvent"]>[0];

interface Rig {
  readonly processing: RecordProcessing;
  readonly clock: VirtualClock;
  readonly stop: AbortController;
  readonly slots: Slots;
  readonly events: Event[];
  /** Watermarks, in the order they were told. */
  readonly progress: string[];
  /** Called with, in order. */
  readonly called: string[];
}

function rig(handler: RecordProcessingOptions["handler"], options: Partial<RecordProcessingOptions> = {}): Rig {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const events: Event[] = [];
  const progress: string[] = [];
  const called: string[] = [];
  const slots = options.slots ?? new Slots(Number.POSITIVE_INFINITY);
  const processing = new RecordProcessing({
    shardId: "shardId-000000000000",
    onFailure: "stop",
    retry: resolveRetryPolicy(),
    per: "shard",
    clock,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    onProgress: (watermark) => progress.push(idOf(watermark)),
    signal: stop.signal,
    ...options,
    slots,
    handler: function (this: unknown, record) {
      called.push(idOf(record));
      return handler.call(this as never, record);
    },
  });
  return { processing, clock, stop, slots, events, progress, called };
}

/** A handler whose calls end when the test says so. */
function byHand(): {
  handler: (record: UserRecord) => Promise<void>;
  end: (id: string, error?: Error) => Promise<void>;
} {
  const running = new Map<string, (error?: Error) => void>();
  return {
    handler: (record) =>
      new Promise((resolve, reject) => running.set(idOf(record), (error) => (error ? reject(error) : resolve()))),
    end: async (id, error) => {
      running.get(id)?.(error);
      await new Promise(setImmediate);
    },
  };
}

/** What a promise is by now. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = "pending";
  promise.then(
    () => (state = "resolved"),
    () => (state = "rejected"),
  );
  await new Promise(setImmediate);
  return state;
}

const failsOn = (id: string) => (record: UserRecord) => {
  if (idOf(record) === id) throw broken;
};
const FAILED = { code: "KPL_KIT_PROCESSING_FAILED", shardId: "shardId-000000000000", cause: broken };
const kinds = (events: readonly Event[]): string[] => events.map(({ type }) => type);

describe("a page", () => {
  it("is handled in order, released once, told once, and checkpointed to its end", async () => {
    const { called, clock, events, processing, progress } = rig((record) => clock.sleep(10).then(() => void record));
    const page = pageOf([["a"], ["a", "b"], ["c"]]);
    await processing.accept(page);
    await clock.runUntil(processing.drain());
    expect(called).toEqual(["1/0", "2/0", "2/1", "3/0"]);
    expect(progress).toEqual(["1/0", "2/0", "2/1", "3/0"]);
    expect(page.released).toBe(1);
    const { bytes } = page;
    const { shardId } = page;
    expect(events).toEqual([
      { type: "batch-processed", shardId, userRecords: 4, bytes, millisBehindLatest: 0, durationMs: 40 },
    ]);
    expect(processing.open).toBe(0);
  });

  it("without records is finished at once, and takes the checkpoint on", async () => {
    const { processing, progress } = rig(() => undefined);
    const [filtered, empty] = [pageOf([["a"]], 1, 1), pageOf([])];
    await processing.accept(filtered);
    await processing.accept(empty);
    await processing.drain();
    expect(progress).toEqual(["1/0"]);
    expect([filtered.released, empty.released]).toEqual([1, 1]);
  });

  it("of a handler that returns no promise costs no turn of the event loop, and one word of progress", async () => {
    const { called, processing, progress } = rig(() => undefined);
    const accepted = processing.accept(pageOf([["a"], ["b"], ["c"]]));
    expect(called).toHaveLength(3);
    expect(progress).toEqual(["3/0"]);
    expect(processing.open).toBe(0);
    await accepted;
  });

  it.each<["shard" | "partitionKey", number]>([
    ["shard", Number.POSITIVE_INFINITY],
    ["shard", 1],
    ["partitionKey", Number.POSITIVE_INFINITY],
    ["partitionKey", 2],
  ])("of 10,000 records needs no deep stack: per %s, limit %d", async (per, limit) => {
    const many = pageOf(Array.from({ length: 10_000 }, (_, i) => [`${i % 100}`]));
    for (const handler of [() => undefined, () => Promise.resolve()]) {
      const { called, processing, progress, slots } = rig(handler, { per, slots: new Slots(limit) });
      await processing.accept({ ...many });
      await processing.drain();
      expect(called).toHaveLength(10_000);
      expect(progress.at(-1)).toBe("10000/0");
      expect(slots.taken).toBe(0);
    }
  });

  it("of many shards with one slot needs no deep stack either, and each gets its turn", async () => {
    const slots = new Slots(1);
    const order: number[] = [];
    const { clock, ...first } = rig(() => clock.sleep(1), { slots });
    await first.processing.accept(pageOf([["a"]]));
    const others = Array.from({ length: 3_000 }, (_, shard) => rig(() => void order.push(shard), { slots }));
    for (const { processing } of others) await processing.accept(pageOf([["a"], ["b"]]));
    expect(order).toEqual([]);
    await clock.runUntil(Promise.all([first, ...others].map(({ processing }) => processing.drain())));
    expect(order).toHaveLength(6_000);
    expect(slots.taken).toBe(0);
  });

  it.each<[string, object]>([
    // biome-ignore lint/suspicious/noThenProperty: as promises of other libraries have it
    ["rejects", { then: (_: unknown, reject: (error: Error) => void) => reject(broken) }],
    [
      "throws when it is asked",
      {
        // biome-ignore lint/suspicious/noThenProperty: as above
        get then(): never {
          throw broken;
        },
      },
    ],
  ])("is waited for by any thenable: one that %s is a failure", async (_, thenable) => {
    const { clock, processing } = rig(() => thenable as Promise<void>);
    await processing.accept(pageOf([["a"]]));
    await expect(clock.runUntil(processing.drain())).rejects.toMatchObject(FAILED);
  });

  it("calls the handler without a this: nothing of ours is in its hands", async () => {
    const selves: unknown[] = [];
    const { clock, processing } = rig(function (this: unknown) {
      selves.push(this);
      if (selves.length === 1) throw broken;
    });
    await processing.accept(pageOf([["a"]]));
    await clock.runUntil(processing.drain());
    expect(selves).toEqual([undefined, undefined]);
  });
});

describe("look-ahead", () => {
  it("a page may follow while the former still runs; a third waits until the first is finished", async () => {
    const { end, handler } = byHand();
    const { called, processing } = rig(handler, { per: "partitionKey" });
    const [first, second, third] = [pageOf([["a"]], 1), pageOf([["b"]], 2), pageOf([["c"]], 3)];
    await processing.accept(first);
    const accepted = processing.accept(second);
    await end("2/0");
    expect(await stateOf(accepted)).toBe("pending");
    expect([first.released, second.released]).toEqual([0, 1]);
    await end("1/0");
    expect(await stateOf(accepted)).toBe("resolved");
    await processing.accept(third);
    expect(called).toEqual(["1/0", "2/0", "3/0"]);
    await end("3/0");
    expect(first.released + second.released + third.released).toBe(3);
  });
});

describe("what was finished last is not what is checkpointed", () => {
  it("the last delivered instead of the last finished record is checkpointed (apache/pulsar#8192, snowplow/enrich#652)", async () => {
    const { end, handler } = byHand();
    const { called, processing, progress } = rig(handler, { per: "partitionKey" });
    await processing.accept(pageOf([["a"], ["b"], ["c"]]));
    expect(called).toEqual(["1/0", "2/0", "3/0"]);
    await end("3/0");
    await end("2/0");
    expect(progress).toEqual([]);
    await end("1/0");
    expect(progress).toEqual(["3/0"]);
  });

  it("the record to checkpoint is picked by the count before deaggregation (lifion-kinesis)", async () => {
    const { processing, progress } = rig(() => undefined);
    await processing.accept(pageOf([["a", "b", "c"], ["d"], ["e"]], 100));
    await processing.drain();
    expect(progress).toEqual(["102/0"]);
  });
});

describe("a handler that fails", () => {
  it("is called again with backoff, and what comes after its record waits", async () => {
    let failures = 2;
    const { called, clock, events, processing, progress } = rig((record) => {
      if (idOf(record) === "1/0" && failures-- > 0) throw broken;
    });
    await processing.accept(pageOf([["a"], ["a"]]));
    await clock.runUntil(processing.drain());
    expect(called).toEqual(["1/0", "1/0", "1/0", "2/0"]);
    expect(clock.monotonicMs()).toBe(300);
    expect(progress).toEqual(["2/0"]);
    const position = { sequenceNumber: "1", subSequenceNumber: 0 };
    expect(events.slice(0, 2)).toEqual([
      { type: "processing-failed", shardId: FAILED.shardId, position, error: broken, failures: 1, retryInMs: 100 },
      { type: "processing-failed", shardId: FAILED.shardId, position, error: broken, failures: 2, retryInMs: 200 },
    ]);
  });

  it("a batch is skipped after its handler threw (KCL Java, ProcessTask)", async () => {
    const { called, clock, processing, progress } = rig(failsOn("2/1"));
    const [first, second] = [pageOf([["a"], ["b", "c", "d"]]), pageOf([["e"]], 3)];
    await processing.accept(first);
    const accepted = processing.accept(second);
    const failed = {
      ...FAILED,
      position: { sequenceNumber: "2", subSequenceNumber: 1 },
      message: "shardId-000000000000, record 2/1: failed 3 times in a row, last: Error: table is gone",
    };
    await expect(clock.runUntil(accepted)).rejects.toMatchObject(failed);
    await expect(processing.drain()).rejects.toMatchObject(failed);
    const third = pageOf([["f"]], 4);
    await expect(processing.accept(third)).rejects.toMatchObject(failed);
    expect(called).toEqual(["1/0", "2/0", "2/1", "2/1", "2/1"]);
    expect(progress).toEqual(["2/0"]);
    expect([first.released, second.released, third.released]).toEqual([1, 1, 1]);
    expect(processing.open).toBe(4);
  });

  it("stops its shard: what runs may finish and count, nothing starts, no retry waits on", async () => {
    const { end, handler } = byHand();
    const { called, clock, processing, progress, slots } = rig(handler, {
      per: "partitionKey",
      slots: new Slots(3),
      retry: resolveRetryPolicy({ attempts: 1 }),
    });
    const page = pageOf([["a"], ["b"], ["c"], ["d"]]);
    await processing.accept(page);
    const drained = processing.drain();
    await end("2/0", broken);
    expect(await stateOf(drained)).toBe("pending");
    await end("1/0");
    expect([page.released, progress]).toEqual([0, ["1/0"]]);
    await end("3/0", new Error("another, later"));
    await expect(drained).rejects.toMatchObject({ ...FAILED, position: { sequenceNumber: "2" } });
    expect(called).toEqual(["1/0", "2/0", "3/0"]);
    expect([page.released, slots.taken, clock.pending, progress.length]).toEqual([1, 0, 0, 1]);
  });

  it("without a last attempt is tried for as long as it takes, while other keys go on", async () => {
    const retry = resolveRetryPolicy({ attempts: Number.POSITIVE_INFINITY });
    let attempts = 0;
    const { clock, events, processing } = rig(
      ({ partitionKey }) => {
        if (partitionKey === "hopeless" && ++attempts > 0) throw broken;
      },
      { per: "partitionKey", retry },
    );
    const page = pageOf([["hopeless"], ["b"]]);
    await processing.accept(page);
    expect(processing.open).toBe(1);
    const drained = processing.drain();
    await clock.advance(60_000);
    expect(kinds(events).filter((type) => type === "processing-failed").length).toBe(attempts);
    expect(processing.abandon()).toBe(1);
    expect(await stateOf(drained)).toBe("resolved");
    expect([page.released, clock.pending]).toEqual([1, 0]);
  });

  it("has a position that can be compared, though its record had no number", async () => {
    const { clock, processing, progress } = rig(failsOn("undefined/0"));
    const [record] = pageOf([["a"]]).records;
    const unnumbered = Object.assign(Object.create(record!), { sequenceNumber: undefined }) as UserRecord;
    await processing.accept({ ...pageOf([["a"]]), records: [record!, unnumbered] });
    const position = { sequenceNumber: "TRIM_HORIZON", subSequenceNumber: 0 };
    await expect(clock.runUntil(processing.drain())).rejects.toMatchObject({ position });
    expect(progress).toEqual(["1/0"]);
  });

  it("is skipped if, and only if, the user says so", async () => {
    const { called, clock, events, processing, progress } = rig(failsOn("2/0"), { onFailure: "skip" });
    await processing.accept(pageOf([["a"], ["b"], ["c"]]));
    await clock.runUntil(processing.drain());
    expect(called.at(-1)).toBe("3/0");
    expect(progress).toEqual(["1/0", "3/0"]);
    expect(events).toContainEqual({
      type: "record-given-up",
      shardId: FAILED.shardId,
      position: { sequenceNumber: "2", subSequenceNumber: 0 },
      how: "skipped",
    });
  });

  it("is diverted, and passed once that has succeeded", async () => {
    const letters: [string, unknown][] = [];
    let refused = 1;
    const { clock, events, processing, progress } = rig(failsOn("2/0"), {
      onFailure: async (record, error) => {
        await clock.sleep(5);
        if (refused-- > 0) throw new Error("queue is full");
        letters.push([idOf(record), error]);
      },
    });
    await processing.accept(pageOf([["a"], ["b"], ["c"]]));
    await clock.runUntil(processing.drain());
    expect(letters).toEqual([["2/0", broken]]);
    expect(progress).toEqual(["1/0", "3/0"]);
    expect(kinds(events)).toEqual([...new Array(4).fill("processing-failed"), "record-given-up", "batch-processed"]);
    expect(events[4]).toMatchObject({ how: "diverted" });
  });

  it("stops its shard if it cannot be diverted either", async () => {
    const full = new Error("queue is full");
    const { called, clock, events, processing, progress } = rig(failsOn("2/0"), {
      onFailure: () => {
        throw full;
      },
    });
    await processing.accept(pageOf([["a"], ["b"], ["c"]]));
    await expect(clock.runUntil(processing.drain())).rejects.toMatchObject({ ...FAILED, cause: full });
    expect(called).not.toContain("3/0");
    expect(progress).toEqual(["1/0"]);
    expect(kinds(events)).toEqual(new Array(6).fill("processing-failed"));
  });
});

describe("a stop", () => {
  it("starts nothing new; what runs goes on, and counts", async () => {
    const { end, handler } = byHand();
    const { called, processing, progress, slots, stop } = rig(handler);
    const page = pageOf([["a"], ["b"]]);
    await processing.accept(page);
    const drained = processing.drain();
    stop.abort();
    expect(await stateOf(drained)).toBe("pending");
    await end("1/0");
    await drained;
    expect([called, progress]).toEqual([["1/0"], ["1/0"]]);
    expect([page.released, processing.open, slots.taken]).toEqual([1, 1, 0]);
  });

  it("leaves the records of a page that comes after it open: the shard is not at its end", async () => {
    const { called, processing, progress, stop } = rig(() => undefined);
    stop.abort();
    const page = pageOf([["a"], ["b"]]);
    await processing.accept(page);
    await processing.drain();
    expect([called, progress]).toEqual([[], []]);
    expect([page.released, processing.open]).toEqual([1, 2]);
  });

  it("ends the wait for a retry, for a slot, and for room, and leaves no timer and no listener", async () => {
    const { clock, processing, slots, stop } = rig(failsOn("1/0"), { per: "partitionKey", slots: new Slots(1) });
    const [first, second] = [pageOf([["a"], ["b"]]), pageOf([["c"]], 3)];
    await processing.accept(first);
    const accepted = processing.accept(second);
    await clock.advance(0);
    expect(clock.pending).toBe(1);
    stop.abort();
    await accepted;
    await processing.drain();
    expect([first.released, second.released, processing.open, clock.pending, slots.taken]).toEqual([1, 1, 3, 0, 0]);
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  it("listens only while records are open", async () => {
    const { end, handler } = byHand();
    const { processing, stop } = rig(handler);
    await processing.accept(pageOf([["a"]]));
    expect(getEventListeners(stop.signal, "abort")).toHaveLength(1);
    await end("1/0");
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  it("may come from inside the handler", async () => {
    const { called, processing, progress, stop } = rig((record) => {
      if (idOf(record) === "2/0") stop.abort();
    });
    await processing.accept(pageOf([["a"], ["b"], ["c"]]));
    await processing.drain();
    expect([called, progress]).toEqual([["1/0", "2/0"], ["2/0"]]);
  });
});

describe("abandon, when the time for stopping is over", () => {
  it.each([
    ["resolves", undefined],
    ["rejects", broken],
  ])("nothing that %s later counts, and the memory goes with it", async (_, error) => {
    const { end, handler } = byHand();
    const { events, processing, progress, slots, stop } = rig(handler, { per: "partitionKey" });
    const [first, second] = [pageOf([["a"], ["b"]]), pageOf([["a"]], 3)];
    await processing.accept(first);
    const accepted = processing.accept(second);
    await end("2/0");
    const drained = processing.drain();
    stop.abort();
    expect(processing.abandon()).toBe(2);
    await Promise.all([accepted, drained]);
    expect(events).toEqual([{ type: "abandoned", shardId: FAILED.shardId, userRecords: 2 }]);
    expect([first.released, second.released, slots.taken]).toEqual([0, 1, 0]);
    await end("1/0", error);
    expect([first.released, processing.open, slots.taken]).toEqual([1, 2, 0]);
    expect([progress, events.length]).toEqual([[], 1]);
    expect(processing.abandon()).toBe(0);
  });

  it.each<["stop" | "skip" | "divert"]>([["stop"], ["skip"], ["divert"]])(
    "a last attempt that fails later is not the business of onFailure any more: %s",
    async (how) => {
      const { end, handler } = byHand();
      const diverted: string[] = [];
      const divert = (record: UserRecord): void => void diverted.push(idOf(record));
      const onFailure = how === "divert" ? divert : how;
      const { events, processing } = rig(handler, { onFailure, retry: resolveRetryPolicy({ attempts: 1 }) });
      await processing.accept(pageOf([["a"]]));
      processing.abandon();
      await end("1/0", broken);
      await processing.drain();
      expect([kinds(events), diverted, processing.open]).toEqual([["abandoned"], [], 1]);
    },
  );

  it.each([
    ["succeeds", undefined],
    ["fails", broken],
  ])("a diversion that %s later counts no more than a handler", async (_, error) => {
    const { end, handler: onFailure } = byHand();
    const retry = resolveRetryPolicy({ attempts: 1 });
    const { events, processing, progress } = rig(failsOn("1/0"), { onFailure, retry });
    const page = pageOf([["a"]]);
    await processing.accept(page);
    await stateOf(Promise.resolve());
    expect(processing.abandon()).toBe(1);
    expect(page.released).toBe(0);
    await end("1/0", error);
    await processing.drain();
    expect([kinds(events), progress, page.released]).toEqual([["processing-failed", "abandoned"], [], 1]);
  });

  it("what was finished before it counts, though it comes from inside the handler; nothing after it does", async () => {
    let abandoned = 0;
    const { called, processing, progress } = rig((record) => {
      if (idOf(record) === "3/0") abandoned = processing.abandon();
    });
    await processing.accept(pageOf([["a"], ["b"], ["c"], ["d"]]));
    expect([called.at(-1), abandoned, progress]).toEqual(["3/0", 2, ["2/0"]]);

    const idle = rig(() => undefined);
    idle.processing.abandon();
    await idle.processing.accept(pageOf([["a"]], 1, 1));
    expect(idle.progress).toEqual([]);
  });

  it("says nothing if nothing was open", async () => {
    const { events, processing } = rig(() => undefined);
    await processing.accept(pageOf([["a"]]));
    expect(processing.abandon()).toBe(0);
    expect(kinds(events)).toEqual(["batch-processed"]);
  });

  it("a handler that never ends keeps no other shard from running", async () => {
    const slots = new Slots(1);
    const hanging = rig(() => new Promise(() => undefined), { slots });
    const other = rig(() => undefined, { slots });
    await hanging.processing.accept(pageOf([["a"], ["b"]]));
    await other.processing.accept(pageOf([["a"]]));
    expect(other.called).toEqual([]);
    hanging.processing.abandon();
    await other.processing.drain();
    expect([other.called, hanging.called, slots.taken]).toEqual([["1/0"], ["1/0"], 0]);
  });
});
