// Ends a reader at random instants and starts it anew with nothing but its checkpoints, until it may stop for good.

import { setMaxListeners } from "node:events";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { Checkpoints } from "../checkpoints.ts";
import type { World } from "../world.ts";
import { type ReadShard, readStream } from "./stream-reader.ts";

export interface ReaderRole {
  readonly name: string;
  readonly streamName: string;
  readonly readShard: ReadShard;
  /** None of its lives but the last is longer, on average half as long; Infinity: it has but one. */
  readonly longestLifeMs: number;
  /** From then on it lives until `stop`. */
  readonly restartsUntilMs: number;
  readonly stop: AbortSignal;
}

export async function liveManyLives(world: World, role: ReaderRole): Promise<void> {
  const { clock } = world;
  const { longestLifeMs, name, readShard, restartsUntilMs, stop, streamName } = role;
  const random = world.randomFor(name);
  const log = world.readerLog(name);
  const checkpoints = new Checkpoints();
  for (let life = 1; !stop.aborted; life++) {
    const controller = new AbortController();
    const { signal } = controller;
    setMaxListeners(0, signal); // a shard each, and their calls
    const end = (): void => controller.abort();
    stop.addEventListener("abort", end, { once: true });
    const lifeMs = longestLifeMs === Number.POSITIVE_INFINITY ? longestLifeMs : 1 + random.int(longestLifeMs);
    const cancel = clock.monotonicMs() + lifeMs < restartsUntilMs ? clock.timer(lifeMs, end) : undefined;
    const client: KinesisClient = world.client(name);
    await readStream({ world, client, streamName, log, checkpoints, life, random, signal }, readShard);
    cancel?.();
    stop.removeEventListener("abort", end);
    client.destroy();
    if (!stop.aborted) await clock.sleep(random.int(3_000), stop).catch(() => undefined);
  }
}
