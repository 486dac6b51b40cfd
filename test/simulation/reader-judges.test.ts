// Judges that never complain judge nothing: evidence of runs without fault, with one thing in it changed.

import { beforeAll, describe, expect, it } from "vitest";
import type { Checkpoint } from "../../src/consumer/index.ts";
import { type KeptShard, keptStream, kitComplaintsOf } from "./judges/index.ts";
import { type KitEvent, KitLog, type LifeEnd } from "./kit-log.ts";
import { readerAbsence, readerStorm } from "./scenarios/reader-storm.ts";
import { type Evidence, type Scenario, simulate } from "./world.ts";

type Events = readonly KitEvent[];
type Of<Type extends KitEvent["type"]> = Extract<KitEvent, { type: Type }>;

let sound: Evidence;
let absent: Evidence;
beforeAll(async () => {
  sound = await firstOf(readerStorm, hasAll);
  absent = await firstOf(readerAbsence, toldOfTrimmed);
}, 60_000);

async function firstOf(scenario: Scenario, isSo: (evidence: Evidence) => boolean): Promise<Evidence> {
  for (let seed = 1; seed <= 50; seed++) {
    const evidence = await simulate(seed, scenario);
    if (isSo(evidence)) return evidence;
  }
  throw new Error(`no seed of ${scenario.name} has what is needed`);
}

/** Of its first reader, what the cases below change. */
function hasAll({ kitReaders, snapshot }: Evidence): boolean {
  const { events } = kitReaders[0]!; // a storm has readers
  const stream = keptStream(snapshot);
  return (
    resumed(events) !== undefined &&
    childRecord(events, stream) !== undefined &&
    events.some((event) => event.type === "over" && event.error === undefined && event.how === "stop")
  );
}

/** What is left out since nobody can get it any more is followed by what somebody got. */
function toldOfTrimmed({ kitReaders, snapshot }: Evidence): boolean {
  const stream = keptStream(snapshot);
  const told = kitReaders[0]!.events.filter(is("told")).map(({ event }) => event);
  return told.some(({ type, ...event }) => {
    const records = (type === "position-trimmed" && "shardId" in event && stream.get(event.shardId!)?.records) || [];
    return records.some(({ isTrimmed }) => !isTrimmed);
  });
}

/** Of the first reader. */
function withEvents(change: (events: Events) => Events, evidence: Evidence = sound): Evidence {
  const [first, ...others] = evidence.kitReaders;
  const log = new KitLog(first!.name); // a storm has readers
  for (const event of change(first!.events)) log.add(event);
  return { ...evidence, kitReaders: [log, ...others] };
}

function is<Type extends KitEvent["type"]>(type: Type): (event: KitEvent) => event is Of<Type> {
  return (event): event is Of<Type> => event.type === type;
}

function first<Type extends KitEvent["type"]>(
  events: Events,
  type: Type,
  isSo: (event: Of<Type>) => boolean = () => true,
): Of<Type> {
  return events.filter(is(type)).find(isSo)!; // a storm has all of them
}

function without(events: Events, left: KitEvent): Events {
  return events.filter((event) => event !== left);
}

function instead(events: Events, one: KitEvent, ...others: KitEvent[]): Events {
  return events.flatMap((event) => (event === one ? others : [event]));
}

/** With this in the place of what the first life that ended says of its end. */
function ended(change: Partial<LifeEnd>): Evidence {
  return withEvents((events) => {
    const over = first(events, "over", ({ error, how }) => error === undefined && how !== "crash");
    return instead(events, over, { ...over, ...change });
  });
}

function hasNumber({ sequenceNumber }: Checkpoint): boolean {
  return /^\d/.test(sequenceNumber);
}

/** In a life that goes on with a shard: its first record of it, and what was loaded. */
function resumed(events: Events): { readonly loaded: Of<"loaded">; readonly record: Of<"delivered"> } | undefined {
  for (const loaded of events.filter(is("loaded"))) {
    for (const [shardId, checkpoint] of loaded.checkpoints) {
      const records = events
        .filter(is("delivered"))
        .filter((event) => event.life === loaded.life && event.shardId === shardId);
      if (hasNumber(checkpoint) && records.length > 3) return { loaded, record: records[0]! };
    }
  }
  return undefined;
}

