// A fold over a window: its state is in every reply, is that before what comes again, and is finished once.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type LambdaUserRecord,
  type TumblingWindow,
  type TumblingWindowEventLike,
  tumblingWindowHandler,
} from "../../src/lambda/index.ts";
import { logged, numbered, redelivered, reporting, windowEventOf } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

interface Seen {
  texts: string[];
}
const finish = (): undefined => undefined;

function seeing({ texts = [] }: Partial<Seen>, record: LambdaUserRecord): Seen {
  return { texts: [...texts, record.text()] };
}

const failing = (text: string, reduce = seeing) =>
  ((state, record) => {
    const next = reduce(state, record);
    if (record.text() === text) throw new Error(`no ${text}`);
    return next;
  }) satisfies typeof seeing;

function seeingInPlace(state: Partial<Seen>, record: LambdaUserRecord): Seen {
  state.texts ??= [];
  state.texts.push(record.text());
  return state as Seen;
}

describe("the state is in the reply", () => {
  it.each([
    ["a new one", seeing],
    ["changed in place", seeingInPlace],
    ["later", async (state: Partial<Seen>, record: LambdaUserRecord) => seeing(state, record)],
  ])("%s", async (_, reduce) => {
    const handler = tumblingWindowHandler<Seen>(reduce, finish);
    expect(await handler(windowEventOf(["a.1", ["b.1", "b.2"]], { state: { texts: ["a.0"] } }))).toEqual({
      batchItemFailures: [],
      state: { texts: ["a.0", "a.1", "b.1", "b.2"] },
    });
  });

  it.each<[string, object]>([
    ["that the window had, with no records", { texts: ["a.0"] }],
    ["that is empty, at the window's first", {}],
  ])("the one %s", async (_, state) => {
    const handler = tumblingWindowHandler<Seen>(seeing, finish);
    expect(await handler(windowEventOf([], { state: { ...state } }))).toEqual({ batchItemFailures: [], state });
  });

  it.each([undefined, null])("where Lambda brings %s: the first is {}", async (state) => {
    const event = { ...windowEventOf(["a.1"]), state } as unknown as TumblingWindowEventLike;
    const handler = tumblingWindowHandler<Seen>(seeing, finish);
    expect((await handler(event)).state).toEqual({ texts: ["a.1"] });
  });
});

describe("with a failure it is the state up to, and not with, what is reported", () => {
  it.each([
    ["the first", "a.1", 0, ["a.0"]],
    ["an aggregate's first", "b.1", 1, ["a.0", "a.1"]],
    ["an aggregate's last", "b.3", 1, ["a.0", "a.1"]],
    ["the last", "c.1", 2, ["a.0", "a.1", "b.1", "b.2", "b.3"]],
  ])("%s", async (_, text, reported, texts) => {
    for (const reduce of [seeing, seeingInPlace]) {
      const event = windowEventOf(["a.1", ["b.1", "b.2", "b.3"], "c.1"], { state: { texts: ["a.0"] } });
      const handler = tumblingWindowHandler<Seen>(failing(text, reduce), finish);
      expect(await handler(event)).toEqual({ ...reporting(event, reported), state: { texts } });
    }
  });

  it("so that a redelivery counts nothing twice", async () => {
    let fails = true;
    const handler = tumblingWindowHandler<Seen>((state, record) => {
      if (record.text() === "b.2" && fails) throw new Error("no b.2");
      return seeingInPlace(state, record);
    }, finish);
    const event = windowEventOf(["a.1", ["b.1", "b.2"], "c.1"]);
    const { batchItemFailures, state } = await handler(event);
    fails = false;
    const again = { ...event, ...redelivered(event, batchItemFailures[0]!.itemIdentifier), state };
    expect(await handler(again)).toEqual({ batchItemFailures: [], state: { texts: ["a.1", "b.1", "b.2", "c.1"] } });
  });

  it("also in an event that is not sorted: what is higher comes again, and is not in the state", async () => {
    const event = windowEventOf(["a.3", "a.1", "a.2"]);
    const unsorted = { ...event, ...numbered(event, ["300", "99", "200"]) };
    const handler = tumblingWindowHandler<Seen>(failing("a.2"), finish);
    expect(await handler(unsorted)).toEqual({ ...reporting(unsorted, 2), state: { texts: ["a.1"] } });
  });

  it("what is skipped leaves the state as it was", async () => {
    const handler = tumblingWindowHandler<Seen>(failing("b.1"), finish, { onRecordFailure: () => "skip" });
    expect(await handler(windowEventOf(["a.1", ["b.1", "b.2"]]))).toEqual({
      batchItemFailures: [],
      state: { texts: ["a.1", "b.2"] },
    });
  });
});

