import { afterEach, describe, expect, it } from "vitest";
import { aggregate, isAggregated, type KinesisRecordInput } from "../../../src/codec/index.ts";
import { type DigestEngine, lanesEngine, useDigestEngine } from "../../../src/codec/md5/index.ts";
import { DigestsAhead, pageParts } from "../../../src/consumer/processing/index.ts";

afterEach(() => useDigestEngine(undefined));

const lanes = lanesEngine()!; // Node has WebAssembly

/** Aggregates of about 25 kB; of every seventh a byte is broken, and every fifth record is none. */
const page: readonly KinesisRecordInput[] = aggregate(
  Array.from({ length: 30_000 }, (_, at) => ({ partitionKey: `key-${at % 50}`, data: `data ${at} ${"x".repeat(90)}` })),
  { groupBy: "none", maxSize: 25_000 },
).map(({ Data: data }, at) => {
  if (at % 7 === 0) data[1_000]! ^= 1; // there are 25,000
  return at % 5 === 0 ? { Data: data.subarray(4) } : { Data: data };
});

describe("the digests of a page's parts", () => {
  it("are those of its Kinesis records, whatever the parts", () => {
    expect(page.length).toBeGreaterThan(100);
    for (const partBytes of [1, 65_536, 300_000, Number.POSITIVE_INFINITY]) {
      const parts = pageParts(page, partBytes);
      const ahead = new DigestsAhead(parts);
      parts.forEach(({ records }, part) => {
        expect(ahead.of(part)).toEqual(records.map(({ Data: data }) => isAggregated(data!)));
      });
    }
  });

  it("are verified side by side, a megabyte at a time and none twice", () => {
    const together: number[] = [];
    useDigestEngine(
      watched((arrays) => {
        together.push(arrays.reduce((sum, { length }) => sum + length, 0));
      }),
    );
    const parts = pageParts(page, 65_536);
    const ahead = new DigestsAhead(parts);
    ahead.of(0);
    expect(together, "not the whole page before its first part").toHaveLength(1);
    for (let part = 0; part < parts.length; part++) ahead.of(part);
    const framed = page.filter(({ Data: data }) => data![0] === 0xf3);
    expect(together.reduce((sum, bytes) => sum + bytes)).toBe(framed.reduce((sum, { Data }) => sum + Data!.length, 0));
    expect(Math.max(...together)).toBeLessThan(1_048_576 + 2 * 65_536);
    expect(together.length).toBeLessThan(6);
  });

  it("of a page without records are none", () => {
    expect(new DigestsAhead(pageParts([], 65_536)).of(0)).toEqual([]);
  });

  it("of what is no bytes are left to who unpacks it", () => {
    const record = { Data: "text" as unknown as Uint8Array };
    expect(new DigestsAhead([{ records: [record, page[1]!], bytes: 9 }]).of(0)).toEqual([false, true]); // has 100
  });
});

function watched(tell: (arrays: readonly Uint8Array[]) => void): DigestEngine {
  const several = lanes.several!; // these are lanes
  return {
    ...lanes,
    several: {
      ...several,
      digestArrays: (arrays, start, short, take) => {
        tell(arrays);
        several.digestArrays(arrays, start, short, take);
      },
    },
  };
}