/** A record of a shard of which a parent has records. */
function childRecord(events: Events, stream: ReadonlyMap<string, KeptShard>): Of<"delivered"> | undefined {
  return events
    .filter(is("delivered"))
    .find(({ shardId }) =>
      stream.get(shardId)?.parentShardIds.some((parent) => stream.get(parent)!.records.length > 0),
    );
}

const shardEnd: Checkpoint = { sequenceNumber: "SHARD_END", subSequenceNumber: 0 };

describe("judges of a StreamReader", () => {
  it("have no complaint of a run without fault", () => {
    expect(kitComplaintsOf(sound)).toEqual([]);
    expect(kitComplaintsOf(absent)).toEqual([]);
  });

  it.each<readonly [string, RegExp, () => Evidence]>([
    [
      "a record that nobody was ever done with",
      /everythingDone: .* is not done with/,
      () =>
        withEvents((events) => {
          const { place } = first(events, "finished");
          return events.filter((event) => event.type !== "finished" || event.place !== place);
        }),
    ],
    [
      "a closed shard never read to its end",
      /everythingDone: .* never came to the end of/,
      () =>
        withEvents((events) =>
          events.filter(
            (event) =>
              !(event.type === "told" && event.event.type === "shard-ended") &&
              !(event.type === "saved" && event.checkpoint.sequenceNumber === "SHARD_END"),
          ),
        ),
    ],
    [
      "a record that came from nowhere",
      /everythingDone: .* which is not in the stream/,
      () => withEvents((events) => [...events, { ...first(events, "delivered"), place: "nowhere" }]),
    ],
    [
      "a record delivered otherwise",
      /everythingDone: .* otherwise than it is in the stream/,
      () =>
        withEvents((events) => {
          const record = first(events, "delivered");
          return instead(events, record, { ...record, data: Buffer.from("other") });
        }),
    ],
    [
      "a key in another order",
      /everythingDone: .* of the same key/,
      () => withEvents((events) => [...events].reverse()),
    ],
    [
      "a key in a child before its parent",
      /everythingDone: .* of a descendant/,
      () => withEvents((events) => [...events].reverse()),
    ],
    [
      "a record that comes twice in one life",
      /eachLifeInOrder: .* again/,
      () =>
        withEvents((events) => {
          const record = first(events, "delivered");
          return instead(events, record, record, record);
        }),
    ],
    [
      "a gap in one life",
      /eachLifeInOrder: .* where .* was next/,
      () => withEvents((events) => without(events, resumed(events)!.record)),
    ],
    [
      "a record that lies before the stored position",
      /eachLifeInOrder: .* which is not after/,
      () =>
        withEvents((events) => {
          const { loaded, record } = resumed(events)!;
          const { sequenceNumber, shardId, subSequenceNumber } = record;
          const checkpoints = new Map(loaded.checkpoints).set(shardId, { sequenceNumber, subSequenceNumber });
          return instead(events, loaded, { ...loaded, checkpoints });
        }),
    ],
    [
      "a record of a shard that was stored as ended",
      /eachLifeInOrder: .* which is not after SHARD_END/,
      () =>
        withEvents((events) => {
          const { loaded, record } = resumed(events)!;
          const checkpoints = new Map(loaded.checkpoints).set(record.shardId, shardEnd);
          return instead(events, loaded, { ...loaded, checkpoints });
        }),
    ],
    [
      "records left out after a restart",
      /eachLifeInOrder: .* where .* was next/,
      () =>
        withEvents((events) => {
          const { loaded } = resumed(events)!;
          return instead(events, loaded, { ...loaded, checkpoints: new Map() });
        }),
    ],
    [
      "an end before the last record",
      /eachLifeInOrder: .* for ended before/,
      () =>
        withEvents((events) => {
          const { record } = resumed(events)!;
          const { life, shardId } = record;
          return instead(events, record, record, {
            type: "told",
            life,
            event: { type: "shard-ended", shardId, childShardIds: [] },
          });
        }),
    ],
    [
      "trimmed records that are silently left out",
      /eachLifeInOrder: .* (was next|for ended before)/,
      () =>
        withEvents(
          (events) => events.filter((event) => event.type !== "told" || event.event.type !== "position-trimmed"),
          absent,
        ),
    ],
    [
      "a child before its parents are done",
      /kitParentsFirst: .* begins before .* is done/,
      () => withEvents((events) => [childRecord(events, keptStream(sound.snapshot))!, ...events]),
    ],
    [
      "a child before its parents have come in that life",
      /kitParentsFirst: .* begins before .* is delivered/,
      () =>
        withEvents((events) => {
          const child = childRecord(events, keptStream(sound.snapshot))!;
          return [...events, { type: "loaded", life: 99, checkpoints: new Map() }, { ...child, life: 99 }];
        }),
    ],
    [
      "a checkpoint before the record is done",
      /checkpointsAreTrue: .* before .* is done/,
      () => withEvents((events) => [first(events, "saving", ({ checkpoint }) => hasNumber(checkpoint)), ...events]),
    ],
    [
      "a checkpoint where no record is",
      /checkpointsAreTrue: .* where no record is/,
      () =>
        withEvents((events) => {
          const saving = first(events, "saving", ({ checkpoint }) => hasNumber(checkpoint));
          const checkpoint = { ...saving.checkpoint, subSequenceNumber: 999 };
          return instead(events, saving, { ...saving, checkpoint });
        }),
    ],
    [
      "an open shard that is stored as ended",
      /checkpointsAreTrue: .* as ended, and is open/,
      () => {
        const { shardId } = [...keptStream(sound.snapshot).values()].find(({ isClosed }) => !isClosed)!; // some shard always is
        return withEvents((events) => [...events, { type: "saving", life: 1, shardId, checkpoint: shardEnd }]);
      },
    ],
    [
      "a checkpoint of a shard that does not exist",
      /checkpointsAreTrue: .* does not exist/,
      () =>
        withEvents((events) => [{ type: "saving", life: 1, shardId: "shardId-9", checkpoint: shardEnd }, ...events]),
    ],
    [
      "a checkpoint that goes back",
      /checkpointsAreTrue: .* goes back from/,
      () => withEvents((events) => [...events, first(events, "saved", ({ checkpoint }) => hasNumber(checkpoint))]),
    ],
    [
      "an end that takes too long",
      /livesEnd: .* took 99999 ms to end/,
      () => ended({ tookMs: 99_999, allowedMs: 1_000 }),
    ],
    ["a timer that a life left", /livesEnd: .* has left 1 timers/, () => ended({ timers: 1 })],
    ["a call that a life left", /livesEnd: .* has left 2 calls/, () => ended({ calls: 2 })],
    ["an error that nothing explains", /livesEnd: .* ended with TypeError/, () => ended({ error: "TypeError" })],
    [
      "an end that nobody asked for",
      /livesEnd: .* ended without a reason/,
      () => ended({ how: "by itself", hasLeft: false }),
    ],
    [
      "a life without an end",
      /livesEnd: .* never ended/,
      () => withEvents((events) => without(events, first(events, "over"))),
    ],
    [
      "a record given after the end",
      /livesEnd: .* is given .* after its end/,
      () => withEvents((events) => [...events, first(events, "delivered")]),
    ],
    [
      "a checkpoint stored after the end",
      /livesEnd: .* stores .* after its end/,
      () => withEvents((events) => [...events, first(events, "saving")]),
    ],
  ])("complain of %s", (_, complaint, doctored) => {
    expect(kitComplaintsOf(doctored(), Number.POSITIVE_INFINITY).join("\n")).toMatch(complaint);
  });
});
