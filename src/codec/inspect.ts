// An aggregate taken apart to the byte, sound or not: for whoever has a blob and wonders what is inside.

import type { MalformedReason } from "./errors.ts";
import {
  DATA,
  EXPLICIT_HASH_KEY_INDEX,
  EXPLICIT_HASH_KEY_TABLE,
  hasSoundDigest,
  isFramed,
  MAGIC_LENGTH,
  PARTITION_KEY_INDEX,
  PARTITION_KEY_TABLE,
  RECORDS,
  TAG_KEY,
  TAG_VALUE,
  TAGS,
} from "./frame.ts";
import { explicitHashKeysOf, messageOf } from "./members.ts";
import { readUtf8 } from "./utf8.ts";
import { readVarint } from "./varint.ts";
import { type FieldVisitor, STRIDE, walk } from "./walk.ts";

export interface InspectedField {
  /** As in `kpl.proto`; beside it `magic`, `digest`, `tag`, `length`, `content`, `unknown` and `unread`. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly value: string | number | bigint | Uint8Array;
  /** What the field is made of; absent for a leaf. */
  readonly children?: readonly InspectedField[];
}

export interface Inspection {
  readonly kind: "plain" | "aggregate" | "malformed";
  readonly malformed?: MalformedReason;
  /** Where the walk stopped, for a malformed one. */
  readonly stoppedAt?: { readonly offset: number; readonly why: string };
  /** Every byte belongs to exactly one leaf. */
  readonly fields: readonly InspectedField[];
  /** What `deaggregate` gives: a plain or malformed record is one. */
  readonly userRecords: number;
}

/** By depth and tag: the names, and whether the content is text or a message. */
const FIELDS: readonly { readonly [tag: number]: readonly [name: string, content?: "text" | "message"] }[] = [
  {
    [PARTITION_KEY_TABLE]: ["partition_key_table", "text"],
    [EXPLICIT_HASH_KEY_TABLE]: ["explicit_hash_key_table", "text"],
    [RECORDS]: ["records", "message"],
  },
  {
    [PARTITION_KEY_INDEX]: ["partition_key_index"],
    [EXPLICIT_HASH_KEY_INDEX]: ["explicit_hash_key_index"],
    [DATA]: ["data"],
    [TAGS]: ["tags", "message"],
  },
  { [TAG_KEY]: ["key", "text"], [TAG_VALUE]: ["value", "text"] },
];

/**
 * Every field of an aggregate with its name, value, offset and length; of a malformed one as far as it can be read, and
 * why no further.
 * @example
 * ```ts
 * const { kind, stoppedAt } = inspect(kinesisRecord.Data);
 * ```
 */
export function inspect(data: Uint8Array): Inspection {
  const leaf = (name: string, offset: number, end: number, value?: InspectedField["value"]): InspectedField => ({
    name,
    offset,
    length: end - offset,
    value: value ?? data.subarray(offset, end),
  });
  if (!isFramed(data)) return { kind: "plain", fields: [leaf("data", 0, data.length)], userRecords: 1 };
  const fields = [leaf("magic", 0, MAGIC_LENGTH)];
  const message = messageOf(data);
  const { end } = message;
  /** The open messages, the whole first. */
  const open = [{ fields, end }];
  let readTo = MAGIC_LENGTH;
  const visit: FieldVisitor = ({ tag, offset, from, to }, depth) => {
    const [name, content] = FIELDS[depth]?.[tag] ?? ["unknown"];
    const tagEnd = varintEnd(data, offset);
    const children = [leaf("tag", offset, tagEnd, tag)];
    if (from > tagEnd) children.push(leaf("length", tagEnd, from, to - from));
    const value =
      content === "text" ? readUtf8(data, from, to) : (tag & 7) === 0 ? varintValue(data, from, to) : undefined;
    readTo = from;
    if (content === "message") open[depth + 1] = { fields: children, end: to };
    else {
      children.push(leaf("content", from, to, value));
      readTo = to;
    }
    open[depth]?.fields.push({ ...leaf(name, offset, to, value ?? data.subarray(from, to)), children });
  };
  const found = walk(message, visit);
  const fault = !hasSoundDigest(data)
    ? { reason: "digest" as const, offset: end }
    : found
      ? explicitHashKeysOf(data, found)
      : { reason: "protobuf" as const, offset: readTo };
  // What is left of each message that was not read to its end, the innermost first.
  for (const unread of open.reverse()) {
    if (readTo < unread.end) unread.fields.push(leaf("unread", readTo, unread.end));
    readTo = Math.max(readTo, unread.end);
  }
  fields.push(leaf("digest", end, data.length));
  if (!("reason" in fault)) return { kind: "aggregate", fields, userRecords: found!.records.length / STRIDE }; // sound
  const { reason, offset } = fault;
  return { kind: "malformed", malformed: reason, stoppedAt: { offset, why: WHY[reason] }, fields, userRecords: 1 };
}

const WHY: Readonly<Record<MalformedReason, string>> = {
  digest: "this is not the MD5 of the message",
  protobuf: "no sound field begins here, or what ends here lacks a required one",
  "partition-key-index": "the record with this data points behind the table of partition keys",
  "hash-key-index": "the record with this data points behind the table of explicit hash keys",
  "hash-key-value": "the record with this data has an explicit hash key that is not from 0 to 2^128-1",
};

function varintEnd(bytes: Uint8Array, at: number): number {
  const cursor = { bytes, end: bytes.length, at };
  readVarint(cursor);
  return cursor.at;
}

/** Exact where a double is not: an index that is too large shall be shown as it is. */
function varintValue(bytes: Uint8Array, from: number, to: number): number | bigint {
  let value = 0n;
  while (to-- > from) value = (value << 7n) | BigInt(bytes[to]! & 0x7f); // from <= to
  return value > Number.MAX_SAFE_INTEGER ? BigInt.asUintN(64, value) : Number(value);
}
