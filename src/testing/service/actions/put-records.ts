// PutRecord and PutRecords.

import type { PutRecordsRequestEntry, PutRecordsResultEntry } from "@aws-sdk/client-kinesis";
import { hashKeyOf } from "../../../codec/index.ts";
import type { InputOf, OutputOf } from "../../action.ts";
import { invalidArgument, ServiceError, throughputExceeded } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { readSequenceNumber } from "../sequence-number.ts";
import type { Shard } from "../shard.ts";
import type { Stream } from "../stream.ts";
import type { CallConditions } from "./call-conditions.ts";
import { refuseDryRun } from "./dry-run.ts";

const NO_BYTES = new Uint8Array();
const HASH_KEYS = 2n ** 128n;

interface Entry {
  /** Empty if an AUTO stream got none. */
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
  readonly size: number;
  readonly encryptionType: "KMS" | undefined;
}

export function putRecord(account: Account, input: InputOf<"PutRecord">): OutputOf<"PutRecord"> {
  const stream = account.usableStreamOf(input);
  const { SequenceNumberForOrdering: after } = input;
  if (after !== undefined && !readSequenceNumber(after)) {
    throw invalidArgument(
      `ExclusiveMinimumSequenceNumber ${after} used in PutRecord on stream ${stream.name} under account ${account.accountId} is invalid.`,
    );
  }
  const entry = entryOf(stream, input, "partitionKey");
  refuseDryRun(input);
  const shard = landingShard(stream, entry);
  const sequenceNumber = shard.append(entry, account.nowMs());
  if (sequenceNumber === undefined) throw throughputExceeded(rateExceeded(account, stream, shard));
  return { ShardId: shard.id, SequenceNumber: sequenceNumber, ...encryptionOf(stream) };
}

export function putRecords(
  account: Account,
  input: InputOf<"PutRecords">,
  { refused }: CallConditions = {},
): OutputOf<"PutRecords"> {
  const stream = account.usableStreamOf(input);
  const { putRecordsBytes, putRecordsEntries } = account.limits;
  const { Records: given = [] } = input;
  if (given.length > putRecordsEntries) {
    throw new ServiceError(
      "ValidationException",
      "1 validation error detected: Value at 'records' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${putRecordsEntries}`,
    );
  }
  // All are checked before the first is stored: a bad entry refuses the whole call.
  const entries = given.map((entry, index) => entryOf(stream, entry, `records.${index + 1}.member.partitionKey`));
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes > putRecordsBytes) {
    throw invalidArgument(
      `Records size exceeds ${putRecordsBytes} bytes: data and partition keys of this PutRecords take ${bytes} bytes.`,
    );
  }
  refuseDryRun(input);
  const nowMs = account.nowMs();
  let failed = 0;
  const results = entries.map((entry, index): PutRecordsResultEntry => {
    const code =
      refused && (refused.entries === "all" || refused.entries.includes(index)) ? refused.errorCode : undefined;
    const shard = landingShard(stream, entry);
    const sequenceNumber = code ? undefined : shard.append(entry, nowMs);
    if (sequenceNumber !== undefined) return { ShardId: shard.id, SequenceNumber: sequenceNumber };
    failed++;
    return code === "InternalFailure"
      ? { ErrorCode: code, ErrorMessage: "Internal Service Failure" }
      : {
          ErrorCode: "ProvisionedThroughputExceededException",
          ErrorMessage: rateExceeded(account, stream, shard),
        };
  });
  return { FailedRecordCount: failed, Records: results, ...encryptionOf(stream) };
}

/** Where an entry would land; undefined for one that the service refuses. */
export function shardOf(stream: Stream, { ExplicitHashKey, PartitionKey }: PutRecordsRequestEntry): Shard | undefined {
  // An AUTO stream deals them out, and looking must not change whose turn it is.
  if (stream.distribution === "AUTO" || stream.openShards.length === 0) return undefined;
  if (typeof PartitionKey !== "string") return undefined;
  if (ExplicitHashKey !== undefined && !/^\d{1,39}$/.test(ExplicitHashKey)) return undefined;
  if (ExplicitHashKey !== undefined && BigInt(ExplicitHashKey) >= HASH_KEYS) return undefined;
  return landingShard(stream, { partitionKey: PartitionKey, explicitHashKey: ExplicitHashKey });
}

/** `keyPath`: of the partition key, for messages. @throws `ServiceError` */
function entryOf(stream: Stream, given: PutRecordsRequestEntry, keyPath: string): Entry {
  const { Data: data = NO_BYTES, ExplicitHashKey: explicitHashKey, PartitionKey: partitionKey } = given;
  // AUTO "ignores any partition key and ExplicitHashKey that producers supply".
  const decides = stream.distribution === "USER_PARTITION_KEY";
  if (decides && partitionKey === undefined) {
    throw new ServiceError(
      "ValidationException",
      `1 validation error detected: Value null at '${keyPath}' failed to satisfy constraint: Member must not be null`,
    );
  }
  if (decides && explicitHashKey !== undefined && BigInt(explicitHashKey) >= HASH_KEYS) {
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicitHashKey}`,
    );
  }
  const key = partitionKey ?? "";
  const size = data.byteLength + Buffer.byteLength(key);
  const most = stream.maxRecordSizeInKiB * 1_024;
  if (size > most) {
    throw invalidArgument(
      `The record's data and partition key take ${size} bytes; the maximum record size of stream ${stream.name} is ${most} bytes.`,
    );
  }
  return {
    partitionKey: key,
    explicitHashKey,
    data,
    size,
    encryptionType: stream.encryption ? "KMS" : undefined,
  };
}

function landingShard(
  stream: Stream,
  { explicitHashKey, partitionKey }: Pick<Entry, "explicitHashKey" | "partitionKey">,
): Shard {
  return stream.shardFor(() => (explicitHashKey === undefined ? hashKeyOf(partitionKey) : BigInt(explicitHashKey)));
}

/** "The error message includes the account ID, stream name, and shard ID." */
export function rateExceeded({ accountId }: Account, stream: Stream, shard: Shard): string {
  return `Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${accountId}.`;
}

function encryptionOf({ encryption }: Stream): { EncryptionType?: "KMS" } {
  return encryption ? { EncryptionType: "KMS" } : {};
}
