// SubscribeToShard: what comes, when, and what is left behind.

import { describe, expect, it } from "vitest";
import type { Subscription } from "../../../src/testing/service/index.ts";
import { refusalOf } from "../shapes/refusal.ts";
import { id, KEYS, MIB, Model, STREAM, texts } from "./model.ts";

interface Seen {
  readonly atMs: number;
  readonly texts: readonly string[];
}

/** Reads until the subscription ends; what it threw, if it did. */
function reader(model: Model, subscription: Subscription): { seen: Seen[]; end: Promise<string> } {
  const seen: Seen[] = [];
  const end = (async (): Promise<string> => {
    try {
      for (let event = await subscription.next(); event; event = await subscription.next()) {
        seen.push({ atMs: model.clock.monotonicMs(), texts: texts(event) });
      }
      return "ended";
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  })();
  return { seen, end };
}

const LABEL = "000000000000:orders:reader:shardId-000000000000";

describe("events", () => {
  it("come in order, each as soon as there is a record, the first at once", async () => {
    const model = new Model();
    for (const text of ["a", "b"]) model.put(text);
    const { seen } = reader(model, model.subscribe(model.register("reader")));
    await model.clock.advance(7);
    model.put("c");
    await model.clock.advance(0);
    for (const text of ["d", "e"]) model.put(text);
    await model.clock.advance(1);
    expect(seen).toEqual([
      { atMs: 0, texts: ["a", "b"] },
      { atMs: 7, texts: ["c"] },
      { atMs: 7, texts: ["d", "e"] },
    ]);
  });

  it("have what a record has, and where to go on", async () => {
    const model = new Model();
    const { sequenceNumber } = model.put("a", { key: "key" });
    const event = await model.next(model.subscribe(model.register("reader")));
    expect(event).toEqual({
      Records: [
        {
          SequenceNumber: sequenceNumber,
          PartitionKey: "key",
          Data: Buffer.from("a"),
          ApproximateArrivalTimestamp: new Date(model.clock.now()),
        },
      ],
      ContinuationSequenceNumber: sequenceNumber,
      MillisBehindLatest: 0,
    });
  });

  it.each([
    ["TRIM_HORIZON", "abc"],
    ["LATEST", ""],
    ["AT_TIMESTAMP", "bc"],
    ["AT_SEQUENCE_NUMBER", "bc"],
    ["AFTER_SEQUENCE_NUMBER", "c"],
  ] as const)("start at %s", async (type, expected) => {
    const model = new Model();
    model.put("a");
    await model.clock.advance(1_000);
    const timestampMs = model.clock.now();
    const { sequenceNumber } = model.put("b");
    model.put("c");
    const more = type === "AT_TIMESTAMP" ? { timestampMs } : type.endsWith("NUMBER") ? { sequenceNumber } : {};
    const event = await model.next(model.subscribe(model.register("reader"), { type, ...more }));
    expect(texts(event!).join("")).toBe(expected);
  });

  it("come while nothing does, every heartbeat, counted from the last event", async () => {
    const model = new Model({ heartbeatMs: 5_000 });
    const { seen } = reader(model, model.subscribe(model.register("reader")));
    await model.clock.advance(12_000);
    model.put("a");
    await model.clock.advance(10_000);
    expect(seen).toEqual([
      { atMs: 0, texts: [] },
      { atMs: 5_000, texts: [] },
      { atMs: 10_000, texts: [] },
      { atMs: 12_000, texts: ["a"] },
      { atMs: 17_000, texts: [] },
      { atMs: 22_000, texts: [] },
    ]);
  });

  it("of two consumers are each one's own", async () => {
    const model = new Model();
    const both = ["one", "other"].map((name) => reader(model, model.subscribe(model.register(name))).seen);
    model.put("a");
    await model.clock.advance(1);
    for (const seen of both) expect(seen.flatMap((event) => event.texts)).toEqual(["a"]);
  });
});

// "At a rate of up to 2 MiB per second for every shard you subscribe to. This rate is unaffected by the total number of
// consumers that read from the same stream." (RegisterStreamConsumer)
describe("2 MiB a second", () => {
  it("hold back what is more, for this consumer and shard alone", async () => {
    const model = new Model({
      limits: {
        writeBytesPerSecond: Number.POSITIVE_INFINITY,
        writeRecordsPerSecond: Number.POSITIVE_INFINITY,
        subscriptionLifeMs: 60_000,
      },
      shards: 2,
      heartbeatMs: 600_000,
    });
    for (let at = 0; at < 12; at++)
      for (const hashKey of [0n, KEYS - 1n]) model.put(new Uint8Array(MIB - 1), { hashKey });
    const [one, other] = [model.register("one"), model.register("other")];
    const all = [
      reader(model, model.subscribe(one)),
      reader(model, model.subscribe(other)),
      reader(model, model.subscribe(one, {}, id(1))),
    ];
    await model.clock.advance(30_000);
    for (const { seen } of all) {
      expect(seen).toHaveLength(12);
      for (const [at, { atMs }] of seen.entries()) {
        // A second's worth at once, then 1 MiB every half second; an event of 1 MiB passes on any rest and is paid off.
        const least = Math.max(0, (at - 2) * 500);
        expect(atMs, `event ${at}`).toBeGreaterThanOrEqual(least);
        expect(atMs, `event ${at}`).toBeLessThanOrEqual(at * 500 + 1_000);
      }
    }
  });

  it("leave heartbeats between", async () => {
    const model = new Model({ limits: { fanOutBytesPerSecond: 1 }, heartbeatMs: 4_000 });
    model.put("123456789");
    const { seen } = reader(model, model.subscribe(model.register("reader")));
    await model.clock.advance(0);
    model.put("x");
    await model.clock.advance(8_000);
    expect(model.clock.nextDueMs).toBe(10_000); // it sleeps until its debt is paid
    await model.clock.advance(3_000);
    expect(seen).toEqual([
      { atMs: 0, texts: ["123456789"] },
      { atMs: 4_000, texts: [] },
      { atMs: 8_000, texts: [] },
      { atMs: 10_000, texts: ["x"] },
    ]);
  });
});

// "For up to 5 minutes, after which time you need to call SubscribeToShard again."
describe("its end", () => {
  it("is after five minutes, records or not", async () => {
    const model = new Model({ limits: "aws" });
    const { end, seen } = reader(model, model.subscribe(model.register("reader")));
    await model.clock.advance(299_999);
    expect(model.clock.pending).toBe(1);
    await model.clock.advance(1);
    expect(await end).toBe("ended");
    expect(seen.at(-1)!.atMs).toBe(295_000);
    expect(model.clock.pending).toBe(0);
  });

  it("is after five minutes also for one that reads too late", async () => {
    const model = new Model({ limits: "aws" });
    model.put("a");
    const subscription = model.subscribe(model.register("reader"));
    await model.clock.advance(300_000);
    expect(await subscription.next()).toBeUndefined();
    expect(await subscription.next()).toBeUndefined();
  });

  it("is a ResourceInUseException once another call took over", async () => {
    const model = new Model({ limits: "aws" });
    const arn = model.register("reader");
    const first = reader(model, model.subscribe(arn));
    await model.clock.advance(5_000);
    const second = model.subscribe(arn);
    model.put("a");
    expect(await first.end).toBe(
      `ResourceInUseException: Another active subscription exists for this consumer: ${LABEL}`,
    );
    expect(texts((await model.next(second))!)).toEqual(["a"]);
    second.close();
    expect(model.clock.pending).toBe(0);
  });

  it("is a ResourceNotFoundException once its consumer is deregistered", async () => {
    const model = new Model({ transitionMs: 30_000 });
    const arn = model.register("reader");
    await model.clock.advance(30_000);
    const { end } = reader(model, model.subscribe(arn));
    await model.clock.advance(1_000);
    model.perform("DeregisterStreamConsumer", { ConsumerARN: arn });
    expect(await end).toBe(`ResourceNotFoundException: The consumer of this subscription was deregistered: ${LABEL}`);
    expect(model.clock.pending).toBe(0);
  });

  it.each([0, 30_000])(
    "is a ResourceNotFoundException once its stream is deleted, %i ms after the call",
    async (transitionMs) => {
      const model = new Model({ transitionMs });
      const arn = model.register("reader");
      await model.clock.advance(transitionMs);
      const { end } = reader(model, model.subscribe(arn));
      await model.clock.advance(1_000);
      model.perform("DeleteStream", { StreamName: STREAM, EnforceConsumerDeletion: true });
      const deletedMs = model.clock.monotonicMs();
      expect(await model.clock.runUntil(end)).toBe(
        `ResourceNotFoundException: The stream of this subscription was deleted: ${LABEL}`,
      );
      expect(model.clock.monotonicMs()).toBe(deletedMs + transitionMs);
      expect(model.clock.pending).toBe(0);
    },
  );

  it("is told again to one that asks again", async () => {
    const model = new Model();
    const arn = model.register("reader");
    const subscription = model.subscribe(arn);
    model.perform("DeregisterStreamConsumer", { ConsumerARN: arn });
    for (let call = 0; call < 2; call++) {
      await expect(subscription.next()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    }
  });
});

describe("close", () => {
  it("ends a next that waits, and leaves no timer and no watcher", async () => {
    const model = new Model();
    const arn = model.register("reader");
    for (let round = 0; round < 3; round++) {
      const subscription = model.subscribe(arn);
      await subscription.next();
      const waiting = subscription.next();
      await model.clock.advance(0);
      expect(model.clock.pending).toBe(1);
      subscription.close();
      expect(await waiting).toBeUndefined();
      expect(model.clock.pending).toBe(0);
      subscription.close();
      expect(await subscription.next()).toBeUndefined();
    }
    model.put("nobody hears it");
    expect(model.clock.pending).toBe(0);
  });

  it("lets the same consumer subscribe again, when the service does", async () => {
    const model = new Model({ limits: "aws" });
    const arn = model.register("reader");
    model.subscribe(arn).close();
    // "Within 5 seconds of a successful call, you'll get a ResourceInUseException": whether it still runs or not.
    await model.clock.advance(4_999);
    const again = (): string | undefined => refusalOf(() => model.subscribe(arn));
    expect(again()).toBe(`ResourceInUseException: Another active subscription exists for this consumer: ${LABEL}`);
    await model.clock.advance(1_000); // a refused call counts for the rate of one a second
    expect(again()).toBeUndefined();
  });

  it("of one that was taken over does not touch its successor", async () => {
    const model = new Model();
    const arn = model.register("reader");
    const first = model.subscribe(arn);
    const second = model.subscribe(arn);
    first.close();
    const third = model.subscribe(arn);
    await expect(second.next()).rejects.toMatchObject({ name: "ResourceInUseException" });
    third.close();
  });
});

describe("a subscription is refused", () => {
  it("within 5 s of a successful call, and not after 5 s", async () => {
    const model = new Model({ limits: "aws" });
    const arn = model.register("reader");
    const first = model.subscribe(arn);
    await model.clock.advance(4_999);
    expect(refusalOf(() => model.subscribe(arn))).toMatch(/^ResourceInUseException/);
    expect(await first.next()).toBeDefined(); // it lives on
    const other = new Model({ limits: "aws" });
    const otherArn = other.register("reader");
    other.subscribe(otherArn);
    await other.clock.advance(5_000);
    expect(refusalOf(() => other.subscribe(otherArn))).toBeUndefined();
  });

  it("to a consumer that is CREATING or DELETING, or is not there", async () => {
    const model = new Model({ transitionMs: 1_000 });
    const arn = model.register("reader");
    const refused = (): string | undefined => refusalOf(() => model.subscribe(arn));
    expect(refused()).toBe(`ResourceInUseException: Consumer ${arn} is not ACTIVE, instead in state CREATING`);
    await model.clock.advance(1_000);
    expect(refused()).toBeUndefined();
    model.perform("DeregisterStreamConsumer", { ConsumerARN: arn });
    expect(refused()).toBe(`ResourceInUseException: Consumer ${arn} is not ACTIVE, instead in state DELETING`);
    await model.clock.advance(1_000);
    expect(refused()).toBe(`ResourceNotFoundException: Consumer ${arn} under account 000000000000 not found.`);
  });

  it("at a shard that is not there, and at a position that is none", () => {
    const model = new Model();
    const arn = model.register("reader");
    expect(refusalOf(() => model.subscribe(arn, {}, id(9)))).toMatch(/^ResourceNotFoundException/);
    expect(refusalOf(() => model.subscribe(arn, { type: "AT_SEQUENCE_NUMBER" }))).toMatch(/^InvalidArgumentException/);
    // Neither took the one call a second.
    expect(refusalOf(() => model.subscribe(arn))).toBeUndefined();
  });
});

describe("time", () => {
  it("that jumps on the wall moves no event", async () => {
    const model = new Model();
    const { seen } = reader(model, model.subscribe(model.register("reader")));
    await model.clock.advance(1);
    model.clock.jump(400_000);
    await model.clock.advance(4_998);
    expect(seen).toHaveLength(1);
    model.clock.jump(-800_000);
    await model.clock.advance(1);
    expect(seen).toHaveLength(2);
  });

  it("is one timer for a subscription that waits, whatever it waits for", async () => {
    const model = new Model({ limits: { fanOutBytesPerSecond: 1 }, transitionMs: 40_000 });
    const arn = model.register("reader");
    await model.clock.advance(40_000);
    const { end, seen } = reader(model, model.subscribe(arn));
    model.put("123456789");
    model.split(0);
    for (let second = 0; second < 40; second++) {
      await model.clock.advance(1_000);
      expect(model.clock.pending).toBeLessThanOrEqual(1);
    }
    expect(await end).toBe("ended");
    expect(seen.length).toBeLessThan(12);
  });
});
