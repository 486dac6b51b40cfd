// An aggregate taken apart to the byte, sound or not: for whoever has a blob and wonders what is inside.

import type { MalformedReason } from "./errors.ts";
import { isFramed, MAGIC_LENGTH, TAG } from "./frame.ts";
import { readHashKey } from "./hash-key.ts";
import { DIGEST_LENGTH, digest } from "./md5/index.ts";
import { membersOf } from "./members.ts";
import { readUtf8 } from "./utf8.ts";
import { type Cursor, MALFORMED, readVarint } from "./varint.ts";
import { readLength, readTag, skipField } from "./wire.ts";

export interface InspectedField {
  /** As in `kpl.proto`; `magic`, `digest`, `tag`, `length`, `value`, `unknown` and `unread` beside it. */
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

/**
 * Every field of an aggregate with its name, value, offset and length; of a malformed one as far as it can be read, and
 * why no further. Never throws on bytes.
 * @example
 * ```ts
 * const { kind, stoppedAt } = inspect(kinesisRecord.Data);
 * ```
 */
export function inspect(data: Uint8Array): Inspection {
  if (!isFramed(data)) return { kind: "plain", fields: [leaf("data", data, 0, data.length)], userRecords: 1 };
  const end = data.length - DIGEST_LENGTH;
  const computed = new Uint8Array(DIGEST_LENGTH);
  digest(data, MAGIC_LENGTH, end, computed, 0);
  const inspector = new Inspector(data, end);
  const fields = [leaf("magic", data, 0, MAGIC_LENGTH), ...inspector.message(), leaf("digest", data, end, data.length)];
  if (computed.some((byte, at) => byte !== data[end + at])) {
    const stoppedAt = { offset: end, why: `the digest of the message is ${hex(computed)}` };
    return { kind: "malformed", malformed: "digest", stoppedAt, fields, userRecords: 1 };
  }
  const members = membersOf({}, data, false);
  if (typeof members !== "string") return { kind: "aggregate", fields, userRecords: members.length };
  return {
    kind: "malformed",
    malformed: members,
    stoppedAt: inspector.stop ?? badReference(fields, members),
    fields,
    userRecords: 1,
  };
}

interface FieldNames {
  readonly [tag: number]: string;
}

const TAG_FIELDS: FieldNames = { [TAG.tagKey]: "key", 0x12: "value" };
const RECORD_FIELDS: FieldNames = {
  [TAG.partitionKeyIndex]: "partition_key_index",
  [TAG.explicitHashKeyIndex]: "explicit_hash_key_index",
  [TAG.data]: "data",
  [TAG.tags]: "tags",
};
const AGGREGATE_FIELDS: FieldNames = {
  [TAG.partitionKeyTable]: "partition_key_table",
  [TAG.explicitHashKeyTable]: "explicit_hash_key_table",
  [TAG.records]: "records",
};
/** The messages inside messages, and what each requires. */
const MESSAGES: Readonly<Record<string, { readonly fields: FieldNames; readonly required: readonly string[] }>> = {
  records: { fields: RECORD_FIELDS, required: ["partition_key_index", "data"] },
  tags: { fields: TAG_FIELDS, required: ["key"] },
};

class Inspector {
  stop: { readonly offset: number; readonly why: string } | undefined;
  readonly #cursor: Cursor;

  constructor(bytes: Uint8Array, end: number) {
    this.#cursor = { bytes, end, at: MAGIC_LENGTH };
  }

  /** The whole message; what could not be read is one leaf at its end. */
  message(): InspectedField[] {
    const { bytes, end } = this.#cursor;
    const fields = this.#fields(AGGREGATE_FIELDS);
    const readTo = fields.at(-1);
    const at = readTo ? readTo.offset + readTo.length : MAGIC_LENGTH;
    if (this.stop) fields.push(leaf("unread", bytes, at, end));
    return fields;
  }

