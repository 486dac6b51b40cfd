// What packing does to payloads, told by packing them: what is estimated is then what comes out.

import { type PackingOptions, unsealed } from "./aggregate.ts";
import { callLimit, sizeOnWire } from "./batch-entries.ts";
import { InvalidRecordError } from "./errors.ts";
import { payloadOf } from "./payload.ts";
import type { UserRecordInput } from "./records.ts";

export interface PackingEstimate {
  readonly userRecords: number;
  readonly kinesisRecords: number;
  /** Data alone. */
  readonly userBytes: number;
  /** Data and partition key of every Kinesis record, as the service's limits count them. */
  readonly wireBytes: number;
  /** What a user record takes on the wire beside its data: frame, tables, partition keys. */
  readonly overheadPerUserRecord: number;
  /** Of 25 KiB, data and partition key counted: the unit of price of a provisioned stream. */
  readonly putPayloadUnits: { readonly plain: number; readonly packed: number };
  readonly putRecordsCalls: { readonly plain: number; readonly packed: number };
}

const PUT_PAYLOAD_UNIT = 25 * 1024;

/**
 * What packing does to these payload sizes in bytes, or to real records. `plain` is each of them as a Kinesis record of
 * its own. A size has the partition key `partitionKeyOf(index)`, by default one and the same.
 * @throws as `aggregate`
 * @example
 * ```ts
 * estimatePacking([100, 2_000, 40_000], { groupBy: "none" }).putPayloadUnits; // { plain: 4, packed: 2 }
 * ```
 */
export function estimatePacking(
  records: Iterable<UserRecordInput | number>,
  options: PackingOptions & { readonly partitionKeyOf?: (index: number) => string },
): PackingEstimate {
  const { partitionKeyOf = () => "partition-key" } = options;
  const before = tally();
  const after = tally();
  let userBytes = 0;
  let zeros = new Uint8Array(0);
  const ofSize = (size: number): Uint8Array => {
    if (!Number.isSafeInteger(size) || size < 0) throw new InvalidRecordError("size", size, "a whole number of bytes");
    if (zeros.length < size) zeros = new Uint8Array(size);
    return zeros.subarray(0, size);
  };
  function* taken(): Iterable<UserRecordInput> {
    for (const record of records) {
      const userRecord = payloadOf(
        typeof record === "number" ? { partitionKey: partitionKeyOf(before.records), data: ofSize(record) } : record,
      );
      userBytes += userRecord.data.length;
      before.add(sizeOnWire(userRecord.data, userRecord.partitionKey));
      yield userRecord;
    }
  }
  for (const { Data, PartitionKey } of unsealed(taken(), options, () => {})) after.add(sizeOnWire(Data, PartitionKey));
  return {
    userRecords: before.records,
    kinesisRecords: after.records,
    userBytes,
    wireBytes: after.bytes,
    overheadPerUserRecord: before.records && (after.bytes - userBytes) / before.records,
    putPayloadUnits: { plain: before.payloadUnits, packed: after.payloadUnits },
    putRecordsCalls: { plain: before.calls, packed: after.calls },
  };
}

/** Kinesis records as they are counted. */
interface Tally {
  records: number;
  bytes: number;
  payloadUnits: number;
  calls: number;
  readonly add: (size: number) => void;
}

function tally(): Tally {
  const begins = callLimit();
  const counted: Tally = {
    records: 0,
    bytes: 0,
    payloadUnits: 0,
    calls: 0,
    add(size) {
      counted.records++;
      counted.bytes += size;
      counted.payloadUnits += Math.ceil(size / PUT_PAYLOAD_UNIT);
      if (begins(size)) counted.calls++;
    },
  };
  return counted;
}
