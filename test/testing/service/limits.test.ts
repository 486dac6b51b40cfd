// Every limit can be lowered, so that a test meets it at once, and switched off.

import { describe, expect, it } from "vitest";
import type { Limits } from "../../../src/testing/index.ts";
import { resolveLimits } from "../../../src/testing/service/index.ts";
import { refusalOf } from "../shapes/refusal.ts";
import { HOUR, Model, type ModelOptions, STREAM, texts } from "./model.ts";

interface Case {
  readonly low: Limits[keyof Limits];
  readonly off: Limits[keyof Limits];
  readonly see: (model: Model) => unknown;
  readonly seenLow: unknown;
  readonly seenOff: unknown;
  readonly options?: ModelOptions;
}

const never = Number.POSITIVE_INFINITY;

/** A case whose last call is refused where the limit is low. */
function refused(low: number, run: (model: Model) => unknown, name: string, options: Pick<Case, "options"> = {}): Case {
  const see = async (model: Model): Promise<string | undefined> => {
    try {
      await run(model);
      return undefined;
    } catch (error) {
      return (error as Error).name;
    }
  };
  return { low, off: never, see, seenLow: name, seenOff: undefined, ...options };
}

/** Two entries of 10 bytes. */
function putTwo(model: Model): void {
  const entry = { PartitionKey: "k", Data: new Uint8Array(9) };
  const { FailedRecordCount } = model.perform("PutRecords", { StreamName: STREAM, Records: [entry, entry] });
  if (FailedRecordCount) model.put(entry.Data, { key: "k" }); // refused as a call
}

const TOO_FAST = "ProvisionedThroughputExceededException";
const TOO_MANY = "LimitExceededException";

const CASES: Readonly<Record<keyof Limits, Case>> = {
  writeRecordsPerSecond: refused(1, putTwo, TOO_FAST),
  writeBytesPerSecond: refused(19, putTwo, TOO_FAST),
  readCallsPerSecond: refused(1, (model) => [model.page(), model.page()], TOO_FAST),
  readBytesPerSecond: refused(10, (model) => [putTwo(model), model.page(), model.page()], TOO_FAST),
  fanOutBytesPerSecond: {
    low: 1,
    off: never,
    async see(model) {
      const subscription = model.subscribe(model.register("reader"));
      for (const data of ["one", "two"]) model.put(data);
      await subscription.next();
      model.put("three");
      return texts((await model.next(subscription))!);
    },
    seenLow: [], // a heartbeat
    seenOff: ["three"],
  },
  shardIteratorCallsPerSecond: refused(1, (model) => [model.iterator(), model.iterator()], TOO_FAST),
  subscribeCallsPerSecond: refused(
    0.1,
    async (model) => {
      const reader = model.register("reader");
      model.subscribe(reader);
      await model.clock.advance(9_999);
      model.subscribe(reader);
    },
    TOO_MANY,
  ),
  controlCalls: {
    ...refused(0, (model) => [1, 2].map(() => model.perform("DescribeLimits", {})), TOO_MANY),
    low: "aws",
    off: "off",
  },
  putRecordsEntries: refused(1, putTwo, "ValidationException"),
  putRecordsBytes: refused(19, putTwo, "InvalidArgumentException"),
  getRecordsBytes: {
    low: 1,
    off: never,
    see: (model) => [putTwo(model), model.page().length][1],
    seenLow: 1,
    seenOff: 2,
  },
  shardsPerAccount: refused(1, (model) => model.split(0), TOO_MANY),
  consumersPerStream: refused(1, (model) => [model.register("a"), model.register("b")], TOO_MANY),
  creatingAtOnce: refused(1, (model) => [model.register("a"), model.register("b")], TOO_MANY, {
    options: { transitionMs: 1 },
  }),
  shardCountUpdatesPerDay: refused(1, (model) => [model.scaleTo(2), model.scaleTo(1)], TOO_MANY),
  iteratorLifeMs: refused(
    10,
    async (model) => {
      const iterator = model.iterator();
      await model.clock.advance(HOUR);
      model.get(iterator);
    },
    "ExpiredIteratorException",
  ),
  tokenLifeMs: refused(
    10,
    async (model) => {
      const { NextToken } = model.perform("ListShards", { StreamName: STREAM, MaxResults: 1 });
      await model.clock.advance(HOUR);
      model.perform("ListShards", { NextToken });
    },
    "ExpiredNextTokenException",
    { options: { shards: 2 } },
  ),
  subscriptionLifeMs: {
    low: 10,
    off: never,
    async see(model) {
      const subscription = model.subscribe(model.register("reader"));
      await subscription.next();
      await model.clock.advance(HOUR);
      return (await model.next(subscription)) === undefined;
    },
    seenLow: true,
    seenOff: false,
  },
  takeoverAfterMs: {
    ...refused(
      10_000,
      async (model) => {
        const reader = model.register("reader");
        model.subscribe(reader);
        await model.clock.advance(9_999);
        model.subscribe(reader);
      },
      "ResourceInUseException",
    ),
    off: 0,
  },
  retention: {
    low: "aws",
    off: "off",
    async see(model) {
      model.put("old");
      await model.clock.advance(25 * HOUR);
      return model.page();
    },
    seenLow: [],
    seenOff: ["old"],
  },
};

