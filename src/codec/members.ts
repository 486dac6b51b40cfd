// The user records of an aggregate, all or none: a bad index in the last one is found before the first is made. (The KCL
// delivers those before it and drops the rest.)

import type { MalformedReason } from "./errors.ts";
import { MAGIC_LENGTH } from "./frame.ts";
import { DIGEST_LENGTH } from "./md5/index.ts";
import { ExplicitTableKey, PartitionTableKey } from "./table-key.ts";
import { DeaggregatedRecord, type KinesisRecordInput } from "./user-record.ts";
import { ABSENT, STRIDE, type Walk, walk } from "./walk.ts";

/** The user records of an aggregate whose digest is sound, or why it is malformed all the same. */
export function membersOf(
  outer: KinesisRecordInput,
  framed: Uint8Array,
  copy: boolean,
): DeaggregatedRecord[] | MalformedReason {
  const found = walk(framed, MAGIC_LENGTH, framed.length - DIGEST_LENGTH);
  if (!found) return "protobuf";
  const explicitKeys = explicitKeysOf(framed, found);
  if (typeof explicitKeys === "string") return explicitKeys;
  const { buffer, byteOffset } = framed;
  const partitionKeys = partitionKeysOf(framed, found.partitionKeys, copy);
  const { records } = found;
  const members: DeaggregatedRecord[] = [];
  for (let at = 0, subSequenceNumber = 0; at < records.length; at += STRIDE, subSequenceNumber++) {
    const key = partitionKeys[records[at]!]!; // at + 3 < length; the index was checked, here and below
    const hashKeyIndex = records[at + 1]!;
    const explicit = hashKeyIndex === ABSENT ? undefined : explicitKeys[hashKeyIndex];
    const start = byteOffset + records[at + 2]!;
    const end = byteOffset + records[at + 3]!;
    // Not `subarray`: it asks for the species of the view, and gives a Buffer for a Buffer.
    const data = copy ? new Uint8Array(buffer.slice(start, end)) : new Uint8Array(buffer, start, end - start);
    members.push(
      new DeaggregatedRecord(data, outer, key.text, explicit?.text, subSequenceNumber, explicit ?? key, undefined),
    );
  }
  return members;
}

/** By index; those that no record points at are left out: they are nobody's hash key, whatever they say. */
function explicitKeysOf(framed: Uint8Array, found: Walk): (ExplicitTableKey | undefined)[] | MalformedReason {
  const { partitionKeys, explicitHashKeys, records } = found;
  const keys: (ExplicitTableKey | undefined)[] = [];
  for (let at = 0; at < records.length; at += STRIDE) {
    if (2 * records[at]! >= partitionKeys.length) return "partition-key-index";
    const index = records[at + 1]!;
    if (index === ABSENT) continue;
    if (2 * index >= explicitHashKeys.length) return "hash-key-index";
    keys[index] ??= ExplicitTableKey.read(framed, explicitHashKeys[2 * index]!, explicitHashKeys[2 * index + 1]!);
    if (keys[index] === undefined) return "hash-key-value";
  }
  return keys;
}

/** With `copy`, the keys hold on to bytes of their own too, not to the page that the Kinesis record came in. */
function partitionKeysOf(framed: Uint8Array, spans: readonly number[], copy: boolean): PartitionTableKey[] {
  const keys: PartitionTableKey[] = [];
  for (let at = 0; at < spans.length; at += 2) {
    const start = spans[at]!;
    const end = spans[at + 1]!;
    keys.push(
      copy
        ? new PartitionTableKey(new Uint8Array(framed.subarray(start, end)), 0, end - start)
        : new PartitionTableKey(framed, start, end),
    );
  }
  return keys;
}
