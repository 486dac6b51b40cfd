// The rules of the reply, by name. What the deadline, malformed records and tumbling windows add has files of its own; rule 11,
// that Powertools and middy agree, is in interop-*.test.ts.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nativeEngine, portable, useDigestEngine } from "../../src/codec/md5/index.ts";
import {
  batchHandler,
  collapseBatchItemFailures,
  deaggregate,
  expandKinesisEvent,
  type KinesisEventLike,
  type KinesisHandlerOptions,
  kinesisHandler,
  type LambdaUserRecord,
  RecordError,
  toBatchResponse,
  tumblingWindowHandler,
} from "../../src/lambda/index.ts";
import { eventOf, logged, numbered, numberOf, redelivered, reporting, windowEventOf } from "./events.ts";

beforeEach(() => void logged());
afterEach(() => vi.restoreAllMocks());

/** Every handler that replies, with a user record's handling. */
const handlers: Readonly<
  Record<string, (handle: (record: LambdaUserRecord) => unknown) => (event: KinesisEventLike) => Promise<unknown>>
> = {
  kinesisHandler: (handle) => kinesisHandler(handle),
  "kinesisHandler by partition key": (handle) => kinesisHandler(handle, { order: "partitionKey", concurrency: 4 }),
  "kinesisHandler without order": (handle) => kinesisHandler(handle, { order: "none", concurrency: 4 }),
  batchHandler: (handle) =>
    batchHandler((records) => {
      for (const record of records) {
        try {
          handle(record);
        } catch (error) {
          throw new RecordError(record, error);
        }
      }
    }),
  tumblingWindowHandler: (handle) => {
    const windowed = tumblingWindowHandler(
      async (state, record) => {
        await handle(record);
        return state;
      },
      () => undefined,
    );
    return async ({ Records }) => {
      const { batchItemFailures } = await windowed({ ...windowEventOf([]), Records });
      return { batchItemFailures };
    };
  },
};
const everyHandler = Object.entries(handlers).map(([name, of]) => ({ name, of }));

/** Fails for the user records with these texts. */
function failingFor(...texts: readonly string[]): (record: LambdaUserRecord) => void {
  return (record) => {
    if (texts.includes(record.text())) throw new Error(`no ${record.text()}`);
  };
}

