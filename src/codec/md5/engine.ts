// What every way to compute an MD5 offers, so that a faster one slots in without its callers knowing.

export interface DigestEngine {
  readonly name: string;
  /** Writes the 16 bytes of MD5(bytes[start, end)) to `into` at `at`. */
  digest(bytes: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void;
  /** Absent where it takes one message at a time. */
  readonly several?: SeveralDigests;
}

export interface SeveralDigests {
  /** Of byte arrays, each from `start` to `short` of its end; in the order in which the digests are done. */
  digestArrays(arrays: readonly Uint8Array[], start: number, short: number, take: TakeDigest): void;
  /** Of texts, as UTF-8. */
  digestTexts(texts: readonly string[], take: TakeDigest): void;
}

/** Told a digest: four words, each four behind the one before, the first at `at`. Must not digest anything itself. */
export type TakeDigest = (index: number, words: Int32Array, at: number) => void;

/** Writes the 16 bytes of a digest that was told to `into` at `to`. */
export function writeDigest(words: Int32Array, at: number, into: Uint8Array, to: number): void {
  for (let i = 0; i < 16; i++) into[to + i] = byteOfDigest(words, at, i);
}

/** The `i`th of the sixteen bytes of a digest that was told. */
export function byteOfDigest(words: Int32Array, at: number, i: number): number {
  return (words[at + (i & -4)]! >> ((i & 3) * 8)) & 0xff;
}
