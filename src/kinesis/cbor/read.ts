// CBOR as Kinesis and its emulators answer it, read strictly: no length is believed before its bytes are there, nothing
// nests deeper than a call of Kinesis could. Bytes are views into what was read.

import { fromBase64 } from "./base64.ts";
import { KnownTexts, textOf } from "./known-texts.ts";
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
const NAMES = new KnownTexts(64);
/** So do shards and encryption types. Sequence numbers are longer, and each is new. */
const VALUES = new KnownTexts(24);

class Reader {
  readonly #bytes: Buffer;
  /** Asking a Buffer for these two is a call. */
  readonly #buffer: ArrayBufferLike;
  readonly #offset: number;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = bytes.buffer;
    this.#offset = bytes.byteOffset;
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
        return minor === INDEFINITE ? viewOf(this.#chunks(2)) : this.#view(this.#length(start, minor));
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
        return this.#moment(shape, halfOf(this.#bytes.readUInt16BE(this.#take(2))));
      case 26:
        return this.#moment(shape, this.#bytes.readFloatBE(this.#take(4)));
      case 27:
        return this.#moment(shape, this.#bytes.readDoubleBE(this.#take(8)));
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
    if (shape?.kind !== "bytes") return this.#utf8(start, minor, VALUES);
    const bytes = minor === INDEFINITE ? this.#chunks(3) : this.#slice(this.#length(start, minor));
    // kinesis-mock answers data as base64 text, and Java forgives it.
    return fromBase64(bytes.toString("latin1")) ?? this.#refuse(start, "data as text that is no base64");
  }

  #utf8(start: number, minor: number, known: KnownTexts): string {
    let text: string | undefined;
    if (minor === INDEFINITE) {
      text = textOf(this.#chunks(3));
    } else {
      const length = this.#length(start, minor);
      text = known.textOf(this.#bytes, this.#take(length, start), this.#at);
    }
    return text ?? this.#refuse(start, "a text that is no UTF-8");
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
    return this.#utf8(start, first & 0x1f, NAMES);
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
        return this.#bytes.readUInt16BE(this.#take(2));
      case 26:
        return this.#bytes.readUInt32BE(this.#take(4));
      case 27: {
        const from = this.#take(8);
        // A double keeps no more; as a length it is beyond every input anyway.
        return this.#bytes.readUInt32BE(from) * 2 ** 32 + this.#bytes.readUInt32BE(from + 4);
      }
      default:
        return this.#refuse(start, `the length ${minor} means nothing here`);
    }
  }

  /** Where the next `length` bytes begin. A Buffer of them would cost more than most of what is read from it. */
  #take(length: number, blamed: number = this.#at): number {
    const from = this.#at;
    const left = this.#bytes.length - from;
    if (length > left) this.#refuse(blamed, `${length} bytes announced, ${left} there`);
    this.#at = from + length;
    return from;
  }

  #slice(length: number): Buffer {
    return this.#bytes.subarray(this.#take(length), this.#at);
  }

  #view(length: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#offset + this.#take(length), length);
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

  #refuse(offset: number, why: string): never {
    throw new MalformedCborError(offset, why);
  }
}

/** As the SDK hands bytes over: not a Buffer. */
function viewOf({ buffer, byteLength, byteOffset }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
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
