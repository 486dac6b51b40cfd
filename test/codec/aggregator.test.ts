import { describe, expect, it } from "vitest";
import {
  Aggregator,
  type AggregatorOptions,
  deaggregate,
  hashKeyOf,
  isAggregated,
  type PackedEntry,
  type UserRecordInput,
} from "../../src/codec/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";
import { hex, utf8 } from "../oracle/frame.ts";
import { codedError } from "./coded-error.ts";
import { dataOf, received, recordSize, sent, unpack } from "./user-record-rows.ts";

const MIB = 1_048_576;

function record(
  partitionKey: string,
  data: string | Uint8Array = "x",
  explicitHashKey?: string | bigint,
): UserRecordInput {
  return explicitHashKey === undefined ? { partitionKey, data } : { partitionKey, data, explicitHashKey };
}

function filled(options: AggregatorOptions, ...records: readonly UserRecordInput[]): Aggregator {
  const aggregator = new Aggregator(options);
  for (const each of records) expect(aggregator.add(each)).toBeUndefined();
  return aggregator;
}

function pack(options: AggregatorOptions, records: readonly UserRecordInput[]): PackedEntry[] {
  const aggregator = new Aggregator(options);
  const entries = records.map((each) => aggregator.add(each));
  return [...entries, aggregator.flush()].filter((entry) => entry !== undefined);
}

describe("size is exact, after every add", () => {
  // The varint of a key index grows at 128 and 16,384, that of a length at 128 and 16,384 bytes.
  it("across growing indexes", () => {
    const aggregator = new Aggregator({ maxSize: 10 * MIB, maxRecordSize: 10 * MIB });
    const records: UserRecordInput[] = [];
    const checked = new Set([1, 2, 127, 128, 129, 130, 16_383, 16_384, 16_385, 16_386]);
    for (let i = 0; i < 16_386; i++) {
      const each = i % 3 === 0 ? record(`k${i}`, "x", BigInt(i)) : record(`k${i}`, "x");
      records.push(each);
      aggregator.add(each);
      if (checked.has(records.length))
        expect(aggregator.size, `${records.length} records`).toBe(encodeAsKpl(records).length);
    }
    const entry = aggregator.flush();
    expect(hex(entry!.Data)).toBe(hex(encodeAsKpl(records)));
  });

  it.each([
    0, 1, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 16_377, 16_378, 16_379,
    16_380, 16_383, 16_384, 16_385,
  ])("with %i bytes of data", (length) => {
    for (const explicitHashKey of [undefined, "0", (1n << 128n) - 1n]) {
      const records = [record("k", new Uint8Array(length), explicitHashKey), record("k", new Uint8Array(length))];
      const aggregator = filled({}, ...records);
      expect(aggregator.size).toBe(encodeAsKpl(records).length);
      expect(hex(aggregator.flush()!.Data)).toBe(hex(encodeAsKpl(records)));
    }
  });

  it.each(["k", "é".repeat(63), "é".repeat(64), "é".repeat(127), "日".repeat(256), "😀".repeat(256)])(
    "counts keys in bytes: %s",
    (key) => {
      const records = [record(key), record(key), record(`${key.slice(0, 20)}!`)];
      expect(filled({}, ...records).size).toBe(encodeAsKpl(records).length);
    },
  );

  it("counts text data in UTF-8 bytes", () => {
    const records = [record("k", "é☃😀".repeat(50)), record("k", "plain")];
    const aggregator = filled({}, ...records);
    expect(aggregator.size).toBe(encodeAsKpl(records).length);
    expect(hex(aggregator.flush()!.Data)).toBe(hex(encodeAsKpl(records)));
  });

  // Text of any JavaScript program may hold a lone surrogate; data has no rule against it, so it is U+FFFD as in every encoder.
  it("counts a lone surrogate in text data as the three bytes that it becomes", () => {
    const aggregator = filled({}, record("k", "a\ud800b"), record("k", "\udc00"));
    const size = aggregator.size;
    const entry = aggregator.flush()!;
    expect(entry.Data).toHaveLength(size);
    expect(unpack([entry]).map((user) => user.text())).toEqual(["a\ufffdb", "\ufffd"]);
  });

  it("is 0 when empty, before and after", () => {
    const aggregator = new Aggregator();
    expect([aggregator.size, aggregator.count]).toEqual([0, 0]);
    aggregator.add(record("k"));
    expect(aggregator.count).toBe(1);
    aggregator.flush();
    expect([aggregator.size, aggregator.count]).toEqual([0, 0]);
    expect(aggregator.flush()).toBeUndefined();
  });

  it("counts a repeated explicit hash key once, however it is written", () => {
    const aggregator = filled(
      {},
      record("k", "x", "007"),
      record("k", "x", "7"),
      record("k", "x", 7n),
      record("k", "x", " 7 "),
    );
    const same = ["7", "7", "7", "7"].map((explicitHashKey) => record("k", "x", explicitHashKey));
    expect(aggregator.size).toBe(encodeAsKpl(same).length);
    expect(hex(aggregator.flush()!.Data)).toBe(hex(encodeAsKpl(same)));
  });
});

