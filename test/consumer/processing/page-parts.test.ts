import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import "../../properties/replay.ts";
import { pageParts } from "../../../src/consumer/processing/index.ts";
import { OrdersStream } from "../orders-stream.ts";

const page = fc
  .array(fc.nat(200))
  .map((sizes) => sizes.map((size, at) => ({ Data: new Uint8Array(size), SequenceNumber: `${at}` })));

describe("a page in parts", () => {
  test.prop([page, fc.integer({ min: 1, max: 1_000 })])(
    "is all of it, in order, each part full but the last",
    (records, bytes) => {
      const parts = pageParts(records, bytes);
      expect(parts.flatMap((part) => part.records)).toEqual(records);
      for (const part of parts)
        expect(part.bytes).toBe(part.records.reduce((sum, { Data }) => sum + (Data?.length ?? 0), 0));
      for (const part of parts.slice(0, -1)) {
        const last = part.records.at(-1)?.Data?.length ?? 0;
        expect(part.bytes).toBeGreaterThanOrEqual(bytes);
        expect(part.bytes - last, "full with its last record, not before").toBeLessThan(bytes);
      }
      expect(parts.slice(1).every((part) => part.records.length > 0)).toBe(true);
    },
  );

  it("a page without records is one part without records", () => {
    expect(pageParts([], 10)).toEqual([{ records: [], bytes: 0 }]);
  });
});

describe("a reader's batches", () => {
  const texts = ["aaaa", "bbbb", "cccc", "dddd", "eeee"];

  it.each([
    [8, ["aaaa bbbb", "cccc dddd", "eeee"]],
    [1, texts],
    [Number.POSITIVE_INFINITY, [texts.join(" ")]],
  ])("of %d bytes", async (batchBytes, expected) => {
    const orders = new OrdersStream();
    await orders.put(texts);
    const reader = orders.reader({ batchBytes });
    const batches: string[] = [];
    const read = (async () => {
      for await (const { records } of reader) {
        batches.push(records.map((record) => record.text()).join(" "));
        if (batches.length === expected.length) break;
      }
    })();
    await orders.clock.runUntil(read);
    expect(batches).toEqual(expected);
  });

  it("only the last of a closed shard is its end, and a checkpoint in between goes on there", async () => {
    const orders = new OrdersStream({ shardEnd: "with-last-records" });
    await orders.put(texts);
    await orders.split();
    const ends: boolean[] = [];
    const read = (async () => {
      for await (const batch of orders.reader({ batchBytes: 8 })) {
        if (batch.records.length > 0) ends.push(batch.isShardEnd);
        if (ends.length === 2) await batch.checkpoint();
        if (batch.isShardEnd) break;
      }
    })();
    await orders.clock.runUntil(read);
    expect(ends).toEqual([false, false, true]);
    expect(await orders.take(orders.reader(), 1)).toEqual(["eeee"]);
  });
});
