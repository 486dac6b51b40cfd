// Who digests several messages together, when it is worth it, and that nobody can tell from the results.

import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import {
  Aggregator,
  aggregate,
  deaggregate,
  deaggregateAll,
  deaggregateVerified,
  hashKeyOf,
  hashKeysOf,
  isAggregated,
  type KinesisRecordInput,
  type UserRecord,
  verifyDigests,
} from "../../src/codec/index.ts";
import { type DigestEngine, lanesEngine, nativeEngine, portable, useDigestEngine } from "../../src/codec/md5/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { concat, frame, hashOfBytes, hex, MAGIC, md5, messageOf, utf8 } from "../oracle/frame.ts";
import { fewUserRecords, MAX_HASH_KEY, shardMap, userRecords } from "../properties/user-records.ts";
import { codedError } from "./coded-error.ts";

const lanes = lanesEngine()!; // Node has WebAssembly
const native = nativeEngine()!; // and node:crypto
const engines = [portable, native, lanes];

afterEach(() => useDigestEngine(undefined));

/** What the codec asks its engine for from here on, as `digest` or `digestArrays 3`. */
function asked(): string[] {
  const calls: string[] = [];
  const { digestArrays, digestTexts } = lanes.several!; // they are
  useDigestEngine({
    name: "asked",
    digest(...message) {
      calls.push("digest");
      portable.digest(...message);
    },
    several: {
      digestArrays(arrays, ...rest) {
        calls.push(`digestArrays ${arrays.length}`);
        digestArrays(arrays, ...rest);
      },
      digestTexts(texts, take) {
        calls.push(`digestTexts ${texts.length}`);
        digestTexts(texts, take);
      },
    },
  });
  return calls;
}

function by<Result>(engine: DigestEngine, run: () => Result): Result {
  useDigestEngine(engine);
  try {
    return run();
  } finally {
    useDigestEngine(undefined);
  }
}

const records = (count: number, key: (i: number) => string = () => "k") =>
  Array.from({ length: count }, (_, i) => ({ partitionKey: key(i), data: `data ${i}` }));
const sound = encodeAsKpl(records(3));

/** A Kinesis record of `size` bytes that is framed; what it says, nobody can read. */
const framed = (size: number): KinesisRecordInput => ({ Data: frame(new Uint8Array(size - 20)) });

describe("deaggregateAll verifies", () => {
  it("several aggregates by one call, without the plain records among them", () => {
    const calls = asked();
    const page = [sound, utf8("plain"), sound, MAGIC, sound].map((Data) => ({ Data }));
    expect(deaggregateAll(page).map(({ malformed }) => malformed)).toEqual(new Array(11).fill(undefined));
    expect(calls).toEqual(["digestArrays 3"]);
  });

  it("one aggregate alone, as deaggregate does", () => {
    const calls = asked();
    deaggregateAll([{ Data: utf8("plain") }, { Data: sound }]);
    deaggregate(sound);
    expect(calls).toEqual(["digest", "digest"]);
  });

  it.each([
    [[100, 100], ["digestArrays 2"]],
    [[100, 50, 50], ["digestArrays 3"]],
    [
      [50, 50, 101],
      ["digest", "digest", "digest"],
    ],
    [
      [101, 100],
      ["digest", "digest"],
    ],
    [[21, 21, 21, 100_000], new Array<string>(4).fill("digest")],
    [[50_000, 21, 21, 50_000], ["digestArrays 4"]],
  ])("of %j bytes by %j: one that is longer than the others together goes alone", (sizes, expected) => {
    const calls = asked();
    expect(deaggregateAll(sizes.map(framed))).toHaveLength(sizes.length);
    expect(calls).toEqual(expected);
  });
});

describe("deaggregateAll as a callback", () => {
  it("takes an index and an array behind the records for no verdict on them", () => {
    const pages = [[{ Data: sound }], [{ Data: sound }]];
    const unpacked = pages.flatMap(deaggregateAll as (records: readonly KinesisRecordInput[]) => UserRecord[]);
    expect(unpacked.filter(({ malformed }) => malformed)).toEqual([]);
    expect(unpacked.length).toBeGreaterThan(0);
  });
});

describe("verifyDigests", () => {
  it("asks for several by one call, and deaggregateVerified then asks for none", () => {
    const calls = asked();
    const page = [sound, utf8("plain"), flipped(sound, 9), sound].map((Data) => ({ Data }));
    const verified = verifyDigests(page);
    expect(verified).toEqual([true, false, false, true]);
    expect(deaggregateVerified(page, {}, verified).filter(({ malformed }) => malformed === "digest")).toHaveLength(1);
    expect(calls).toEqual(["digestArrays 3"]);
  });

  it("leaves data that is no bytes, or not there, to be refused where it is unpacked", () => {
    const page = [{ Data: "text" as unknown as Uint8Array }, {}, { Data: sound }];
    expect(verifyDigests(page)).toEqual([false, false, true]);
    expect(codedError(() => deaggregateVerified(page, {}, [false, false, true])).code).toBe("KPL_KIT_INVALID_RECORD");
  });
});

