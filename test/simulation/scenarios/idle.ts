// An hour of a stream that nobody puts to, with readers that ask all the same.

import type { LocalKinesisOptions } from "../../../src/testing/index.ts";
import { subscribeShard } from "../actors/fan-out-reader.ts";
import { liveManyLives } from "../actors/many-lives.ts";
import { pollShard } from "../actors/polling-reader.ts";
import type { ReadShard } from "../actors/stream-reader.ts";
import { registerConsumers } from "../consumers.ts";
import type { Scenario, World } from "../world.ts";

const STREAM = "orders";
const HOUR_MS = 3_600_000;

export const idle: Scenario = { name: "idle", setUp, play, limitMs: 2 * HOUR_MS };

function setUp(): LocalKinesisOptions {
  return { streams: { [STREAM]: 1 } };
}

async function play(world: World): Promise<void> {
  const stop = new AbortController();
  const live = (name: string, readShard: ReadShard): Promise<void> => {
    const once = { longestLifeMs: Number.POSITIVE_INFINITY, restartsUntilMs: 0, stop: stop.signal };
    return world.start(() => liveManyLives(world, { name, streamName: STREAM, readShard, ...once }));
  };
  const arns = await registerConsumers(world, STREAM, 2);
  const readers = [
    ...[1, 2, 3, 4].map((n) => live(`poller-${n}`, pollShard)),
    ...arns.map((arn, index) => live(`fan-out-${index + 1}`, subscribeShard(arn))),
  ];
  await world.clock.sleep(HOUR_MS);
  stop.abort();
  await Promise.all(readers);
}