describe("rule 1: the reply names at most one identifier, the lowest Kinesis record's sequence number, verbatim", () => {
  it.each(everyHandler)("$name: of several that fail, one", async ({ of }) => {
    const event = eventOf(["a.1", ["b.1", "b.2"], "c.1", "d.1"]);
    expect(await of(failingFor("b.2", "c.1", "d.1"))(event)).toEqual(reporting(event, 1));
  });

  // By text 9 would be behind 10, by place 100 the first.
  it.each(everyHandler)("$name: lowest by value, in an event that is not sorted", async ({ of }) => {
    const event = numbered(eventOf(["a.1", "b.1", ["c.1", "c.2"], "d.1"]), ["100", "10", "9", "99"]);
    expect(await of(failingFor("a.1", "b.1", "c.2", "d.1"))(event)).toEqual(reporting(event, 2));
    expect(await of(failingFor("a.1", "d.1"))(event)).toEqual(reporting(event, 3));
    expect(await of(failingFor("a.1"))(event)).toEqual(reporting(event, 0));
  });

  it.each([
    ["9", "10"],
    ["99", "100"],
    ["9007199254740992", "9007199254740993"], // the same number to a double
    [
      "49669468787676133950325537754858950969141533466435780610",
      "149669468787676133950325537754858950969141533466435780",
    ],
    [`1${"0".repeat(128)}`, `1${"0".repeat(127)}1`],
  ])("toBatchResponse: %s against %s", (one, other) => {
    const [low] = [one, other].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    for (const both of [
      [one, other],
      [other, one],
    ]) {
      const failed = both.map((sequenceNumber) => ({ sequenceNumber }));
      expect(toBatchResponse(failed)).toEqual({ batchItemFailures: [{ itemIdentifier: low }] });
    }
  });

  it("toBatchResponse: an eventID for Pipes, and still the lowest", () => {
    const event = numbered(eventOf([["a.1", "a.2"], "b.1"]), ["10", "9"]);
    expect(toBatchResponse([...deaggregate(event)].reverse(), { identifier: "eventID" })).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[1]!.eventID }],
    });
  });

  it("toBatchResponse: nothing is reported as well that cannot be named", () => {
    const nameless = [{ sequenceNumber: "7" }, { sequenceNumber: undefined }];
    expect(() => toBatchResponse(nameless)).toThrow(expect.objectContaining({ code: "KPL_KIT_INVALID_RECORD" }));
  });

  it.each([
    ["two of one aggregate", ["7", "7"], ["7"]],
    ["unsorted", ["10", "9", "100"], ["9"]],
    ["none", [], []],
  ])("collapseBatchItemFailures: %s", (_, given, expected) => {
    const asReply = (numbers: readonly string[]) => numbers.map((itemIdentifier) => ({ itemIdentifier }));
    expect(collapseBatchItemFailures({ batchItemFailures: asReply(given) })).toEqual({
      batchItemFailures: asReply(expected),
    });
  });

  it.each([null, undefined, {}, { batchItemFailures: null }])("collapseBatchItemFailures: %j is all done", (reply) => {
    expect(collapseBatchItemFailures(reply)).toEqual({ batchItemFailures: [] });
  });

  it.each(["shardId-000000000000:7", "7:1", "", " 7", null, 7])(
    "collapseBatchItemFailures refuses %j",
    (identifier) => {
      const reply = { batchItemFailures: [{ itemIdentifier: identifier as string }, { itemIdentifier: "5" }] };
      expect(() => collapseBatchItemFailures(reply)).toThrow(
        expect.objectContaining({ code: "KPL_KIT_INVALID_RECORD" }),
      );
    },
  );

  it("collapseBatchItemFailures refuses a failure that is none", () => {
    const reply = { batchItemFailures: [null as unknown as { itemIdentifier: string }] };
    expect(() => collapseBatchItemFailures(reply)).toThrow(expect.objectContaining({ code: "KPL_KIT_INVALID_RECORD" }));
  });
});

describe("rule 2: after a failure nothing is started that must wait for it", () => {
  async function startedBy(options: KinesisHandlerOptions, failing: readonly string[]) {
    const event = eventOf(["a.1", ["b.1", "a.2", "b.2"], "a.3", "c.1"]);
    const started: string[] = [];
    const handle = async (record: LambdaUserRecord) => {
      started.push(record.text());
      await Promise.resolve();
      failingFor(...failing)(record);
    };
    return { event, started, reply: await kinesisHandler(handle, options)(event) };
  }

  it("order shard: one after the other, and none after the first that fails", async () => {
    const { event, started, reply } = await startedBy({}, ["b.1"]);
    expect(started).toEqual(["a.1", "b.1"]);
    expect(reply).toEqual(reporting(event, 1));
  });

  it("order shard: a failure at the end of an aggregate reports the aggregate", async () => {
    const { event, started, reply } = await startedBy({ order: "shard" }, ["b.2"]);
    expect(started).toEqual(["a.1", "b.1", "a.2", "b.2"]);
    expect(reply).toEqual(reporting(event, 1));
  });

  it("order partitionKey: lanes by the user record's key, not the aggregate's", async () => {
    const { event, started, reply } = await startedBy({ order: "partitionKey", concurrency: 10 }, ["a.1"]);
    // b.1 and c.1 were at work with a.1, and a.2 and a.3 waited for it: the reply brings all of them again.
    expect(started.slice(0, 3)).toEqual(["a.1", "b.1", "c.1"]);
    expect(started.filter((text) => text.startsWith("a"))).toEqual(["a.1"]);
    expect(reply).toEqual(reporting(event, 0));
  });

  it("order partitionKey: the lowest that failed or was not started is reported, what lies before it is finished", async () => {
    const { event, started, reply } = await startedBy({ order: "partitionKey", concurrency: 10 }, ["c.1"]);
    expect(started).toEqual(["a.1", "b.1", "c.1", "a.2", "b.2", "a.3"]);
    expect(reply).toEqual(reporting(event, 3));
  });

  it("a later failure further behind starts nothing of what comes again for the one before", async () => {
    const started: string[] = [];
    const ends = new Map<string, (error?: Error) => void>();
    const handle = (record: LambdaUserRecord) =>
      new Promise<void>((resolve, reject) => {
        started.push(record.text());
        ends.set(record.text(), (error) => (error ? reject(error) : resolve()));
      });
    const event = eventOf([["a.1", "c.1", "c.2"], "b.1"]);
    const replied = kinesisHandler(handle, { order: "partitionKey", concurrency: 3 })(event);
    for (const text of ["a.1", "b.1", "c.1"]) {
      ends.get(text)!(text === "c.1" ? undefined : new Error(`no ${text}`));
      await new Promise(setImmediate);
    }
    expect(started).toEqual(["a.1", "c.1", "b.1"]);
    expect(await replied).toEqual(reporting(event, 0));
  });

  it("order none: as they come", async () => {
    const { started, reply, event } = await startedBy({ order: "none", concurrency: 3 }, ["b.2"]);
    expect(started.slice(0, 3)).toEqual(["a.1", "b.1", "a.2"]);
    expect(reply).toEqual(reporting(event, 1));
  });
});