it("an engine that takes one message at a time is asked for each", () => {
  const lengths: number[] = [];
  useDigestEngine({
    name: "one at a time",
    digest(bytes, start, end, ...into) {
      lengths.push(end - start);
      portable.digest(bytes, start, end, ...into);
    },
  });
  deaggregateAll([100, 101, 102].map(framed));
  expect(lengths.splice(0)).toEqual([80, 81, 82]);
  hashKeysOf(["a", "bb"]);
  expect(lengths.splice(0)).toEqual([1, 2]);
  const entries = aggregate(records(4), { groupBy: "none", maxCount: 2 });
  expect(lengths).toEqual([1, 1, ...entries.map(({ Data }) => Data.length - 20)]);
});

describe("aggregate seals", () => {
  const ofMessages = (calls: readonly string[]): string[] => calls.filter((call) => !call.startsWith("digestTexts"));

  it("several containers by one call, and those that leave raw by none", () => {
    const calls = asked();
    const input = [...records(40, (i) => `key-${i % 4}`), { partitionKey: "lone", data: "raw" }];
    const entries = aggregate(input, { groupBy: "partitionKey" });
    expect(entries).toHaveLength(5);
    expect(ofMessages(calls)).toEqual(["digestArrays 4"]);
    for (const { Data, userRecordCount } of entries) {
      if (userRecordCount > 1) expect(hex(Data.subarray(-16))).toBe(hex(md5(messageOf(Data))));
    }
  });

  it("one container alone, and an Aggregator each of its own", () => {
    const calls = asked();
    aggregate(records(3), { groupBy: "none" });
    expect(ofMessages(calls)).toEqual(["digest"]);
    calls.length = 0;
    const aggregator = new Aggregator({ maxCount: 2 });
    const closed = records(7).map((record) => aggregator.add(record));
    const sealed = [...closed, aggregator.flush()].filter((entry) => entry !== undefined && entry.userRecordCount > 1);
    expect(ofMessages(calls)).toEqual(["digest", "digest", "digest"]);
    for (const entry of sealed) expect(deaggregate(entry!.Data), "at once").toHaveLength(2);
  });

  it("a large container and a small one, one after the other", () => {
    const calls = asked();
    const data = new Uint8Array(10_000);
    const large = [1, 2].map(() => ({ partitionKey: "large", data }));
    const entries = aggregate([...large, ...records(2)], { groupBy: "partitionKey" });
    expect(entries).toHaveLength(2);
    expect(ofMessages(calls)).toEqual(["digest", "digest"]);
  });

  it("nothing for a caller whose record is refused: what went before leaves with no one", () => {
    const calls = asked();
    const input = [...records(4, (i) => `${i >> 1}`), { partitionKey: "", data: "refused" }];
    expect(codedError(() => aggregate(input, { groupBy: "none" })).code).toBe("KPL_KIT_INVALID_RECORD");
    expect(ofMessages(calls)).toEqual([]);
  });
});

describe("hash keys", () => {
  it("of many keys, and of one, come from digestTexts", () => {
    const calls = asked();
    hashKeysOf(["a", "b", "c"]);
    hashKeyOf("a");
    hashKeyOf({ partitionKey: "a" });
    expect(calls).toEqual(["digestTexts 3", "digestTexts 1", "digestTexts 1"]);
  });

  it("that are explicit need no digest", () => {
    const calls = asked();
    expect(hashKeyOf({ partitionKey: "a", explicitHashKey: "7" })).toBe(7n);
    expect(calls).toEqual([]);
  });

  it("decide the groups of aggregate: all keys are hashed by one call", () => {
    const calls = asked();
    aggregate(
      records(90, (i) => `key-${i % 30}`),
      { groupBy: "partitionKey" },
    );
    expect(calls[0]).toBe("digestTexts 30");
    expect(calls.filter((call) => call.startsWith("digestTexts") && call !== "digestTexts 1")).toHaveLength(1);
  });
});

