import { describe, expect, it } from "vitest";
import { type InitialPosition, startingPositions } from "../../../src/consumer/shards/index.ts";
import { family, inWords, shard } from "./family.ts";

const NOW_MS = Date.UTC(2026, 5, 1);
const YESTERDAY = new Date(NOW_MS - 86_400_000);
// reference: shards 0 to 5, then 0+1 into 6, 2+3 into 7, 6+7 into 8, and 5 into 9 and 10.
const RESHARDED = "0! 1! 2! 3! 4 5! 6<0+1! 7<2+3! 8<6+7 9<5 10<5";

interface Stored {
  readonly [shardId: string]: string;
}

function startsOf(words: string, stored: Stored, initialPosition: InitialPosition): string {
  const listed = family(words);
  const checkpoints = Object.entries(stored).map(([id, sequenceNumber]) => [id, { sequenceNumber }] as const);
  return inWords(startingPositions({ listed, stored: new Map(checkpoints), initialPosition, nowMs: NOW_MS }).starts);
}

describe("where a shard starts: TRIM_HORIZON", () => {
  it.each<[about: string, listed: string, stored: Stored, starts: string]>([
    ["nothing stored: all, from the oldest on", "0! 1<0 2<0", {}, "0:T 1:T 2:T"],
    ["a family of which nothing is stored", RESHARDED, { 4: "40" }, "0:T 10:T 1:T 2:T 3:T 4:40 5:T 6:T 7:T 8:T 9:T"],
    [
      "the KCL's test vector adds 0 and 1",
      RESHARDED,
      { 4: "40", 5: "50", 7: "70" },
      "0:T 10:T 1:T 2:- 3:- 4:40 5:50 6:T 7:70 8:T 9:T",
    ],
    ["all stored: there, and what has ended has", "0! 1<0 2<0", { 0: "SHARD_END", 1: "9", 2: "8" }, "0:- 1:9 2:8"],
    ["a parent whose child is stored was read to its end before", "0! 1<0 2<0", { 1: "9" }, "0:- 1:9 2:T"],
    ["an end is stored, no child yet", "0! 1<0 2<0", { 0: "SHARD_END" }, "0:- 1:T 2:T"],
  ])("%s", (_, listed, stored, starts) => {
    expect(startsOf(listed, stored, "TRIM_HORIZON")).toBe(starts);
  });
});

describe("where a shard starts: LATEST", () => {
  it.each<[about: string, listed: string, stored: Stored, starts: string]>([
    ["nothing stored: open shards from now on, closed ones not at all", "0! 1<0 2<0", {}, "0:- 1:L 2:L"],
    [
      "the KCL's test vector: 6 is closed, so nothing newer than now is in it",
      RESHARDED,
      { 4: "40", 5: "50", 7: "70" },
      "0:- 10:T 1:- 2:- 3:- 4:40 5:50 6:- 7:70 8:T 9:T",
    ],
    [
      "what came to be while the stream was read is due from its oldest record on",
      "0! 1<0 2<0",
      { 0: "5" },
      "0:5 1:T 2:T",
    ],
    ["also after two generations", "0! 1<0! 2<1 3<0", { 0: "5" }, "0:5 1:T 2:T 3:T"],
    ["also when retention has taken its parent meanwhile", "2<0 3<0 9", { 9: "90" }, "2:T 3:T 9:90"],
    ["also when its parent is only in the store", "2<0 3<0", { 0: "SHARD_END" }, "2:T 3:T"],
    ["a shard of another family starts as at first", "0! 1<0 9", { 1: "7" }, "0:- 1:7 9:L"],
  ])("%s", (_, listed, stored, starts) => {
    expect(startsOf(listed, stored, "LATEST")).toBe(starts);
  });
});

describe("where a shard starts: a time", () => {
  it.each<[about: string, listed: string, stored: Stored, starts: string]>([
    ["nothing stored: all of them there", "0! 1<0 2<0", {}, "0:@ 1:@ 2:@"],
    [
      "the KCL's test vector adds 0 and 1",
      RESHARDED,
      { 4: "40", 5: "50", 7: "70" },
      "0:@ 10:T 1:@ 2:- 3:- 4:40 5:50 6:@ 7:70 8:T 9:T",
    ],
    ["a child of what is stored, from its oldest record on", "0! 1<0", { 0: "5" }, "0:5 1:T"],
  ])("%s", (_, listed, stored, starts) => {
    expect(startsOf(listed, stored, YESTERDAY)).toBe(starts);
  });
});

describe("a position that is none yet is made concrete", () => {
  const toStore = (initialPosition: InitialPosition, words = "2<1 1<0! 0!"): unknown => {
    const listed = family(words);
    return startingPositions({ listed, stored: new Map(), initialPosition, nowMs: NOW_MS }).toStore;
  };

  it("LATEST: the time before the shards were listed, of open shards", () => {
    const start = { sequenceNumber: "AT_TIMESTAMP", timestamp: new Date(NOW_MS) };
    expect(toStore("LATEST")).toEqual([["2", start]]);
  });

  it("a time: itself, parents before children", () => {
    const start = { sequenceNumber: "AT_TIMESTAMP", timestamp: YESTERDAY };
    expect(toStore(YESTERDAY)).toEqual([
      ["0", start],
      ["1", start],
      ["2", start],
    ]);
  });

  it("TRIM_HORIZON needs nothing: it is the same tomorrow, as far as anything is left", () => {
    expect(toStore("TRIM_HORIZON")).toEqual([]);
  });

  it("what is stored already is not stored again", () => {
    const stored = new Map([["0", { sequenceNumber: "7" }]]);
    const { toStore: left } = startingPositions({
      listed: family("0 1"),
      stored,
      initialPosition: "LATEST",
      nowMs: NOW_MS,
    });
    expect(left.map(([shardId]) => shardId)).toEqual(["1"]);
  });
});

describe("a listing that is not as it should be", () => {
  it.each(["a<b b<a", "a<a", "a<c b<a c<b d"])("with a ring (%s) has an answer for each shard", (words) => {
    expect(startsOf(words, {}, "TRIM_HORIZON").split(" ")).toHaveLength(words.split(" ").length);
    expect(startsOf(words, { a: "1" }, "LATEST").split(" ")).toHaveLength(words.split(" ").length);
  });

  it("with the same shard twice has one answer", () => {
    expect(startsOf("0 0", {}, "LATEST")).toBe("0:L");
  });

  it.each(["oldest first", "youngest first"])("a chain of 20,000 splits needs no deep stack: %s", (order) => {
    const chain = Array.from({ length: 20_000 }, (_, at) => shard(`${at}`, at === 0 ? [] : [`${at - 1}`], at < 19_999));
    const listed = order === "oldest first" ? chain : chain.toReversed();
    const stored = new Map([["10000", { sequenceNumber: "5" }]]);
    const { starts, toStore } = startingPositions({ listed, stored, initialPosition: "LATEST", nowMs: NOW_MS });
    expect([starts.get("9999"), starts.get("10000"), starts.get("19999")]).toEqual([
      "finished",
      { sequenceNumber: "5" },
      { sequenceNumber: "TRIM_HORIZON" },
    ]);
    expect(toStore).toEqual([]);
  });
});
