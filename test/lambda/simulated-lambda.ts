// Batches, failures and deadlines of every kind, and what an invocation did with them, as a judge from outside sees it.

import { fc } from "@fast-check/vitest";
import { type KinesisHandlerOptions, kinesisHandler, type LambdaUserRecord } from "../../src/lambda/index.ts";
import type { KinesisEvent } from "../../src/testing/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import "../properties/replay.ts";
import { eventOf, numbered, type TestContext, userRecordOf, withData } from "./events.ts";

type Kind = "plain" | "aggregate" | "bad digest" | "no base64";

interface Parent {
  readonly kind: Kind;
  readonly keys: readonly string[];
  readonly sequenceNumber: bigint;
}

/** How often a user record fails before it is done, and what is then said of it. */
export interface Fate {
  readonly failures: number;
  readonly how: "throws" | "rejects" | "rejects later";
  readonly verdict: "retry" | "skip" | "throws";
  readonly takesTime: boolean;
}

export interface Scenario {
  readonly parents: readonly Parent[];
  readonly fates: readonly Fate[];
  readonly onMalformed: "pass" | "throw" | "skip";
  readonly order: { readonly order: "shard" | "partitionKey" | "none"; readonly concurrency: number };
}

const parent: fc.Arbitrary<Parent> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<Kind>("plain", "aggregate") },
    { weight: 1, arbitrary: fc.constantFrom<Kind>("bad digest", "no base64") },
  ),
  keys: fc.array(fc.constantFrom("a", "b", "c", "__proto__"), { minLength: 1, maxLength: 5 }),
  // Of different lengths, and beyond what a double tells apart.
  sequenceNumber: fc.oneof(fc.bigInt({ min: 1n, max: 200n }), fc.bigInt({ min: 10n ** 55n, max: 10n ** 55n + 200n })),
});

const fate: fc.Arbitrary<Fate> = fc.record({
  failures: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
  ),
  how: fc.constantFrom<Fate["how"]>("throws", "rejects", "rejects later"),
  verdict: fc.constantFrom<Fate["verdict"]>("retry", "retry", "skip", "throws"),
  takesTime: fc.boolean(),
});

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  parents: fc.uniqueArray(parent, { selector: ({ sequenceNumber }) => sequenceNumber, maxLength: 8, size: "max" }),
  fates: fc.array(fate, { minLength: 40, maxLength: 40 }),
  onMalformed: fc.constantFrom("pass", "throw", "skip"),
  order: fc.oneof(
    fc.constant<Scenario["order"]>({ order: "shard", concurrency: 1 }),
    fc.record({
      order: fc.constantFrom<Scenario["order"]["order"][]>("partitionKey", "none"),
      concurrency: fc.integer({ min: 1, max: 6 }),
    }),
  ),
});

/** Milliseconds that pass between two looks at the clock: 0 is no deadline. */
export const pace: fc.Arbitrary<number> = fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 10_000 }));

export function eventIn({ parents }: Scenario): KinesisEvent {
  const plain = eventOf(parents.map(({ keys }, at) => `${keys[0]!}.${at}`));
  const whole = parents.reduce((event, { kind, keys }, at) => {
    if (kind === "plain") return event;
    if (kind === "no base64") return withData(event, at, "~");
    const bytes = encodeAsKpl(keys.map((key, member) => userRecordOf(`${key}.${at}.${member}`)));
    if (kind === "bad digest") bytes[bytes.length - 1]! ^= 1;
    return withData(event, at, bytes);
  }, plain);
  return numbered(
    whole,
    parents.map(({ sequenceNumber }) => String(sequenceNumber)),
  );
}

/** What is to be done, in the shard's order. */
export interface Due {
  readonly id: string;
  readonly key: string;
  readonly sequenceNumber: bigint;
}

export function dueIn({ parents, onMalformed }: Scenario): Due[] {
  const sorted = [...parents].sort((one, other) => (one.sequenceNumber < other.sequenceNumber ? -1 : 1));
  return sorted.flatMap(({ kind, keys, sequenceNumber }) => {
    const malformed = kind === "bad digest" || kind === "no base64";
    if (malformed && onMalformed === "skip") return [];
    const members = kind === "aggregate" ? keys : keys.slice(0, 1);
    return members.map((key, at) => ({ id: `shardId-000000000000:${sequenceNumber}:${at}`, key, sequenceNumber }));
  });
}

/** A world outside of the function: what was begun, done and given up there, over all invocations. */
export class World {
  readonly started: string[] = [];
  readonly finished: string[] = [];
  /** With verdict retry, in an invocation. */
  readonly refused: string[] = [];
  atWork = 0;
  mostAtWork = 0;
  readonly #scenario: Scenario;
  readonly #scheduler: fc.Scheduler;
  readonly #fates: ReadonlyMap<string, Fate>;
  readonly #failed = new Map<string, number>();

  constructor(scenario: Scenario, scheduler: fc.Scheduler) {
    this.#scenario = scenario;
    this.#scheduler = scheduler;
    this.#fates = new Map(dueIn(scenario).map(({ id }, at) => [id, scenario.fates[at]!]));
  }

  /** A function's new instance. */
  instance(remember: boolean): (event: KinesisEvent, pace: number) => Promise<string | undefined> {
    const { onMalformed, order } = this.#scenario;
    const options: KinesisHandlerOptions = {
      ...order,
      onMalformed,
      remember,
      onRecordFailure: (record) => this.#judge(record),
    };
    const handler = kinesisHandler<TestContext>((record) => this.#handle(record), options);
    return async (event, paceMs) => {
      let leftMs = 10_000 + paceMs;
      const getRemainingTimeInMillis = () => Math.max(0, (leftMs -= paceMs));
      const reply = await this.#scheduler.waitFor(handler(event, { getRemainingTimeInMillis }));
      return reply.batchItemFailures[0]?.itemIdentifier;
    };
  }

  #handle(record: LambdaUserRecord): unknown {
    this.started.push(record.id);
    this.#begin();
    const { how, takesTime } = this.#fates.get(record.id)!;
    const fails = this.#failsNow(record);
    if (fails && how === "throws") throw new Error("fails");
    if (fails && how === "rejects") return Promise.reject(new Error("fails"));
    if (!takesTime && !fails) return this.#finish(record);
    return this.#scheduler.schedule(Promise.resolve(), record.id).then(() => {
      if (fails) throw new Error("fails later");
      this.#finish(record);
    });
  }

  async #judge(record: LambdaUserRecord): Promise<"retry" | "skip"> {
    const { takesTime, verdict } = this.#fates.get(record.id)!;
    const isMalformed = this.started.at(-1) !== record.id && !this.started.includes(record.id);
    // What is never handled fails as often, and is then put aside.
    if (isMalformed) this.#begin();
    const isOver = isMalformed && !this.#failsNow(record);
    if (takesTime) await this.#scheduler.schedule(Promise.resolve(), `${record.id} failed`);
    if (verdict === "skip" || isOver) {
      this.#finish(record);
      return "skip";
    }
    this.atWork--;
    this.refused.push(record.id);
    if (verdict === "throws") throw new Error("the queue is full");
    return "retry";
  }

  #failsNow({ id }: LambdaUserRecord): boolean {
    const failed = this.#failed.get(id) ?? 0;
    this.#failed.set(id, failed + 1);
    return failed < this.#fates.get(id)!.failures;
  }

  #begin(): void {
    this.mostAtWork = Math.max(this.mostAtWork, ++this.atWork);
  }

  #finish({ id }: LambdaUserRecord): void {
    this.atWork--;
    this.finished.push(id);
  }
}
