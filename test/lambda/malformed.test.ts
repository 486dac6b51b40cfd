// Bytes that are no sound aggregate, and text that is no base64: what `onMalformed` says, and never the end of an invocation.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  batchHandler,
  deaggregate,
  expandKinesisEvent,
  type KinesisHandlerOptions,
  kinesisHandler,
  type MalformedOptions,
  tumblingWindowHandler,
} from "../../src/lambda/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { concat, MAGIC } from "../oracle/frame.ts";
import { aggregateOf, data, keyIndex, partitionKeyEntry, recordEntry, varintField } from "../oracle/wire.ts";
import { eventOf, logged, reporting, userRecordOf, windowEventOf, withData } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

const badDigest = encodeAsKpl([userRecordOf("x.1")]);
badDigest[badDigest.length - 1]! ^= 1;

const malformed: readonly { readonly what: string; readonly bytes: Uint8Array; readonly reason: string }[] = [
  { what: "a digest of other bytes", bytes: badDigest, reason: "digest" },
  { what: "the magic with a body cut off", bytes: concat(MAGIC, new Uint8Array(21)), reason: "digest" },
  { what: "no protobuf", bytes: aggregateOf(varintField(1, 5), Uint8Array.of(0xff)), reason: "protobuf" },
  {
    what: "a key index past the table",
    bytes: aggregateOf(partitionKeyEntry("k"), recordEntry(keyIndex(1), data("1"))),
    reason: "partition-key-index",
  },
];

/** Meant as base64 by nobody, or cut off. */
const notBase64: readonly unknown[] = [
  "~",
  "Y",
  "YWI",
  "YWI~",
  "YWJj~",
  "YWJjZ",
  "YWJjZ===",
  "YW=I",
  "=",
  "====",
  " YWI=",
  null,
  7,
  {},
];
const noText = notBase64.map((text) => ({ text }));

/** The second of three Kinesis records. */
function eventWith(second: unknown) {
  return withData(eventOf(["a.1", "b.1", "c.1"]), 1, second);
}