describe("maxSize is never passed, and never left unused", () => {
  it("fills the container to the last byte", () => {
    const two = encodeAsKpl([record("k"), record("k", "yy")]).length;
    const exact = new Aggregator({ maxSize: Math.max(64, two) });
    // 64 is the smallest limit: pad the second record up to it.
    const padding = new Uint8Array(2 + Math.max(0, 64 - two));
    exact.add(record("k"));
    expect(exact.fits(record("k", padding))).toBe(true);
    expect(exact.fits(record("k", new Uint8Array(padding.length + 1)))).toBe(false);
    expect(exact.add(record("k", padding))).toBeUndefined();
    expect(exact.size).toBe(64);
    expect(exact.flush()?.Data).toHaveLength(64);
  });

  it.each([64, 100, 127, 128, 129, 200, 1_000, 16_383, 16_384, 51_200])(
    "maxSize %i, keys all distinct and shared",
    (maxSize) => {
      for (const keys of [1, 3, 1_000_000]) {
        const records = Array.from({ length: 300 }, (_, i) =>
          record(`key-${i % keys}`, "x".repeat(i % 40), i % 5 === 0 ? BigInt(i) : undefined),
        );
        const entries = pack({ maxSize }, records);
        let from = 0;
        for (const [i, entry] of entries.entries()) {
          const members = records.slice(from, from + entry.userRecordCount);
          if (members.length > 1) expect(entry.Data.length).toBeLessThanOrEqual(maxSize);
          const next = records[from + members.length];
          // Greedy: what opened the next container did not fit into this one.
          if (i < entries.length - 1) expect(encodeAsKpl([...members, next!]).length).toBeGreaterThan(maxSize);
          from += members.length;
        }
        expect(from).toBe(records.length);
      }
    },
  );

  it("defaults to 51,200, as the KPL", () => {
    const aggregator = new Aggregator();
    const kilobyte = record("k", new Uint8Array(1_000));
    let closed: PackedEntry | undefined;
    while (!closed) closed = aggregator.add(kilobyte);
    // 1,000-byte records close at 50 in the KPL 1.1.1, too.
    expect(closed.userRecordCount).toBe(50);
    expect(closed.Data.length).toBeLessThanOrEqual(51_200);
  });

  it("goes up to 10 MiB", () => {
    const options = { maxSize: 10 * MIB, maxRecordSize: 10 * MIB };
    const megabytes = Array.from({ length: 12 }, (_, i) => record("k", new Uint8Array(MIB).fill(i)));
    const entries = pack(options, megabytes);
    expect(entries.map(({ userRecordCount }) => userRecordCount)).toEqual([9, 3]);
    expect(unpack(entries).map(received)).toEqual(megabytes.map(sent));
  });
});

describe("maxRecordSize counts the outer partition key", () => {
  const key = "😀".repeat(256);

  it.each([
    ["constant", "a", 1],
    ["first", key, 1_024],
    [() => "chosen", "chosen", 1_024],
  ] as const)("outerPartitionKey %s", (outerPartitionKey, outerKey, reserved) => {
    const options = { maxSize: MIB, outerPartitionKey };
    const small = record(key, "x");
    const overhead = encodeAsKpl([small, record(key, new Uint8Array(MIB / 2))]).length - MIB / 2;
    const room = MIB - overhead - reserved;
    const aggregator = filled(options, small);
    expect(aggregator.fits(record(key, new Uint8Array(room + 1)))).toBe(false);
    expect(aggregator.fits(record(key, new Uint8Array(room)))).toBe(true);
    expect(aggregator.add(record(key, new Uint8Array(room)))).toBeUndefined();
    const entry = aggregator.flush()!;
    expect(entry.PartitionKey).toBe(outerKey);
    expect(entry.Data).toHaveLength(MIB - reserved);
    expect(recordSize(entry)).toBeLessThanOrEqual(MIB);
  });
});

