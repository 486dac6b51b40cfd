// Judges that never complain judge nothing: evidence of a run without fault, with one thing in it changed.

import { beforeAll, describe, expect, it } from "vitest";
import type { RecordSnapshot, ShardSnapshot } from "../../src/testing/index.ts";
import { complaintsOf } from "./judges/index.ts";
import { type ReaderEvent, ReaderLog } from "./reader-log.ts";
import { storm } from "./scenarios/storm.ts";
import { type Evidence, simulate } from "./world.ts";

let sound: Evidence;
beforeAll(async () => {
  sound = await simulate(4, storm);
});

function withShards(change: (shard: ShardSnapshot) => ShardSnapshot): Evidence {
  const snapshot = sound.snapshot.map((stream) => ({ ...stream, shards: stream.shards.map(change) }));
  return { ...sound, snapshot };
}

/** In the first shard that has so many of them. */
function withRecords(change: (records: readonly RecordSnapshot[]) => readonly RecordSnapshot[], least = 3): Evidence {
  const target = sound.snapshot[0]!.shards.find(({ records }) => records.length >= least)!; // a storm has many records
  return withShards((shard) => (shard === target ? { ...shard, records: change(shard.records) } : shard));
}

function withLedger(change: (ledger: Evidence["ledger"]) => Partial<Evidence["ledger"]>): Evidence {
  const { everyAcknowledged, everySent, outstanding } = sound.ledger;
  return { ...sound, ledger: { everyAcknowledged, everySent, outstanding, ...change(sound.ledger) } };
}

/** Of the first reader. */
function withEvents(change: (events: readonly ReaderEvent[]) => readonly ReaderEvent[]): Evidence {
  const [first, ...others] = sound.readers;
  const log = new ReaderLog(first!.name); // a storm has readers
  for (const event of change(first!.events)) log.add(event);
  return { ...sound, readers: [log, ...others] };
}

function without<T>(items: readonly T[], index: number): T[] {
  return items.filter((_, at) => at !== index);
}

function swapped<T>(items: readonly T[], one: number, other: number): T[] {
  const copy = [...items];
  [copy[one], copy[other]] = [copy[other]!, copy[one]!]; // both inside
  return copy;
}

/** The index of the n-th event that is of this type and so. */
function nth(events: readonly ReaderEvent[], type: ReaderEvent["type"], n: number): number {
  let left = n;
  return events.findIndex((event) => event.type === type && --left === 0);
}

function childStart(events: readonly ReaderEvent[]): number {
  const children = new Set(
    sound.snapshot[0]?.shards.filter((it) => it.parentShardIds.length > 0).map((it) => it.shardId),
  );
  return events.findIndex(({ shardId, type }) => type === "started" && children.has(shardId));
}

