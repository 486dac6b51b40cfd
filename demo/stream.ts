// The stream's life: made, split, listed, deleted.

import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  ResourceNotFoundException,
  type Shard,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import type { Shard as MappedShard } from "../src/codec/index.ts";
import { DemoError } from "./errors.ts";

export interface Stream {
  readonly kinesis: KinesisClient;
  readonly name: string;
  readonly signal: AbortSignal;
}

// A stream of AWS takes about half a minute to come, and as long to split.
const READY_TIMEOUT_MS = 180_000;

/** Not under the run's signal: whoever interrupts must know whether there is a stream to delete. */
export async function createStream({ kinesis, name }: Stream, shards: number): Promise<void> {
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
}

/** Also the way to learn that a stream exists. */
export async function untilActive({ kinesis, name, signal }: Stream): Promise<void> {
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  while (true) {
    const status = await statusOf({ kinesis, name, signal });
    if (status === "ACTIVE") return;
    if (status === undefined || status === "DELETING") {
      throw new DemoError(
        "KPL_KIT_DEMO_STREAM_NOT_FOUND",
        `there is no stream ${name}${status ? " any more: it is being deleted" : ""}`,
      );
    }
    if (performance.now() > giveUpAt) {
      throw new DemoError(
        "KPL_KIT_DEMO_STREAM_NOT_READY",
        `stream ${name} is still ${status} after ${READY_TIMEOUT_MS / 1_000} s`,
      );
    }
    await sleep(250, undefined, { signal });
  }
}

async function statusOf({ kinesis, name, signal }: Stream): Promise<string | undefined> {
  try {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }), {
      abortSignal: signal,
    });
    return StreamDescriptionSummary?.StreamStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Open and closed, all pages. */
export async function listShards({ kinesis, name, signal }: Stream): Promise<Shard[]> {
  const shards: Shard[] = [];
  let next: string | undefined;
  do {
    // A page token already says which stream; the service refuses both together.
    const page = await kinesis.send(new ListShardsCommand(next ? { NextToken: next } : { StreamName: name }), {
      abortSignal: signal,
    });
    shards.push(...(page.Shards ?? []));
    next = page.NextToken;
  } while (next);
  return shards;
}

/** In the middle of its range: one half stays below, the other starts at the new hash key. */
export async function splitShard(stream: Stream, { shardId, hashKeyRange }: MappedShard): Promise<void> {
  const middle = (hashKeyRange.start + hashKeyRange.end) / 2n + 1n;
  await stream.kinesis.send(
    new SplitShardCommand({ StreamName: stream.name, ShardToSplit: shardId, NewStartingHashKey: middle.toString() }),
    { abortSignal: stream.signal },
  );
  await untilActive(stream);
}

/** Not under the run's signal: an interrupted run still cleans up, if there is anything. */
export async function deregisterConsumer(
  { kinesis, name }: Pick<Stream, "kinesis" | "name">,
  ConsumerName: string,
): Promise<void> {
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
  const { StreamARN } = StreamDescriptionSummary ?? {};
  try {
    await kinesis.send(new DeregisterStreamConsumerCommand({ StreamARN, ConsumerName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/** Not under the run's signal, either; the stream's consumers go with it. */
export async function deleteStream({ kinesis, name }: Pick<Stream, "kinesis" | "name">): Promise<void> {
  await kinesis.send(new DeleteStreamCommand({ StreamName: name, EnforceConsumerDeletion: true }));
}
