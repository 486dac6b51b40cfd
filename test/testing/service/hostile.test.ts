// Whatever passes the table of requests, in any order: an answer or a refusal, the same in every run, and nothing of a
// refused call left behind.

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { InputOf } from "../../../src/testing/service/index.ts";
import { INPUT_SHAPES, type Shape, validate } from "../../../src/testing/shapes/index.ts";
import { refusalOf } from "../shapes/refusal.ts";
import "../../properties/replay.ts";
import { id, KEYS, Model, STREAM, texts } from "./model.ts";

type Action = keyof typeof INPUT_SHAPES;
const ACTIONS = Object.keys(INPUT_SHAPES) as Action[];
const LIMIT = { shardsPerAccount: 40 };
const NAMES = [STREAM, STREAM, STREAM, "__proto__", "constructor"];

/** What is there to be named: a history of arbitrary names alone would be one of refusals. */
class History {
  readonly model: Model;
  readonly #tokens: string[] = [];
  readonly #numbers: string[] = ["0", `${2n ** 184n * 2n}`, "9".repeat(129)];
  readonly #consumerArns: string[] = [];

  constructor(transitionMs: number) {
    this.model = new Model({ limits: { ...LIMIT, controlCalls: "off" }, transitionMs, shards: 2 });
    this.model.service.addStream("__proto__", 1);
    this.#consumerArns.push(this.model.register("constructor"));
  }

  perform(action: Action, input: object, picks: readonly number[]): unknown {
    const meant = this.#meant(input, picks) as InputOf<Action>;
    try {
      validate(action, meant);
      const answer = this.model.perform(action, meant);
      if ("next" in answer) return "subscribed";
      this.#learn(answer);
      return answer;
    } catch (error) {
      if (error instanceof Error && "statusCode" in error) return `${error.name}: ${error.message}`;
      throw error;
    }
  }

  /** Most of what names something names something that exists. */
  #meant(input: object, picks: readonly number[]): object {
    const known: Record<string, readonly unknown[]> = {
      StreamName: NAMES,
      StreamARN: NAMES.map((name) => this.model.arn.replace(STREAM, name)),
      ResourceARN: [this.model.arn, ...this.#consumerArns],
      ConsumerARN: this.#consumerArns,
      ConsumerName: NAMES,
      ShardId: [id(0), id(1), id(2), id(9)],
      ShardToSplit: [id(0), id(1), id(2)],
      ShardToMerge: [id(0), id(2)],
      AdjacentShardToMerge: [id(1), id(3)],
      ExplicitHashKey: ["0", (KEYS - 1n).toString(), KEYS.toString()],
      SequenceNumberForOrdering: this.#numbers,
      NewStartingHashKey: ["9", (KEYS / 4n).toString(), "9".repeat(39)],
      ShardIterator: this.#tokens,
      NextToken: this.#tokens,
      StartingSequenceNumber: this.#numbers,
      SequenceNumber: this.#numbers,
      ShardCount: [1, 3, 41, 2 ** 31 - 1],
      TargetShardCount: [1, 2, 3, 4, 2 ** 31 - 1],
      WarmThroughputMiBps: [0, 1, 5],
      TagKeys: [["x"], ["__proto__"]],
      RetentionPeriodHours: [24, 25, 48],
      Timestamp: [new Date(this.model.clock.now()), new Date(0), new Date(8.64e15)],
    };
    const entries = Object.entries(input).map(([name, value], at): [string, unknown] => {
      const pick = picks[at % picks.length] ?? 0;
      const choices = known[name] ?? [];
      if (choices.length > 0 && pick % 16 > 0) return [name, choices[pick % choices.length]];
      const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
      return [name, isPlain && name !== "Tags" ? this.#meant(value, picks.slice(1)) : value];
    });
    return Object.fromEntries(entries);
  }

  #learn(answer: object): void {
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value === "object" && value !== null) this.#learn(value as object);
      if (typeof value !== "string") continue;
      if (name === "NextToken" || name.endsWith("Iterator")) this.#tokens.push(value);
      if (name.endsWith("SequenceNumber")) this.#numbers.push(value);
      if (name === "ConsumerARN") this.#consumerArns.push(value);
    }
  }
}

const TEXTS = [
  "",
  "x",
  "0",
  "__proto__",
  "9".repeat(39),
  "9".repeat(129),
  "{}",
  "\u0000",
  "😀".repeat(128),
  "a".repeat(512),
];

