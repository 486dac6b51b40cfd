// Where a reader of GetRecords stands.

import { invalidArgument, ServiceError } from "../service-error.ts";
import { openToken, sealToken } from "./opaque-token.ts";

export interface ShardIterator {
  readonly streamName: string;
  /** Tells a stream from a later one of the same name. */
  readonly streamOrdinal: number;
  readonly shardIndex: number;
  /** Of the record that comes next, in the shard's log. */
  readonly place: number;
  readonly issuedAtMs: number;
}

export function writeShardIterator(iterator: ShardIterator): string {
  const { issuedAtMs, place, shardIndex, streamOrdinal, streamName } = iterator;
  return sealToken("iterator", [streamName, streamOrdinal, shardIndex, place, issuedAtMs]);
}

/** @throws `ServiceError` InvalidArgumentException */
export function readShardIterator(text: string): ShardIterator {
  const [streamName, ...numbers] = openToken("iterator", text) ?? [];
  const [streamOrdinal, shardIndex, place, issuedAtMs] = numbers.map(Number);
  if (
    streamName === undefined ||
    streamOrdinal === undefined ||
    shardIndex === undefined ||
    place === undefined ||
    issuedAtMs === undefined
  ) {
    throw invalidArgument("Invalid ShardIterator.");
  }
  return { streamName, streamOrdinal, shardIndex, place, issuedAtMs };
}

export function iteratorExpired(issuedAtMs: number, nowMs: number, lifeMs: number): ServiceError {
  return new ServiceError(
    "ExpiredIteratorException",
    `Iterator expired. The iterator was created at time ${amazonTime(issuedAtMs)} while right now it is ${amazonTime(nowMs)} ` +
      `which is further in the future than the tolerated delay of ${lifeMs} milliseconds.`,
  );
}

/** "Thu Jan 22 01:22:02 UTC 2015" */
function amazonTime(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