describe("rule 3: success of all is an empty list, never nothing", () => {
  it.each(everyHandler)("$name", async ({ of }) => {
    expect(await of(() => "whatever a handler returns")(eventOf(["a.1", ["b.1"]]))).toEqual({ batchItemFailures: [] });
    expect(await of(() => undefined)({ Records: [] })).toEqual({ batchItemFailures: [] });
  });
});

describe("rule 4: a failure within an aggregate brings all of it again", () => {
  it.each([
    { remember: false, second: ["a.1", "a.2", "a.3"] },
    { remember: true, second: ["a.2", "a.3"] }, // more in remember.test.ts
  ])("remember: $remember", async ({ remember, second }) => {
    const event = eventOf([["a.1", "a.2", "a.3"]]);
    const handled: string[] = [];
    let fails = true;
    const handler = kinesisHandler(
      (record) => {
        handled.push(record.text());
        if (record.text() === "a.2" && fails) throw new Error("no a.2");
      },
      { remember },
    );
    expect(await handler(event)).toEqual(reporting(event, 0));
    expect(handled.splice(0)).toEqual(["a.1", "a.2"]);
    fails = false;
    expect(await handler(redelivered(event, numberOf(event, 0)))).toEqual({ batchItemFailures: [] });
    expect(handled).toEqual(second);
  });
});

describe("rule 5: what onRecordFailure cannot decide comes again", () => {
  const verdicts: [string, () => unknown, boolean][] = [
    ["skip", () => "skip", true],
    ["skip, later", async () => "skip", true],
    ["retry", () => "retry", false],
    ["nothing", () => undefined, false],
    ["nonsense", () => true, false],
    [
      "throws",
      () => {
        throw new Error("the dead-letter queue is full");
      },
      false,
    ],
    ["rejects", () => Promise.reject(new Error("the dead-letter queue is full")), false],
  ];
  const diverting: KinesisHandlerOptions[] = [{}, { order: "partitionKey", concurrency: 3 }];
  it.each(
    verdicts.flatMap(([name, onRecordFailure, isSkipped]) =>
      diverting.map((options) => ({ name, onRecordFailure, isSkipped, options })),
    ),
  )("$name, $options", async ({ onRecordFailure, isSkipped, options }) => {
    const event = eventOf(["a.1", ["b.1", "b.2"], "c.1"]);
    const seen: [string, unknown][] = [];
    const reply = await kinesisHandler(failingFor("b.1"), {
      ...options,
      onRecordFailure: (record, error) => {
        seen.push([record.id, error]);
        return onRecordFailure() as "skip";
      },
    })(event);
    expect(seen).toEqual([[`shardId-000000000000:${numberOf(event, 1)}:0`, new Error("no b.1")]]);
    expect(reply).toEqual(reporting(event, isSkipped ? undefined : 1));
  });

  it("without it the error is in the log, with the record's id", async () => {
    const lines = logged();
    const event = eventOf(["a.1"]);
    await kinesisHandler(failingFor("a.1"))(event);
    expect(lines).toEqual([[expect.stringContaining(`${numberOf(event, 0)}:0`), new Error("no a.1")]]);
  });

  it("what onRecordFailure throws is in the log", async () => {
    const lines = logged();
    const onRecordFailure = () => Promise.reject(new Error("full"));
    await kinesisHandler(failingFor("a.1"), { onRecordFailure })(eventOf(["a.1"]));
    expect(lines).toEqual([[expect.any(String), new Error("full")]]);
  });
});

