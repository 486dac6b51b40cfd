// Kinesis records in, user records out.

import {
  type DeaggregateOptions,
  malformedPolicy,
  type ResolvedDeaggregateOptions,
  resolveDeaggregateOptions,
} from "./deaggregate-options.ts";
import { InvalidRecordError, MalformedAggregateError, type MalformedReason } from "./errors.ts";
import { hasSoundDigest, isFramed, soundDigests } from "./frame.ts";
import { membersOf } from "./members.ts";
import { isBytes } from "./platform.ts";
import { DeaggregatedRecord, type KinesisRecordInput, type UserRecord } from "./user-record.ts";

export const NO_DATA: Uint8Array = new Uint8Array(0);

/**
 * The user records of a Kinesis record, in order: the members of an aggregate, or the record itself. An aggregate is
 * checked whole before a user record of it is made.
 * @throws `KPL_KIT_MALFORMED_AGGREGATE` where `onMalformed` says so, `KPL_KIT_INVALID_RECORD` for data that is not
 * bytes, `KPL_KIT_INVALID_OPTION`.
 * @example
 * ```ts
 * for (const { partitionKey, data } of deaggregate(kinesisRecord)) console.log(partitionKey, data.length);
 * ```
 */
export function deaggregate(record: KinesisRecordInput | Uint8Array, options?: DeaggregateOptions): UserRecord[] {
  const outer = isBytes(record) ? { Data: record } : record;
  const data = dataOf(outer);
  // Most records of most streams, and nothing to decide.
  if (options === undefined && !isFramed(data)) return [plain(outer, data, undefined)];
  const resolved = resolveDeaggregateOptions(options);
  if (!isFramed(data)) return [plain(outer, copied(data, resolved), undefined)];
  return unpacked(outer, data, hasSoundDigest(data), resolved);
}

/**
 * The same as one by one, in order; digests of several aggregates are verified together. Options and errors are those
 * of `deaggregate`.
 */
export function deaggregateAll(records: Iterable<KinesisRecordInput>, options?: DeaggregateOptions): UserRecord[] {
  return deaggregateVerified(records, options, undefined);
}

/** The same, of records whose digests were verified before, with others: `verified` says of each what was found. */
export function deaggregateVerified(
  records: Iterable<KinesisRecordInput>,
  options: DeaggregateOptions | undefined,
  verified: readonly boolean[] | undefined,
): UserRecord[] {
  const resolved = resolveDeaggregateOptions(options);
  const outers = [...records];
  // Asked for once: a wrapper around a Lambda event may decode its base64 each time.
  const allData = outers.map(dataOf);
  const sound = verified ?? soundDigests(allData);
  const userRecords: UserRecord[] = [];
  for (let i = 0; i < outers.length; i++) {
    const outer = outers[i]!; // i < length of both
    const data = allData[i]!;
    if (!isFramed(data)) userRecords.push(plain(outer, copied(data, resolved), undefined));
    // Not spread into one call: an aggregate of 10 MiB holds more members than a call takes arguments.
    else for (const member of unpacked(outer, data, sound[i] === true, resolved)) userRecords.push(member);
  }
  return userRecords;
}

function unpacked(
  outer: KinesisRecordInput,
  data: Uint8Array,
  soundDigest: boolean,
  options: ResolvedDeaggregateOptions,
): UserRecord[] {
  const { copy = false, rangeFilter, hashRange, onDropped } = options;
  const members = soundDigest ? membersOf(outer, data, copy) : "digest";
  if (typeof members === "string") {
    const policy = malformedPolicy(options, outer, members);
    if (policy === "throw") throw new MalformedAggregateError(members, outer.SequenceNumber);
    if (policy === "pass") return [plain(outer, copied(data, options), members)];
    onDropped?.({ record: outer, userRecords: 1, reason: members });
    return [];
  }
  if (rangeFilter === "off" || !hashRange) return members;
  let kept = members.filter(({ hashKey }) => hashRange.start <= hashKey && hashKey <= hashRange.end);
  // The KCL drops the whole aggregate for one member outside the shard's range (AggregatorUtil.java), and says nothing.
  if (rangeFilter === "kcl" && kept.length < members.length) kept = [];
  const userRecords = members.length - kept.length;
  if (userRecords > 0) onDropped?.({ record: outer, userRecords, reason: "outside-range" });
  return kept;
}

function plain(outer: KinesisRecordInput, data: Uint8Array, malformed: MalformedReason | undefined): UserRecord {
  return new DeaggregatedRecord(data, outer, outer.PartitionKey, undefined, 0, false, malformed);
}

/** Not by `slice`: a Buffer's gives a view. */
function copied(data: Uint8Array, { copy }: DeaggregateOptions): Uint8Array {
  return copy ? new Uint8Array(data) : data;
}

/** @throws `KPL_KIT_INVALID_RECORD` */
function dataOf({ Data: data = NO_DATA }: KinesisRecordInput): Uint8Array {
  if (isBytes(data)) return data;
  throw new InvalidRecordError("Data", data, "a Uint8Array");
}
