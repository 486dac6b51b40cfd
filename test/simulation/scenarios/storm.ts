// A minute of a stream that is put to, read by polling and by fan-out, and resharded, while calls fail, readers restart
// and the wall clock jumps. Then all trouble ends, and within a minute each everything must have arrived.

import type { LocalKinesisOptions } from "../../../src/testing/index.ts";
import type { Random } from "../../fuzz/random.ts";
import { produce } from "../actors/aggregating-producer.ts";
import { jumpClock } from "../actors/clock-jumper.ts";
import { subscribeShard } from "../actors/fan-out-reader.ts";
import { liveManyLives } from "../actors/many-lives.ts";
import { pollShard } from "../actors/polling-reader.ts";
import { reshard } from "../actors/resharder.ts";
import type { ReadShard } from "../actors/stream-reader.ts";
import { registerConsumers } from "../consumers.ts";
import { faultPlan, LONGEST_FAULT_MS } from "../fault-plan.ts";
import { expectedRecords } from "../judges/expected-records.ts";
import type { Scenario, World } from "../world.ts";

const STREAM = "orders";
const STORM_MS = 60_000;
/** Of each of the two things that must come to pass once all is well. */
const CALM_MS = 60_000;
const MOST_SHARDS = 6;

export const storm: Scenario = { name: "storm", setUp, play, limitMs: STORM_MS + 4 * CALM_MS };

function setUp(random: Random): LocalKinesisOptions {
  const longestMs = random.pick([0, 20, 200]);
  return {
    streams: { [STREAM]: 1 + random.int(4) },
    // At the service's own limits a producer of this size is never throttled.
    limits: random.once(2)
      ? "aws"
      : { writeRecordsPerSecond: 10, writeBytesPerSecond: 16_384, readBytesPerSecond: 65_536 },
    latencyMs: () => random.int(longestMs + 1),
    transitionMs: random.pick([0, 500, 5_000]),
    heartbeatMs: random.pick([1_000, 5_000]),
    shardEnd: random.pick(["with-last-records", "after-last-records"]),
  };
}

async function play(world: World): Promise<void> {
  const { kinesis, seed } = world;
  const random = world.randomFor("cast");
  const stop = new AbortController();
  const readers = await castReaders(world, random, stop.signal);

  const plan = faultPlan(world.randomFor("faults"));
  world.log("world", `faults: ${plan.names.join(", ")}`);
  kinesis.faults.plan({ seed, rules: plan.rules });

  const untilMs = STORM_MS;
  const producers = Array.from({ length: 1 + random.int(2) }, (_, i) =>
    world.start(() => produce(world, { name: `producer-${i + 1}`, streamName: STREAM, untilMs })),
  );
  const others = [
    world.start(() =>
      reshard(world, {
        name: "resharder",
        streamName: STREAM,
        untilMs,
        longestPauseMs: 25_000,
        mostShards: MOST_SHARDS,
      }),
    ),
    ...(random.once(2) ? [world.start(() => jumpClock(world, { name: "ntp", untilMs }))] : []),
  ];
  await world.clock.sleep(STORM_MS);
  kinesis.faults.clear();
  world.log("world", "the storm is over");

  await world.until("all is acknowledged", () => world.ledger.outstanding === 0, CALM_MS);
  await Promise.all([...producers, ...others]);
  // What a producer gave up waiting for may still be written.
  await world.clock.sleep(LONGEST_FAULT_MS + 1_000);
  await allDelivered(world);
  stop.abort();
  await Promise.all(readers);
}

async function castReaders(world: World, random: Random, stop: AbortSignal): Promise<Promise<void>[]> {
  const pollers = Array.from({ length: 1 + random.int(2) }, (_, i) => cast(`poller-${i + 1}`, pollShard));
  const arns = await registerConsumers(world, STREAM, 1 + random.int(2));
  return [...pollers, ...arns.map((arn, i) => cast(`fan-out-${i + 1}`, subscribeShard(arn)))];

  function cast(name: string, readShard: ReadShard): Promise<void> {
    const longestLifeMs = random.pick([5_000, 30_000, Number.POSITIVE_INFINITY]);
    const role = { name, streamName: STREAM, readShard, longestLifeMs, restartsUntilMs: STORM_MS, stop };
    return world.start(() => liveManyLives(world, role));
  }
}

/** Nothing is put any more, so what is expected stays the same. */
async function allDelivered(world: World): Promise<void> {
  const snapshot = world.kinesis.snapshot();
  const count = [...expectedRecords(snapshot).values()].flat().length;
  const closed = snapshot.flatMap(({ shards }) => shards).filter(({ closedAt }) => closedAt !== undefined);
  const isDone = (): boolean =>
    world.readers.every(
      (reader) => reader.distinctDelivered === count && closed.every(({ shardId }) => reader.hasEnded(shardId)),
    );
  await world.until(`all readers have all ${count} records`, isDone, CALM_MS);
}
