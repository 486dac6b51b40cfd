// The user records of an aggregate, all or none: a bad index in the last one is found before the first is made. (The KCL
// delivers those before it and drops the rest.)

import type { MalformedReason } from "./errors.ts";
import { MAGIC_LENGTH } from "./frame.ts";
import { DIGEST_LENGTH } from "./md5/index.ts";
import { type ExplicitHashKey, PartitionKeys, readExplicitHashKey } from "./table-keys.ts";
import { type KinesisRecordInput, MemberRecord } from "./user-record.ts";
import { ABSENT, STRIDE, type Walk, walk } from "./walk.ts";
import { type Cursor, cursorAt } from "./wire.ts";

/** What a record refers to that is not there. */
export interface Fault {
  readonly reason: MalformedReason;
  /** Where its data begins. */
  readonly offset: number;
}

/** The user records of an aggregate whose digest is sound, or why it is malformed all the same. */
export function membersOf(
  outer: KinesisRecordInput,
  framed: Uint8Array,
  copy: boolean,
): MemberRecord[] | MalformedReason {
  const found = walk(messageOf(framed));
  if (!found) return "protobuf";
  const explicitHashKeys = explicitHashKeysOf(framed, found);
  if ("reason" in explicitHashKeys) return explicitHashKeys.reason;
  const { keys, records } = found;
  const partitionKeys = new PartitionKeys();
  for (let at = 0; at < keys.length; at += 2) partitionKeys.read(framed, keys[at]!, keys[at + 1]!); // in pairs
  // Asked for once: each time they cost half as much as a view.
  const { buffer, byteOffset } = framed;
  const members: MemberRecord[] = [];
  for (let at = 0; at < records.length; at += STRIDE) {
    const keyIndex = records[at]!; // at + 3 < length; the indexes were checked
    const hashKeyIndex = records[at + 1]!;
    const explicit = hashKeyIndex === ABSENT ? undefined : explicitHashKeys[hashKeyIndex];
    const start = records[at + 2]!;
    const data = new Uint8Array(buffer, byteOffset + start, records[at + 3]! - start);
    members.push(
      new MemberRecord(copy ? data.slice() : data, outer, partitionKeys, keyIndex, explicit, members.length),
    );
  }
  return members;
}

export function messageOf(framed: Uint8Array): Cursor {
  return cursorAt(framed, MAGIC_LENGTH, framed.length - DIGEST_LENGTH);
}

/** By index; those that no record points at are left out: they are nobody's hash key, whatever they say. */
export function explicitHashKeysOf(
  framed: Uint8Array,
  { keys, hashKeys, records }: Walk,
): readonly (ExplicitHashKey | undefined)[] | Fault {
  const read: (ExplicitHashKey | undefined)[] = [];
  for (let at = 0; at < records.length; at += STRIDE) {
    const offset = records[at + 2]!; // at + 3 < length
    if (2 * records[at]! >= keys.length) return { reason: "partition-key-index", offset };
    const index = records[at + 1]!;
    if (index === ABSENT) continue;
    if (2 * index >= hashKeys.length) return { reason: "hash-key-index", offset };
    read[index] ??= readExplicitHashKey(framed, hashKeys[2 * index]!, hashKeys[2 * index + 1]!);
    if (read[index] === undefined) return { reason: "hash-key-value", offset };
  }
  return read;
}
