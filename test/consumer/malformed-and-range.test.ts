import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aggregate, type DeaggregateOptions, type MalformedPolicy } from "../../src/codec/index.ts";
import type { StreamReaderOptions } from "../../src/consumer/index.ts";
import { id, OrdersStream, rejection, textOf } from "./orders-stream.ts";

const MAGIC = [0xf3, 0x89, 0x9a, 0xc2];

/** What a reader is given until it has nothing left to read. */
async function readAll(orders: OrdersStream, options: StreamReaderOptions): Promise<string[]> {
  const reader = orders.reader(options);
  const read: string[] = [];
  const run = reader.run({ record: (record) => void read.push(textOf(record)) });
  await orders.clock.advance(10_000);
  await orders.clock.runUntil(reader.stop());
  await run;
  return read;
}

describe("members of an aggregate outside the range of the shard they are in", () => {
  const [LOW, HIGH] = ["0", (2n ** 128n - 1n).toString()];

  /** An aggregate; of its members, those in capitals belong to the other shard. */
  function mixed(texts: readonly string[]): Uint8Array {
    const members = texts.map((data) => ({
      partitionKey: data,
      explicitHashKey: data === data.toUpperCase() ? HIGH : LOW,
      data,
    }));
    const [packed] = [...aggregate(members, { groupBy: "none", lone: "wrap" })];
    return packed!.Data;
  }

  /** Records of a shard of the lower half. */
  async function mixedStream(): Promise<{ readonly orders: OrdersStream; readonly numbers: readonly string[] }> {
    const orders = new OrdersStream({ streams: { orders: 2 } });
    const numbers = await orders.put(["plain", mixed(["a", "B", "c", "D"]), mixed(["e", "f"]), mixed(["G", "H"])]);
    return { orders, numbers };
  }

  const cases: readonly (readonly [DeaggregateOptions["rangeFilter"], string[], number[]])[] = [
    [undefined, ["plain", "a", "B", "c", "D", "e", "f", "G", "H"], [0, 0]],
    ["off", ["plain", "a", "B", "c", "D", "e", "f", "G", "H"], [0, 0]],
    ["user-record", ["plain", "a", "c", "e", "f"], [2, 2]],
    ["kcl", ["plain", "e", "f"], [4, 2]],
  ];

  it.each(cases)("rangeFilter %s: what is delivered, and what is told", async (rangeFilter, delivered, dropped) => {
    const { numbers, orders } = await mixedStream();
    expect(await readAll(orders, rangeFilter ? { rangeFilter } : {})).toEqual(delivered);
    const told = [numbers[1], numbers[3]].flatMap((sequenceNumber, at) => {
      const userRecords = dropped[at]!;
      const drop = { type: "records-dropped", shardId: id(0), sequenceNumber, userRecords, reason: "outside-range" };
      return userRecords > 0 ? [drop] : [];
    });
    expect(orders.eventsOf("records-dropped")).toEqual(told);
  });

  it.each(["user-record", "kcl"] as const)("rangeFilter %s: what is dropped is finished, too", async (rangeFilter) => {
    const { numbers, orders } = await mixedStream();
    await readAll(orders, { rangeFilter });
    expect((await orders.stored())[id(0)]?.split("/")[0]).toBe(numbers.at(-1));
    expect(await readAll(orders, { rangeFilter })).toEqual([]);
  });
});

describe("a function decides, record by record, what becomes of a malformed aggregate", () => {
  const PAYLOAD = [7, 7, 7, 7];

  function spoilt(reason: "digest" | "protobuf"): Uint8Array {
    const digest = createHash("md5").update(Uint8Array.from(PAYLOAD)).digest();
    return Uint8Array.from([...MAGIC, ...PAYLOAD, ...(reason === "protobuf" ? digest : digest.map((byte) => ~byte))]);
  }

  async function spoiltStream(): Promise<{ readonly orders: OrdersStream; readonly numbers: readonly string[] }> {
    const orders = new OrdersStream();
    const numbers = await orders.put(["a", spoilt("digest"), "b", spoilt("protobuf"), "c"]);
    return { orders, numbers };
  }

  it("it is asked once for each, with the Kinesis record and the reason, and for no other", async () => {
    const { numbers, orders } = await spoiltStream();
    const asked: unknown[] = [];
    const onMalformed: DeaggregateOptions["onMalformed"] = ({ SequenceNumber }, reason) => {
      asked.push([SequenceNumber, reason]);
      return "skip";
    };
    expect(await readAll(orders, { onMalformed })).toEqual(["a", "b", "c"]);
    expect(asked).toEqual([
      [numbers[1], "digest"],
      [numbers[3], "protobuf"],
    ]);
  });

  it("pass for one, skip for the other: delivered raw with its reason, or told as dropped", async () => {
    const { numbers, orders } = await spoiltStream();
    const reader = orders.reader({ onMalformed: (_, reason) => (reason === "digest" ? "pass" : "skip") });
    const reasons: unknown[] = [];
    const run = reader.run({ record: ({ malformed }) => void reasons.push(malformed) });
    await orders.clock.advance(10_000);
    await orders.clock.runUntil(reader.stop());
    await run;
    expect(reasons).toEqual([undefined, "digest", undefined, undefined]);
    const drop = { shardId: id(0), sequenceNumber: numbers[3], userRecords: 1, reason: "protobuf" };
    expect(orders.eventsOf("records-dropped")).toEqual([{ type: "records-dropped", ...drop }]);
  });

  it("throw for one: the reader ends with it, and what is stored lies before it", async () => {
    const { numbers, orders } = await spoiltStream();
    const policies: Record<string, MalformedPolicy> = { digest: "pass", protobuf: "throw" };
    const read: string[] = [];
    const reader = orders.reader({ maxRecords: 1, onMalformed: (_, reason) => policies[reason]! });
    const run = reader.run({ record: (record) => void read.push(textOf(record)) });
    expect(await orders.clock.runUntil(rejection(run))).toMatchObject({
      code: "KPL_KIT_MALFORMED_AGGREGATE",
      reason: "protobuf",
      sequenceNumber: numbers[3],
    });
    expect(read).toHaveLength(3);
    expect((await orders.stored())[id(0)]?.split("/")[0]).toBe(numbers[2]);
    expect(orders.eventsOf("records-dropped")).toEqual([]);
  });

  it("an answer that is none of the three ends the reader", async () => {
    const { orders } = await spoiltStream();
    const run = orders.reader({ onMalformed: () => "drop" as never }).run({ record: () => undefined });
    expect(await orders.clock.runUntil(rejection(run))).toMatchObject({ code: "KPL_KIT_INVALID_OPTION" });
  });
});
