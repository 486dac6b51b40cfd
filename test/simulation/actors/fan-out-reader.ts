// SubscribeToShard: again after every end that is not the shard's, from where the last event says, and when nothing has
// come for so long that the connection must be dead.

import { type ChildShard, SubscribeToShardCommand, type SubscribeToShardEventStream } from "@aws-sdk/client-kinesis";
import { explained } from "../explained.ts";
import { deliver, pause, type ReaderLife, type ReadShard } from "./stream-reader.ts";

/** Three heartbeats of the service. */
const SILENCE_MS = 15_000;
const RETRY_MS = 1_100;

export function subscribeShard(consumerArn: string): ReadShard {
  return async (reader, shardId) => {
    let after = reader.checkpoints.of(shardId);
    do {
      const subscribed = await subscribe(reader, consumerArn, shardId, after);
      if (subscribed === undefined) continue;
      const outcome = await readEvents(reader, shardId, subscribed);
      if (outcome.children) return outcome.children;
      after = outcome.after ?? after;
    } while (await pause(reader, RETRY_MS));
    return undefined;
  };
}

async function subscribe(
  { client, signal: abortSignal }: ReaderLife,
  ConsumerARN: string,
  ShardId: string,
  after: string | undefined,
): Promise<AsyncIterable<SubscribeToShardEventStream> | undefined> {
  const StartingPosition =
    after === undefined
      ? ({ Type: "TRIM_HORIZON" } as const)
      : ({ Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after } as const);
  const command = new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition });
  const answer = await client.send(command, { abortSignal }).catch(explained);
  return typeof answer === "string" ? undefined : answer.EventStream;
}

interface Outcome {
  /** At the shard's end. */
  readonly children?: readonly ChildShard[];
  /** Where to go on. */
  readonly after?: string | undefined;
}

async function readEvents(
  reader: ReaderLife,
  shardId: string,
  stream: AsyncIterable<SubscribeToShardEventStream>,
): Promise<Outcome> {
  const { log, world } = reader;
  const events = stream[Symbol.asyncIterator]();
  let after: string | undefined;
  for (;;) {
    const giveUp = (): void => {
      world.log(log.name, `gives up a silent subscription of ${shardId}`);
      void events.return?.();
    };
    const cancel = world.clock.timer(SILENCE_MS, giveUp);
    const next = await events.next().catch(explained);
    cancel();
    if (typeof next === "string" || next.done) {
      world.log(log.name, `subscription of ${shardId} is over: ${typeof next === "string" ? next : "end"}`);
      return { after };
    }
    const { ChildShards, ContinuationSequenceNumber, Records = [] } = next.value.SubscribeToShardEvent ?? {};
    deliver(reader, shardId, Records);
    after = ContinuationSequenceNumber;
    if (ChildShards && ChildShards.length > 0) {
      await events.return?.();
      return { children: ChildShards };
    }
  }
}