describe("a maxRecordSize below maxSize", () => {
  it("is the limit of data and outer key together", () => {
    const records = Array.from({ length: 200 }, (_, i) =>
      record(`key-${i % 9}`, "x".repeat(i % 50), i % 3 === 0 ? BigInt(i) : undefined),
    );
    for (const outerPartitionKey of ["constant", "first", () => "outer"] as const) {
      for (const lone of ["raw", "wrap", "auto"] as const) {
        const entries = pack({ maxRecordSize: 150, outerPartitionKey, lone }, records);
        for (const entry of entries) expect(recordSize(entry)).toBeLessThanOrEqual(150);
        expect(unpack(entries).map(({ data }) => hex(data))).toEqual(records.map((each) => sent(each).data));
      }
    }
  });
});

describe("fits", () => {
  it("answers what add would do, and changes nothing", () => {
    const aggregator = new Aggregator({ maxSize: 200, maxCount: 7 });
    const records = Array.from({ length: 400 }, (_, i) =>
      record(`k${i % 9}`, "x".repeat((i * 7) % 60), i % 4 === 0 ? BigInt(i % 6) : undefined),
    );
    for (const each of records) {
      const before = [aggregator.count, aggregator.size];
      const fits = aggregator.fits(each);
      expect([aggregator.count, aggregator.size]).toEqual(before);
      expect(aggregator.fits(each)).toBe(fits);
      expect(aggregator.add(each) === undefined).toBe(fits);
    }
  });

  it("an empty container takes anything that add takes", () => {
    const aggregator = new Aggregator({ maxSize: 64 });
    expect(aggregator.fits(record("k", new Uint8Array(60_000)))).toBe(true);
    expect(aggregator.add(record("k", new Uint8Array(60_000)))).toBeUndefined();
  });

  it.each([
    ["a record that is refused", { partitionKey: "", data: "x" }],
    ["a record too large for the stream", { partitionKey: "k", data: new Uint8Array(MIB) }],
  ])("is never true for %s", (_, refused) => {
    const aggregator = filled({}, record("k"));
    let fits = false;
    try {
      fits = aggregator.fits(refused);
    } catch {
      // A refusal is as good an answer as false.
    }
    expect(fits).toBe(false);
    expect(aggregator.count).toBe(1);
  });
});

