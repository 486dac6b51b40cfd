// Each class its own code: platformatic/kafka's TimeoutError passes NetworkError's, and nobody noticed.

import { describe, expect, it } from "vitest";
import * as codec from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { codedError } from "./coded-error.ts";

const broken = encodeAsKpl([{ partitionKey: "k", data: "x" }]).map((byte, i) => (i === 6 ? byte ^ 1 : byte));
const add = (record: unknown): unknown => new codec.Aggregator().add(record as codec.UserRecordInput);

/** What a caller can get wrong, and what the message must name: the field, the value, the limit. */
const wrongs: readonly {
  readonly className: string;
  readonly run: () => unknown;
  readonly names: readonly (string | RegExp)[];
}[] = [
  {
    className: "InvalidOptionError",
    run: () => new codec.Aggregator({ maxSize: 63 }),
    names: ["maxSize", "63", "64", /10[ _,]?485[ _,]?760|10 MiB/],
  },
  {
    className: "InvalidOptionError",
    run: () => new codec.Aggregator({ maxCount: 0 }),
    names: ["maxCount", "0", "1", /4[ _,]?294[ _,]?967[ _,]?295|2\^32/],
  },
  {
    className: "InvalidOptionError",
    run: () => new codec.Aggregator({ maxRecordSize: 1.5 }),
    names: ["maxRecordSize", "1.5", /10[ _,]?485[ _,]?760|10 MiB/],
  },
  {
    className: "InvalidOptionError",
    run: () => codec.batchEntries([], { maxCount: 501 }),
    names: ["maxCount", "501", "500"],
  },
  {
    className: "InvalidRecordError",
    run: () => add({ partitionKey: "k".repeat(257), data: "x" }),
    names: ["partitionKey", "256", "kkk"],
  },
  {
    className: "InvalidRecordError",
    run: () => add({ partitionKey: "k", data: "x", explicitHashKey: `${1n << 128n}` }),
    names: ["explicitHashKey", /2\^128|340282366920938463463374607431768211455/, `${1n << 128n}`],
  },
  { className: "InvalidRecordError", run: () => add({ partitionKey: "k", data: 5 }), names: ["data", "5"] },
  {
    className: "RecordTooLargeError",
    run: () => add({ partitionKey: "k", data: new Uint8Array(1_048_576) }),
    names: ["1048577", "1048576", "maxRecordSize"],
  },
  {
    className: "MalformedAggregateError",
    run: () => codec.deaggregate({ Data: broken, SequenceNumber: "4711" }, { onMalformed: "throw" }),
    names: ["4711", "digest"],
  },
  {
    className: "InvalidShardError",
    run: () => codec.ShardMap.from([{ ShardId: "shardId-7" }]),
    names: ["shardId-7", /ange/],
  },
  {
    className: "InvalidPositionError",
    run: () => codec.comparePositions({ sequenceNumber: "x5" }, { sequenceNumber: "1" }),
    names: ["sequenceNumber", "x5"],
  },
];

describe("errors", () => {
  it.each(wrongs)("$className names what is wrong ($names)", ({ className, run, names }) => {
    const error = codedError(run);
    expect([error.name, error.constructor.name]).toEqual([className, className]);
    for (const name of names)
      expect(error.message).toMatch(
        typeof name === "string" ? new RegExp(name.replace(/[\^$.*+?()[\]{}|]/g, "\\$&")) : name,
      );
    expect(error.retryable, "the same call fails the same way").toBe(false);
    expect(error.stack).toContain("errors.test");
  });

  it("every class of the door has a code of its own", () => {
    const classes = Object.values(codec as Record<string, unknown>).filter(
      (value): value is typeof codec.KplKitError =>
        typeof value === "function" && value.prototype instanceof codec.KplKitError,
    );
    const provoked = new Map(
      wrongs
        .map(({ run }) => codedError(run))
        .map((error) => [error.constructor as typeof codec.KplKitError, error.code]),
    );
    expect(new Set(provoked.keys()), "each is provoked above").toEqual(new Set(classes));
    expect(new Set(provoked.values()).size).toBe(classes.length);
  });

  it("a payload is never in a message", () => {
    const secret = "secret-".repeat(5_000);
    for (const run of [
      () => add({ partitionKey: secret, data: "x" }),
      () => add({ partitionKey: "k", data: "x", explicitHashKey: secret }),
      () => add({ partitionKey: "k", data: [secret] }),
      () => add({ partitionKey: "k", data: { secret } }),
      () => codec.comparePositions({ sequenceNumber: secret }, { sequenceNumber: "1" }),
      () => codec.ShardMap.from([{ ShardId: "s", HashKeyRange: { StartingHashKey: secret, EndingHashKey: "1" } }]),
    ]) {
      expect(codedError(run).message.length).toBeLessThan(400);
    }
  });

  it("MalformedAggregateError carries reason and sequence number", () => {
    const error = codedError(() =>
      codec.deaggregate({ Data: broken, SequenceNumber: "4711" }, { onMalformed: "throw" }),
    );
    expect(error).toMatchObject({ code: "KPL_KIT_MALFORMED_AGGREGATE", reason: "digest", sequenceNumber: "4711" });
  });
});
