// GetShardIterator and GetRecords, once a second, or faster while it is behind.

import { type ChildShard, GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-kinesis";
import { explained } from "../explained.ts";
import { deliver, pause, type ReaderLife } from "./stream-reader.ts";

const POLL_MS = 1_000;
/** A shard admits five calls a second, of all readers together. */
const BEHIND_MS = 350;

export async function pollShard(reader: ReaderLife, shardId: string): Promise<readonly ChildShard[] | undefined> {
  const { checkpoints, client, random, signal: abortSignal } = reader;
  let iterator: string | undefined;
  // Small pages, so that a shard's end is not always the end of the first page.
  const Limit = random.pick([4, 10, 10_000]);
  let after = checkpoints.of(shardId);
  let waitMs = POLL_MS;
  do {
    waitMs = POLL_MS;
    if (iterator === undefined) {
      iterator = await iteratorAfter(reader, shardId, after);
      if (iterator === undefined) continue;
    }
    const page = await client
      .send(new GetRecordsCommand({ ShardIterator: iterator, Limit }), { abortSignal })
      .catch(explained);
    if (typeof page === "string") {
      // Whatever else went wrong, the iterator is still good.
      if (page === "ExpiredIteratorException") iterator = undefined;
      continue;
    }
    deliver(reader, shardId, page.Records ?? []);
    after = page.Records?.at(-1)?.SequenceNumber ?? after;
    if (page.NextShardIterator === undefined) return page.ChildShards ?? [];
    iterator = page.NextShardIterator;
    if (page.MillisBehindLatest !== 0) waitMs = BEHIND_MS;
  } while (await pause(reader, waitMs));
  return undefined;
}

async function iteratorAfter(
  { client, signal: abortSignal, streamName: StreamName }: ReaderLife,
  ShardId: string,
  after: string | undefined,
): Promise<string | undefined> {
  const position =
    after === undefined
      ? ({ ShardIteratorType: "TRIM_HORIZON" } as const)
      : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after } as const);
  const command = new GetShardIteratorCommand({ StreamName, ShardId, ...position });
  const answer = await client.send(command, { abortSignal }).catch(explained);
  return typeof answer === "string" ? undefined : answer.ShardIterator;
}
