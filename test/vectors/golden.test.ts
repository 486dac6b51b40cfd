// Made with the C++ protobuf runtime and the KPL's rules. The KPL's own size estimate is 20 to 92 bytes short on them.

import { describe, expect, it } from "vitest";
import { aggregate, deaggregate, type UserRecordInput } from "../../src/codec/index.ts";
import { hex, md5, utf8 } from "../oracle/frame.ts";

type Row = readonly [partitionKey: string, explicitHashKey: string | undefined, data: string];

const golden: readonly { readonly records: readonly Row[]; readonly bytes: string }[] = [
  {
    records: [
      ["a", undefined, "x"],
      ["b", undefined, "y"],
    ],
    bytes: "f3899ac20a01610a01621a0508001a01781a0508011a0179b0031909ae75891ca94acec2ecce3125",
  },
  {
    records: [
      ["pk", "123", "x"],
      ["pk", "123", "y"],
    ],
    bytes: "f3899ac20a02706b12033132331a07080010001a01781a07080010001a01792cae72176d21b536e6780af826df8e8d",
  },
  {
    records: [
      ["a", "0", "x"],
      ["a", undefined, "y"],
    ],
    bytes: "f3899ac20a01611201301a07080010001a01781a0508001a017973503fe9838fc134909e0c28d0f0621d",
  },
  {
    records: [
      ["a", undefined, ""],
      ["a", undefined, ""],
    ],
    bytes: "f3899ac20a01611a0408001a001a0408001a00649fcab2b14c5becd2ed84275f40e531",
  },
  {
    records: [
      ["é☃😀", undefined, "x"],
      ["é☃😀", undefined, "y"],
    ],
    bytes: "f3899ac20a09c3a9e29883f09f98801a0508001a01781a0508001a0179359ec0e88167b764374bc741074fb28e",
  },
];

function toRecord([partitionKey, explicitHashKey, data]: Row): UserRecordInput {
  return { partitionKey, explicitHashKey, data };
}

describe("golden vectors", () => {
  it.each(golden)("$bytes", ({ records, bytes }) => {
    const [entry, ...more] = aggregate(records.map(toRecord), { groupBy: "none" });
    expect(more).toEqual([]);
    expect(hex(entry!.Data)).toBe(bytes);
    expect(
      deaggregate(entry!.Data).map((record) => [record.partitionKey, record.explicitHashKey, record.text()]),
    ).toEqual(records);
  });

  it("200 records of 200 keys: 2,582 bytes, known by their MD5", () => {
    const records = Array.from({ length: 200 }, (_, i) => ({ partitionKey: `k${i}`, data: utf8("v") }));
    const [entry, ...more] = aggregate(records, { groupBy: "none" });
    expect(more).toEqual([]);
    expect(entry!.Data).toHaveLength(2_582);
    expect(hex(md5(entry!.Data))).toBe("f9f75b6b95bfa2393c2c1a77720bbfaa");
  });
});