describe("add", () => {
  it("returns the container that it had to close, which the caller then owns", () => {
    const aggregator = new Aggregator({ maxCount: 2 });
    expect(aggregator.add(record("a", "1"))).toBeUndefined();
    expect(aggregator.add(record("b", "2"))).toBeUndefined();
    const first = aggregator.add(record("c", "3"))!;
    const bytes = hex(first.Data);
    expect(bytes).toBe(hex(encodeAsKpl([record("a", "1"), record("b", "2")])));
    expect(aggregator.count).toBe(1);
    aggregator.add(record("d", "4"));
    const second = aggregator.flush()!;
    aggregator.add(record("e", "5"));
    aggregator.add(record("f", "6"));
    // A container's buffer is not the next one's.
    expect(hex(first.Data)).toBe(bytes);
    expect(hex(second.Data)).toBe(hex(encodeAsKpl([record("c", "3"), record("d", "4")])));
  });

  it("starts each container with fresh tables", () => {
    const entries = pack({ maxCount: 2 }, [
      record("a", "1", "1"),
      record("b", "2", "2"),
      record("b", "3", "2"),
      record("a", "4", "1"),
    ]);
    expect(entries.map(({ Data }) => hex(Data))).toEqual([
      hex(encodeAsKpl([record("a", "1", "1"), record("b", "2", "2")])),
      hex(encodeAsKpl([record("b", "3", "2"), record("a", "4", "1")])),
    ]);
    expect(entries.map(({ ExplicitHashKey }) => ExplicitHashKey)).toEqual(["1", "2"]);
  });

  it("takes keys as they are now: the caller may reuse its record object", () => {
    const reused = { partitionKey: "a", explicitHashKey: "1", data: utf8("first") };
    const aggregator = new Aggregator({ outerPartitionKey: "first" });
    aggregator.add(reused);
    Object.assign(reused, { partitionKey: "b", explicitHashKey: "2", data: utf8("other") });
    aggregator.add(reused);
    Object.assign(reused, { partitionKey: "c", explicitHashKey: "3", data: utf8("none") });
    const entry = aggregator.flush()!;
    expect(hex(entry.Data)).toBe(hex(encodeAsKpl([record("a", "first", "1"), record("b", "other", "2")])));
    expect([entry.PartitionKey, entry.ExplicitHashKey]).toEqual(["a", "1"]);
  });

  // As with a stream's `write`: one copy, when the container is closed.
  it("copies data when the container is closed, and no earlier", () => {
    const buffer = utf8("first");
    const aggregator = filled({}, record("a", buffer));
    buffer.set(utf8("other"));
    aggregator.add(record("b", "last"));
    const { Data } = aggregator.flush()!;
    buffer.fill(0);
    expect(hex(Data)).toBe(hex(encodeAsKpl([record("a", "other"), record("b", "last")])));
  });

  it("copies a lone raw record's data when its container is closed", () => {
    const buffer = utf8("alone");
    const entry = filled({}, { partitionKey: "k", data: buffer }).flush()!;
    buffer.fill(0);
    expect(new TextDecoder().decode(entry.Data)).toBe("alone");
  });

  it("what it gave back is not the caller's buffer", () => {
    for (const records of [
      [record("k", utf8("alone"))],
      [record("k", utf8("one")), record("k", utf8("two"))],
      [record("k", new Uint8Array(60_000).fill(7))],
    ]) {
      const entry = filled({}, ...records).flush()!;
      const before = hex(entry.Data);
      for (const { data } of records) (data as Uint8Array).fill(0xee);
      expect(hex(entry.Data)).toBe(before);
    }
  });

  it("copies the data of a record that is too large for its container", () => {
    const buffer = new Uint8Array(60_000).fill(7);
    const entry = filled({}, { partitionKey: "k", data: buffer }).add(record("k"))!;
    buffer.fill(0);
    expect(entry.Data.every((byte) => byte === 7)).toBe(true);
  });

  it.each([
    [0, "alone"],
    [1, "with another"],
    [40, "with many others"],
  ])("a record whose buffer went to another thread since is refused, the %i beside it are kept (%s)", (others) => {
    const data = new Uint8Array(100);
    const kept = Array.from({ length: others }, (_, i) => record(`k${i % 3}`, `kept ${i}`, i % 2 ? `${i}` : undefined));
    const aggregator = filled({}, ...kept.slice(0, 20), record("gone", data), ...kept.slice(20));
    structuredClone(data, { transfer: [data.buffer] });
    const error = codedError(() => aggregator.flush());
    expect(error.code).toBe("KPL_KIT_INVALID_RECORD");
    expect(error.message).toBe("data.length must be 100, as when it was added, until its container is closed; it is 0");
    expect(aggregator.count).toBe(others);
    const entry = aggregator.flush();
    expect(entry ? unpack([entry]).map(received) : []).toEqual(kept.map(sent));
  });

  it("also one whose buffer goes away while the outer partition key is chosen", () => {
    const data = new Uint8Array(100);
    const outerPartitionKey = () => {
      if (data.length > 0) structuredClone(data, { transfer: [data.buffer] });
      return "k";
    };
    const aggregator = filled({ outerPartitionKey }, record("gone", data), record("a", "1"), record("b", "2"));
    expect(codedError(() => aggregator.flush()).code).toBe("KPL_KIT_INVALID_RECORD");
    expect(unpack([aggregator.flush()!]).map(received)).toEqual([record("a", "1"), record("b", "2")].map(sent));
  });

  it("takes a view at any offset of a larger buffer", () => {
    const large = new Uint8Array(100).map((_, i) => i);
    const records = [
      record("k", large.subarray(10, 20)),
      record("k", Buffer.from(large.buffer, 90, 10)),
      record("k", large.subarray(5, 5)),
    ];
    expect(unpack(pack({}, records)).map(received)).toEqual(records.map(sent));
  });
});

