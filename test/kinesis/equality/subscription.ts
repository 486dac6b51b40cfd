// What a reader sees of a subscription: its events, and how it ends.

import type { KinesisClient, SubscribeToShardCommandOutput } from "@aws-sdk/client-kinesis";
import type { Sdk } from "../sdk.ts";
import { digested, type Outcome, observed } from "./observed.ts";

export interface Watched {
  readonly events: readonly unknown[];
  readonly outcome: Outcome;
}

export interface Place {
  readonly ConsumerARN: string;
  readonly ShardId: string;
}

/** @param leaveAfter so many events; unset: when it ends. */
export async function watch(
  { peers }: Sdk,
  kinesis: KinesisClient,
  place: Place,
  leaveAfter: number = Number.POSITIVE_INFINITY,
): Promise<Watched> {
  const { SubscribeToShardCommand } = peers.client;
  const events: unknown[] = [];
  const outcome = await observed(peers, async () => {
    const command = new SubscribeToShardCommand({ ...place, StartingPosition: { Type: "TRIM_HORIZON" } });
    const { EventStream, ...rest }: SubscribeToShardCommandOutput = await kinesis.send(command);
    for await (const event of EventStream ?? []) {
      events.push(digested(event));
      if (events.length === leaveAfter) break;
    }
    return rest;
  });
  return { events, outcome };
}