describe.each(Object.entries(CASES))("limits.%s", (name, { low, off, options = {}, see, seenLow, seenOff }) => {
  it("can be lowered", async () => {
    expect(await see(new Model({ ...options, limits: { ...resolveLimits("off"), [name]: low } }))).toEqual(seenLow);
  });

  it("can be switched off", async () => {
    expect(await see(new Model({ ...options, limits: { ...resolveLimits("off"), [name]: off } }))).toEqual(seenOff);
  });
});

describe("limits", () => {
  it("that are not named stay the service's", () => {
    const given = Object.assign({ writeRecordsPerSecond: 7 }, { iteratorLifeMs: undefined as never });
    expect(resolveLimits(given)).toEqual({ ...resolveLimits("aws"), writeRecordsPerSecond: 7 });
    expect(resolveLimits()).toBe(resolveLimits("aws"));
  });

  it("switched off: no rate and no life ends anything, what a call or an account holds stays limited", () => {
    const on = resolveLimits("aws");
    const off = resolveLimits("off");
    const kept = Object.keys(on).filter((name) => on[name as keyof Limits] === off[name as keyof Limits]);
    expect(kept).toEqual([
      "putRecordsEntries",
      "putRecordsBytes",
      "getRecordsBytes",
      "shardsPerAccount",
      "consumersPerStream",
    ]);
  });

  it.each([
    [null, "limits"],
    [7, "limits"],
    ["none", "limits"],
    [{ writeRecordsPerSecond: Number.NaN }, "limits.writeRecordsPerSecond"],
    [{ writeRecordsPerSecond: -1 }, "limits.writeRecordsPerSecond"],
    [{ writeRecordsPerSecond: "1" }, "limits.writeRecordsPerSecond"],
    [{ retention: 24 }, "limits.retention"],
    [{ controlCalls: "none" }, "limits.controlCalls"],
    [{ writeRecords: 1 }, "limits.writeRecords"],
    [{ toString: 1 }, "limits.toString"],
    [{ constructor: 1 }, "limits.constructor"],
    [JSON.parse('{"__proto__":1}'), "limits.__proto__"],
  ])("%j are refused", (limits, option) => {
    expect(() => resolveLimits(limits as Partial<Limits>)).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", message: expect.stringContaining(`${option} `) }),
    );
  });

  it("a rate of 0 admits nothing, one of a half a call every other second", async () => {
    expect(refusalOf(() => new Model({ limits: { writeRecordsPerSecond: 0 } }).put("x"))).toMatch(/Rate exceeded/);
    const model = new Model({ limits: { readCallsPerSecond: 0.5 } });
    const iterator = model.iterator();
    model.get(iterator);
    await model.clock.advance(1_999);
    expect(refusalOf(() => model.get(iterator))).toMatch(/Rate exceeded/);
    await model.clock.advance(1);
    model.get(iterator);
  });
});