describe("maxCount", () => {
  it.each([1, 2, 3, 10])("%i", (maxCount) => {
    const records = Array.from({ length: 21 }, (_, i) => record(`k${i % 4}`, `${i}`));
    const entries = pack({ maxCount }, records);
    expect(entries).toHaveLength(Math.ceil(21 / maxCount));
    for (const entry of entries.slice(0, -1)) expect(entry.userRecordCount).toBe(maxCount);
    expect(unpack(entries).map(received)).toEqual(records.map(sent));
  });

  it("2^32-1 is no 32-bit overflow", () => {
    expect(pack({ maxCount: 2 ** 32 - 1 }, [record("a"), record("b"), record("c")])).toHaveLength(1);
  });
});

describe("a lone record", () => {
  it("is raw by default, as the KPL: own key, no frame", () => {
    const entry = filled({}, record("own", "data", "12")).flush()!;
    expect(entry).toEqual({ Data: utf8("data"), PartitionKey: "own", ExplicitHashKey: "12", userRecordCount: 1 });
  });

  it("has the MD5 of its key as outer hash key when the caller gave none", () => {
    expect(filled({}, record("pk-1", "hello")).flush()?.ExplicitHashKey).toBe(
      "273922656776327812788301823748127981641",
    );
  });

  it("in a frame when asked, with its own key outside", () => {
    const alone = record("own", "data", "12");
    const entry = filled({ lone: "wrap", outerPartitionKey: "constant" }, alone).flush()!;
    expect(entry).toEqual({
      Data: encodeAsKpl([alone]),
      PartitionKey: "own",
      ExplicitHashKey: "12",
      userRecordCount: 1,
    });
  });

  // A stream-to-stream forwarder puts aggregates as data. Raw, a reader would unpack one that it should hand over whole.
  it("auto wraps data that looks like an aggregate, and nothing else", () => {
    const forwarded = encodeAsKpl([record("in", "1"), record("in", "2")]);
    const wrapped = filled({ lone: "auto" }, record("k", forwarded)).flush()!;
    expect(hex(wrapped.Data)).toBe(hex(encodeAsKpl([record("k", forwarded)])));
    expect(deaggregate(wrapped).map(({ data }) => hex(data))).toEqual([hex(forwarded)]);
    const plain = filled({ lone: "auto" }, record("k", "plain")).flush()!;
    expect(hex(plain.Data)).toBe(hex(utf8("plain")));
    const raw = filled({ lone: "raw" }, record("k", forwarded)).flush()!;
    expect(hex(raw.Data)).toBe(hex(forwarded));
  });

  it("auto reads back one to one, whatever the data is", () => {
    const forwarded = encodeAsKpl([record("in", "1"), record("in", "2")]);
    for (const data of [
      forwarded,
      forwarded.subarray(0, 4),
      forwarded.subarray(0, 20),
      forwarded.subarray(0, -1),
      new Uint8Array(),
    ]) {
      const back = deaggregate(filled({ lone: "auto" }, record("k", data)).flush()!);
      expect(back.map(received)).toEqual([sent(record("k", data))]);
    }
  });

  it("the function is not asked for its key", () => {
    const outerPartitionKey = (): string => expect.fail("asked");
    expect(filled({ outerPartitionKey }, record("own")).flush()?.PartitionKey).toBe("own");
  });

  it("data of zero bytes is a record", () => {
    const entry = filled({}, record("k", new Uint8Array())).flush()!;
    expect(entry.Data).toHaveLength(0);
    expect(deaggregate(entry)).toHaveLength(1);
  });
});

