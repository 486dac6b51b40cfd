import { describe, expect, it } from "vitest";
import { InvalidShardError } from "../../../src/codec/index.ts";
import { FINISHED, Lineage } from "../../../src/consumer/shards/index.ts";
import { family, shard } from "./family.ts";

function lineageOf(words: string): Lineage {
  const lineage = new Lineage();
  lineage.addListed(family(words));
  return lineage;
}

function readable(lineage: Lineage): string {
  return lineage
    .takeReadable()
    .map(({ shard: { shardId } }) => shardId)
    .toSorted()
    .join(" ");
}

describe("a shard is read when all of its parents are finished", () => {
  it("those without parents at once, and each once", () => {
    const lineage = lineageOf("0! 1 2<0 3<0");
    expect([readable(lineage), readable(lineage)]).toEqual(["0 1", ""]);
  });

  it("both children of a split", () => {
    const lineage = lineageOf("0!");
    expect(readable(lineage)).toBe("0");
    lineage.finish("0", family("1<0 2<0"));
    expect(readable(lineage)).toBe("1 2");
  });

  it("the child of a merge after both, whichever is last, and once", () => {
    const lineage = lineageOf("0! 1!");
    expect(readable(lineage)).toBe("0 1");
    lineage.finish("1", family("2<0+1"));
    expect(readable(lineage)).toBe("");
    lineage.finish("0", family("2<0+1"));
    expect([readable(lineage), readable(lineage)]).toEqual(["2", ""]);
  });

  it("a parent that the same listing has not is trimmed away, and nobody waits for it", () => {
    expect(readable(lineageOf("5<3+4 6<2"))).toBe("5 6");
  });

  it("a parent that is finished by its checkpoint counts", () => {
    const lineage = new Lineage();
    lineage.addListed(family("0! 1<0"), new Map([["0", FINISHED]]));
    expect(readable(lineage)).toBe("1");
  });

  it("with its own start; a child that comes at its parent's end from its checkpoint, else from its beginning", () => {
    const lineage = new Lineage(new Map([["1", { sequenceNumber: "7" }]]));
    lineage.addListed(family("0!"), new Map([["0", { sequenceNumber: "5" }]]));
    expect(lineage.takeReadable().map(({ start }) => start.sequenceNumber)).toEqual(["5"]);
    lineage.finish("0", family("1<0 2<0"));
    expect(lineage.takeReadable().map(({ start }) => start.sequenceNumber)).toEqual(["7", "TRIM_HORIZON"]);
  });

  it("a child whose end is stored is not read again, and its own children are", () => {
    const lineage = new Lineage(new Map([["1", { sequenceNumber: "SHARD_END" }]]));
    lineage.addListed(family("0!"));
    readable(lineage);
    lineage.finish("0", family("1<0 2<0"));
    expect(readable(lineage)).toBe("2");
    lineage.addListed(family("0! 1<0! 2<0 3<1"));
    expect(readable(lineage)).toBe("3");
  });
});

describe("a stale listing is asked for again", () => {
  it("when a child of a merge has a parent that was never seen", () => {
    const lineage = lineageOf("0!");
    readable(lineage);
    lineage.finish("0", family("2<0+1"));
    expect([readable(lineage), lineage.needsListing]).toEqual(["", true]);
    lineage.addListed(family("0!"));
    expect([readable(lineage), lineage.needsListing]).toEqual(["", true]);
    lineage.addListed(family("0! 1! 2<0+1"));
    expect([readable(lineage), lineage.needsListing]).toEqual(["1", false]);
    lineage.finish("1", family("2<0+1"));
    expect(readable(lineage)).toBe("2");
  });

  it("and a listing that has the child, and not the parent, says that it was trimmed away", () => {
    const lineage = lineageOf("0!");
    readable(lineage);
    lineage.finish("0", family("2<0+1"));
    lineage.addListed(family("0! 2<0+1"));
    expect([readable(lineage), lineage.needsListing]).toEqual(["2", false]);
  });

  it("when a shard is finished by its checkpoint, and its children are not listed yet", () => {
    const lineage = new Lineage();
    lineage.addListed(family("0 9"), new Map([["0", FINISHED]]));
    expect([readable(lineage), lineage.needsListing]).toEqual(["9", true]);
    lineage.addListed(family("0! 1<0 2<0 9"));
    expect([readable(lineage), lineage.needsListing]).toEqual(["1 2", false]);
  });

  it("though a fresher one came in between: what a staler one has not is not gone", () => {
    const lineage = new Lineage(new Map(["0", "1", "2"].map((shardId) => [shardId, { sequenceNumber: "SHARD_END" }])));
    for (const words of ["0!", "0! 1<0! 2<0!", "0!"]) lineage.addListed(family(words), new Map([["0", FINISHED]]));
    expect([readable(lineage), lineage.needsListing]).toEqual(["", true]);
    lineage.addListed(family("0! 1<0! 2<0! 3<1+2"));
    expect([readable(lineage), lineage.needsListing]).toEqual(["3", false]);
  });

  it("when it was empty: a stream has shards", () => {
    expect(lineageOf("").needsListing).toBe(true);
  });

  it("not for a shard that is gone, and has left no children: so it is with one that was removed", () => {
    const lineage = lineageOf("0 1");
    readable(lineage);
    lineage.finish("1", []);
    expect(lineage.needsListing).toBe(true);
    lineage.addListed(family("0"));
    expect(lineage.needsListing).toBe(false);
  });

  it("that shows what is read already changes nothing", () => {
    const lineage = lineageOf("0 1");
    readable(lineage);
    lineage.addListed(family("1 0"));
    expect(readable(lineage)).toBe("");
  });
});

describe("a lineage that cannot be", () => {
  it.each([
    ["a shard that is its own parent", "0 a<a"],
    ["two that are each other's", "0 a<b b<a"],
    ["a ring of three, with a tail", "0 a<c b<a c<b d<b"],
    ["a ring behind a merge", "0 a<0+b b<a"],
  ])("is refused, and not waited for in silence: %s", (_, words) => {
    expect(() => lineageOf(words)).toThrow(InvalidShardError);
  });

  it("a family whose branches meet again is none", () => {
    expect(readable(lineageOf("0! 1<0! 2<0! 3<1+2! 4<3+1"))).toBe("0");
  });

  it("a child that nobody knows as a parent's does not come before that parent", () => {
    const lineage = lineageOf("0 1");
    readable(lineage);
    lineage.finish("0", family("x<1"));
    expect(readable(lineage)).toBe("");
    lineage.finish("1", []);
    expect(readable(lineage)).toBe("x");
  });
});

describe("a chain of 20,000 splits", () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => shard(`${at}`, at === 0 ? [] : [`${at - 1}`], true));

  it.each(["oldest first", "youngest first"])("needs no deep stack: %s", (order) => {
    const lineage = new Lineage();
    lineage.addListed(order === "oldest first" ? chain : chain.toReversed());
    expect(readable(lineage)).toBe("0");
    lineage.finish("0", [shard("1", ["0"])]);
    expect(readable(lineage)).toBe("1");
  });
});