/** The corners of a shape. */
function cornersOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case "string": {
      const { matches, max = Number.POSITIVE_INFINITY, min = 0, values } = shape;
      const kept = TEXTS.filter(({ length }) => length >= min && length <= max).filter(
        (text) => matches?.test(text) ?? true,
      );
      return fc.constantFrom(...(values ?? (kept.length > 0 ? kept : ["x"]))); // "x" for an ARN, mostly exchanged
    }
    case "integer": {
      const { max = 2 ** 31 - 1, min = -(2 ** 31) } = shape;
      return fc.constantFrom(...[min, max, 1, 2, 24, 25, 48, 2_048].filter((value) => value >= min && value <= max));
    }
    case "boolean":
      return fc.constantFrom(false, false, true);
    case "timestamp":
      return fc.constantFrom(new Date(0), new Date(8.64e15), new Date(-8.64e15));
    case "blob":
      return fc.constantFrom(...[0, 1, 2_000].map((size) => new Uint8Array(size)));
    case "list":
      return fc.array(cornersOf(shape.member), { minLength: shape.min, maxLength: Math.min(shape.max, 4) });
    case "map": {
      const key = cornersOf(shape.key) as fc.Arbitrary<string>;
      return fc.dictionary(key, cornersOf(shape.value), { minKeys: shape.min, maxKeys: 3 });
    }
    case "structure": {
      const names = shape.fields.map(({ name }) => name);
      // What names a thing in two ways is mostly refused.
      const fields = shape.fields.filter(
        ({ name, required }) => required || !["StreamId", names.includes("StreamName") && "StreamARN"].includes(name),
      );
      const kept = fields.filter(({ name, required }) => required || name === "StreamName" || name === "ConsumerARN");
      return fc.record(Object.fromEntries(fields.map((field) => [field.name, cornersOf(field.shape)])), {
        requiredKeys: kept.map(({ name }) => name),
      });
    }
    default:
      return shape satisfies never;
  }
}

const call = fc.constantFrom(...ACTIONS).chain((action) =>
  fc.record({
    action: fc.constant(action),
    input: cornersOf(INPUT_SHAPES[action]) as fc.Arbitrary<object>,
    picks: fc.array(fc.nat({ max: 1_000 }), { minLength: 4, maxLength: 8 }),
    waitMs: fc.constantFrom(0, 0, 0, 1, 1_000, 400_000, 90_000_000),
  }),
);

async function replay(
  calls: readonly { action: Action; input: object; picks: readonly number[]; waitMs: number }[],
  transitionMs: number,
): Promise<{ answers: unknown[]; end: unknown }> {
  const history = new History(transitionMs);
  const answers: unknown[] = [];
  for (const { action, input, picks, waitMs } of calls) {
    await history.model.clock.advance(waitMs);
    const before = history.model.service.snapshot();
    const answer = history.perform(action, input, picks);
    if (typeof answer === "string" && answer !== "subscribed") {
      expect(history.model.service.snapshot(), `${action} was refused: ${answer}`).toEqual(before);
    }
    answers.push(answer);
  }
  return { answers, end: history.model.service.snapshot() };
}

test.prop([fc.array(call, { minLength: 1, maxLength: 25, size: "max" }), fc.constantFrom(0, 2_000)], {
  numRuns: 60,
})("any calls are answered or refused, twice the same", async (calls, transitionMs) => {
  expect(await replay(calls, transitionMs)).toEqual(await replay(calls, transitionMs));
});

describe("names of Object.prototype", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "__defineGetter__"])("%s", (name) => {
    const model = new Model({ shards: 0 });
    const StreamARN = model.arn.replace(STREAM, name);
    expect(refusalOf(() => model.put("x", { stream: name }))).toMatch(/^ResourceNotFoundException/);
    model.perform("CreateStream", { StreamName: name, ShardCount: 1, Tags: JSON.parse(`{"${name}":"value"}`) });
    model.put("x", { stream: name, key: name });
    const { Consumer } = model.perform("RegisterStreamConsumer", { StreamARN, ConsumerName: name });
    expect(model.perform("DescribeStreamConsumer", { ConsumerARN: Consumer!.ConsumerARN })).toMatchObject({
      ConsumerDescription: { ConsumerName: name, StreamARN },
    });
    expect(model.perform("ListTagsForStream", { StreamName: name }).Tags).toEqual([{ Key: name, Value: "value" }]);
    expect(model.perform("ListStreams", {}).StreamNames).toEqual([name]);
    expect(model.service.isAction(name)).toBe(false);
  });
});

describe("partition keys", () => {
  it.each(["__proto__", "\u0000", " ", "é".repeat(256), "😀".repeat(256), "\ud800", "10"])("%j come back", (key) => {
    const model = new Model({ shards: 8 });
    const { shardId } = model.put("x", { key });
    expect(model.get(model.iterator({}, shardId)).Records).toMatchObject([{ PartitionKey: key }]);
    expect(model.put("y", { key }).shardId).toBe(shardId);
  });
});

describe("what a reader does while it reads", () => {
  it("may put, split, deregister and delete: each event is still the next", async () => {
    const model = new Model();
    const arn = model.register("reader");
    const subscription = model.subscribe(arn);
    const read: string[] = [];
    model.put("0");
    for (let at = 1; at <= 3; at++) {
      read.push(...texts((await model.next(subscription))!));
      model.put(String(at)); // by the reader itself, between two events
    }
    model.split(0);
    const last = (await model.next(subscription))!;
    read.push(...texts(last));
    expect(read).toEqual(["0", "1", "2", "3"]);
    expect(last.ChildShards).toHaveLength(2);
  });

  it("may close it from a record's way in", async () => {
    const model = new Model();
    const [one, other] = [model.subscribe(model.register("one")), model.subscribe(model.register("other"))];
    await one.next();
    await other.next();
    const waiting = one.next().then((event) => {
      other.close();
      return texts(event!);
    });
    const closed = other.next();
    model.put("x");
    expect(await waiting).toEqual(["x"]);
    await closed;
    expect(await other.next()).toBeUndefined();
    expect(model.clock.pending).toBe(0);
  });
});