describe("judges", () => {
  it("have no complaint of a run without fault", () => {
    expect(complaintsOf(sound)).toEqual([]);
  });

  it.each<readonly [string, RegExp, () => Evidence]>([
    ["a record vanished", /putsKept: .* is not in the stream/, () => withRecords((records) => without(records, 1))],
    [
      "a record's data changed",
      /putsKept: .* is not what was put/,
      () => withRecords(([first, ...rest]) => [{ ...first!, data: Buffer.from("other") }, ...rest]),
    ],
    [
      "a record's key changed",
      /putsKept: .* is not what was put/,
      () => withRecords(([first, ...rest]) => [{ ...first!, partitionKey: "other" }, ...rest]),
    ],
    [
      "a record nobody put",
      /putsKept: .* was never put/,
      () =>
        withRecords(([first, ...rest]) => [
          { ...first!, sequenceNumber: "5", data: Buffer.from("x") },
          first!,
          ...rest,
        ]),
    ],
    [
      "a position given out twice",
      /putsKept: .* was acknowledged for two entries/,
      () => withLedger(({ everyAcknowledged: all }) => ({ everyAcknowledged: [...all, all[0]!] })),
    ],
    [
      "an entry without an end",
      /putsKept: 1 entries were never acknowledged/,
      () => withLedger(() => ({ outstanding: 1 })),
    ],
    [
      "a sequence number used again",
      /sequenceNumbersGrow: .* is no larger than/,
      () => withRecords(([a, b, ...rest]) => [a!, { ...b!, sequenceNumber: a!.sequenceNumber }, ...rest]),
    ],
    [
      "records in another order",
      /sequenceNumbersGrow: .* is no larger than/,
      () => withRecords((records) => swapped(records, 0, 1)),
    ],
    [
      "a record in the wrong shard",
      /sequenceNumbersGrow: .* is outside its shard/,
      () => withShards((shard) => ({ ...shard, hashKeyRange: { start: 0n, end: 1n } })),
    ],
    [
      "a record after its shard's end",
      /sequenceNumbersGrow: .* came while it was shut/,
      () => withShards((shard) => ({ ...shard, closedAt: shard.createdAt })),
    ],
    [
      "a child before its parents",
      /sequenceNumbersGrow: .* before the last record of its parent/,
      () =>
        withShards((shard) => (shard.parentShardIds.length > 0 ? { ...shard, startingSequenceNumber: "0" } : shard)),
    ],
    [
      "a shard that ends too early",
      /sequenceNumbersGrow: .* before its last record/,
      () =>
        withShards((shard) =>
          shard.closedAt ? { ...shard, endingSequenceNumber: shard.startingSequenceNumber } : shard,
        ),
    ],
    [
      "a record not delivered",
      /everythingDelivered: .* never got/,
      () =>
        withEvents((events) => events.filter((event) => event.type !== "delivered" || event.place !== placeOf(events))),
    ],
    [
      "a record that came from nowhere",
      /everythingDelivered: .* which is not in the stream/,
      () =>
        withEvents((events) => [
          ...events,
          { ...(events[nth(events, "delivered", 1)] as Delivered), place: "nowhere" },
        ]),
    ],
    [
      "a record delivered otherwise",
      /everythingDelivered: .* otherwise than it is in the stream/,
      () =>
        withEvents((events) =>
          events.map((event, at) => (at === nth(events, "delivered", 1) ? otherwise(event) : event)),
        ),
    ],
    [
      "a gap in one life",
      /everythingDelivered: .* where \d+ was next/,
      () =>
        withEvents((events) => [...without(events, nth(events, "delivered", 5)), events[nth(events, "delivered", 5)]!]),
    ],
    [
      "records delivered in another order",
      /everythingDelivered: .* of the same (shard|key)/,
      () => withEvents((events) => [...events].reverse()),
    ],
    [
      "an end before the last record",
      /everythingDelivered: .* for ended after/,
      () =>
        withEvents((events) => {
          const { life, shardId } = events[nth(events, "delivered", 1)]!;
          const at = nth(events, "delivered", 1) + 1;
          return [...events.slice(0, at), { type: "ended", life, shardId }, ...events.slice(at)];
        }),
    ],
    [
      "a child started before its parents' end",
      /parentsFirst: .* before it had all of its parent/,
      () => withEvents((events) => [events[childStart(events)]!, ...events]),
    ],
    [
      "an open shard taken for ended",
      /parentsFirst: .* for ended, which is open/,
      () => {
        const { shardId } = sound.snapshot[0]!.shards.find(({ closedAt }) => closedAt === undefined)!; // some shard always is
        return withEvents((events) => [...events, { type: "ended", life: 9, shardId }]);
      },
    ],
    [
      "a closed shard never read to its end",
      /parentsFirst: .* never came to the end of/,
      () => withEvents((events) => without(events, nth(events, "ended", 1))),
    ],
    [
      "a shard that does not exist",
      /parentsFirst: .* which does not exist/,
      () => withEvents((events) => [{ type: "started", life: 1, shardId: "shardId-9" }, ...events]),
    ],
    ["a timer left", /nothingLeft: 1 timers/, () => ({ ...sound, left: { ...sound.left, timers: 1 } })],
    [
      "a promise that never settled",
      /nothingLeft: 2 promises/,
      () => ({ ...sound, left: { ...sound.left, promises: 2 } }),
    ],
    [
      "an error that nobody handled",
      /nothingLeft: rejected unseen: Error: oh/,
      () => ({ ...sound, left: { ...sound.left, rejections: ["Error: oh"] } }),
    ],
  ])("complain of %s", (_, complaint, doctored) => {
    expect(complaintsOf(doctored(), Number.POSITIVE_INFINITY).join("\n")).toMatch(complaint);
  });
});

type Delivered = Extract<ReaderEvent, { type: "delivered" }>;

function placeOf(events: readonly ReaderEvent[]): string {
  return (events[nth(events, "delivered", 3)] as Delivered).place;
}

function otherwise(event: ReaderEvent): ReaderEvent {
  return event.type === "delivered" ? { ...event, data: Buffer.from("other") } : event;
}
