// What a Kinesis record is, by proto2 taken strictly: the judge of the mutation fuzz.
//
// The descriptor comes from protobufjs (proto/kpl.proto); the walk is its own, slow and on BigInt, because protobufjs
// 8.8 differs from the rules of this format in three corners. `corners` says when a walk came to one; everywhere else
// the two must agree (protobufjs.ts).
//   "long varint": an unknown varint may run past ten bytes there (Reader.skip). Here malformed, as in Java, C++, Go.
//   "padded": a tag or length of more than five bytes is refused there (Reader.tag, Reader.size). Here it is legal
//     while its value fits in 32 bits, as any padded varint.
//   "depth": its limit counts what is in a group, and the message around it, as levels. Here 100 groups are the limit.

import type protobuf from "protobufjs";
import type { MalformedReason } from "../../src/codec/index.ts";
import { hashOfBytes, MAGIC, md5, messageOf } from "./frame.ts";
import { aggregatedRecordType } from "./kpl-proto.ts";

const MAX_GROUP_DEPTH = 100;
const MAX_UINT32 = 0xffff_ffffn;
const MAX_HASH_KEY = (1n << 128n) - 1n;

export interface JudgedRecord {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly hashKey: bigint;
  readonly data: Uint8Array;
}

export type Verdict =
  | { readonly kind: "plain" }
  | { readonly kind: "aggregate"; readonly records: readonly JudgedRecord[] }
  /** Every rule that is broken: which one is found first is the decoder's affair, except that each stage comes before the next. */
  | { readonly kind: "malformed"; readonly reasons: ReadonlySet<MalformedReason>; readonly why: string };

type Value = bigint | Uint8Array | Message;
/** Every value of a field, in wire order, by its name in the contract. */
export type Message = Map<string, Value[]>;

class Malformed extends Error {}

export function judge(record: Uint8Array): Verdict {
  if (record.length <= 20 || !MAGIC.every((byte, i) => record[i] === byte)) return { kind: "plain" };
  const body = messageOf(record);
  const digest = record.subarray(record.length - 16);
  if (!md5(body).every((byte, i) => digest[i] === byte)) return malformed("digest", "the digest differs");
  const { why, message } = parseStrictly(body);
  return why === undefined ? resolve(message) : malformed("protobuf", why);
}

export type Corner = "long varint" | "padded" | "depth";

export interface StrictParse {
  /** Why it is not well-formed; `undefined` where it is. */
  readonly why: string | undefined;
  readonly message: Message;
  readonly corners: ReadonlySet<Corner>;
}

/** The message as proto2 has it, before any index is looked up. */
export function parseStrictly(body: Uint8Array): StrictParse {
  const corners = new Set<Corner>();
  try {
    return { why: undefined, message: readMessage(aggregatedRecordType, body, corners), corners };
  } catch (error) {
    if (error instanceof Malformed) return { why: error.message, message: new Map(), corners };
    throw error;
  }
}

function malformed(reason: MalformedReason, why: string): Verdict {
  return { kind: "malformed", reasons: new Set([reason]), why };
}

function resolve(message: Message): Verdict {
  const keys = (message.get("partition_key_table") ?? []) as Uint8Array[];
  const hashKeys = (message.get("explicit_hash_key_table") ?? []) as Uint8Array[];
  const reasons = new Set<MalformedReason>();
  const records: JudgedRecord[] = [];
  for (const record of (message.get("records") ?? []) as Message[]) {
    const keyIndex = last(record, "partition_key_index") as bigint;
    const hashKeyIndex = last(record, "explicit_hash_key_index") as bigint | undefined;
    const key = keyIndex < BigInt(keys.length) ? keys[Number(keyIndex)] : undefined;
    if (!key) reasons.add("partition-key-index");
    let explicitHashKey: string | undefined;
    if (hashKeyIndex !== undefined) {
      const bytes = hashKeyIndex < BigInt(hashKeys.length) ? hashKeys[Number(hashKeyIndex)] : undefined;
      if (!bytes) reasons.add("hash-key-index");
      else {
        explicitHashKey = textOf(bytes);
        if (!isHashKey(explicitHashKey)) reasons.add("hash-key-value");
      }
    }
    if (!key || reasons.size > 0) continue;
    records.push({
      partitionKey: textOf(key),
      explicitHashKey,
      hashKey: explicitHashKey === undefined ? hashOfBytes(key) : BigInt(explicitHashKey),
      data: last(record, "data") as Uint8Array,
    });
  }
  if (reasons.size > 0) return { kind: "malformed", reasons, why: [...reasons].join(", ") };
  return { kind: "aggregate", records };
}

