// The user records of an aggregate, all or none: a bad index in the last one is found before the first is made. (The KCL
// delivers those before it and drops the rest.)

import type { MalformedReason } from "./errors.ts";
import { MAGIC_LENGTH } from "./frame.ts";
import { DIGEST_LENGTH } from "./md5/index.ts";
import { view } from "./platform.ts";
import { type ExplicitHashKey, PartitionKeys, readExplicitHashKey } from "./table-keys.ts";
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
  const explicitHashKeys = explicitHashKeysOf(framed, found);
  if (typeof explicitHashKeys === "string") return explicitHashKeys;
  const partitionKeys = new PartitionKeys();
  const { values: spans, length: spansLength } = found.partitionKeys;
  for (let at = 0; at < spansLength; at += 2) partitionKeys.read(framed, spans[at]!, spans[at + 1]!); // in pairs
  const { values, length } = found.records;
  const members: DeaggregatedRecord[] = [];
  for (let at = 0; at < length; at += STRIDE) {
    const keyIndex = values[at]!; // at + 3 < length; the indexes were checked
    const hashKeyIndex = values[at + 1]!;
    const explicit = hashKeyIndex === ABSENT ? undefined : explicitHashKeys[hashKeyIndex];
    const data = view(framed, values[at + 2]!, values[at + 3]!);
    members.push(
      new DeaggregatedRecord(
        copy ? new Uint8Array(data) : data,
        outer,
        partitionKeys.texts[keyIndex],
        explicit?.text,
        members.length,
        undefined,
        explicit ? explicit.hashKey : partitionKeys,
        keyIndex,
      ),
    );
  }
  return members;
}

/** By index; those that no record points at are left out: they are nobody's hash key, whatever they say. */
function explicitHashKeysOf(
  framed: Uint8Array,
  { partitionKeys, explicitHashKeys, records }: Walk,
): readonly (ExplicitHashKey | undefined)[] | MalformedReason {
  const { values, length } = records;
  const spans = explicitHashKeys.values;
  const keys: (ExplicitHashKey | undefined)[] = [];
  for (let at = 0; at < length; at += STRIDE) {
    if (2 * values[at]! >= partitionKeys.length) return "partition-key-index"; // at + 1 < length, here and below
    const index = values[at + 1]!;
    if (index === ABSENT) continue;
    if (2 * index >= explicitHashKeys.length) return "hash-key-index";
    keys[index] ??= readExplicitHashKey(framed, spans[2 * index]!, spans[2 * index + 1]!);
    if (keys[index] === undefined) return "hash-key-value";
  }
  return keys;
}
