import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Aggregator, aggregate, deaggregate, hashKeyOf } from "../../src/codec/index.ts";
import { codedError } from "./coded-error.ts";

const MAX = (1n << 128n) - 1n;

describe("explicit hash key: decimal text, trimmed and made canonical, or a bigint", () => {
  it.each([
    ["0", 0n],
    ["7", 7n],
    ["007", 7n],
    ["000", 0n],
    [" 12 ", 12n],
    ["\t12\n", 12n],
    [`${MAX}`, MAX],
    [`${"0".repeat(300)}${MAX}`, MAX],
    [0n, 0n],
    [7n, 7n],
    [MAX, MAX],
    [2n ** 53n + 1n, 2n ** 53n + 1n],
  ] as const)("%o", (explicitHashKey, value) => {
    expect(hashKeyOf({ partitionKey: "k", explicitHashKey })).toBe(value);
    const [wrapped] = aggregate([{ partitionKey: "k", explicitHashKey, data: "x" }], { groupBy: "none", lone: "wrap" });
    // The service takes 0 or [1-9][0-9]*, nothing else.
    expect(wrapped!.ExplicitHashKey).toBe(value.toString());
    const [user] = deaggregate(wrapped!);
    expect([user!.explicitHashKey, user!.hashKey]).toEqual([value.toString(), value]);
    const [raw] = aggregate([{ partitionKey: "k", explicitHashKey, data: "x" }], { groupBy: "none" });
    expect(raw!.ExplicitHashKey).toBe(value.toString());
  });

  it("undefined is no explicit hash key", () => {
    expect(hashKeyOf({ partitionKey: "a", explicitHashKey: undefined })).toBe(hashKeyOf("a"));
    const [entry] = aggregate([{ partitionKey: "a", explicitHashKey: undefined, data: "x" }], {
      groupBy: "none",
      lone: "wrap",
    });
    expect(deaggregate(entry!)[0]!.explicitHashKey).toBeUndefined();
  });

  const refused: readonly unknown[] = [
    "",
    " ",
    "+5",
    "-1",
    "-0",
    "0x10",
    "0b1",
    "1e3",
    "1.0",
    "1,000",
    "1_000",
    "1 2",
    "abc",
    "7n",
    "NaN",
    "Infinity",
    "٣", // Arabic-Indic three: Java's BigInteger takes it, the service does not
    "１２", // full-width digits
    "১২",
    "5\u0000",
    `${MAX + 1n}`,
    `1${"0".repeat(60)}`,
    -1n,
    MAX + 1n,
    1n << 200n,
    5,
    0,
    Number.NaN,
    true,
    {},
    [],
    [5n],
    Symbol("5"),
  ];

  it.each(refused.map((value) => [inspect(value), value] as const))(
    "%s is an error that names the field",
    (_, value) => {
      const explicitHashKey = value as string;
      for (const call of [
        () => hashKeyOf({ partitionKey: "k", explicitHashKey }),
        () => new Aggregator().add({ partitionKey: "k", explicitHashKey, data: "x" }),
        () => aggregate([{ partitionKey: "k", explicitHashKey, data: "x" }], { groupBy: "none" }),
        () => aggregate([{ partitionKey: "k", explicitHashKey, data: "x" }], { groupBy: "partitionKey" }),
      ]) {
        const error = codedError(call);
        expect(error.code).toBe("KPL_KIT_INVALID_RECORD");
        expect(error.message).toContain("explicitHashKey");
      }
    },
  );

  // BigInt of a million digits takes its time; a value over the limit is known by its length.
  it("a value of millions of digits is refused at once", () => {
    const explicitHashKey = "9".repeat(4_000_000);
    const started = process.cpuUsage();
    const error = codedError(() => hashKeyOf({ partitionKey: "k", explicitHashKey }));
    expect(process.cpuUsage(started).user / 1_000, "milliseconds of CPU").toBeLessThan(1_000);
    expect(error.message.length).toBeLessThan(500);
  });
});