function isHashKey(text: string): boolean {
  return /^[0-9]+$/.test(text) && BigInt(text) <= MAX_HASH_KEY;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function last(message: Message, field: string): Value | undefined {
  return message.get(field)?.at(-1);
}

interface Walk {
  readonly bytes: Uint8Array;
  readonly corners: Set<Corner>;
  at: number;
}

function readMessage(type: protobuf.Type, bytes: Uint8Array, corners: Set<Corner>): Message {
  const walk: Walk = { bytes, corners, at: 0 };
  const message: Message = new Map();
  while (walk.at < bytes.length) {
    const { number, wireType } = readTag(walk);
    const field = type.fieldsById[number]?.resolve();
    if (!field || wireType !== wireTypeOf(field)) {
      skipField(walk, number, wireType, 0);
      continue;
    }
    const value = wireType === 0 ? readVarint(walk) : readBytes(walk);
    const nested = field.resolvedType as protobuf.Type | null;
    const values = message.get(field.name) ?? [];
    values.push(nested ? readMessage(nested, value as Uint8Array, corners) : value);
    message.set(field.name, values);
  }
  for (const field of type.fieldsArray)
    if (field.required && !message.has(field.name)) throw new Malformed(`${type.name} lacks ${field.name}`);
  return message;
}

function wireTypeOf(field: protobuf.Field): number {
  if (field.type === "uint64") return 0;
  if (field.type === "string" || field.type === "bytes" || field.resolvedType) return 2;
  throw new Error(`bug: the contract has a ${field.type}, which this judge does not know`);
}

function readTag(walk: Walk): { number: number; wireType: number } {
  const tag = readUint32(walk);
  if (tag > MAX_UINT32) throw new Malformed("a tag over 32 bits");
  const number = Number(tag >> 3n);
  if (number === 0) throw new Malformed("field number 0");
  return { number, wireType: Number(tag & 7n) };
}

function skipField(walk: Walk, number: number, wireType: number, groupsAround: number): void {
  if (wireType === 0) readVarint(walk);
  else if (wireType === 1) skip(walk, 8n);
  else if (wireType === 2) readBytes(walk);
  else if (wireType === 3) skipGroup(walk, number, groupsAround + 1);
  else if (wireType === 5) skip(walk, 4n);
  else throw new Malformed(wireType === 4 ? "an end-group without its start" : `wire type ${wireType}`);
}

function skipGroup(walk: Walk, number: number, depth: number): void {
  if (depth > MAX_GROUP_DEPTH - 2) walk.corners.add("depth");
  if (depth > MAX_GROUP_DEPTH) throw new Malformed("groups too deep");
  for (;;) {
    const tag = readTag(walk);
    if (tag.wireType === 4) {
      if (tag.number !== number) throw new Malformed("an end-group of another field");
      return;
    }
    skipField(walk, tag.number, tag.wireType, depth);
  }
}

function readBytes(walk: Walk): Uint8Array {
  const length = readUint32(walk);
  const start = walk.at;
  skip(walk, length);
  return walk.bytes.subarray(start, walk.at);
}

function skip(walk: Walk, length: bigint): void {
  if (length > BigInt(walk.bytes.length - walk.at)) throw new Malformed("a length past the end");
  walk.at += Number(length);
}

function readUint32(walk: Walk): bigint {
  const start = walk.at;
  try {
    return readVarint(walk);
  } finally {
    if (walk.at - start > 5) walk.corners.add("padded");
  }
}

function readVarint(walk: Walk): bigint {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = walk.bytes[walk.at];
    if (byte === undefined) throw new Malformed("a varint past the end");
    walk.at += 1;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  walk.corners.add("long varint");
  throw new Malformed("a varint of eleven bytes");
}
