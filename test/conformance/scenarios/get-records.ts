// GetRecords: pages, the distance to the tip, arrival times.

import { TRIM_HORIZON, textsOf } from "../context.ts";
import { isRefused } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference, silent } from "../sources.ts";
import { iteratorRefusals } from "./shard-iterators.ts";

const source = reference("GetRecords");
const MIB = 1_048_576;
const HOUR = 3_600_000;

export const getRecords: readonly Scenario[] = [
  {
    call: "GetRecords",
    rule: "data and partition key come back as they were put",
    source: reference("Record"),
    aws: [{ key: "ключ 🐘", data: "00ff80c3280a" }],
    run: async (context) => {
      await context.createStream();
      await context.put("", { PartitionKey: "ключ 🐘", Data: Buffer.from("00ff80c3280a", "hex") });
      const [page] = await context.pages();
      return (page?.Records ?? []).map(({ Data, PartitionKey }) => ({
        key: PartitionKey,
        data: Buffer.from(Data ?? []).toString("hex"),
      }));
    },
  },
  {
    call: "GetRecords",
    rule: "Limit bounds a page, and the next one goes on behind it",
    source,
    aws: [["0", "1", "2"], ["3", "4", "5"], ["6"]],
    run: async (context) => {
      await context.createStream();
      await context.putAll(...["0", "1", "2", "3", "4", "5", "6"]);
      return (await context.pages(TRIM_HORIZON, undefined, 3)).map(textsOf).filter(({ length }) => length > 0);
    },
  },
  {
    call: "GetRecords",
    rule: "Limit is 1 to 10,000",
    source,
    aws: { 0: "refused", 10_000: "accepted", 10_001: "refused" },
    run: async (context) => {
      await context.createStream();
      const get = async (Limit: number) => isRefused(context.getRecords(await context.iterator(), Limit));
      return { 0: await get(0), 10_000: await get(10_000), 10_001: await get(10_001) };
    },
  },
  {
    call: "GetRecords",
    rule: "a page holds 10 MiB at most, and the next one the rest",
    source,
    transport: "matters",
    aws: { records: 12, pages: 2, largestWithin: true },
    run: async (context) => {
      await context.createStream();
      for (let n = 0; n < 12; n++) await context.put("", { Data: Buffer.alloc(MIB - 1) });
      const pages = (await context.pages()).map(({ Records = [] }) => Records).filter(({ length }) => length > 0);
      const sizes = pages.map((records) => records.reduce((sum, { Data }) => sum + (Data?.length ?? 0), 0));
      return { records: pages.flat().length, pages: pages.length, largestWithin: Math.max(...sizes) <= 10 * MIB };
    },
  },
  {
    call: "GetRecords",
    rule: "MillisBehindLatest is above 0 while records remain, and 0 at the tip",
    source,
    aws: { whileSomeRemain: "above 0", atTheTip: 0 },
    run: async (context) => {
      await context.createStream();
      await context.put("a");
      await context.elapse(30);
      await context.put("b");
      const first = await context.getRecords(await context.iterator(), 1);
      const second = await context.getRecords(first.NextShardIterator);
      const { MillisBehindLatest = -1 } = first;
      return {
        whileSomeRemain: MillisBehindLatest > 0 ? "above 0" : MillisBehindLatest,
        atTheTip: second.MillisBehindLatest,
      };
    },
  },
  {
    call: "GetRecords",
    rule: "an empty shard gives no record, MillisBehindLatest 0 and a next iterator",
    source,
    aws: { records: 0, behind: 0, goesOn: true },
    run: async (context) => {
      await context.createStream();
      const { MillisBehindLatest, NextShardIterator, Records } = await context.getRecords(await context.iterator());
      return { records: Records?.length, behind: MillisBehindLatest, goesOn: NextShardIterator !== undefined };
    },
  },
  {
    call: "GetRecords",
    rule: "an iterator may be used again, and gives the same",
    source: silent("every reader that tries again"),
    aws: [["a"], ["a"]],
    run: async (context) => {
      await context.createStream();
      await context.put("a");
      const iterator = await context.iterator();
      return [textsOf(await context.getRecords(iterator)), textsOf(await context.getRecords(iterator))];
    },
  },
  {
    call: "GetRecords",
    rule: "ApproximateArrivalTimestamp is the time of the put, with milliseconds",
    source,
    aws: { within: true, withMilliseconds: true },
    run: async (context) => {
      await context.createStream();
      const from = await context.later();
      for (let n = 0; n < 5; n++) {
        await context.put(`${n}`);
        await context.elapse(7);
      }
      const to = await context.later();
      const times = (await context.pages()).flatMap(({ Records = [] }) =>
        Records.map(({ ApproximateArrivalTimestamp }) => ApproximateArrivalTimestamp?.getTime() ?? 0),
      );
      return {
        within: times.every((time) => time >= from.getTime() && time <= to.getTime()),
        withMilliseconds: times.some((time) => time % 1_000 !== 0),
      };
    },
  },
  ...iteratorRefusals,
  {
    call: "GetRecords",
    rule: "a record is there for the retention of 24 hours, and then no longer",
    source,
    time: "virtual",
    aws: { "after 23 h": ["old"], "after 25 h": [] },
    run: async (context) => {
      await context.createStream();
      await context.put("old");
      await context.elapse(23 * HOUR);
      const before = await context.read();
      await context.elapse(2 * HOUR);
      return { "after 23 h": before, "after 25 h": await context.read() };
    },
  },
];