describe("by every engine", () => {
  test.prop([userRecords, fc.oneof(fc.constant("none" as const), fc.constant("partitionKey" as const), shardMap)])(
    "aggregate packs the same bytes, each with its digest",
    (input, groupBy) => {
      const [entries, ...others] = engines.map((engine) =>
        by(engine, () =>
          aggregate(input, { groupBy, maxSize: 2_000 }).map(({ Data, ...rest }) => ({ ...rest, Data: hex(Data) })),
        ),
      );
      for (const other of others) expect(other).toEqual(entries);
      for (const { Data, userRecordCount } of entries!) {
        const bytes = Buffer.from(Data, "hex");
        if (userRecordCount > 1) expect(hex(bytes.subarray(-16))).toBe(hex(md5(messageOf(bytes))));
      }
    },
  );

  test.prop([page()])("deaggregateAll gives what deaggregate gives for each, and why", (page) => {
    const byOne = by(portable, () => page.map((record) => deaggregate(record)));
    const expected = shown(byOne.flat());
    for (const engine of engines) {
      expect(shown(by(engine, () => deaggregateAll(page)))).toEqual(expected);
      expect(shown(by(engine, () => page.flatMap((record) => deaggregate(record))))).toEqual(expected);
      const verified = by(engine, () => verifyDigests(page));
      expect(verified).toEqual(by(portable, () => page.map(({ Data }) => isAggregated(Data))));
      expect(shown(deaggregateVerified(page, {}, verified)), "verified before").toEqual(expected);
    }
    page.forEach(({ Data }, i) => {
      const isMeant = Data.length > 20 && hex(Data.subarray(0, 4)) === hex(MAGIC);
      const isWhole = isMeant && hex(md5(messageOf(Data))) === hex(Data.subarray(-16));
      expect(byOne[i]?.[0]?.malformed === "digest", `record ${i}`).toBe(isMeant && !isWhole);
    });
  });
});

describe.each(engines)("by the $name engine", (engine) => {
  it("a digest of which any byte is wrong, or any bit of the message, is found at its record", () => {
    const broken = Array.from({ length: sound.length - 4 }, (_, i) => flipped(sound, 4 + i));
    const page = broken.flatMap((Data, i) => [{ Data }, { Data: encodeAsKpl(records(i % 5)) }]);
    expect(
      by(engine, () => deaggregateAll(page, { rangeFilter: "off" }))
        .filter(({ malformed }) => malformed)
        .map(({ data, malformed }) => `${malformed} ${hex(data)}`),
    ).toEqual(broken.map((Data) => `digest ${hex(Data)}`));
  });

  test.prop([fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 80 }), fc.string()), { maxLength: 150 })])(
    "hashKeysOf is hashKeyOf of each, MD5 of its UTF-8",
    (keys) => {
      const hashes = by(engine, () => hashKeysOf(keys));
      expect(hashes).toEqual(by(engine, () => keys.map((key) => hashKeyOf(key))));
      expect(hashes).toEqual(keys.map((key) => hashOfBytes(utf8(key))));
      expect(hashes.every((hash) => hash >= 0n && hash <= MAX_HASH_KEY)).toBe(true);
    },
  );

  it.each([undefined, null, 7, 7n, {}, ["k"], new Uint8Array(3), Symbol("k"), new String("k")])(
    "a partition key that is %s is refused, alone and among others",
    (key) => {
      const refused = key as string;
      for (const run of [
        () => hashKeyOf({ partitionKey: refused }),
        () => hashKeysOf([refused]),
        () => hashKeysOf(["a", refused, "b"]),
        () => aggregate([...records(2), { partitionKey: refused, data: "" }], { groupBy: "partitionKey" }),
      ]) {
        expect(by(engine, () => codedError(run)).code).toBe("KPL_KIT_INVALID_RECORD");
      }
      expect(by(engine, () => hashKeysOf(["a"]))).toEqual([hashOfBytes(utf8("a"))]);
    },
  );
});

/** Kinesis records of all kinds: sound, broken in one place, cut, plain, and just long enough. */
function page(): fc.Arbitrary<{ readonly Data: Uint8Array }[]> {
  const aggregated = fewUserRecords.map(encodeAsKpl);
  const at = fc.nat(1_000);
  const data = fc.oneof(
    aggregated,
    fc.tuple(aggregated, at).map(([bytes, place]) => flipped(bytes, place % bytes.length)),
    fc.tuple(aggregated, at).map(([bytes, place]) => flipped(bytes, bytes.length - 1 - (place % 16))),
    fc.tuple(aggregated, at).map(([bytes, place]) => bytes.subarray(0, place % bytes.length)),
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => concat(MAGIC, bytes)),
    fc.uint8Array({ maxLength: 2 }).map(frame),
    fc.tuple(fc.uint8Array({ maxLength: 90 }), aggregated).map(([before, bytes]) => {
      return concat(before, bytes, before).subarray(before.length, before.length + bytes.length);
    }),
  );
  return fc.array(fc.record({ Data: data }), { maxLength: 24, size: "max" });
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= 1 << (at & 7); // at < length
  return copy;
}

function shown(users: readonly UserRecord[]): unknown[] {
  return users.map(({ partitionKey, explicitHashKey, data, subSequenceNumber, aggregated, malformed }) => {
    return { partitionKey, explicitHashKey, data: hex(data), subSequenceNumber, aggregated, malformed };
  });
}