describe("outerPartitionKey of two or more", () => {
  it("constant is a, first the first record's, or what a function says", () => {
    const records = [record("one"), record("two")];
    const seen: string[][] = [];
    const last = (members: readonly UserRecordInput[]): string => {
      seen.push(members.map(({ partitionKey }) => partitionKey));
      return members.at(-1)!.partitionKey;
    };
    expect(filled({}, ...records).flush()?.PartitionKey).toBe("a");
    expect(filled({ outerPartitionKey: "constant" }, ...records).flush()?.PartitionKey).toBe("a");
    expect(filled({ outerPartitionKey: "first" }, ...records).flush()?.PartitionKey).toBe("one");
    expect(filled({ outerPartitionKey: last }, ...records).flush()?.PartitionKey).toBe("two");
    expect(seen).toEqual([["one", "two"]]);
  });

  it("changes no other byte, and not the outer hash key", () => {
    const records = [record("one", "1", "5"), record("two", "2")];
    const constant = filled({}, ...records).flush()!;
    for (const outerPartitionKey of ["first", () => "other"] as const) {
      expect({ ...filled({ outerPartitionKey }, ...records).flush()!, PartitionKey: "a" }).toEqual(constant);
    }
  });

  it("a function sees this container's records only", () => {
    const seen: number[] = [];
    const count = (members: readonly UserRecordInput[]): string => `${seen.push(members.length)}`;
    const entries = pack({ maxCount: 2, outerPartitionKey: count }, [
      record("a"),
      record("b"),
      record("c"),
      record("d"),
      record("e"),
    ]);
    expect(seen).toEqual([2, 2]);
    expect(entries.map(({ PartitionKey }) => PartitionKey)).toEqual(["1", "2", "e"]);
  });

  it("a function sees the records as they were added, whatever the caller does with its object since", () => {
    const seen: string[] = [];
    const outerPartitionKey = (members: readonly UserRecordInput[]): string => {
      for (const { partitionKey, explicitHashKey } of members) seen.push(`${partitionKey} ${explicitHashKey}`);
      return "outer";
    };
    const aggregator = new Aggregator({ outerPartitionKey });
    const reused = { partitionKey: "a", explicitHashKey: "1", data: "x" };
    aggregator.add(reused);
    Object.assign(reused, { partitionKey: "b", explicitHashKey: "2" });
    aggregator.add(reused);
    reused.partitionKey = "c";
    aggregator.flush();
    expect(seen).toEqual(["a 1", "b 2"]);
  });

  it("a function may use the codec itself", () => {
    const outerPartitionKey = (members: readonly UserRecordInput[]): string => {
      new Aggregator().add({ partitionKey: "z".repeat(200), data: "é".repeat(500) });
      return `${hashKeyOf(members[0]!)}`;
    };
    const aggregator = filled({ maxCount: 2, outerPartitionKey }, record("a", "é1"), record("b", "é2"));
    const closed = aggregator.add(record("c", "é3".repeat(100), "77"))!;
    expect(hex(closed.Data)).toBe(hex(encodeAsKpl([record("a", "é1"), record("b", "é2")])));
    expect(aggregator.flush()).toMatchObject({
      Data: utf8("é3".repeat(100)),
      PartitionKey: "c",
      ExplicitHashKey: "77",
    });
  });

  it("a function may give the longest key there is", () => {
    const longest = "😀".repeat(256);
    const half = record("k", new Uint8Array(MIB / 2 - 600));
    const entry = filled({ maxSize: MIB, outerPartitionKey: () => longest }, half, half).flush()!;
    expect(entry.PartitionKey).toBe(longest);
    expect(recordSize(entry)).toBeLessThanOrEqual(MIB);
  });
});

