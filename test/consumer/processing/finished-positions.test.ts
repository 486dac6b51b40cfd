import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { FinishedPositions, type FinishingPage } from "../../../src/consumer/processing/index.ts";
import "../../properties/replay.ts";
import { arrivalOf, pageOf } from "./record-pages.ts";

describe("FinishedPositions: the highest position below which everything is finished", () => {
  it("has none before anything is finished", () => {
    const positions = new FinishedPositions();
    positions.add(pageOf([["a"]]));
    expect(positions.watermark).toBeUndefined();
    expect(positions.open).toBe(1);
  });

  it("stands inside an aggregate, with the time of its arrival", () => {
    const positions = new FinishedPositions();
    const page = positions.add(pageOf([["a"], ["a", "b", "c"]], 7));
    for (const index of [0, 1, 3]) positions.finish(page, index);
    expect(positions.watermark).toEqual({ sequenceNumber: "8", subSequenceNumber: 0, timestamp: arrivalOf(8) });
    expect(positions.open).toBe(1);
  });

  it("the last delivered instead of the last finished record is checkpointed (apache/pulsar#8192, snowplow/enrich#652)", () => {
    const positions = new FinishedPositions();
    const page = positions.add(pageOf([["a"], ["b"], ["c"]]));
    positions.finish(page, 2);
    expect(positions.watermark).toBeUndefined();
    positions.finish(page, 0);
    expect(positions.watermark?.sequenceNumber).toBe("1");
    positions.finish(page, 1);
    expect(positions.watermark?.sequenceNumber).toBe("3");
  });

  it("the record to checkpoint is picked by the count before deaggregation (lifion-kinesis)", () => {
    // Three Kinesis records, five user records: the third of these is no end of anything.
    const positions = new FinishedPositions();
    const page = positions.add(pageOf([["a", "b", "c"], ["d"], ["e"]], 100));
    for (const index of [0, 1, 2, 3, 4]) positions.finish(page, index);
    expect(positions.watermark).toMatchObject({ sequenceNumber: "102", subSequenceNumber: 0 });
  });

  it("goes to the page's end, though a filter dropped its last records", () => {
    const positions = new FinishedPositions();
    const page = positions.add(pageOf([["a"], ["b", "c", "d"]], 1, 2));
    positions.finish(page, 0);
    positions.finish(page, 1);
    expect(positions.watermark).toMatchObject({ sequenceNumber: "2", subSequenceNumber: 2 });
  });

  it("passes a page that a filter left empty, and not before what comes before it is finished", () => {
    const positions = new FinishedPositions();
    const first = positions.add(pageOf([["a"]], 1));
    positions.add(pageOf([["b"], ["c"]], 2, 2));
    expect(positions.watermark).toBeUndefined();
    positions.finish(first, 0);
    expect(positions.watermark?.sequenceNumber).toBe("3");
    positions.add(pageOf([["d"]], 4, 1));
    expect(positions.watermark?.sequenceNumber).toBe("4");
    positions.add(pageOf([]));
    expect(positions.watermark?.sequenceNumber).toBe("4");
    expect(positions.pagesAhead).toBe(0);
  });

  it("tells when a page is wholly finished, though the one before it is open", () => {
    const positions = new FinishedPositions();
    const first = positions.add(pageOf([["a"]], 1));
    const second = positions.add(pageOf([["b"], ["c"]], 2));
    positions.finish(second, 0);
    positions.finish(second, 1);
    expect([first.open, second.open, positions.open, positions.pagesAhead]).toEqual([1, 0, 1, 2]);
    positions.finish(first, 0);
    expect([positions.open, positions.pagesAhead]).toEqual([0, 0]);
    expect(positions.watermark?.sequenceNumber).toBe("3");
  });

  it("is another object whenever it has moved, and else the same", () => {
    const positions = new FinishedPositions();
    const page = positions.add(pageOf([["a"], ["b"], ["c"]]));
    positions.finish(page, 0);
    const before = positions.watermark;
    positions.finish(page, 2);
    expect(positions.watermark).toBe(before);
    positions.finish(page, 1);
    expect(positions.watermark).not.toBe(before);
  });

  it.each([
    ["twice", [0, 0]],
    ["that is none", [1]],
  ])("refuses to finish a record %s", (_, indexes) => {
    const positions = new FinishedPositions();
    const page = positions.add(pageOf([["a"]]));
    const finish = (): void => {
      for (const index of indexes) positions.finish(page, index);
    };
    expect(finish).toThrow(/^bug: /);
  });

  it("looks at each record once: a million in the worst order take a moment", () => {
    const positions = new FinishedPositions();
    const [record] = pageOf([["a"]]).records;
    const pages = Array.from({ length: 100 }, () =>
      positions.add({ records: new Array(10_000).fill(record), end: undefined }),
    );
    const startedMs = performance.now();
    for (const page of pages.toReversed()) for (let index = 9_999; index >= 0; index--) positions.finish(page, index);
    expect(positions.open).toBe(0);
    // A tenth of it on a busy machine. With a search of the page at each finish it is five thousand million steps.
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });
});

const pages = fc.array(
  fc.record({
    kinesisRecords: fc.array(fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
    dropped: fc.nat({ max: 3 }),
  }),
  { minLength: 1, maxLength: 5 },
);

describe("FinishedPositions, any pages in any order of finishing", () => {
  test.prop([pages, fc.infiniteStream(fc.nat())], { numRuns: 300 })(
    "is the list of them, searched whole",
    (drawn, choices) => {
      const positions = new FinishedPositions();
      const all: { readonly page: FinishingPage; readonly index: number; isFinished: boolean }[] = [];
      let sequenceNumber = 1;
      const added = drawn.map(({ dropped, kinesisRecords }) => {
        const userRecords = kinesisRecords.flat().length;
        const page = positions.add(pageOf(kinesisRecords, sequenceNumber, Math.min(dropped, userRecords)));
        sequenceNumber += kinesisRecords.length;
        page.page.records.forEach((_, index) => void all.push({ page, index, isFinished: false }));
        return page;
      });
      const expected = (): unknown => {
        let watermark: unknown;
        for (const page of added) {
          const records = all.filter((record) => record.page === page);
          for (const { index, isFinished } of records) {
            if (!isFinished) return watermark;
            const {
              approximateArrivalTimestamp: timestamp,
              sequenceNumber,
              subSequenceNumber,
            } = page.page.records[index]!;
            watermark = { sequenceNumber, subSequenceNumber, timestamp };
          }
          watermark = page.page.end ?? watermark;
        }
        return watermark;
      };
      expect(positions.watermark).toEqual(expected());
      for (;;) {
        const open = all.filter(({ isFinished }) => !isFinished);
        expect(positions.open).toBe(open.length);
        for (const page of added) expect(page.open).toBe(open.filter((record) => record.page === page).length);
        if (open.length === 0) break;
        const record = open[choices.next().value! % open.length]!;
        record.isFinished = true;
        positions.finish(record.page, record.index);
        expect(positions.watermark).toEqual(expected());
      }
      expect(positions.pagesAhead).toBe(0);
    },
  );
});
