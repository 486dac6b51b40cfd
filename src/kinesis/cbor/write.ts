// CBOR as the AWS SDK for Java v2 writes it to Kinesis: maps and lists of indefinite length, all else definite; data as
// bytes; a timestamp as tag 1 with whole MILLIseconds, where RFC 8949 would have seconds. Members stand in the order in
// which the caller's object has them: a plain one, for that of a class is asked for what the shape names.

import type { Member, Shape } from "./shape.ts";

const UNSIGNED = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const LIST_BEGINS = 0x9f;
const MAP_BEGINS = 0xbf;
const EPOCH_TAG = 0xc1;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const DOUBLE = 0xfb;
const END = 0xff;

/** Where the bytes go: at least so many. A pool may hand out larger ones. */
export type Room = (size: number) => Buffer;

const DEEPEST = 64;

/**
 * `shape` says which members count; without one, all do that hold something.
 * @throws `TypeError` for what CBOR cannot hold, an invalid Date among it, and for nesting beyond 64
 */
export function writeCbor(value: unknown, shape?: Shape, room: Room = (size) => Buffer.allocUnsafe(size)): Buffer {
  const bytes = room(boundOf(value, shape, 0));
  return bytes.subarray(0, write(bytes, 0, value, shape));
}

/** The head of a text and the text, for names that are written again and again. */
export function textBytes(text: string): Uint8Array {
  return writeCbor(text);
}

/** At most so many bytes. A text takes no more than three for each of its UTF-16 units. */
function boundOf(value: unknown, shape: Shape | undefined, depth: number): number {
  if (depth > DEEPEST) throw new TypeError(`CBOR for Kinesis nests ${DEEPEST} deep at most`);
  if (typeof value === "string") return 5 + 3 * value.length;
  if (typeof value === "number") return shape?.kind === "timestamp" ? MOMENT : 9;
  if (typeof value === "bigint") return boundOfBigint(value);
  if (typeof value === "boolean") return 1;
  if (typeof value !== "object") throw new TypeError(`CBOR has no place for a ${typeof value}`);
  if (value === null) return 1;
  if (value instanceof Uint8Array) return 5 + value.length;
  if (value instanceof Date) return boundOfDate(value);
  let bound = 2;
  if (Array.isArray(value)) {
    const valueShape = shape?.kind === "list" ? shape.value : undefined;
    for (const each of value as unknown[]) bound += each == null ? 1 : boundOf(each, valueShape, depth + 1);
    return bound;
  }
  const object = namesOf(value, shape);
  for (const name in object) {
    const each = object[name];
    if (each == null) continue;
    const member = memberOf(shape, name);
    if (member === undefined) continue;
    bound += 5 + 3 * name.length + boundOf(each, member === ANY ? undefined : member.shape, depth + 1);
  }
  return bound;
}

/** Tag and number. */
const MOMENT = 10;

/** @throws `TypeError`: the service could take it for 1970, and read from there */
function boundOfDate(date: Date): number {
  if (Number.isNaN(date.getTime())) throw new TypeError("CBOR has no place for an invalid Date");
  return MOMENT;
}

function boundOfBigint(value: bigint): number {
  if (value > MOST || value < -1n - MOST) throw new TypeError("CBOR has no place for a bigint of more than 64 bits");
  return 9;
}

const MOST = 2n ** 64n - 1n;

/** A class may have its members as getters, which no loop over names comes by. */
function namesOf(value: object, shape: Shape | undefined): Readonly<Record<string, unknown>> {
  const object = value as Readonly<Record<string, unknown>>;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || shape?.kind !== "structure") return object;
  return Object.fromEntries([...shape.members.keys()].map((name) => [name, object[name]]));
}

/** Every name counts. */
const ANY = Symbol("any member");

function memberOf(shape: Shape | undefined, name: string): Pick<Member, "shape"> | Member | typeof ANY | undefined {
  if (shape?.kind === "structure") return shape.members.get(name);
  return shape?.kind === "map" ? { shape: shape.value } : ANY;
}