describe("rule 6: no time at all is no success", () => {
  const none = { getRemainingTimeInMillis: () => 0 };
  it.each<KinesisHandlerOptions>([{}, { order: "partitionKey", concurrency: 3 }, { order: "none", concurrency: 3 }])(
    "%j reports the first", // more in deadline.test.ts
    async (options) => {
      const event = eventOf([["a.1"], "b.1"]);
      const handle = vi.fn();
      expect(await kinesisHandler<typeof none>(handle, options)(event, none)).toEqual(reporting(event, 0));
      expect(handle).not.toHaveBeenCalled();
    },
  );
});

describe("rule 7: no record's bytes crash a batch", () => {
  it("what is no sound aggregate is handled raw, and the rest as ever", async () => {
    const event = eventOf(["a.1", "b.1"]);
    event.Records[0]!.kinesis.data = Buffer.from([0xf3, 0x89, 0x9a, 0xc2, 1]).toString("base64"); // more in malformed.test.ts
    const handled: unknown[] = [];
    await kinesisHandler((record) => handled.push([record.data.length, record.malformed]))(event);
    expect(handled).toEqual([
      [5, undefined], // too short to be meant as an aggregate
      [3, undefined],
    ]);
  });
});

describe("rule 8: aggregates are read where OpenSSL has no MD5 (FIPS)", () => {
  afterEach(() => useDigestEngine(undefined));

  it.each([
    ["native", nativeEngine],
    ["portable", () => portable],
  ])("%s", async (_, engine) => {
    useDigestEngine(engine());
    const handled: string[] = [];
    await kinesisHandler((record) => handled.push(record.text()))(eventOf([["a.1", `b.${"x".repeat(100)}`]]));
    expect(handled).toEqual(["a.1", `b.${"x".repeat(100)}`]);
  });
});

describe("rule 9: an expanded event has user records, and replies for their Kinesis record", () => {
  it("by sequence number, eventID, data and partition key", () => {
    const event = eventOf([["a.1", "b.1"], "c.1"]);
    const { Records } = expandKinesisEvent(event); // more in expand.test.ts
    expect(Records.map(({ kinesis }) => kinesis.sequenceNumber)).toEqual([0, 0, 1].map((at) => numberOf(event, at)));
    const [aggregate, plain] = event.Records.map(({ eventID }) => eventID);
    expect(Records.map(({ eventID }) => eventID)).toEqual([`${aggregate}:0`, `${aggregate}:1`, plain]);
    expect(Records.map(({ kinesis }) => atob(kinesis.data))).toEqual(["a.1", "b.1", "c.1"]);
    expect(Records.map(({ kinesis }) => kinesis.partitionKey)).toEqual(["a", "b", "c"]);
  });
});

describe("rule 10: a window's reply has its state, whatever else it has", () => {
  it("of a partial failure the state up to what comes again", async () => {
    const event = windowEventOf(["a.1", ["b.1", "b.2"], "c.1"], { state: { seen: ["before"] } });
    const handler = tumblingWindowHandler<{ seen: string[] }>(
      ({ seen = [] }, record) => {
        failingFor("b.2")(record);
        return { seen: [...seen, record.text()] };
      },
      () => undefined,
    );
    expect(await handler(event)).toEqual({ ...reporting(event, 1), state: { seen: ["before", "a.1"] } });
  }); // more in tumbling-window.test.ts
});