describe("too large for the container alone", () => {
  it.each(["raw", "wrap", "auto"] as const)("lone %s: leaves raw, under its own key, in its place", (lone) => {
    const large = record("big", new Uint8Array(60_000).fill(9), "44");
    const records = [record("a", "1"), record("b", "2"), large, record("c", "3"), record("d", "4")];
    const entries = pack({ lone }, records);
    expect(entries.map(({ userRecordCount }) => userRecordCount)).toEqual([2, 1, 2]);
    expect({ ...entries[1], Data: hex(entries[1]!.Data) }).toEqual({
      Data: hex(dataOf(large)),
      PartitionKey: "big",
      ExplicitHashKey: "44",
      userRecordCount: 1,
    });
    expect(unpack(entries).map(({ data }) => hex(data))).toEqual(records.map((each) => sent(each).data));
  });

  it("up to the stream's limit of data and key together, in bytes", () => {
    const key = "é".repeat(10);
    const largest = record(key, new Uint8Array(MIB - 20));
    expect(filled({}, largest).flush()?.Data).toHaveLength(MIB - 20);
    const tooLarge = { ...largest, data: new Uint8Array(MIB - 19) };
    const error = codedError(() => new Aggregator().add(tooLarge));
    expect(error.code).toBe("KPL_KIT_RECORD_TOO_LARGE");
    expect(error.retryable).toBe(false);
    expect(error.message).toMatch(/maxRecordSize/);
    expect(error.message).toMatch(/1048576|1,048,576|1_048_576/);
    expect(error.message).toMatch(/1048577|1,048,577|1_048_577/);
    expect(filled({ maxRecordSize: 10 * MIB }, tooLarge).flush()?.Data).toHaveLength(MIB - 19);
  });

  // A frame costs bytes: what fits the stream raw may not fit it in a frame.
  it.each(["wrap", "auto"] as const)("lone %s: never over maxRecordSize for the sake of a frame", (lone) => {
    const forwarded = encodeAsKpl([record("in", new Uint8Array(MIB / 2)), record("in", new Uint8Array(MIB / 2 - 100))]);
    const alone = record("k", forwarded);
    const entry = filled({ lone, maxSize: MIB }, alone).flush()!;
    expect(recordSize(entry)).toBeLessThanOrEqual(MIB);
  });

  it("lone wrap: in a frame as long as frame and key fit the stream, raw beyond", () => {
    const key = "k".repeat(100);
    const frame = encodeAsKpl([record(key, new Uint8Array(MIB - 1_000))]).length - (MIB - 1_000);
    const largest = new Uint8Array(MIB - 100 - frame);
    for (const data of [largest, new Uint8Array(largest.length + 1)]) {
      const entry = filled({ lone: "wrap", maxSize: MIB }, record(key, data)).flush()!;
      expect(isAggregated(entry.Data)).toBe(data === largest);
      expect(recordSize(entry)).toBeLessThanOrEqual(MIB);
      expect(deaggregate(entry).map(({ data: back }) => back.length)).toEqual([data.length]);
    }
  });

  it.each(["wrap", "auto"] as const)("lone %s: in a frame exactly as long as it fits with its own key", (lone) => {
    const key = "k".repeat(100);
    const inner = (length: number): Uint8Array =>
      encodeAsKpl([record("in", new Uint8Array(length)), record("in", "2")]);
    const frame = encodeAsKpl([record(key, inner(MIB - 1_000))]).length - (MIB - 1_000);
    const largest = record(key, inner(MIB - 100 - frame));
    const wrapped = filled({ lone, maxSize: MIB }, largest).flush()!;
    expect(recordSize(wrapped)).toBe(MIB);
    expect(isAggregated(wrapped.Data)).toBe(true);
    expect(deaggregate(wrapped).map(received)).toEqual([sent(largest)]);
  });
});

