// Where a reader starts: the five kinds of position that GetShardIterator and SubscribeToShard take.

import type { ServiceError } from "../../service-error.ts";
import { invalidArgument } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { readSequenceNumber } from "../sequence-number.ts";
import { type Shard, shardIdOf } from "../shard.ts";
import type { Stream } from "../stream.ts";

export interface StartingPoint {
  readonly type: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly timestamp: Date | undefined;
}

/** Place in the shard's log of the record that is read first. @throws `ServiceError` InvalidArgumentException */
export function startPlace(
  account: Account,
  stream: Stream,
  shard: Shard,
  { sequenceNumber, timestamp, type }: StartingPoint,
): number {
  const { log } = shard;
  switch (type) {
    case "AT_SEQUENCE_NUMBER":
    case "AFTER_SEQUENCE_NUMBER":
      if (sequenceNumber === undefined) throw mixedUp(type, false);
      return placeOf(account, stream, shard, sequenceNumber, type);
    case "AT_TIMESTAMP": {
      if (timestamp === undefined) {
        throw invalidArgument(
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
        );
      }
      const nowMs = account.nowMs();
      const atMs = timestamp.getTime();
      if (atMs > nowMs) {
        throw invalidArgument(
          "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. " +
            `timestampInMillis: ${atMs}, currentTimestampInMillis: ${nowMs}`,
        );
      }
      return Math.max(log.horizon, log.firstSince(atMs));
    }
    case "LATEST":
      if (sequenceNumber !== undefined) throw mixedUp(type, true);
      return log.end;
    default: // TRIM_HORIZON
      if (sequenceNumber !== undefined) throw mixedUp("TRIM_HORIZON", true);
      return log.horizon;
  }
}

function placeOf(
  { accountId }: Account,
  { name }: Stream,
  shard: Shard,
  sequenceNumber: string,
  type: "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER",
): number {
  const parts = readSequenceNumber(sequenceNumber);
  const used = `StartingSequenceNumber ${sequenceNumber} used in GetShardIterator on shard ${shard.id} in stream ${name} under account ${accountId} is invalid`;
  if (!parts) throw invalidArgument(`${used}.`);
  if (parts.shardIndex !== shard.index) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(parts.shardIndex)}, while it was used in a call to a shard with ${shard.id}`,
    );
  }
  if (parts.shardCreatedAtSeconds !== shard.sequenceNumbers.shardCreatedAtSeconds) {
    throw invalidArgument(`${used} because it did not come from this stream.`);
  }
  const { log } = shard;
  const { counter } = parts;
  if (counter === 0) return 0;
  const record = log.at(counter - 1);
  // The end of the shard, or a number that is still to come.
  if (!record) return log.end;
  const beyond = BigInt(sequenceNumber) - BigInt(record.sequenceNumber);
  // A number after that record's: a ContinuationSequenceNumber tells a later time.
  if (beyond > 0n) return counter;
  return beyond === 0n && type === "AFTER_SEQUENCE_NUMBER" ? counter : counter - 1;
}

function mixedUp(type: string, given: boolean): ServiceError {
  return invalidArgument(
    "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or " +
      "(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. " +
      `Request specified ${type} and ${given ? "also a" : "no"} StartingSequenceNumber.`,
  );
}
