// A rule that could never strike would leave its test green for the wrong reason, so it is refused when it is made.

import { describe, expect, it } from "vitest";
import { type FaultRule, Faults } from "../../../src/testing/faults/index.ts";
import { codedError } from "../../codec/coded-error.ts";

const lost = { kind: "lost" };

describe("a rule is refused, naming the option, its value and its range", () => {
  it.each<[unknown, string, RegExp]>([
    [undefined, "rule", /^rule must be an object; it is undefined$/],
    [{}, "fault", /^fault must be an object with a kind; it is undefined$/],
    [{ fault: "lost" }, "fault", /it is "lost"$/],
    [{ fault: { kind: "loss" } }, "fault.kind", /one of error, throttled, .*; it is "loss"$/],
    [{ fault: { kind: "toString" } }, "fault.kind", /it is "toString"$/],
    [{ fault: lost, time: 2 }, "time", /absent: what can be set is fault, action, .*times.*; it is 2$/],
    [{ fault: { kind: "lost", ms: 2 } }, "fault.ms", /absent: what can be set is kind; it is 2$/],
    [{ fault: lost, skip: -1 }, "skip", /an integer from 0; it is -1$/],
    [{ fault: lost, skip: 1.5 }, "skip", /1\.5$/],
    [{ fault: lost, times: 0 }, "times", /an integer from 1, or Infinity; it is 0$/],
    [{ fault: lost, times: "2" }, "times", /it is "2"$/],
    [{ fault: lost, probability: 0 }, "probability", /above 0, at most 1; it is 0$/],
    [{ fault: lost, probability: 1.1 }, "probability", /1\.1$/],
    [{ fault: lost, probability: Number.NaN }, "probability", /NaN$/],
    [{ fault: lost, from: Number.NaN }, "from", /milliseconds since the epoch; it is NaN$/],
    [{ fault: lost, from: "now" }, "from", /it is "now"$/],
    [{ fault: lost, until: new Date(Number.NaN) }, "until", /a date, or milliseconds since the epoch/],
    [{ fault: lost, from: 5, until: 5 }, "until", /later than from; it is 5$/],
    [{ fault: lost, streamName: "" }, "streamName", /it is ""$/],
    [{ fault: lost, shardId: 0 }, "shardId", /it is 0$/],
    [{ fault: lost, action: [] }, "action", /the name of a call, or several/],
    [{ fault: lost, action: "putRecords" }, "action", /one of .*PutRecords.*; it is "putRecords"$/],
    [{ fault: { kind: "error", name: "" } }, "fault.name", /an exception's name/],
    [{ fault: { kind: "error" } }, "fault.name", /it is undefined$/],
    [{ fault: { kind: "error", name: "Busy", statusCode: 200 } }, "fault.statusCode", /from 400 to 599; it is 200$/],
    [{ fault: { kind: "error", name: "Busy", statusCode: 600 } }, "fault.statusCode", /600$/],
    [{ fault: { kind: "error", name: "Busy", message: 5 } }, "fault.message", /a string; it is 5$/],
    [{ fault: { kind: "error", name: "Busy", body: "xml" } }, "fault.body", /it is "xml"$/],
    [{ fault: { kind: "throttled", errorCode: "Slow" } }, "fault.errorCode", /it is "Slow"$/],
    [{ fault: { kind: "throttled", entries: [] } }, "fault.entries", /an index at least/],
    [{ fault: { kind: "throttled", entries: [0, -1] } }, "fault.entries[1]", /an integer from 0; it is -1$/],
    [{ fault: { kind: "throttled", entries: { share: 0 } } }, "fault.entries.share", /it is 0$/],
    [{ fault: { kind: "throttled", entries: { part: 1 } } }, "fault.entries.part", /absent/],
    [{ fault: { kind: "throttled", entries: 3 } }, "fault.entries", /an object; it is 3$/],
    [{ fault: { kind: "slow" } }, "fault.ms", /milliseconds from 0; it is undefined$/],
    [{ fault: { kind: "slow", ms: Number.POSITIVE_INFINITY } }, "fault.ms", /Infinity$/],
    [{ fault: { kind: "slow", ms: 1, when: "during" } }, "fault.when", /one of before, after; it is "during"$/],
    [{ fault: { kind: "reset" } }, "fault.when", /it is undefined$/],
    [{ fault: { kind: "cut-subscription", afterEvents: -1 } }, "fault.afterEvents", /it is -1$/],
    [{ fault: { kind: "cut-subscription", how: "stop" } }, "fault.how", /it is "stop"$/],
    [
      { fault: { kind: "cut-subscription", how: { exception: "LimitExceededException" } } },
      "fault.how.exception",
      /one of .*ResourceInUseException.*; it is "LimitExceededException"$/,
    ],
    [{ fault: { kind: "stale-shards", byMs: -1 } }, "fault.byMs", /it is -1$/],
  ])("%j", (rule, field, message) => {
    const faults = new Faults({ seed: 0 });
    const error = codedError(() => faults.inject(rule as FaultRule));
    expect(error).toMatchObject({ code: "KPL_KIT_INVALID_OPTION", field });
    expect(error.message).toMatch(message);
    expect(faults.isArmed).toBe(false);
  });

  it.each<[FaultRule, string, RegExp]>([
    [
      { fault: { kind: "expired-iterator" }, action: "PutRecord" },
      "action",
      /can strike: GetRecords; it is "PutRecord"$/,
    ],
    [
      { fault: { kind: "throttled" }, action: "ListStreams" },
      "action",
      /GetRecords, GetShardIterator, PutRecord, PutRecords;/,
    ],
    [{ fault: { kind: "throttled", entries: [0] }, action: "PutRecord" }, "action", /can strike: PutRecords;/],
    [
      { fault: { kind: "throttled", entries: { share: 0.5 } }, action: ["PutRecords", "GetRecords"] },
      "action",
      /"GetRecords"$/,
    ],
    [{ fault: { kind: "silent-subscription" }, action: "GetRecords" }, "action", /SubscribeToShard;/],
    [{ fault: { kind: "cut-subscription" }, action: "GetRecords" }, "action", /SubscribeToShard;/],
    [{ fault: { kind: "stale-shards" }, action: "DescribeStream" }, "action", /ListShards;/],
    [{ fault: { kind: "truncated" }, action: "SubscribeToShard" }, "action", /"SubscribeToShard"$/],
    [
      { fault: { kind: "lost" }, action: "ListStreams", streamName: "orders" },
      "action",
      /lost with streamName can strike/,
    ],
    [{ fault: { kind: "lost" }, action: "ListShards", shardId: "shard-1" }, "action", /lost with shardId can strike/],
    [{ fault: { kind: "stale-shards" }, shardId: "shard-1" }, "shardId", /no call has stale-shards with shardId/],
  ])("%j can never strike", (rule, field, message) => {
    const error = codedError(() => new Faults({ seed: 0 }).inject(rule));
    expect(error).toMatchObject({ code: "KPL_KIT_INVALID_OPTION", field });
    expect(error.message).toMatch(message);
  });

  it("in a plan by its place, and the plan is refused whole", () => {
    const faults = new Faults({ seed: 0 });
    const rules = [{ fault: lost }, { fault: lost, skip: -1 }] as FaultRule[];
    expect(codedError(() => faults.plan({ seed: 1, rules }))).toMatchObject({ field: "rules[1].skip" });
    expect(codedError(() => faults.plan({ seed: 1, rules: [null as never] }))).toMatchObject({ field: "rules[0]" });
    expect(codedError(() => faults.plan({ seed: 1, rules: {} as never }))).toMatchObject({ field: "rules" });
    expect(codedError(() => faults.plan({ seed: -1, rules: rules.slice(0, 1) }))).toMatchObject({ field: "seed" });
    expect(codedError(() => new Faults({ seed: 0.5 }))).toMatchObject({ field: "seed" });
    expect(faults.isArmed).toBe(false);
  });
});
