// A minute of a stream that `StreamReader`s read, in one life after the other, while it is put to and resharded, calls
// fail, the store fails, handlers throw, processes crash and the wall clock jumps. Then all trouble ends, and everything
// must come through. In some runs nobody is there for longer than records are kept.

import type { FaultRule, LocalKinesisOptions } from "../../../src/testing/index.ts";
import type { Random } from "../../fuzz/random.ts";
import { produce } from "../actors/aggregating-producer.ts";
import { jumpClock } from "../actors/clock-jumper.ts";
import { liveKitLives } from "../actors/kit-reader.ts";
import { reshard } from "../actors/resharder.ts";
import { faultPlan, LONGEST_FAULT_MS } from "../fault-plan.ts";
import { keptStream } from "../judges/index.ts";
import type { Scenario, World } from "../world.ts";

const STREAM = "orders";
const STORM_MS = 60_000;
const CALM_MS = 120_000;
const ABSENCE_MS = 25 * 3_600_000;
const MOST_SHARDS = 5;

/** Our own reader registers its consumer itself, under faults too; and few of its lives are as long as it waits for silence. */
const REGISTERS = ["DescribeStreamSummary", "DescribeStreamConsumer", "RegisterStreamConsumer"] as const;
const OWN_TROUBLES: readonly FaultRule[] = [
  { action: REGISTERS, probability: 0.05, fault: { kind: "error", name: "InternalFailureException" } },
  { action: REGISTERS, probability: 0.05, fault: { kind: "error", name: "LimitExceededException" } },
  { action: REGISTERS, probability: 0.05, fault: { kind: "reset", when: "after" } },
  { action: REGISTERS, probability: 0.02, fault: { kind: "lost" } },
  { probability: 0.1, fault: { kind: "silent-subscription" } },
];

export const readerStorm: Scenario = {
  name: "reader-storm",
  setUp,
  play: (world) => play(world, world.randomFor("absence").once(8)),
  limitMs: STORM_MS + ABSENCE_MS + 4 * CALM_MS,
};

/** The runs of it in which nobody is there. */
export const readerAbsence: Scenario = {
  ...readerStorm,
  name: "reader-absence",
  play: (world) => play(world, true),
};

function setUp(random: Random): LocalKinesisOptions {
  const longestMs = random.pick([0, 20, 200]);
  return {
    streams: { [STREAM]: 1 + random.int(3) },
    limits: random.once(2)
      ? "aws"
      : { writeRecordsPerSecond: 10, writeBytesPerSecond: 16_384, readBytesPerSecond: 65_536, iteratorLifeMs: 3_000 },
    latencyMs: () => random.int(longestMs + 1),
    transitionMs: random.pick([0, 500, 5_000]),
    heartbeatMs: random.pick([1_000, 5_000]),
    shardEnd: random.pick(["with-last-records", "after-last-records"]),
  };
}

async function play(world: World, isAbsent: boolean): Promise<void> {
  const { clock, kinesis, ledger, seed } = world;
  const random = world.randomFor("cast");
  const stop = new AbortController();
  const absence = isAbsent ? { fromMs: STORM_MS, toMs: STORM_MS + ABSENCE_MS } : undefined;
  const readers = Array.from({ length: 1 + random.int(3) }, (_, i) => {
    const longestLifeMs = random.pick([3_000, 10_000, 600_000]);
    const role = { name: `reader-${i + 1}`, streamName: STREAM, longestLifeMs, stormMs: STORM_MS, absence };
    return world.start(() => liveKitLives(world, { ...role, stop: stop.signal }));
  });

  const plan = faultPlan(world.randomFor("faults"));
  world.log("world", `faults: ${plan.names.join(", ")}`);
  kinesis.faults.plan({ seed, rules: [...plan.rules, ...OWN_TROUBLES] });

  const others = [
    ...Array.from({ length: 1 + random.int(2) }, (_, i) => put(world, random, `producer-${i + 1}`, STORM_MS)),
    world.start(() =>
      reshard(world, {
        name: "resharder",
        streamName: STREAM,
        untilMs: STORM_MS,
        longestPauseMs: 25_000,
        mostShards: MOST_SHARDS,
      }),
    ),
    ...(random.once(2) ? [world.start(() => jumpClock(world, { name: "ntp", untilMs: STORM_MS }))] : []),
  ];
  await clock.sleep(STORM_MS);
  kinesis.faults.clear();
  world.log("world", "the storm is over");
  if (isAbsent) {
    // Some of what comes while nobody is there is still kept when they are back.
    await clock.sleep(ABSENCE_MS / 2);
    others.push(put(world, random, "producer-late", clock.monotonicMs() + 10_000));
    await clock.sleep(ABSENCE_MS / 2);
  }
  await world.until("all is acknowledged", () => ledger.outstanding === 0, CALM_MS);
  await Promise.all(others);
  // What a producer gave up waiting for may still be written.
  await clock.sleep(LONGEST_FAULT_MS + 1_000);
  await allThrough(world, isAbsent);
  stop.abort();
  await Promise.all(readers);
}

function put(world: World, random: Random, name: string, untilMs: number): Promise<void> {
  const groupBy = random.pick(["partitionKey", "shard"] as const);
  return world.start(() => produce(world, { name, streamName: STREAM, untilMs, groupBy }));
}

/** Nothing is put any more, so what is expected stays the same. Shards that ended long ago are not kept either. */
async function allThrough(world: World, isAbsent: boolean): Promise<void> {
  const shards = [...keptStream(world.kinesis.snapshot()).values()];
  const isDone = (): boolean =>
    world.kitReaders.every((reader) =>
      shards.every(
        ({ isClosed, records, shardId }) =>
          records.every(({ isTrimmed, place }) => isTrimmed || reader.hasFinished(place)) &&
          (isAbsent || !isClosed || reader.hasEnded(shardId)),
      ),
    );
  // Whose fault it is if not, the judges tell.
  const lateMs = world.clock.monotonicMs() + CALM_MS;
  const isLate = (): boolean => world.clock.monotonicMs() >= lateMs;
  await world.until("all readers are done with all records", () => isDone() || isLate(), 2 * CALM_MS);
}
