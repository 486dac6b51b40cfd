// The npm package `cbor`, which knows nothing of us: it reads what we write, and writes what we read in every form that
// CBOR has for it.

import { decodeFirstSync, Encoder, Tagged } from "cbor";
import type { Random } from "../../fuzz/random.ts";

/** Tag 1 is in milliseconds here. */
const tags = { 1: (ms: number | bigint): Date => new Date(Number(ms)) };

export function oracleReads(bytes: Uint8Array): unknown {
  // As Maps: of an object it would lose "__proto__".
  return withoutMaps(decodeFirstSync(bytes, { tags, preferMap: true, required: true }));
}

function withoutMaps(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withoutMaps);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...(value as Map<string, unknown>)].map(([name, each]) => [name, withoutMaps(each)]));
}

/** Of definite and indefinite length, in chunks, and with tags that say nothing new, as the dice fall. */
export function oracleWrites(value: unknown, random: Random): Buffer {
  return Encoder.encode(prepared(value, random));
}

/** RFC 8949, 3.4.6: "self-described CBOR"; 3.4.5.2: what the bytes would be in JSON. */
const SAYING_NOTHING = [55_799, 21, 22];

function prepared(value: unknown, random: Random): unknown {
  const inner = ofParts(value, random);
  return random.once(12) ? new Tagged(random.pick(SAYING_NOTHING), inner) : inner;
}

function ofParts(value: unknown, random: Random): unknown {
  const isIndefinite = random.once(2);
  if (value instanceof Date) return new Tagged(1, value.getTime());
  if (value instanceof Uint8Array) return isIndefinite ? new Chunks(Buffer.from(value), random) : Buffer.from(value);
  // It cuts a text between two surrogates, and no chunk of that is UTF-8.
  if (typeof value === "string")
    return isIndefinite && !/[\ud800-\udfff]/.test(value) ? new Chunks(value, random) : value;
  if (typeof value !== "object" || value === null) return value;
  const parts = Array.isArray(value)
    ? value.map((each) => prepared(each, random))
    : new Map(Object.entries(value).map(([name, each]) => [ofParts(name, random), prepared(each, random)]));
  return isIndefinite ? new Chunks(parts, random) : parts;
}

/** Of indefinite length. */
class Chunks {
  readonly #value: string | object;
  readonly #chunkSize: number;

  constructor(value: string | object, random: Random) {
    this.#value = value;
    this.#chunkSize = 1 + random.int(40);
  }

  encodeCBOR(encoder: Encoder): boolean {
    return Encoder.encodeIndefinite(encoder, this.#value, { chunkSize: this.#chunkSize });
  }
}
