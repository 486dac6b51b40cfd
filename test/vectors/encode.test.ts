// Every byte that the KPL's own code made from these user records, outer keys included.

import { describe, expect, it } from "vitest";
import { aggregate } from "../../src/codec/index.ts";
import { hashOfBytes, hex, utf8 } from "../oracle/frame.ts";
import { aggregateVectors, toUserRecord, wireVectors } from "./vectors.ts";

const MIB = 1_048_576;

describe("aggregate gives the KPL's bytes and outer keys", () => {
  it("has all vectors", () => expect([aggregateVectors.length, wireVectors.length]).toEqual([27, 12]));

  it.each(aggregateVectors)("$name", (vector) => {
    // The vectors of a lone record in a frame come from the libraries that wrap one.
    const wrapped = vector.records.length === 1 && !vector.notAggregated;
    const entries = aggregate(vector.records.map(toUserRecord), {
      groupBy: "none",
      maxSize: MIB,
      lone: wrapped ? "wrap" : "raw",
    });
    expect(entries).toHaveLength(1);
    const [entry] = entries;
    expect(hex(entry!.Data)).toBe(vector.aggregatedHex);
    expect(entry!.PartitionKey).toBe(vector.outerPartitionKey);
    // Where the maker of the vector sets none, the KPL's rule stands: the first record's hash key.
    expect(entry!.ExplicitHashKey).toBe(
      vector.outerExplicitHashKey ?? hashOfBytes(utf8(vector.records[0]!.partitionKey)).toString(),
    );
    expect(entry!.userRecordCount).toBe(vector.records.length);
    if (vector.sizes) expect(entry!.Data).toHaveLength(vector.sizes.actual);
  });
});

describe("aggregate gives what the KPL 1.1.1 binary put on the wire", () => {
  it.each(wireVectors)("$name", ({ records, kinesisRecord }) => {
    const entries = aggregate(records.map(toUserRecord), { groupBy: "none", maxSize: MIB });
    expect(
      entries.map((entry) => ({
        partitionKey: entry.PartitionKey,
        explicitHashKey: entry.ExplicitHashKey,
        dataHex: hex(entry.Data),
      })),
    ).toEqual([
      {
        partitionKey: kinesisRecord.partitionKey,
        explicitHashKey: kinesisRecord.explicitHashKey,
        dataHex: kinesisRecord.dataHex,
      },
    ]);
  });
});
