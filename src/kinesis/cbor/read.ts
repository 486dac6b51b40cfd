// CBOR as Kinesis and its emulators answer it, read strictly: no length is believed before its bytes are there, nothing
// nests deeper than a call of Kinesis could. Bytes are views into what was read.

import { isUtf8 } from "node:buffer";
import { fromBase64 } from "./base64.ts";
import { MalformedCborError } from "./malformed-cbor.ts";
import type { Shape } from "./shape.ts";

const DEEPEST = 64;
const INDEFINITE = 31;
const BREAK = 0xff;
const EPOCH_TAG = 1;

/**
 * `shape` says which members to keep; without one, all are kept. A member that is null is left out, as in JSON.
 * @throws `KPL_KIT_MALFORMED_CBOR`
 */
export function readCbor(bytes: Uint8Array, shape?: Shape): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(shape, 0);
  reader.expectEnd();
  return value;
}

/** Names come again in every record: making a text of each would be most of the work. */
const NAMES: (string | undefined)[] = new Array<string | undefined>(1_024).fill(undefined);
const LONGEST_NAME = 64;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  expectEnd(): void {
    if (this.#at < this.#bytes.length) this.#refuse(this.#at, `${this.#bytes.length - this.#at} bytes too many`);
  }

  value(shape: Shape | undefined, depth: number): unknown {
    const start = this.#at;
    if (depth > DEEPEST) this.#refuse(start, `nested deeper than ${DEEPEST}`);
    const first = this.#byte();
    const minor = first & 0x1f;
    switch (first >> 5) {
      case 0:
        return this.#moment(shape, this.#length(start, minor));
      case 1:
        return this.#moment(shape, -1 - this.#length(start, minor));
      case 2:
        return this.#view(minor === INDEFINITE ? this.#chunks(2) : this.#slice(this.#length(start, minor)));
      case 3:
        return this.#text(start, minor, shape);
      case 4:
        return this.#list(start, minor, shape, depth);
      case 5:
        return this.#map(start, minor, shape, depth);
      case 6: {
        const tag = this.#length(start, minor);
        // Milliseconds here, against RFC 8949. What other tags say about a value, its shape says as well.
        if (tag === EPOCH_TAG) return this.#date(start, this.value(undefined, depth + 1));
        return this.value(shape, depth + 1);
      }
      default:
        return this.#simple(start, minor, shape);
    }
  }

  #simple(start: number, minor: number, shape: Shape | undefined): unknown {
    switch (minor) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return this.#moment(shape, halfOf(this.#slice(2).readUInt16BE()));
      case 26:
        return this.#moment(shape, this.#slice(4).readFloatBE());
      case 27:
        return this.#moment(shape, this.#slice(8).readDoubleBE());
      default:
        return this.#refuse(start, `0x${(0xe0 | minor).toString(16)} begins nothing`);
    }
  }

  /** A timestamp without its tag is one all the same. */
  #moment(shape: Shape | undefined, value: number): number | Date {
    return shape?.kind === "timestamp" ? new Date(value) : value;
  }

  #date(start: number, value: unknown): Date {
    if (typeof value !== "number") this.#refuse(start, "a timestamp that is no number");
    return new Date(value);
  }

  #text(start: number, minor: number, shape: Shape | undefined): unknown {
    const bytes = minor === INDEFINITE ? this.#chunks(3) : this.#slice(this.#length(start, minor));
    if (shape?.kind !== "bytes") return this.#utf8(start, bytes);
    // kinesis-mock answers data as base64 text, and Java forgives it.
    return fromBase64(bytes.toString("latin1")) ?? this.#refuse(start, "data as text that is no base64");
  }

  /** Read with replacement characters, a broken partition key would be another key. */
  #utf8(start: number, bytes: Buffer): string {
    const text = bytes.toString();
    if (text.includes("\ufffd") && !isUtf8(bytes)) this.#refuse(start, "a text that is no UTF-8");
    return text;
  }

  #list(start: number, minor: number, shape: Shape | undefined, depth: number): unknown[] {
    const valueShape = shape?.kind === "list" ? shape.value : undefined;
    const list: unknown[] = [];
    for (let left = this.#count(start, minor); this.#goesOn(left); left--) list.push(this.value(valueShape, depth + 1));
    return list;
  }

  #map(start: number, minor: number, shape: Shape | undefined, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let left = this.#count(start, minor); this.#goesOn(left); left--) {
      const name = this.#name();
      if (shape?.kind === "structure") {
        const member = shape.members.get(name);
        const value = this.value(member?.shape, depth + 1);
        if (member !== undefined && value !== null) map[name] = value;
      } else {
        const value = this.value(shape?.kind === "map" ? shape.value : undefined, depth + 1);
        if (value === null) continue;
        // "__proto__" as a tag's key is a tag, not a prototype.
        if (name === "__proto__")
          Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
        else map[name] = value;
      }
    }
    return map;
  }

  /** Infinity: until the break. */
  #count(start: number, minor: number): number {
    return minor === INDEFINITE ? Number.POSITIVE_INFINITY : this.#length(start, minor);
  }

  #goesOn(left: number): boolean {
    if (left !== Number.POSITIVE_INFINITY) return left > 0;
    if (this.#bytes[this.#at] !== BREAK) return true;
    this.#at++;
    return false;
  }

  #name(): string {
    const start = this.#at;
    const first = this.#byte();
    if (first >> 5 !== 3) this.#refuse(start, "a name that is no text");
    const minor = first & 0x1f;
    if (minor === INDEFINITE) return this.#utf8(start, this.#chunks(3));
    const length = this.#length(start, minor);
    const from = this.#at;
    const bytes = this.#bytes;
    if (length > bytes.length - from) this.#refuse(start, `${length} bytes announced, ${bytes.length - from} there`);
    this.#at = from + length;
    if (length === 0 || length > LONGEST_NAME) return this.#utf8(start, bytes.subarray(from, this.#at));
    const slot = (length * 7_919 + bytes[from]! * 31 + bytes[this.#at - 1]! * 131) & 1_023; // length > 0
    const known = NAMES[slot];
    if (known !== undefined && known.length === length) {
      let index = 0;
      while (index < length && known.charCodeAt(index) === bytes[from + index]) index++;
      if (index === length) return known;
    }
    const name = this.#utf8(start, bytes.subarray(from, this.#at));
    // Only what is ASCII: of the others, units and bytes differ in number.
    if (name.length === length) NAMES[slot] = name;
    return name;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) this.#refuse(this.#at, "ends too early");
    this.#at++;
    return byte;
  }

  #length(start: number, minor: number): number {
    if (minor < 24) return minor;
    switch (minor) {
      case 24:
        return this.#byte();
      case 25:
        return this.#slice(2).readUInt16BE();
      case 26:
        return this.#slice(4).readUInt32BE();
      case 27: {
        const value = this.#slice(8).readBigUInt64BE();
        // A double keeps no more; as a length it is beyond every input anyway.
        return Number(value);
      }
      default:
        return this.#refuse(start, `the length ${minor} means nothing here`);
    }
  }

  #slice(length: number): Buffer {
    const from = this.#at;
    const left = this.#bytes.length - from;
    if (length > left) this.#refuse(from, `${length} bytes announced, ${left} there`);
    this.#at = from + length;
    return this.#bytes.subarray(from, this.#at);
  }

  #chunks(major: number): Buffer {
    const chunks: Buffer[] = [];
    while (this.#goesOn(Number.POSITIVE_INFINITY)) {
      const start = this.#at;
      const first = this.#byte();
      const minor = first & 0x1f;
      if (first >> 5 !== major || minor === INDEFINITE) this.#refuse(start, "a chunk of another kind");
      chunks.push(this.#slice(this.#length(start, minor)));
    }
    return Buffer.concat(chunks);
  }

  /** As the SDK hands bytes over: not a Buffer. */
  #view({ buffer, byteLength, byteOffset }: Buffer): Uint8Array {
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  #refuse(offset: number, why: string): never {
    throw new MalformedCborError(offset, why);
  }
}

/** RFC 8949, appendix D. */
function halfOf(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  const size =
    exponent === 0
      ? mantissa * 2 ** -24
      : exponent === 31
        ? mantissa === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : (mantissa + 1_024) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}
