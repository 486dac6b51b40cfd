// What the model is made with, and what it refuses then instead of being wrong later.

import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/kinesis/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import { type AccountOptions, resolveLimits, Service } from "../../../src/testing/service/index.ts";
import { Model, STREAM } from "./model.ts";

const invalid = (message: string): object =>
  expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", message: expect.stringContaining(message) });

function make(options: Partial<AccountOptions>): Service {
  return new Service({
    clock: new VirtualClock(),
    limits: resolveLimits("aws"),
    accountId: "000000000000",
    region: "us-east-1",
    transitionMs: 0,
    heartbeatMs: 5_000,
    shardEnd: "with-last-records",
    ...options,
  });
}

const standingAt = (nowMs: number): Clock => ({
  now: () => nowMs,
  monotonicMs: () => 0,
  sleep: async () => {},
  timer: () => () => {},
});

describe("an account", () => {
  it.each([
    ["accountId", { accountId: "1" }],
    ["accountId", { accountId: "00000000000x" }],
    ["region", { region: "" }],
    ["region", { region: "us east" }],
    ["clock", { clock: standingAt(-1) }],
    ["clock", { clock: standingAt(Number.NaN) }],
    ["clock", { clock: standingAt(2 ** 36 * 1_000) }],
  ])("of a wrong %s is refused", (option, options) => {
    expect(() => make(options)).toThrow(invalid(`${option} `));
  });

  it("names its streams by itself", () => {
    const model = new Model({ accountId: "123456789012", region: "eu-west-1" });
    expect(model.arn).toBe("arn:aws:kinesis:eu-west-1:123456789012:stream/orders");
    expect(model.perform("ListStreams", {}).StreamSummaries).toMatchObject([{ StreamARN: model.arn }]);
  });
});

describe("a stream from the start", () => {
  it("is ACTIVE at once, however long changes take", () => {
    expect(new Model({ transitionMs: 60_000 }).status()).toBe("ACTIVE");
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 10_001, "2" as never])(
    "of %s shards is refused",
    (shards) => {
      expect(() => make({}).addStream(STREAM, shards)).toThrow(invalid("streams.orders "));
    },
  );

  it.each(["", "a b", "é", "a".repeat(129), "a\n"])("of the name %j is refused", (name) => {
    expect(() => make({}).addStream(name, 1)).toThrow(invalid("streams "));
  });
});

describe("an action", () => {
  it("is one of the service's", () => {
    const service = make({});
    expect(
      ["PutRecord", "ListShards", "UpdateStreamRecordDistributionStrategy"].map((name) => service.isAction(name)),
    ).toEqual([true, true, true]);
    expect(["putRecord", "", "PutRecord ", "__proto__", "constructor"].map((name) => service.isAction(name))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