function write(bytes: Buffer, start: number, value: unknown, shape: Shape | undefined): number {
  let at = start;
  // Data may be given as text: its UTF-8, as in JSON.
  if (typeof value === "string") return writeText(bytes, at, value, shape?.kind === "bytes" ? BYTES : TEXT);
  if (typeof value === "number") {
    // Seconds, which the SDK's JSON takes in the place of a Date.
    return shape?.kind === "timestamp" ? writeMoment(bytes, at, value * 1_000) : writeNumber(bytes, at, value);
  }
  if (typeof value === "bigint") return writeBigint(bytes, at, value);
  if (typeof value === "boolean") {
    bytes[at] = value ? TRUE : FALSE;
    return at + 1;
  }
  if (value === null) {
    bytes[at] = NULL;
    return at + 1;
  }
  if (value instanceof Uint8Array) {
    at = writeHead(bytes, at, BYTES, value.length);
    bytes.set(value, at);
    return at + value.length;
  }
  if (value instanceof Date) return writeMoment(bytes, at, value.getTime());
  if (Array.isArray(value)) {
    const valueShape = shape?.kind === "list" ? shape.value : undefined;
    bytes[at++] = LIST_BEGINS;
    for (const each of value as unknown[]) at = write(bytes, at, each ?? null, valueShape);
  } else {
    at = writeMembers(bytes, at, namesOf(value as object, shape), shape);
  }
  bytes[at] = END;
  return at + 1;
}

function writeMembers(
  bytes: Buffer,
  start: number,
  object: Readonly<Record<string, unknown>>,
  shape: Shape | undefined,
): number {
  let at = start;
  bytes[at++] = MAP_BEGINS;
  for (const name in object) {
    const each = object[name];
    if (each == null) continue;
    const member = memberOf(shape, name);
    if (member === undefined) continue;
    if (member === ANY) {
      at = write(bytes, writeText(bytes, at, name, TEXT), each, undefined);
    } else {
      if ("key" in member) {
        bytes.set(member.key, at);
        at += member.key.length;
      } else {
        at = writeText(bytes, at, name, TEXT);
      }
      at = write(bytes, at, each, member.shape);
    }
  }
  return at;
}

function writeMoment(bytes: Buffer, at: number, ms: number): number {
  bytes[at] = EPOCH_TAG;
  return writeNumber(bytes, at + 1, Math.round(ms));
}

function writeBigint(bytes: Buffer, at: number, value: bigint): number {
  if (Number.isSafeInteger(Number(value))) return writeNumber(bytes, at, Number(value));
  bytes[at] = (value < 0n ? NEGATIVE : UNSIGNED) | 27;
  return bytes.writeBigUInt64BE(value < 0n ? -1n - value : value, at + 1);
}

function writeNumber(bytes: Buffer, at: number, value: number): number {
  if (Number.isSafeInteger(value)) {
    return value >= 0 ? writeHead(bytes, at, UNSIGNED, value) : writeHead(bytes, at, NEGATIVE, -1 - value);
  }
  bytes[at] = DOUBLE;
  return bytes.writeDoubleBE(value, at + 1);
}

function writeHead(bytes: Buffer, start: number, major: number, count: number): number {
  let at = start;
  if (count < 24) {
    bytes[at++] = major | count;
    return at;
  }
  if (count < 0x100) {
    bytes[at++] = major | 24;
    bytes[at++] = count;
    return at;
  }
  if (count < 0x1_0000) {
    bytes[at] = major | 25;
    return bytes.writeUInt16BE(count, at + 1);
  }
  if (count < 0x1_0000_0000) {
    bytes[at] = major | 26;
    return bytes.writeUInt32BE(count, at + 1);
  }
  bytes[at] = major | 27;
  return bytes.writeBigUInt64BE(BigInt(count), at + 1);
}

/** Names and keys are short and ASCII: below this, a loop costs less than a call out of JavaScript. */
const SHORT = 20;

function writeText(bytes: Buffer, start: number, text: string, major: number): number {
  const { length } = text;
  const at = writeHead(bytes, start, major, length);
  if (length < SHORT) {
    let index = 0;
    for (; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) break;
      bytes[at + index] = unit;
    }
    if (index === length) return at + length;
  }
  const written = bytes.write(text, at);
  if (written === length) return at + length;
  // More bytes than units: another head, and perhaps a longer one.
  const after = writeHead(bytes, start, major, written);
  return after + bytes.write(text, after);
}