/** Sees raw bytes, too, which are no text. */
async function run(event: ReturnType<typeof eventOf>, options: KinesisHandlerOptions) {
  const handled: string[] = [];
  const handle = ({ data: bytes }: { data: Uint8Array }) => handled.push(Buffer.from(bytes).toString("latin1"));
  const reply = await kinesisHandler(handle, options)(event);
  return { handled, reply };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const throws = (): never => {
  throw new Error("onMalformed itself");
};

describe.each(malformed)("$what", ({ bytes, reason }) => {
  const event = eventWith(bytes);

  it.each<[string, MalformedOptions]>([
    ["by default", {}],
    ["pass", { onMalformed: "pass" }],
    ["a function that says pass", { onMalformed: () => "pass" }],
  ])("%s: handled raw, with its reason", async (_, options) => {
    const { handled, reply } = await run(event, options);
    expect(handled).toEqual(["a.1", latin1(bytes), "c.1"]);
    expect(reply).toEqual(reporting(event, undefined));
    expect([...deaggregate(event, options)].map((record) => record.malformed)).toEqual([undefined, reason, undefined]);
  });

  it.each<[string, MalformedOptions, unknown]>([
    ["throw", { onMalformed: "throw" }, { code: "KPL_KIT_MALFORMED_AGGREGATE", reason }],
    ["a function that says throw", { onMalformed: () => "throw" }, { code: "KPL_KIT_MALFORMED_AGGREGATE", reason }],
    ["a function that throws", { onMalformed: throws }, { message: "onMalformed itself" }],
    ["a function that answers nonsense", { onMalformed: () => "no" as "skip" }, { code: "KPL_KIT_INVALID_OPTION" }],
    ["a function that answers nothing", { onMalformed: () => undefined as never }, { code: "KPL_KIT_INVALID_OPTION" }],
    ["onDropped that throws", { onMalformed: "skip", onDropped: throws }, { message: "onMalformed itself" }],
  ])("%s: reported, and what is behind it not started", async (_, options, error) => {
    const seen: unknown[] = [];
    const { handled, reply } = await run(event, {
      ...options,
      onRecordFailure: ({ data: raw, id }, given) => {
        seen.push([latin1(raw), id, given]);
        return "retry";
      },
    });
    expect(handled).toEqual(["a.1"]);
    expect(reply).toEqual(reporting(event, 1));
    expect(seen).toEqual([[latin1(bytes), `${event.Records[1]!.eventID}:0`, expect.objectContaining(error as object)]]);
  });

  it("throw, and onRecordFailure skips it", async () => {
    const { handled, reply } = await run(event, { onMalformed: "throw", onRecordFailure: () => "skip" });
    expect(handled).toEqual(["a.1", "c.1"]);
    expect(reply).toEqual(reporting(event, undefined));
  });

  it("skip: told to onDropped", async () => {
    const onDropped = vi.fn();
    const { handled, reply } = await run(event, { onMalformed: "skip", onDropped });
    expect(handled).toEqual(["a.1", "c.1"]);
    expect(reply).toEqual(reporting(event, undefined));
    expect(onDropped.mock.calls).toEqual([
      [{ record: expect.objectContaining({ Data: Buffer.from(bytes) }), userRecords: 1, reason }],
    ]);
  });

  it("throw: nothing of it or behind it reaches a batch's handler, or a window", async () => {
    const seen: string[][] = [];
    const options: MalformedOptions = { onMalformed: "throw" };
    const batch = batchHandler((records) => seen.push(records.map((record) => record.text())), options);
    expect(await batch(event)).toEqual(reporting(event, 1));
    expect(seen).toEqual([["a.1"]]);
    const windowed = tumblingWindowHandler<{ count: number }>(
      ({ count = 0 }) => ({ count: count + 1 }),
      () => undefined,
      options,
    );
    const inWindow = { ...windowEventOf([]), Records: event.Records };
    expect(await windowed(inWindow)).toEqual({ ...reporting(event, 1), state: { count: 1 } });
  });

  it("throw: the pieces throw", () => {
    const error = expect.objectContaining({ code: "KPL_KIT_MALFORMED_AGGREGATE", reason });
    expect(() => [...deaggregate(event, { onMalformed: "throw" })]).toThrow(error);
    expect(() => expandKinesisEvent(event, { onMalformed: "throw" })).toThrow(error);
  });
});

describe.each(noText)("data that is not base64: $text", ({ text }) => {
  const event = eventWith(text);

  it.each<[string, MalformedOptions]>([
    ["by default", {}],
    ["pass", { onMalformed: "pass" }],
    ["throw", { onMalformed: "throw" }],
    ["a function that says pass", { onMalformed: () => "pass" }],
    ["a function that throws", { onMalformed: throws }],
  ])("%s: reported", async (_, options) => {
    const seen: unknown[] = [];
    const onRecordFailure = (...given: readonly unknown[]) => {
      seen.push(given);
      return "retry" as const;
    };
    const { handled, reply } = await run(event, { ...options, onRecordFailure });
    expect(handled).toEqual(["a.1"]);
    expect(reply).toEqual(reporting(event, 1));
    const code = options.onMalformed === throws ? {} : { code: "KPL_KIT_INVALID_RECORD" };
    expect(seen).toEqual([[expect.objectContaining({ data: new Uint8Array(0) }), expect.objectContaining(code)]]);
  });

  it("skip: told to onDropped", async () => {
    const onDropped = vi.fn();
    const { handled, reply } = await run(event, { onMalformed: "skip", onDropped });
    expect(handled).toEqual(["a.1", "c.1"]);
    expect(reply).toEqual(reporting(event, undefined));
    expect(onDropped.mock.calls).toEqual([[expect.objectContaining({ userRecords: 1, reason: "base64" })]]);
  });
});

it("data that is not base64: a function is asked, with the reason", async () => {
  const onMalformed = vi.fn(() => "skip" as const);
  await run(eventWith("~"), { onMalformed });
  expect(onMalformed.mock.calls).toEqual([[expect.objectContaining({ PartitionKey: "b" }), "base64"]]);
});

describe("what is not malformed", () => {
  it.each([
    ["empty data", new Uint8Array(0)],
    ["the magic alone", MAGIC],
    ["the magic with less behind it than a digest", concat(MAGIC, new Uint8Array(15))],
  ])("%s is a plain record, also under throw", async (_, bytes) => {
    const event = eventWith(bytes);
    const { handled, reply } = await run(event, { onMalformed: "throw" });
    expect(handled).toEqual(["a.1", latin1(bytes), "c.1"]);
    expect(reply).toEqual(reporting(event, undefined));
  });

  it("base64 of every length", async () => {
    for (let length = 0; length < 9; length++) {
      const bytes = new Uint8Array(length).fill(0xfb);
      expect((await run(eventWith(bytes), { onMalformed: "throw" })).handled[1]).toBe(latin1(bytes));
    }
  });

  it("an aggregate without user records", async () => {
    const event = eventWith(aggregateOf(partitionKeyEntry("k")));
    expect(await run(event, { onMalformed: "throw" })).toEqual({
      handled: ["a.1", "c.1"],
      reply: reporting(event, undefined),
    });
  });
});
