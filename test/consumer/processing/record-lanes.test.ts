import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Concurrency, recordLanes, resolveConcurrency, Slots } from "../../../src/consumer/processing/index.ts";
import "../../properties/replay.ts";
import { pageOf } from "./record-pages.ts";

type Lanes = ReturnType<typeof recordLanes>;
type Lane = NonNullable<ReturnType<Lanes["next"]>>;

const SETTLING = { onFulfilled: () => undefined, onRejected: () => undefined };

describe("concurrency", () => {
  it("is one record at a time of each shard, unless told otherwise", () => {
    expect(resolveConcurrency()).toEqual({ per: "shard", limit: Number.POSITIVE_INFINITY });
    expect(resolveConcurrency({ per: "partitionKey", limit: 8 })).toEqual({ per: "partitionKey", limit: 8 });
  });

  it.each<[string, unknown]>([
    ["concurrency.limit", { limit: 0 }],
    ["concurrency.limit", { limit: 1.5 }],
    ["concurrency.limit", { limit: Number.NaN }],
    ["concurrency.limit", { limit: "8" }],
    ["concurrency.per", { per: "key" }],
  ])("refuses a %s of %j", (field, options) => {
    expect(() => resolveConcurrency(options as Partial<Concurrency>)).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", field }),
    );
  });
});

describe("Slots: one limit over all shards", () => {
  it("gives as many as there are", () => {
    const slots = new Slots(2);
    expect([slots.take(), slots.take(), slots.take()]).toEqual([true, true, false]);
    slots.release();
    expect(slots.take()).toBe(true);
  });

  it("serves who came first, and nobody past the queue", () => {
    const slots = new Slots(1);
    const served: string[] = [];
    slots.take();
    for (const name of ["a", "b", "c"]) slots.wait(() => served.push(name));
    expect(slots.take()).toBe(false);
    slots.release();
    expect(served).toEqual(["a"]);
    expect(slots.take()).toBe(false);
    slots.release();
    slots.release();
    expect(served).toEqual(["a", "b", "c"]);
    expect(slots.taken).toBe(1);
  });

  it("serves who waits before who has just been served, and comes again at once", () => {
    const slots = new Slots(1);
    const turns: string[] = [];
    const turn = (name: string, again: number) => (): void => {
      turns.push(name);
      slots.release();
      if (again > 0 && slots.take()) turns.push(`${name} past the queue`);
      else if (again > 0) slots.wait(turn(name, again - 1));
    };
    slots.take();
    for (const name of ["a", "b"]) slots.wait(turn(name, 1));
    slots.release();
    expect(turns.slice(0, 3)).toEqual(["a", "b", "a"]);
  });

  it("forgets who waits no longer", () => {
    const slots = new Slots(1);
    const served: string[] = [];
    const a = (): void => void served.push("a");
    slots.take();
    slots.wait(a);
    slots.wait(() => served.push("b"));
    slots.cancel(a);
    slots.release();
    expect(served).toEqual(["b"]);
  });

  it("a hundred thousand that are done at once need no deep stack", () => {
    const slots = new Slots(1);
    let served = 0;
    slots.take();
    for (let i = 0; i < 100_000; i++) {
      slots.wait(() => {
        served++;
        slots.release();
      });
    }
    slots.release();
    expect([served, slots.taken]).toEqual([100_000, 0]);
  });
});

/** Takes all that may run now. */
function startAll(lanes: Lanes): Lane[] {
  const started: Lane[] = [];
  for (let lane = lanes.next(); lane; lane = lanes.next()) {
    expect(lanes.next()).toBe(lane);
    lanes.take();
    started.push(lane);
  }
  return started;
}

describe("lanes", () => {
  it("per shard: one record after the other, over the end of the page", () => {
    const lanes = recordLanes("shard", SETTLING);
    lanes.add(pageOf([["a", "b"]]).records);
    lanes.add(pageOf([["c"]], 2).records);
    for (const ordinal of [0, 1, 2]) {
      const started = startAll(lanes);
      expect(started.map((lane) => lane.ordinal)).toEqual([ordinal]);
      lanes.finish(started[0]!);
    }
    expect(startAll(lanes)).toEqual([]);
  });

  it("per partition key: the first of each key at once, the next of a key when that is finished", () => {
    const lanes = recordLanes("partitionKey", SETTLING);
    lanes.add(pageOf([["a", "a", "b", "a"], ["c"]]).records);
    const [a, b, c] = startAll(lanes);
    expect([a, b, c].map((lane) => lane?.ordinal)).toEqual([0, 2, 4]);
    lanes.add(pageOf([["b"]], 3).records);
    lanes.finish(a!);
    lanes.finish(b!);
    expect(startAll(lanes).map(({ ordinal }) => ordinal)).toEqual([1, 5]);
    lanes.finish(c!);
    expect(startAll(lanes)).toEqual([]);
  });

  it("per partition key: records without a key share a lane, and no key is mistaken for another", () => {
    const lanes = recordLanes("partitionKey", SETTLING);
    const keys = ["__proto__", "undefined", "constructor", "10"];
    const [plain] = pageOf([["a"]]).records;
    const keyless = { ...plain!, partitionKey: undefined } as typeof plain & object;
    lanes.add([keyless, ...pageOf([keys]).records, keyless]);
    const started = startAll(lanes);
    expect(started.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3, 4]);
    lanes.finish(started[0]!);
    expect(startAll(lanes).map(({ ordinal }) => ordinal)).toEqual([5]);
  });

  const pages = fc.array(fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 }), { maxLength: 4 });
  test.prop([fc.constantFrom("shard" as const, "partitionKey" as const), pages, fc.infiniteStream(fc.nat())], {
    numRuns: 300,
  })(
    "whatever finishes when: each record once, in order within its lane, all that may run offered",
    (per, drawn, choices) => {
      const lanes = recordLanes(per, SETTLING);
      const keys = drawn.flat();
      const unit = (ordinal: number): string => (per === "shard" ? "" : keys[ordinal]!);
      const waiting = [...drawn];
      const unfinished: number[] = [];
      let running: Lane[] = [];
      let added = 0;
      let finished = 0;
      while (waiting.length > 0 || running.length > 0) {
        const choice = choices.next().value!;
        if (waiting.length > 0 && (running.length === 0 || choice % 4 === 0)) {
          const page = waiting.shift()!;
          lanes.add(page.length === 0 ? [] : pageOf(page.map((key) => [key])).records);
          for (const _ of page) unfinished.push(added++);
        } else {
          const [lane] = running.splice(choice % running.length, 1);
          unfinished.splice(unfinished.indexOf(lane!.ordinal), 1);
          finished++;
          lanes.finish(lane!);
        }
        running = [...running, ...startAll(lanes)];
        const mayRun = unfinished.filter(
          (ordinal, at) => !unfinished.slice(0, at).some((prior) => unit(prior) === unit(ordinal)),
        );
        expect(running.map(({ ordinal }) => ordinal).sort((a, b) => a - b)).toEqual(mayRun);
      }
      expect(finished).toBe(keys.length);
    },
  );
});