  #fields(names: FieldNames): InspectedField[] {
    const fields: InspectedField[] = [];
    while (!this.stop && this.#cursor.at < this.#cursor.end) {
      const field = this.#field(names);
      if (field) fields.push(field);
    }
    return fields;
  }

  /** One field; what there is of it if it is malformed inside, `undefined` if not even its tag and length can be read. */
  #field(names: FieldNames): InspectedField | undefined {
    const cursor = this.#cursor;
    const { bytes, at: offset } = cursor;
    const tag = readTag(cursor);
    if (tag === MALFORMED) return this.#stopped(offset, "no field has this tag");
    const name = names[tag] ?? "unknown";
    const children = [leaf("tag", bytes, offset, cursor.at, tag)];
    let at = cursor.at;
    if (name === "unknown" || (tag & 7) !== 2) {
      if (!skipField(cursor, tag)) return this.#stopped(offset, `field ${tag >>> 3} of wire type ${tag & 7} is malformed`);
      const value = (tag & 7) === 0 ? varintAt(bytes, at) : undefined;
      children.push(leaf("value", bytes, at, cursor.at, value));
      return { name, offset, length: cursor.at - offset, value: value ?? bytes.subarray(at, cursor.at), children };
    }
    const end = readLength(cursor);
    if (end === MALFORMED) return this.#stopped(offset, `the length of ${name} runs past the end`);
    children.push(leaf("length", bytes, at, cursor.at, end - cursor.at));
    at = cursor.at;
    const message = MESSAGES[name];
    if (!message) {
      cursor.at = end;
      const value = name === "data" ? bytes.subarray(at, end) : readUtf8(bytes, at, end);
      children.push(leaf("value", bytes, at, end, value));
      return { name, offset, length: end - offset, value, children };
    }
    const outerEnd = cursor.end;
    cursor.end = end;
    children.push(...this.#fields(message.fields));
    cursor.end = outerEnd;
    const missing = message.required.find((required) => !children.some((child) => child.name === required));
    if (!this.stop && missing !== undefined) this.#stopped(offset, `${name} lacks ${missing}`);
    const last = children[children.length - 1]!; // the tag at least
    const length = last.offset + last.length - offset;
    return { name, offset, length, value: bytes.subarray(at, offset + length), children };
  }

  #stopped(offset: number, why: string): undefined {
    this.stop = { offset, why };
  }
}

/** The first record whose index or explicit hash key is at fault. */
function badReference(
  fields: readonly InspectedField[],
  reason: MalformedReason,
): { readonly offset: number; readonly why: string } {
  const table = (name: string) => fields.filter((field) => field.name === name);
  const [name, keys] =
    reason === "partition-key-index"
      ? (["partition_key_index", table("partition_key_table")] as const)
      : (["explicit_hash_key_index", table("explicit_hash_key_table")] as const);
  for (const { children = [] } of table("records")) {
    const index = children.findLast((child) => child.name === name);
    if (index === undefined) continue;
    const key = keys[Number(index.value)];
    if (key === undefined) return { offset: index.offset, why: `${name} is ${index.value}; the table holds ${keys.length}` };
    if (reason === "hash-key-value" && readHashKey(String(key.value)) === undefined) {
      return { offset: key.offset, why: "the explicit hash key is no number from 0 to 2^128-1" };
    }
  }
  return { offset: MAGIC_LENGTH, why: reason };
}

function leaf(
  name: string,
  bytes: Uint8Array,
  offset: number,
  end: number,
  value: InspectedField["value"] = bytes.subarray(offset, end),
): InspectedField {
  return { name, offset, length: end - offset, value };
}

/** Exact where a double is not: an index that is too large shall be shown as it is. */
function varintAt(bytes: Uint8Array, at: number): number | bigint {
  const value = readVarint({ bytes, end: bytes.length, at });
  if (Number.isSafeInteger(value)) return value;
  let exact = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++]!; // the varint was read before
    exact |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, exact);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