describe("what is no state", () => {
  it.each([undefined, null, 5, "text", true, Symbol("s")])("%s is a failure of its user record", async (next) => {
    const errors: unknown[] = [];
    const event = windowEventOf(["a.1", "b.1"]);
    const handler = tumblingWindowHandler<Seen>(
      (state, record) => (record.text() === "b.1" ? (next as unknown as Seen) : seeing(state, record)),
      finish,
      {
        onRecordFailure: ({ id }, error) => {
          errors.push([id, error]);
          return "retry";
        },
      },
    );
    expect(await handler(event)).toEqual({ ...reporting(event, 1), state: { texts: ["a.1"] } });
    const { eventID } = event.Records[1]!;
    expect(errors).toEqual([[`${eventID}:0`, expect.objectContaining({ code: "KPL_KIT_INVALID_STATE" })]]);
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  it.each<[string, () => object]>([
    ["beyond 1 MB", () => ({ text: "x".repeat(1_048_576) })],
    ["beyond 1 MB in UTF-8, not in characters", () => ({ text: "é".repeat(600_000) })],
    ["circular", () => circular],
    ["with a BigInt", () => ({ total: 5n })],
    ["a Date, which comes back as text", () => new Date(0)],
    ["an array", () => [1]],
    ["nothing by its own word", () => ({ toJSON: () => undefined })],
  ])("%s: the invocation fails with a code", async (_, make) => {
    const handler = tumblingWindowHandler<object>(make, finish);
    const replied = handler(windowEventOf(["a.1"]));
    await expect(replied).rejects.toMatchObject({ code: "KPL_KIT_INVALID_STATE", retryable: false });
  });

  it("1 MB exactly is one", async () => {
    const text = "é".repeat(1_048_576 / 2 - 6); // {"text":""} is 11 bytes, and one for an x
    const handler = tumblingWindowHandler<{ text: string }>(() => ({ text: `${text}x` }), finish);
    const { state } = await handler(windowEventOf(["a.1"]));
    expect(new TextEncoder().encode(JSON.stringify(state)).length).toBe(1_048_576);
    const more = tumblingWindowHandler<{ text: string }>(() => ({ text: `${text}xx` }), finish);
    await expect(more(windowEventOf(["a.1"]))).rejects.toMatchObject({ code: "KPL_KIT_INVALID_STATE" });
  });
});

describe("finish", () => {
  function finishing(reduce = seeing) {
    const finished: [Partial<Seen>, TumblingWindow][] = [];
    const handler = tumblingWindowHandler<Seen>(reduce, async (state, window) => finished.push([state, window]));
    return { finished, handler };
  }

  it("gets the last state, and the window", async () => {
    const { finished, handler } = finishing();
    const event = windowEventOf(["a.1"], { isFinalInvokeForWindow: true, isWindowTerminatedEarly: true });
    expect(await handler(event)).toEqual({ batchItemFailures: [], state: { texts: ["a.1"] } });
    const { eventSourceARN, shardId } = event;
    const [start, end] = [new Date(0), new Date(60_000)];
    const window = { start, end, shardId, eventSourceARN, isTerminatedEarly: true };
    expect(finished).toEqual([[{ texts: ["a.1"] }, window]]);
  });

  it("is not called before the window's end", async () => {
    const { finished, handler } = finishing();
    await handler(windowEventOf(["a.1"]));
    expect(finished).toEqual([]);
  });

  it("is not called while records are left", async () => {
    const { finished, handler } = finishing(failing("b.1"));
    const event = windowEventOf(["a.1", "b.1"], { isFinalInvokeForWindow: true });
    expect(await handler(event)).toEqual({ ...reporting(event, 1), state: { texts: ["a.1"] } });
    expect(finished).toEqual([]);
  });

  it.each([undefined, null])("with %s for records, in the window's last event", async (Records) => {
    const { finished, handler } = finishing();
    const event = { ...windowEventOf([], { isFinalInvokeForWindow: true, state: { texts: ["a.0"] } }), Records };
    const reply = await handler(event as unknown as TumblingWindowEventLike);
    expect(reply).toEqual({ batchItemFailures: [], state: { texts: ["a.0"] } });
    expect(finished).toHaveLength(1);
  });

  it("what it throws fails the invocation", async () => {
    const handler = tumblingWindowHandler<Seen>(seeing, () => Promise.reject(new Error("no report")));
    await expect(handler(windowEventOf(["a.1"], { isFinalInvokeForWindow: true }))).rejects.toThrow("no report");
  });
});

describe("an event that is of no window", () => {
  it.each([
    ["a batch of a mapping without a window", { ...windowEventOf(["a.1"]), window: undefined }],
    ["a window without records before its end", { ...windowEventOf([]), Records: undefined }],
  ])("%s", async (_, event) => {
    const handler = tumblingWindowHandler<Seen>(seeing, finish);
    const replied = handler(event as unknown as TumblingWindowEventLike);
    await expect(replied).rejects.toMatchObject({ code: "KPL_KIT_INVALID_RECORD" });
  });
});
