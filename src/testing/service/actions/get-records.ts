// GetShardIterator and GetRecords.

import type { InputOf, OutputOf } from "../../action.ts";
import { notFound, throughputExceeded } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { pageOf } from "../page.ts";
import type { Shard } from "../shard.ts";
import { iteratorExpired, readShardIterator, type ShardIterator, writeShardIterator } from "../shard-iterator.ts";
import type { Stream } from "../stream.ts";
import type { CallConditions } from "./call-conditions.ts";
import { refuseDryRun } from "./dry-run.ts";
import { rateExceeded } from "./put-records.ts";
import { startPlace } from "./start-place.ts";

const MOST_RECORDS = 10_000;

export function getShardIterator(account: Account, input: InputOf<"GetShardIterator">): OutputOf<"GetShardIterator"> {
  const { ShardId, ShardIteratorType, StartingSequenceNumber, Timestamp } = input;
  const stream = account.usableStreamOf(input);
  const shard = readableShard(account, stream, ShardId ?? "");
  const nowMs = account.nowMs();
  const place = startPlace(account, stream, shard, {
    type: ShardIteratorType,
    sequenceNumber: StartingSequenceNumber,
    timestamp: Timestamp,
  });
  refuseDryRun(input);
  // "Five transactions per second per account per open shard."
  if (shard.isOpen && !shard.iteratorCalls.tryTake(1, nowMs))
    throw throughputExceeded(rateExceeded(account, stream, shard));
  return {
    ShardIterator: writeShardIterator({
      streamName: stream.name,
      streamOrdinal: stream.ordinal,
      shardIndex: shard.index,
      place,
      issuedAtMs: nowMs,
    }),
  };
}

export function getRecords(
  account: Account,
  input: InputOf<"GetRecords">,
  conditions: CallConditions = {},
): OutputOf<"GetRecords"> {
  const { Limit = MOST_RECORDS, ShardIterator, StreamARN } = input;
  const iterator = readShardIterator(ShardIterator ?? "");
  const { iteratorLifeMs, getRecordsBytes } = account.limits;
  const nowMs = account.nowMs();
  if (conditions.iteratorExpired || nowMs - iterator.issuedAtMs > iteratorLifeMs) {
    throw iteratorExpired(iterator.issuedAtMs, nowMs, iteratorLifeMs);
  }
  const { shard, stream } = standsOn(account, iterator, StreamARN);
  refuseDryRun(input);
  if (!shard.readBytes.isOpen(nowMs) || !shard.readCalls.tryTake(1, nowMs)) {
    throw throughputExceeded(rateExceeded(account, stream, shard));
  }
  const page = pageOf(shard, iterator.place, { records: Limit, bytes: getRecordsBytes }, nowMs);
  shard.readBytes.charge(page.bytes, nowMs);
  const ended = page.reachedEnd && (page.records.length === 0 || account.options.shardEnd === "with-last-records");
  return {
    Records: page.records,
    MillisBehindLatest: page.millisBehindLatest,
    ...(ended
      ? { ChildShards: shard.children.map((child) => child.describeAsChild()) }
      : { NextShardIterator: writeShardIterator({ ...iterator, place: page.next, issuedAtMs: nowMs }) }),
  };
}

/** @throws `ServiceError` */
export function standsOn(
  account: Account,
  iterator: ShardIterator,
  streamArn?: string,
): { readonly stream: Stream; readonly shard: Shard } {
  const { shardIndex, streamName, streamOrdinal } = iterator;
  if (streamArn !== undefined) account.nameOf({ StreamARN: streamArn, StreamName: streamName });
  const stream = account.usableStreamOf({ StreamName: streamName });
  const shard = stream.ordinal === streamOrdinal ? stream.shards[shardIndex] : undefined;
  if (!shard) throw account.noStream(streamName);
  return { stream, shard };
}

/** Open, or closed with records that can still be read. @throws `ServiceError` ResourceNotFoundException */
export function readableShard(account: Account, stream: Stream, shardId: string): Shard {
  const shard = stream.shard(shardId);
  if (shard && !stream.isExpired(shard)) return shard;
  throw notFound(`Shard ${shardId} in stream ${stream.name} under account ${account.accountId} does not exist`);
}