describe("an error leaves the container as it was", () => {
  const before = [record("a", "1", "5"), record("b", "2")];
  const bad: readonly (readonly [string, unknown])[] = [
    ["an empty partition key", { partitionKey: "", data: "x" }],
    ["a partition key of 257", { partitionKey: "k".repeat(257), data: "x" }],
    ["a lone surrogate in the key", { partitionKey: "a\ud800", data: "x" }],
    ["no partition key", { data: "x" }],
    ["a partition key that is no text", { partitionKey: 5, data: "x" }],
    ["an explicit hash key that is no number", { partitionKey: "new", explicitHashKey: "abc", data: "x" }],
    ["an explicit hash key of 2^128", { partitionKey: "new", explicitHashKey: 1n << 128n, data: "x" }],
    ["a negative explicit hash key", { partitionKey: "new", explicitHashKey: -1n, data: "x" }],
    ["an explicit hash key that is a number", { partitionKey: "new", explicitHashKey: 5, data: "x" }],
    ["no data", { partitionKey: "new", explicitHashKey: "9" }],
    ["null data", { partitionKey: "new", explicitHashKey: "9", data: null }],
    ["data that is a number", { partitionKey: "new", explicitHashKey: "9", data: 5 }],
    ["data that is an array", { partitionKey: "new", explicitHashKey: "9", data: [1, 2] }],
    ["data that is an ArrayBuffer", { partitionKey: "new", explicitHashKey: "9", data: new ArrayBuffer(4) }],
    ["data that is a Uint16Array", { partitionKey: "new", explicitHashKey: "9", data: new Uint16Array(4) }],
    ["data that is a DataView", { partitionKey: "new", explicitHashKey: "9", data: new DataView(new ArrayBuffer(4)) }],
    ["data over the stream's limit", { partitionKey: "new", explicitHashKey: "9", data: new Uint8Array(MIB) }],
    ["text data over the stream's limit", { partitionKey: "new", explicitHashKey: "9", data: "é".repeat(MIB / 2) }],
    ["a record that is text", "text"],
  ];

  it.each([null, undefined])("%s instead of a record throws, too", (nothing) => {
    const aggregator = filled({}, ...before);
    expect(() => aggregator.add(nothing as unknown as UserRecordInput)).toThrow();
    expect(hex(aggregator.flush()!.Data)).toBe(hex(encodeAsKpl(before)));
  });

  it.each(bad)("%s", (_, wrong) => {
    const aggregator = filled({}, ...before);
    const state = [aggregator.count, aggregator.size];
    const error = codedError(() => aggregator.add(wrong as UserRecordInput));
    expect(error.retryable).toBe(false);
    expect([aggregator.count, aggregator.size]).toEqual(state);
    // No trace of the refused record's keys in the tables either.
    const after = record("c", "3", "6");
    aggregator.add(after);
    expect(hex(aggregator.flush()!.Data)).toBe(hex(encodeAsKpl([...before, after])));
  });

  it.each(bad)("%s, into an empty container", (_, wrong) => {
    const aggregator = new Aggregator();
    codedError(() => aggregator.add(wrong as UserRecordInput));
    expect([aggregator.count, aggregator.size, aggregator.flush()]).toEqual([0, 0, undefined]);
  });

  it.each(bad)("%s, when the container was full: nothing leaves", (_, wrong) => {
    const aggregator = filled({ maxCount: 2 }, ...before);
    codedError(() => aggregator.add(wrong as UserRecordInput));
    expect(aggregator.count).toBe(2);
    expect(hex(aggregator.flush()!.Data)).toBe(hex(encodeAsKpl(before)));
  });

  const badOuterKeys: readonly (readonly [string, () => unknown])[] = [
    [
      "throws",
      () => {
        throw new Error("mine");
      },
    ],
    ["gives an empty key", () => ""],
    ["gives a key of 257", () => "k".repeat(257)],
    ["gives a lone surrogate", () => "\udfff"],
    ["gives no text", () => undefined],
    ["gives a promise", () => Promise.resolve("k")],
  ];

  it.each(badOuterKeys)("a key function that %s: flush and add fail, no record is lost", (_, wrong) => {
    let broken = true;
    const outerPartitionKey = (): string => (broken ? (wrong() as string) : "good");
    const aggregator = filled({ maxCount: 2, outerPartitionKey }, ...before);
    const size = aggregator.size;
    expect(() => aggregator.flush()).toThrow();
    expect(() => aggregator.add(record("c", "3"))).toThrow();
    expect([aggregator.count, aggregator.size]).toEqual([2, size]);
    broken = false;
    const closed = aggregator.add(record("c", "3"))!;
    expect(closed.PartitionKey).toBe("good");
    expect(hex(closed.Data)).toBe(hex(encodeAsKpl(before)));
    expect(aggregator.count).toBe(1);
  });

  it("a bad outer key is a coded error", () => {
    for (const [, wrong] of badOuterKeys.slice(1)) {
      codedError(() => filled({ outerPartitionKey: wrong as () => string }, ...before).flush());
    }
  });
});

describe("options outside their range are refused by name", () => {
  it.each([
    ["maxSize", [63, 10 * MIB + 1, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 100.5, "100", null]],
    ["maxCount", [0, -1, 2 ** 32, 1.5, Number.NaN, "5", null]],
    ["maxRecordSize", [0, -1, 10 * MIB + 1, Number.NaN, MIB + 0.5, "1048576", null]],
    ["lone", ["Wrap", "", true, null]],
    ["outerPartitionKey", ["a", "", true, null]],
  ] as const)("%s", (option, values) => {
    for (const value of values) {
      const error = codedError(() => new Aggregator({ [option]: value } as AggregatorOptions));
      expect(error.code).toBe("KPL_KIT_INVALID_OPTION");
      expect(error.message).toContain(option);
      expect(error.message).toContain(typeof value === "string" ? JSON.stringify(value) : String(value));
    }
  });

  it("and taken at its ends", () => {
    for (const options of [
      { maxSize: 64 },
      { maxSize: 10 * MIB },
      { maxCount: 1 },
      { maxCount: 2 ** 32 - 1 },
      { maxRecordSize: 1 },
      { maxRecordSize: 10 * MIB },
    ]) {
      expect(new Aggregator(options).count).toBe(0);
    }
    expect(new Aggregator({}).count).toBe(0);
  });
});
