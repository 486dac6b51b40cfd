// "How far behind current time the consumer is. A value of zero indicates that record processing is caught up, and there
// are no new records to process at this moment" (GetRecords, SubscribeToShardEvent).

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import "../../properties/replay.ts";
import { Model } from "./model.ts";

const behind = (model: Model, iterator: string, limit: number): number | undefined =>
  model.get(iterator, limit).MillisBehindLatest;

describe("MillisBehindLatest", () => {
  it("is the age of the oldest record that waits", async () => {
    const model = new Model();
    const iterator = model.iterator();
    for (const text of ["a", "b", "c"]) {
      model.put(text);
      await model.clock.advance(1_000);
    }
    expect([1, 2, 3].map((limit) => behind(model, iterator, limit))).toEqual([2_000, 1_000, 0]);
    await model.clock.advance(500);
    expect([1, 2, 3].map((limit) => behind(model, iterator, limit))).toEqual([2_500, 1_500, 0]);
  });

  it("is not 0 while a record waits, though it came this very millisecond", () => {
    const model = new Model();
    model.put("a");
    model.put("b");
    expect(behind(model, model.iterator(), 1)).toBe(1);
    expect(behind(model, model.iterator(), 2)).toBe(0);
  });

  it("is 0 at the tip, however long nothing came, and at the end of a closed shard", async () => {
    const model = new Model();
    model.put("a");
    await model.clock.advance(3_600_000);
    expect(behind(model, model.iterator({ type: "LATEST" }), 1)).toBe(0);
    model.split(0);
    expect(behind(model, model.iterator(), 1)).toBe(0);
  });

  it("of a subscription is told by a heartbeat too, while the records wait for its budget", async () => {
    const model = new Model({ limits: { fanOutBytesPerSecond: 1 } });
    for (const text of ["a", "b"]) model.put(text);
    const subscription = model.subscribe(model.register("reader"));
    expect((await model.next(subscription))!.MillisBehindLatest).toBe(0);
    model.put("c");
    await model.clock.advance(1_000);
    expect(await model.next(subscription)).toMatchObject({ Records: [{}], MillisBehindLatest: 0 });
  });
});

test.prop([
  fc.array(fc.tuple(fc.constantFrom(0, 1, 40, 1_000), fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 20 }),
  fc.integer({ min: 1, max: 5 }),
])("it is 0 if, and only if, nothing is left to read", async (puts, limit) => {
  const model = new Model();
  let iterator = model.iterator();
  let [put, read] = [0, 0];
  for (const [ms, count] of puts) {
    await model.clock.advance(ms);
    for (let at = 0; at < count; at++) model.put(String(put++));
    const { MillisBehindLatest, NextShardIterator, Records } = model.get(iterator, limit);
    read += Records!.length;
    expect(MillisBehindLatest === 0).toBe(read === put);
    expect(MillisBehindLatest).toBeGreaterThanOrEqual(0);
    iterator = NextShardIterator!;
  }
});
